"""Write the guide to the figures from what the figures say of themselves."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from oversight.figures.dictionary import as_page

GUIDE = "docs/huong-dan/so-lieu.md"


class Command(BaseCommand):
    """`manage.py write_figure_guide`; a test says when it is to be run again."""

    help = "Ghi trang hướng dẫn về số liệu từ định nghĩa của từng số."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / GUIDE).write_text(as_page(), encoding="utf-8")
        self.stdout.write(f"Đã ghi {GUIDE}.")
