from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.retention import RulesFailed, purge_expired, rules


class Command(BaseCommand):
    help = "Xóa dữ liệu đã hết thời hạn lưu theo bảng thời hạn. Dùng --dry-run để chỉ xem trước."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="chỉ đếm, không xóa")

    def handle(self, *args: Any, **options: Any) -> None:
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
