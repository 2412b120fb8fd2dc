"""Directions whose day is near are told to the accounts of the addressee, and to nobody without
sight."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.users.roles import Role
from duty.models import Occasion
from oversight.direction import services
from oversight.models import Body, Direction
from oversight.tasks import follow_directions
from tests.duty.telling import NOON, Telling, ends, kinds, put_on_duty
from tests.factories.accounts import make_user
from tests.factories.direction import make_body, make_direction, make_organisation, speaker_of

KIND = "direction_due"


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def women(telling, commune):
    return make_body(commune, Body.Kind.WOMEN)


@pytest.fixture
def speaker(women):
    return speaker_of(women)


def due(to, days: int = 1) -> Direction:
    return make_direction(to, due_on=timezone.localdate() + timedelta(days=days))


def test_a_direction_is_told_of_from_two_days_before(telling, women, speaker):
    later, soon = due(women, 3), due(women, 2)

    follow_directions()
    follow_directions()

    assert (kinds(later), kinds(soon)) == ([], [KIND])
    assert Occasion.objects.get().count == 1
    telling.after(2)
    assert telling.people() == {speaker}


def test_a_direction_that_is_late_goes_on(telling, women, speaker):
    row = due(women)
    follow_directions()

    telling.clock.shift(timedelta(days=4))
    follow_directions()
    telling.after(0)

    assert kinds(row) == [KIND]


@pytest.mark.parametrize("act", ["reply", "close"])
def test_a_reply_or_the_end_closes(commune, women, speaker, act):
    office = make_user(commune, Role.PARTY_OFFICE)
    row = due(women)
    follow_directions()

    if act == "reply":
        services.reply(row, "Đã họp và phân công.", by=speaker)
    else:
        services.close(row, by=office, text="Không còn cần.")

    assert (kinds(row), ends(row, KIND)) == ([], ["done"])


def test_one_returned_for_tomorrow_is_told_of_again(commune, women, speaker):
    office = make_user(commune, Role.PARTY_OFFICE)
    row = due(women)
    services.reply(row, "Đã họp.", by=speaker)

    services.return_for_more(
        row, "Nói rõ hơn.", due_on=timezone.localdate() + timedelta(days=1), by=office
    )

    assert kinds(row) == [KIND]


def test_each_addressee_has_accounts_of_its_own(
    telling, commune, hamlet, hamlet_head_of, chief, speaker
):
    office = make_user(commune, Role.PARTY_OFFICE)
    head = hamlet_head_of(hamlet)
    for to, expected in (
        (make_body(commune, Body.Kind.POLICE), {chief}),
        (hamlet, {head}),
        (make_organisation(commune), {office}),
    ):
        Occasion.objects.all().delete()
        Direction.objects.all().delete()
        make_direction(to, due_on=timezone.localdate(), created_by=office)
        follow_directions()
        telling.after(2)
        assert telling.people() == expected


def test_whoever_does_not_see_it_is_told_nothing_at_any_step(
    telling, commune, hamlet, hamlet_head_of, officer_of, chief, women, speaker
):
    other = speaker_of(make_body(commune, Body.Kind.YOUTH))
    put_on_duty(commune, duty=officer_of(hamlet), leader=chief, second=other)
    hamlet_head_of(hamlet)
    due(women)
    follow_directions()

    telling.climb()

    assert telling.people() == {speaker}
