"""The guide to the figures says what the figures say."""

from django.conf import settings

from oversight.figures.registry import FIGURES
from oversight.management.commands.write_figure_guide import GUIDE, as_page


def test_guide_is_what_the_figures_say():
    """After a change: `manage.py write_figure_guide`."""
    assert (settings.BASE_DIR / GUIDE).read_text(encoding="utf-8") == as_page()


def test_guide_has_every_figure_with_its_list_or_the_lack_of_one():
    page = as_page()

    assert all(f"## {one.name}\n" in page and one.definition in page for one in FIGURES.values())
    assert page.count("\nNguồn: ") == len(FIGURES) == page.count(" Danh sách: ")
