"""The month of posts on a phone: it opens at today, what was is one tap away."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Commune, User
from tests.factories.broadcasts import make_broadcast

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 12, 9, 9, 0, tzinfo=ZONE), tick=False):
        yield


def post_on(commune: Commune, day: int, month: int = 12) -> None:
    at = datetime(2026, month, day, 8, 0, tzinfo=ZONE)
    make_broadcast(commune, status="completed", started_at=at, scheduled_for=at)


def test_past_days_of_this_month_are_folded_and_counted(
    login: Login, commune: Commune, chief: User
) -> None:
    for day, month in ((30, 11), (1, 12), (8, 12), (9, 12), (10, 12)):
        post_on(commune, day, month)

    page = login(chief).get(reverse("admin:broadcasts_broadcast_month"))

    past = [day.day for week in page.context["weeks"] for day in week if day.is_past]
    assert (past[0], past[-1]) == (date(2026, 11, 30), date(2026, 12, 8))
    text = page.content.decode()
    assert "Hiện 2 bài của những ngày đã qua" in text
    assert "by-month-now" in text


@pytest.mark.parametrize("month", ["2026-11", "2027-01"])
def test_other_months_fold_nothing(login: Login, commune: Commune, chief: User, month: str) -> None:
    post_on(commune, 5, 11)

    text = (
        login(chief)
        .get(reverse("admin:broadcasts_broadcast_month"), {"thang": month})
        .content.decode()
    )

    assert "by-month-now" not in text
    assert "của những ngày đã qua" not in text


def test_nothing_past_needs_no_button(login: Login, commune: Commune, chief: User) -> None:
    post_on(commune, 10)

    text = login(chief).get(reverse("admin:broadcasts_broadcast_month")).content.decode()

    assert "của những ngày đã qua" not in text
