"""The fonts that are cut down hold what the pages of the admin draw."""

import pytest

from dev.fonts import ICONS, icons_drawn, icons_in


def test_every_icon_that_a_page_can_draw_is_in_the_cut_font():
    assert icons_drawn() - set(ICONS.read_text(encoding="utf-8").split()) == set()


@pytest.mark.parametrize(
    "text",
    [
        '<span class="material-symbols-outlined md-18">\n  anchor\n</span>',
        '@action(description="Xuất", icon="anchor")',
        '{"title": "Tài khoản", "icon": "anchor"}',
        'Section(\n    "truc", "Trực", "Trực", "anchor",',
        '"SITE_SYMBOL": "anchor",',
        '.dates::before{content:"anchor"}',
    ],
)
def test_an_icon_is_found_wherever_it_may_be_written(text: str):
    assert icons_in(text) == {"anchor"}
