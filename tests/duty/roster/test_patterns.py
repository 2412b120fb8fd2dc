"""Patterns become rows for eight weeks; what was changed by hand stays."""

from datetime import date, time, timedelta

import pytest

from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import DutySettings, Seat, Shift, ShiftPattern
from duty.roster.services import unfilled
from duty.shifts import editing, patterns
from duty.tasks import fill_roster
from tests.duty.roster.conftest import DAY, NOON, local
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)


def set_one(roster, *people, **options):
    options.setdefault("starts_on", TODAY)
    options.setdefault("seat", Seat.DUTY)
    return patterns.set_pattern(
        roster.commune, people=list(people), by=options.pop("by", roster.chief), **options
    )


def names(roster, first=1, last=5):
    rows = Shift.objects.filter(starts_at__gte=local(first, 0), starts_at__lt=local(last + 1, 0))
    return [row.person.username for row in rows.order_by("starts_at")]


def test_persons_take_turns_for_eight_weeks_without_a_gap(roster):
    set_one(roster, roster.an, roster.binh, roster.cuc)

    assert names(roster) == ["an", "binh", "cuc", "an", "binh"]
    assert unfilled(roster.commune, Seat.DUTY, NOON, NOON + timedelta(weeks=8)) == []
    assert Shift.objects.count() == 57


def test_each_keeps_as_many_days_as_the_pattern_says(roster):
    set_one(roster, roster.an, roster.binh, days=2)

    assert names(roster) == ["an", "an", "binh", "binh", "an"]


def test_first_row_begins_now_and_not_in_the_past(roster):
    set_one(roster, roster.an)

    first = Shift.objects.earliest("starts_at")
    assert (first.starts_at, first.ends_at) == (NOON, local(2))


def test_night_adds_the_days_that_came_nearer_and_no_row_that_was_removed(roster):
    set_one(roster, roster.an)
    editing.remove_shift(Shift.objects.get(starts_at=local(4)), by=roster.chief)
    before = Shift.objects.count()
    roster.clock.shift(2 * DAY)

    fill_roster()

    assert Shift.objects.count() == before + 2
    assert not Shift.objects.filter(starts_at=local(4)).exists()


def test_new_pattern_replaces_the_old_one_and_leaves_rows_changed_by_hand(roster):
    set_one(roster, roster.an)
    editing.change_person(Shift.objects.get(starts_at=local(4)), person=roster.cuc, by=roster.chief)

    set_one(roster, roster.binh, starts_on=date(2026, 12, 3))

    assert names(roster) == ["an", "an", "binh", "cuc", "binh"]
    assert ShiftPattern.objects.earliest("pk").ends_on == date(2026, 12, 2)


def test_ended_pattern_makes_no_more_rows(roster):
    pattern = set_one(roster, roster.an)

    patterns.end_pattern(pattern, by=roster.chief)

    assert names(roster) == ["an"]
    roster.clock.shift(3 * DAY)
    fill_roster()
    assert Shift.objects.count() == 1


def test_new_hour_of_change_moves_rows_ahead_and_leaves_no_gap(roster):
    set_one(roster, roster.an, roster.binh)

    patterns.set_change_time(roster.commune, changes_at=time(8, 15), by=roster.chief)

    second = Shift.objects.order_by("starts_at")[1]
    assert second.starts_at == local(2, 8, 15)
    assert unfilled(roster.commune, Seat.DUTY, NOON, NOON + timedelta(weeks=8)) == []
    assert DutySettings.objects.get(commune=roster.commune).changes_at == time(8, 15)


def test_earlier_hour_of_change_leaves_the_shift_that_goes_on_as_it_is(roster):
    set_one(roster, roster.an, roster.binh)

    patterns.set_change_time(roster.commune, changes_at=time(6, 0), by=roster.chief)

    first, second = Shift.objects.order_by("starts_at")[:2]
    assert (first.ends_at, second.starts_at, second.ends_at) == (local(2), local(2), local(3, 6, 0))


def test_person_without_the_right_is_refused_in_a_pattern(roster):
    head = make_user(roster.commune, Role.PARTY_MEMBER)

    with pytest.raises(NotAllowed, match="chưa có quyền nhận việc"):
        set_one(roster, roster.an, head)


def test_person_who_lost_the_account_leaves_the_seat_empty(roster):
    set_one(roster, roster.an, roster.binh)
    roster.binh.is_active = False
    roster.binh.save()
    roster.clock.shift(3 * DAY)

    fill_roster()

    added = Shift.objects.filter(starts_at__gt=local(1) + timedelta(weeks=8))
    assert {row.person_id for row in added} == {roster.an.pk}


@pytest.mark.parametrize("who", ["an", "cuc"])
def test_only_the_chief_sets_patterns_and_hours(roster, who):
    with pytest.raises(NotAllowed, match="lập lịch trực"):
        set_one(roster, roster.an, by=getattr(roster, who))
    with pytest.raises(NotAllowed, match="lập lịch trực"):
        patterns.set_change_time(roster.commune, changes_at=time(9), by=getattr(roster, who))


def test_other_commune_is_out_of_reach(roster, other_commune):
    with pytest.raises(NotAllowed, match="lập lịch trực"):
        patterns.set_pattern(
            other_commune, seat=Seat.DUTY, people=[roster.an], starts_on=TODAY, by=roster.chief
        )
