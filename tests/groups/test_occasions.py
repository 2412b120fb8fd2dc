"""Requests about personal data whose last day is near are told to whoever settles them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.users.roles import Role
from duty.models import Occasion
from groups.models import DataRequest
from groups.personal_data import services as personal_data
from groups.tasks import follow_requests
from tests.duty.telling import NOON, Telling, ends, kinds, put_on_duty
from tests.factories.accounts import make_user
from tests.factories.people import make_data_request

KIND = "data_request_due"


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def officer(telling, officer_of, hamlet):
    return officer_of(hamlet)


def near(commune, **fields) -> DataRequest:
    """Acknowledged, to be done by tomorrow."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    row = make_data_request(commune, **fields)
    DataRequest.objects.filter(pk=row.pk).update(
        status="acknowledged", acknowledged_at=row.received_at, due_on=tomorrow
    )
    row.refresh_from_db()
    return row


def test_a_request_is_told_of_from_the_day_before_its_last(telling, commune, hamlet, officer):
    row = make_data_request(commune, hamlet=hamlet)
    follow_requests()
    assert kinds(row) == []

    telling.clock.shift(row.acknowledge_by - timezone.localdate() - timedelta(days=1))
    follow_requests()
    follow_requests()

    occasion = Occasion.objects.get()
    assert (occasion.kind, occasion.count) == (KIND, 1)
    assert timezone.localtime(occasion.due_at).date() == row.acknowledge_by
    telling.after(2)
    assert telling.people() == {officer}


@pytest.mark.parametrize(
    "act",
    [
        lambda row, by: personal_data.carry_out(row, by=by, result="Đã trao bản in."),
        lambda row, by: personal_data.refuse(row, by=by, reason="Không phải chủ thông tin."),
        lambda row, by: personal_data.extend(row, by=by, reason="Phải hỏi thêm."),
    ],
    ids=["done", "refused", "put off"],
)
def test_settling_closes(telling, commune, hamlet, officer, act):
    row = near(commune, hamlet=hamlet)
    follow_requests()
    assert kinds(row) == [KIND]

    act(row, officer)

    assert (kinds(row), ends(row, KIND)) == ([], ["done"])


def test_saying_that_it_came_in_closes_until_the_last_day(telling, commune, hamlet, officer):
    row = make_data_request(commune, hamlet=hamlet)
    telling.clock.shift(timedelta(days=2))
    follow_requests()
    assert kinds(row) == [KIND]

    personal_data.acknowledge(row, by=officer)

    assert kinds(row) == []


def test_whoever_does_not_see_or_settle_it_is_told_nothing(
    telling, commune, hamlet, other_hamlet, officer, officer_of, hamlet_head_of, chief
):
    elsewhere = officer_of(other_hamlet)
    put_on_duty(commune, duty=elsewhere, leader=chief, second=hamlet_head_of(hamlet))
    near(commune, hamlet=hamlet)
    follow_requests()

    telling.climb()

    assert telling.people() == {officer, chief}


def test_a_request_without_a_hamlet_goes_to_who_is_on_duty(telling, commune, chief):
    desk = make_user(commune, Role.DUTY_OFFICER)
    put_on_duty(commune, duty=desk)
    near(commune, recorded_by=chief)
    follow_requests()

    telling.after(2)

    assert telling.people() == {chief}  # who is on duty may not settle it
