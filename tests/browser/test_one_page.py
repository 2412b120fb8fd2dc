"""The one page in a commune of each size, all indicators in it: a phone, an A4, eyes and thumbs."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.users.roles import Role
from oversight import periods
from oversight.indicators.registry import INDICATORS
from oversight.models import MonthEndCount
from tests.browser.axe import findings
from tests.browser.conftest import Opener, Scene
from tests.browser.tabs import PHONE, at_both_widths
from tests.browser.test_language import english_on
from tests.browser.test_pages import SMALL_TARGETS, WIDER
from tests.factories.accounts import make_user
from tests.factories.direction import make_direction, make_proposal
from tests.factories.groups import make_hamlet
from tests.factories.summaries import make_target

pytestmark = pytest.mark.timeout(400)
HIGHEST = 1500
TODAY = timezone.localdate()
LONG = "Bình Minh Mới Thượng Lộc"


def fill(scene: Scene, hamlets: int) -> None:
    """Hamlets with long names, each indicator with a target and two months, things to decide."""
    commune = scene.chief.commune
    last = periods.before(periods.month_of(TODAY))
    places = [make_hamlet(commune, name=f"{LONG} {number}") for number in range(hamlets)]
    for place in places[:3]:
        make_direction(place, given_on=TODAY - timedelta(days=30), due_on=TODAY - timedelta(days=9))
    make_proposal(places[0])
    MonthEndCount.objects.bulk_create(
        MonthEndCount(
            commune=commune, month_end=month.last, line=(one.part.lines or ("1",))[0],
            first=month.first if one.is_flow else None, label="Ấp 1",
            indicator=f"{one.figure.key}.{column}", numerator=number,
        )
        for number, month in ((14, periods.before(last)), (17, last))
        for one in INDICATORS
        for column in one.columns
    )  # fmt: skip
    for one in INDICATORS:
        make_target(commune, one.key, first=last.first, last=TODAY + timedelta(days=90))


@pytest.mark.parametrize("hamlets", [5, 19, 45])
def test_it_fits_a_sheet_and_a_phone(open_as: Opener, scene: Scene, hamlets: int) -> None:
    fill(scene, hamlets)
    page = open_as(make_user(scene.chief.commune, Role.PARTY_OFFICE), size=PHONE)
    page.goto(reverse("admin:oversight_one_page"))

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".indicators tbody tr").count() == len(INDICATORS)
    assert page.evaluate("document.documentElement.scrollHeight") <= HIGHEST
    for width in at_both_widths(page):
        found = findings(page) + sorted(english_on(page)) + page.evaluate(SMALL_TARGETS)
        assert found == [], width
        assert not page.evaluate(WIDER), width
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    text = " ".join(paper.pages[0].extract_text().split())
    assert "Đổi kỳ khác" not in text
    assert LONG in text
