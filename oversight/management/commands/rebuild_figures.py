"""Recount the stored counts of the figures."""

from typing import Any

from django.core.management.base import BaseCommand

from oversight.figures.rollups import recounting


class Command(BaseCommand):
    """`manage.py rebuild_figures`: all months and places, or only wrong ones."""

    help = "Đếm lại toàn bộ số liệu lưu theo tháng từ dữ liệu gốc."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--compare", action="store_true", help="so với dữ liệu gốc, chỉ đếm lại chỗ lệch"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compare"]:
            wrong = recounting.compare()
            recounting.recount_dirty()
            self.stdout.write(f"Đã so. {len(wrong)} chỗ lệch, đã đếm lại.")
            return
        self.stdout.write(f"Đã đếm lại {recounting.rebuild()} tháng và nơi.")
