from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.retention import RulesFailed, purge_expired, rules
from accounts.vault import sides

FROM_WEB = (
    "Chưa xóa gì. Lệnh này chạy ở bộ phận chạy nền, không ở web: kho niêm phong coi lời gọi của nó "
    "từ web là giả mạo và báo động. Hãy chạy: docker compose exec worker-slow python manage.py "
    "purge_expired"
)


class Command(BaseCommand):
    help = (
        "Xóa dữ liệu đã hết thời hạn lưu theo bảng thời hạn. Dùng --dry-run để chỉ xem trước. Chạy "
        "ở bộ phận chạy nền (worker-slow), không ở web."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="chỉ đếm, không xóa")

    def handle(self, *args: Any, **options: Any) -> None:
        if sides.is_of_web():
            raise CommandError(FROM_WEB)
        failed: list[str] = []
        try:
            counts = purge_expired(dry_run=options["dry_run"])
        except RulesFailed as error:
            counts, failed = error.counts, error.labels
        verb = "sẽ xóa" if options["dry_run"] else "đã xóa"
        for rule in rules():
            if rule.label in failed:
                continue
            self.stdout.write(
                f"{rule.label}: {verb} {counts[rule.label]} dòng "
                f"(lưu {rule.days_in_force} ngày; {rule.sentence})"
            )
        if failed:
            raise CommandError(
                f"Chưa áp dụng được thời hạn lưu của: {', '.join(failed)}. Xem lỗi trong nhật ký."
            )
