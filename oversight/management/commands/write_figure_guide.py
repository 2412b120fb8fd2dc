"""Write the guide to the figures from their definitions."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from oversight import data_files
from oversight.figures.registry import FIGURES, LISTINGS

GUIDE, WORDS = "docs/huong-dan/so-lieu.md", data_files.read("guide")


def as_page() -> str:
    """The whole guide."""
    return "\n".join([WORDS["introduction"], *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for key, figure in FIGURES.items():
        yield f"## {figure.name}"
        yield ""
        yield f"{'Lúc xem' if figure.is_of_moment else 'Trong kỳ'}, đơn vị: {figure.unit}."
        yield figure.definition
        yield ""
        yield f"Nguồn: {figure.source} Danh sách: {_behind(key)}"
        yield ""


def _behind(key: str) -> str:
    if key not in LISTINGS:
        return str(WORDS["no_list"])
    listing = LISTINGS[key]
    columns = "; ".join(listing.headings).lower()
    sentence = f"có cột {columns}. Mở được: {WORDS['readers'][listing.right]}."
    return " ".join([sentence, *listing.unlisted.values()])


class Command(BaseCommand):
    """`manage.py write_figure_guide`; a test fails when it is outdated."""

    help = "Ghi trang hướng dẫn về số liệu từ định nghĩa của từng số."

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / GUIDE).write_text(as_page(), encoding="utf-8")
        self.stdout.write(f"Đã ghi {GUIDE}.")
