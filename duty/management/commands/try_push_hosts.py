import json
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from duty.ways.push import keys
from duty.ways.push.trying import Tried, try_all


class Command(BaseCommand):
    help = (
        "Thử nối tới từng dịch vụ đẩy (PUSH_HOSTS) từ máy này và nói dịch vụ nào không tới được. "
        "Không gửi báo nào."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="in kết quả dạng JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        found = try_all(settings.PUSH_HOSTS)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        else:
            self._tell(found)
        missed = [one.host for one in found if not one.is_reached]
        if missed:
            raise CommandError(
                f"Không tới được {len(missed)} trong {len(found)} dịch vụ đẩy: {', '.join(missed)}."
            )

    def _tell(self, found: list[Tried]) -> None:
        for one in found:
            self.stdout.write(f"{one.host}: {one.words} ({one.seconds:.1f} giây)")
        if not keys.is_on():
            self.stdout.write("Chưa đặt VAPID_PRIVATE_KEY: báo việc trên điện thoại đang tắt.")
