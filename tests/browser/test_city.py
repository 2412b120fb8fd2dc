"""The page of the city: a table on a desk and on paper, a card for each commune on a phone."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.users.roles import Role
from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import DESK, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership

pytestmark = pytest.mark.timeout(400)
PAGE = "admin:oversight_city"


@pytest.fixture
def reader(scene: Scene) -> User:
    """Of a city in which one commune has a long name and somebody in it."""
    hamlet = make_hamlet(make_commune("Bình Minh Mới Thượng Lộc"), households=30)
    make_membership(make_member(hamlet, household_code="H1"), make_group(hamlet))
    make_hamlet(make_commune("Suối Mẫu"), households=0)
    return make_user(None, Role.CITY)


def test_page_has_no_fault_for_eyes_ears_and_thumbs(open_as: Opener, reader: User) -> None:
    page = open_as(reader)
    page.goto(reverse(PAGE))

    for width in at_both_widths(page):
        found = findings(page) + sorted(english_on(page)) + page.evaluate(SMALL_TARGETS)
        assert found == [], width
        assert not page.evaluate(WIDER), width
    page.get_by_role("link", name="Xã Bình Minh Mới Thượng Lộc").click()
    heading = page.get_by_role("heading", name="Độ phủ hộ dân (hộ, người)")
    heading.wait_for()
    for width in at_both_widths(page):
        assert heading.is_visible(), width
        assert findings(page) + page.evaluate(SMALL_TARGETS) == [], width
        assert not page.evaluate(WIDER), width


def test_page_is_printed_across_with_every_column(open_as: Opener, reader: User) -> None:
    page = open_as(reader, size=DESK)
    page.goto(reverse(PAGE))

    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split())
    assert tuple(round(float(side)) for side in paper.pages[0].mediabox[2:]) == (842, 595)
    assert len(paper.pages) <= 2
    assert "Lượt đăng tay bỏ lỡ" in text
    assert "Đổi kỳ khác" not in text
