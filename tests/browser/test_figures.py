"""The page of figures: for a screen reader, a phone without scripts, a printer."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.users.roles import Role
from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, PHONE, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership

pytestmark = pytest.mark.timeout(400)
A4 = (595, 842)


@pytest.fixture
def address(scene: Scene) -> str:
    """A hamlet with a long name and somebody in it, so that no table is empty."""
    hamlet = make_hamlet(scene.chief.commune, name="Bình Minh Mới Thượng Lộc", households=300)
    make_membership(make_member(hamlet, household_code="H1"), make_group(hamlet))
    return reverse("admin:oversight_figures")


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.CHIEF])
def test_page_has_no_fault_for_eyes_ears_and_thumbs(
    open_as: Opener, scene: Scene, address: str, role: Role
) -> None:
    page = open_as(make_user(scene.chief.commune, role))
    page.goto(address)

    for width in at_both_widths(page):
        found = findings(page) + sorted(english_on(page)) + page.evaluate(SMALL_TARGETS)
        assert found == [], width
        assert not page.evaluate(WIDER), width


def test_another_span_is_chosen_on_a_phone_without_scripts(
    open_as: Opener, scene: Scene, address: str
) -> None:
    party = make_user(scene.chief.commune, Role.PARTY_MEMBER)
    page = open_as(party, size=PHONE, scripts=False)
    page.goto(address)

    page.get_by_label("Từ ngày").fill("2026-07-01")
    page.get_by_label("Đến ngày").fill("2026-09-30")
    page.get_by_role("button", name="Xem", exact=True).click()

    assert page.get_by_text("quý III/2026").first.is_visible()
    page.get_by_text("Số này là gì, lấy từ đâu").first.click()
    assert page.get_by_text("Độ phủ = số hộ").is_visible()


def test_page_is_printed_on_a4_with_its_day_and_without_its_buttons(
    open_as: Opener, scene: Scene, address: str
) -> None:
    page = open_as(make_user(scene.chief.commune, Role.PARTY_MEMBER), size=DESK)
    page.goto(address)

    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    assert tuple(round(float(side)) for side in paper.pages[0].mediabox[2:]) == A4
    assert "Tính đến" in text
    assert "Bình Minh Mới Thượng Lộc" in text
    assert "Từ ngày" not in text
    assert "lấy từ đâu" not in text
