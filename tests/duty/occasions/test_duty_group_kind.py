"""Strangers in the duty group are told to the chiefs of that commune alone."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from accounts.users.roles import Role
from duty.models import DutyGroupCheck, DutySettings
from duty.occasions import subjects
from duty.services import open_occasion
from duty.ways.zalo.group_check import KIND
from tests.duty.telling import Telling, put_on_duty
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 1, 0, 31, tzinfo=UTC)  # 07:31, a shift has just begun


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(START, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def check(telling, commune):
    DutySettings.objects.create(commune=commune, duty_group="nhom")
    return DutyGroupCheck.objects.create(
        commune=commune, duty_group="nhom", checked_at=timezone.now(), strangers=2
    )


def test_leader_on_duty_is_told_at_the_start_of_the_shift(telling, commune, check, chief):
    put_on_duty(commune, leader=chief, duty=make_user(commune, Role.OFFICER))
    open_occasion(KIND, check, commune=commune)

    telling.after(1)

    assert telling.people() == {chief}


def test_only_chiefs_of_the_commune_may_open_it(commune, other_commune, check, chief):
    occasion = open_occasion(KIND, check, commune=commune)

    assert subjects.may_open(occasion, chief)
    for stranger in (make_user(commune, Role.OFFICER), make_user(other_commune, Role.CHIEF)):
        assert not subjects.may_open(occasion, stranger)


@pytest.mark.parametrize("change", [{"strangers": 0}, {"duty_group": "nhom-khac"}])
def test_it_stands_as_long_as_the_last_look_of_this_group_says_so(check, change):
    subject = subjects._SUBJECTS[KIND]
    assert subject.stands(check.pk)

    DutyGroupCheck.objects.update(**change)

    assert not subject.stands(check.pk)


def test_trouble_with_zalo_is_told_too(check):
    DutyGroupCheck.objects.update(strangers=0, trouble="Zalo từ chối.")

    assert subjects._SUBJECTS[KIND].stands(check.pk)
