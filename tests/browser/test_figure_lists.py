"""The list behind a number: for a screen reader, a phone, a printer."""

import io
from random import Random

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.groups import make_hamlet
from tests.oversight.busy import busy_commune

pytestmark = pytest.mark.timeout(400)
DAYS = "?tu=2026-09-01&den=2026-11-30"
LISTS = ("posts_speed", "tip_clocks", "coverage")


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """Posts, people and tips by chance, in a hamlet with a long name."""
    hamlet = make_hamlet(scene.chief.commune, name="Bình Minh Mới Thượng Lộc", households=300)
    busy_commune(scene.chief.commune, hamlet, by=scene.chief, chance=Random(88))
    return scene


def opened(page: Page, key: str) -> Page:
    page.goto(reverse("admin:oversight_list", args=[key]) + DAYS)
    return page


def test_lists_have_no_fault_for_eyes_ears_and_thumbs(open_as: Opener, busy: Scene) -> None:
    page = open_as(busy.chief)

    for key in LISTS:
        for width in at_both_widths(opened(page, key)):
            faults = findings(page) + sorted(english_on(page)) + page.evaluate(SMALL_TARGETS)
            assert faults == [], (key, width)
            assert not page.evaluate(WIDER), (key, width)


def test_list_is_printed_with_its_number_and_without_its_buttons(
    open_as: Opener, busy: Scene
) -> None:
    page = opened(open_as(busy.chief, size=DESK), "tip_clocks")

    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    assert "Từng bước đúng hạn, quá hạn" in text
    assert "Danh sách có" in text
    assert "In trang này" not in text
