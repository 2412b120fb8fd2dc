"""The pages of figures of each role: for a screen reader, a phone without scripts, a printer."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.users.roles import Role
from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, PHONE, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.tips import make_tip

pytestmark = pytest.mark.timeout(400)
PAGES = {
    "admin:oversight_party": Role.PARTY_MEMBER,
    "admin:oversight_police": Role.CHIEF,
    "admin:oversight_hamlets": Role.HAMLET_HEAD,
    "admin:oversight_duty": Role.DUTY_OFFICER,
}
# Letters of a picture that stand over one another.
OVERLAPS = """() => [...document.querySelectorAll("svg.chart")].flatMap((svg) => {
    const boxes = [...svg.querySelectorAll("text")].map((a) => [a, a.getBoundingClientRect()]);
    return boxes.flatMap(([a, p], place) => boxes.slice(place + 1)
      .filter(([b, q]) => p.left < q.right - 1 && q.left < p.right - 1
        && p.top < q.bottom - 4 && q.top < p.bottom - 4)
      .map(([b]) => `${a.textContent} / ${b.textContent}`));
  })"""


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """A hamlet with a long name and somebody in it, and a tip, so that no picture is empty."""
    hamlet = make_hamlet(scene.chief.commune, name="Bình Minh Mới Thượng Lộc", households=300)
    make_membership(make_member(hamlet, household_code="H1"), make_group(hamlet))
    make_tip(scene.chief.commune)
    return scene


def account(scene: Scene, role: str) -> User:
    if role == Role.HAMLET_HEAD:
        return scene.head
    return scene.chief if role == Role.CHIEF else make_user(scene.chief.commune, role)


@pytest.mark.parametrize("address", PAGES)
def test_page_has_no_fault_for_eyes_ears_and_thumbs(
    open_as: Opener, busy: Scene, address: str
) -> None:
    page = open_as(account(busy, PAGES[address]))
    page.goto(reverse(address))

    for width in at_both_widths(page):
        found = findings(page) + sorted(english_on(page)) + page.evaluate(SMALL_TARGETS)
        assert found + page.evaluate(OVERLAPS) == [], width
        assert not page.evaluate(WIDER), width


def test_tables_open_by_keyboard_and_without_scripts(open_as: Opener, busy: Scene) -> None:
    party = make_user(busy.chief.commune, Role.PARTY_MEMBER)
    page = open_as(party, size=PHONE, scripts=False)
    page.goto(reverse("admin:oversight_party"))

    page.get_by_text("Bảng số, cách tính, danh sách").first.focus()
    page.keyboard.press("Enter")

    assert page.get_by_role("heading", name="Độ phủ hộ dân (hộ, người)").is_visible()
    page.get_by_text("Đổi kỳ khác").click()
    page.get_by_role("link", name="Quý").first.click()
    assert "quý" in page.title()


def test_party_page_is_printed_on_few_sheets_with_its_day(open_as: Opener, busy: Scene) -> None:
    page = open_as(make_user(busy.chief.commune, Role.PARTY_MEMBER), size=DESK)
    page.goto(reverse("admin:oversight_party"))

    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    assert tuple(round(float(side)) for side in paper.pages[0].mediabox[2:]) == (595, 842)
    assert len(paper.pages) <= 4
    assert "Tính đến" in text
    assert "Bình Minh Mới Thượng Lộc" in text
    assert "Đổi kỳ khác" not in text
    assert "Bảng số" not in text
