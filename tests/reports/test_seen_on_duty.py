"""The keeper of a seat of the roster reads the tips of the shift, as the desk does."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from duty.models import Seat
from reports import intake
from reports.models import TipConflict, TipReport
from reports.work import services as work
from tests.duty.telling import NOON, Telling
from tests.factories.accounts import make_user
from tests.factories.duty import make_shift
from tests.factories.tips import make_tip


@pytest.fixture
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def officer(telling, officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(telling, other_hamlet):
    """A call for help from a hamlet that is another officer's."""
    content = intake.TipContent("Đang cháy, có người kẹt.", urgency="emergency",
                                hamlet=other_hamlet)  # fmt: skip
    return intake.receive(other_hamlet.commune, content, channel="web_form").tip


def sees(user, tip) -> bool:
    return TipReport.objects.visible_to(user).filter(pk=tip.pk).exists()


def test_the_officer_on_the_duty_seat_is_told_first_and_opens_it(
    telling, commune, officer, tip, login
):
    make_shift(commune, officer, NOON)

    telling.after(0)

    assert telling.people() == {officer}
    page = reverse("admin:reports_tipreport_show", args=[tip.pk])
    assert login(officer).get(page).status_code == 200


@pytest.mark.parametrize("seat", list(Seat))
def test_each_seat_sees_it_as_long_as_the_shift_lasts(telling, commune, officer, tip, seat):
    assert not sees(officer, tip)
    shift = make_shift(commune, officer, NOON, seat)
    assert sees(officer, tip)

    telling.clock.move_to(shift.ends_at)

    assert not sees(officer, tip)


def test_what_was_taken_up_on_duty_stays_with_that_officer(telling, commune, officer, tip):
    shift = make_shift(commune, officer, NOON)

    work.assign(tip, to=officer, by=officer)
    telling.clock.move_to(shift.ends_at)

    assert sees(officer, tip)


def test_tips_of_others_older_ones_and_barred_ones_stay_out_of_sight(
    telling, commune, officer, other_hamlet
):
    make_shift(commune, officer, NOON)
    given = make_tip(hamlet=other_hamlet, owner=make_user(commune, Role.OFFICER))
    old = make_tip(hamlet=other_hamlet, received_at=timezone.now() - timedelta(hours=25))
    barred = make_tip(hamlet=other_hamlet)
    TipConflict.objects.create(tip=barred, user=officer)
    new = make_tip(hamlet=other_hamlet)

    assert [tip for tip in (given, old, barred, new) if sees(officer, tip)] == [new]


def test_the_trail_says_that_only_the_seat_gave_it(telling, commune, officer, tip, hamlet, login):
    make_shift(commune, officer, NOON)
    client = login(officer)

    for one in (tip, make_tip(hamlet=hamlet)):
        client.get(reverse("admin:reports_tipreport_show", args=[one.pk]))

    looks = AuditEvent.objects.filter(action="tip.viewed").order_by("pk")
    assert [one.details for one in looks] == [{"on_duty": True}, {}]


@pytest.mark.parametrize("role", [Role.HAMLET_HEAD, Role.TECH_ADMIN, Role.PARTY_OFFICE])
def test_a_seat_shows_nothing_to_who_may_read_no_tips(telling, commune, tip, role):
    stranger = make_user(commune, role)
    make_shift(commune, stranger, NOON)

    assert not sees(stranger, tip)


def test_a_seat_in_another_commune_shows_nothing(telling, commune, other_commune, tip):
    stranger = make_user(other_commune, Role.OFFICER)
    make_shift(commune, stranger, NOON)
    make_shift(other_commune, stranger, NOON)

    assert not sees(stranger, tip)
