"""Of which days a review is opened: of none that the portal has nothing to say about."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from oversight import periods
from oversight.models import YearlyReview
from oversight.review import services as review_services
from reports.models import TipConflict
from tests.factories.broadcasts import make_broadcast
from tests.factories.direction import (
    make_direction,
    make_document,
    make_organisation,
    make_spreading,
)
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
)
from tests.factories.procedures import make_question
from tests.factories.tips import make_tip
from tests.factories.year import make_accepted, make_achievement
from tests.oversight.conftest import at

DAY = date(2022, 5, 4)
SOURCES = {
    "member": lambda c, h: make_membership(make_member(h), make_group(h), joined_on=DAY),
    "meeting of a hamlet": lambda c, h: make_meeting(hamlet=h, held_on=DAY),
    "meeting of the commune": lambda c, h: make_meeting(commune=c, held_on=DAY),
    "post": lambda c, h: make_broadcast(
        c, status="completed", scheduled_for=at(DAY), started_at=at(DAY)
    ),
    "tip": lambda c, h: make_tip(c, received_at=at(DAY)),
    "question": lambda c, h: make_question(c, asked_on=DAY),
    "direction": lambda c, h: make_direction(h, given_on=DAY, due_on=DAY),
    "spreading": lambda c, h: make_spreading(make_organisation(c), make_document(c), held_on=DAY),
    "thanks": lambda c, h: make_accepted(make_achievement(c, year=2022), voted_on=DAY,
                                         decided_on=DAY),
}  # fmt: skip


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def test_a_commune_without_data_looks_back_on_this_year_and_the_last(commune, chief, today):
    for year in (today.year, today.year - 1):
        assert review_services.open_review(commune, periods.whole_year(year), by=chief).year == year

    with pytest.raises(NotAllowed, match="chỉ mở tổng kết năm nay hoặc năm trước"):
        review_services.open_review(commune, periods.whole_year(today.year - 2), by=chief)


@pytest.mark.parametrize("source", SOURCES)
def test_a_year_is_looked_back_on_from_the_first_day_that_figures_count(
    source, commune, hamlet, other_commune, chief
):
    SOURCES[source](commune, hamlet)
    away = make_hamlet(other_commune)
    make_meeting(hamlet=away, held_on=date(2019, 1, 1))

    assert review_services.first_day(commune, by=chief) == DAY
    with pytest.raises(NotAllowed, match="từ ngày 04/05/2022"):
        review_services.open_review(commune, periods.whole_year(2021), by=chief)
    with pytest.raises(NotAllowed, match="từ ngày 04/05/2022"):
        review_services.open_review(
            commune, periods.Period(date(2022, 1, 1), date(2022, 5, 3)), by=chief
        )
    assert review_services.open_review(commune, periods.whole_year(2022), by=chief).year == 2022
    assert review_services.open_review(commune, periods.whole_year(2023), by=chief).year == 2023


def test_a_refusal_tells_nobody_of_a_tip_that_bars_them(commune, chief):
    tip = make_tip(commune, received_at=at(DAY))
    TipConflict.objects.create(tip=tip, user=chief)

    with pytest.raises(NotAllowed, match="chưa có số liệu nào"):
        review_services.open_review(commune, periods.whole_year(2021), by=chief)


def test_a_year_that_was_mistyped_is_told_of_in_words(commune, chief, login, today):
    days = {"first": f"{today.year}-01-01", "last": f"{today.year + 10}-12-31"}

    answer = login(chief).post(reverse("admin:oversight_yearlyreview_new"), days)

    assert answer.status_code == 400
    assert review_services.TOO_LONG in answer.content.decode()
    assert not YearlyReview.objects.exists()


def test_a_leap_year_from_autumn_to_autumn_is_not_too_long(commune, hamlet, chief):
    make_meeting(hamlet=hamlet, held_on=date(2023, 12, 1))

    review = review_services.open_review(commune, periods.commune_year(2024), by=chief)

    assert review.period.days == 366


def test_the_page_says_in_words_which_years_it_opens(commune, hamlet, chief, login):
    make_meeting(hamlet=hamlet, held_on=DAY)
    days = {"first": "2020-11-16", "last": "2021-11-15"}

    client = login(chief)
    page = client.get(reverse("admin:oversight_yearlyreview_new")).content.decode()
    answer = client.post(reverse("admin:oversight_yearlyreview_new"), days)

    assert "có số liệu trong cổng" in page
    assert answer.status_code == 400
    assert "từ ngày 04/05/2022" in answer.content.decode()
