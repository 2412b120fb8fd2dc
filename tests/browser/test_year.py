"""The pages of the year and of signed summaries, on a desk, a phone and paper."""

import io
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from tests.browser.axe import grave_findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, at_both_widths
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.summaries import make_signed
from tests.factories.tips import make_tip
from tests.factories.year import (
    make_achievement,
    make_checklist,
    make_commendation,
    make_frozen_review,
)

pytestmark = pytest.mark.timeout(400)
# The parts of the list of steps that a style has to make round or bold.
STEPS = """() => {
  const mark = getComputedStyle(document.querySelector(".by-todo-mark"));
  const card = getComputedStyle(document.querySelector(".by-card + .by-card, .by-card ~ .by-card"));
  return [mark.borderTopStyle, mark.display, parseFloat(card.marginTop) >= 12];
}"""


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:oversight_{name}", args=args)


def test_pages_of_the_year_have_no_fault_for_eyes_ears_and_thumbs(
    open_as: Opener, scene: Scene
) -> None:
    chief, commune = scene.chief, scene.chief.commune
    assert commune is not None
    review = make_frozen_review(commune, chief)
    part = review.hamlets.order_by("pk").first()
    hamlet = part.hamlet if part else None
    thanks = make_commendation(make_achievement(commune))
    checklist = make_checklist(commune, hamlet)
    summary = make_signed(scene.chief)
    shown = address("yearlyreview_show", review.pk)
    page = open_as(chief)

    faults = {}
    for where in (
        shown, address("reviewhamlet_show", part and part.pk),
        address("commendation_show", thanks.pk), address("commendation_new"),
        address("safetychecklist_show", checklist.pk), address("periodsummary_draft"),
        address("periodsummary_supersede", summary.pk), address("periodsummary_show", summary.pk),
    ):  # fmt: skip
        page.goto(where)
        for width in at_both_widths(page):
            faults[where, width] = [*grave_findings(page), *page.evaluate(SMALL_TARGETS)]
            if extra := page.evaluate(WIDER):
                faults[where, width].append(f"{extra} px too wide")
        if where == shown:
            assert page.evaluate(STEPS) == ["solid", "flex", True]

    assert {place: found for place, found in faults.items() if found} == {}


def test_summary_is_printed_without_its_buttons_and_contents(open_as: Opener, scene: Scene) -> None:
    summary = make_signed(scene.chief)
    page = open_as(scene.chief, size=DESK)
    page.goto(address("periodsummary_show", summary.pk))
    page.get_by_text("Mục lục").click()
    assert page.get_by_role("link", name="Độ phủ hộ dân").is_visible()

    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    text = paper.pages[0].extract_text()
    assert "Báo cáo số liệu" in text
    assert [word for word in ("Tải văn bản", "Mở văn bản", "Mục lục") if word in text] == []


def test_signatures_of_a_slip_stand_below_a_line_of_its_table(
    open_as: Opener, scene: Scene
) -> None:
    assert scene.chief.commune is not None
    tip = make_tip(scene.chief.commune)
    page = open_as(scene.chief, size=DESK)
    page.goto(reverse("admin:reports_tipreport_handover", args=[tip.pk]))

    for height in (297, 150):
        page.add_style_tag(content=f"@page official {{ size: 210mm {height}mm; }}")
        paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        assert round(float(paper.pages[0].mediabox.height) / 72 * 25.4) == height
        last = [text for sheet in paper.pages if "NGƯỜI GIAO" in (text := sheet.extract_text())]
        assert len(last) == 1, height
        assert "Việc" in last[0] or "Hạn" in last[0], height
