from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.models import Commune
from duty.models import Neighbour
from duty.neighbours import services


class Command(BaseCommand):
    help = (
        "Liệt kê, thêm hoặc bỏ các cổng bạn mà cổng này nghe nhịp. Thêm thì in địa chỉ một lần: "
        "đặt địa chỉ đó làm HEARTBEAT_URL ở cổng bạn."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--add", metavar="TÊN", help="tên cổng bạn")
        parser.add_argument("--commune", metavar="MÃ_XÃ", help="xã được báo khi cổng bạn im lặng")
        parser.add_argument("--remove", metavar="TÊN")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["add"]:
            self._add(options["add"], options["commune"])
        elif options["remove"]:
            self._remove(options["remove"])
        for one in Neighbour.objects.select_related("commune"):
            heard = f"{localtime(one.last_at):%H:%M:%S %d/%m/%Y}" if one.last_at else "chưa có nhịp"
            self.stdout.write(f"{one.name} ({one.commune}): {heard}")

    def _add(self, name: str, code: str | None) -> None:
        communes = Commune.objects.filter(code=code) if code else Commune.objects.all()[:2]
        if len(communes) != 1:
            raise CommandError("Hãy ghi --commune và mã của xã được báo.")
        try:
            _made, secret = services.add(name, communes[0])
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        address = reverse("neighbour_beat", args=[secret])
        self.stdout.write(f"HEARTBEAT_URL={settings.PORTAL_URL}{address}")

    def _remove(self, name: str) -> None:
        found = Neighbour.objects.filter(name=name)
        if len(found) != 1:
            raise CommandError(f"Không có đúng một cổng bạn tên “{name}”.")
        services.remove(found[0])
