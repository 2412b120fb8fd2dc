"""Báo danh and the round over the shifts: late, not reachable, not filled, just changed."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from accounts.workflow.declaration import NotAllowed
from duty.models import Absence, Occasion, Seat, Shift
from duty.occasions import services
from duty.services import close_occasions, open_occasion
from duty.shifts import beginning, watching
from duty.ways import choice
from tests.duty.roster.conftest import DAY, HOUR, NOON, local

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def open_kinds():
    return sorted(Occasion.objects.open().values_list("kind", flat=True))


@pytest.fixture
def whole_week(roster):
    """The duty seat is filled for longer than a week, from NOON on."""
    return [roster.shift(roster.cuc, NOON + number * DAY) for number in range(9)]


def test_confirmed_shift_is_begun_and_audited(roster):
    shift = roster.shift(roster.an, NOON)

    beginning.begin(shift, by=roster.an)

    shift.refresh_from_db()
    assert shift.begun_at == NOON
    assert AuditEvent.objects.get(action="shift.begun").details == {"has_displayed": False}


def test_only_the_keeper_confirms_in_time_and_once(roster):
    shift = roster.shift(roster.an, NOON + 31 * MINUTE)

    with pytest.raises(NotAllowed, match="không phải của đồng chí"):
        beginning.begin(shift, by=roster.chief)
    with pytest.raises(NotAllowed, match="30 phút"):
        beginning.begin(shift, by=roster.an)
    roster.clock.shift(MINUTE)
    beginning.begin(shift, by=roster.an)
    with pytest.raises(NotAllowed, match="đã báo danh"):
        beginning.begin(shift, by=roster.an)


def test_stand_in_confirms_for_the_absent_person(roster):
    shift = roster.shift(roster.an, NOON)
    Absence.objects.create(
        commune=roster.commune, person=roster.an, stand_in=roster.binh, written_by=roster.chief,
        starts_at=NOON - DAY, ends_at=NOON + DAY,
    )  # fmt: skip

    with pytest.raises(NotAllowed, match="không phải của đồng chí"):
        beginning.begin(shift, by=roster.an)
    beginning.begin(shift, by=roster.binh)


def test_shift_not_begun_after_ten_minutes_reaches_the_leader_on_duty(roster, whole_week):
    roster.shift(roster.leader, NOON - HOUR, seat=Seat.LEADER, begun_at=NOON)
    roster.device(roster.cuc, days_ago=0)
    roster.clock.shift(9 * MINUTE)
    watching.watch()
    assert open_kinds() == []

    roster.clock.shift(MINUTE)
    watching.watch()
    watching.watch()

    occasion = Occasion.objects.get(kind="shift_not_begun")
    assert (occasion.level, occasion.count) == ("now", 1)
    assert roster.run() == ["leader"]


def test_without_a_leader_on_duty_the_chiefs_are_notified(roster, whole_week):
    roster.clock.shift(10 * MINUTE)
    watching.watch()

    assert roster.run() == ["chief", "leader"]


def test_confirming_closes_the_alarm(roster, whole_week):
    roster.clock.shift(10 * MINUTE)
    watching.watch()

    beginning.begin(whole_week[0], by=roster.cuc)
    watching.watch()

    assert Occasion.objects.get(kind="shift_not_begun").closed_because == "done"


def test_seats_beside_the_duty_officer_raise_no_alarm(roster, whole_week):
    beginning.begin(whole_week[0], by=roster.cuc)
    roster.shift(roster.an, NOON, seat=Seat.SECOND)
    roster.clock.shift(HOUR)

    watching.watch()

    assert not Occasion.objects.filter(kind="shift_not_begun").exists()


def test_person_without_a_device_is_named_to_the_leader_twelve_hours_before(roster, whole_week):
    beginning.begin(whole_week[0], by=roster.cuc)
    roster.clock.shift(12 * HOUR - MINUTE)  # 01:59, before the first check of 14:00
    watching.watch()
    assert open_kinds() == []

    roster.clock.shift(MINUTE)
    watching.watch()
    watching.watch()

    occasion = Occasion.objects.get(kind="shift_unready")
    assert (occasion.subject_pk, occasion.level, occasion.count) == (whole_week[1].pk, "hours", 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"days_ago": 8},
        {"shown_at": None},
        {"off_at": NOON, "off_because": "gone"},
        {"made_for": "the key of before"},
    ],
)
def test_device_that_displayed_nothing_lately_does_not_count(roster, fields):
    shift = roster.shift(roster.an, NOON + HOUR)
    roster.device(roster.an, **fields)

    assert not watching.is_reachable(shift, NOON)
    roster.device(roster.an, days_ago=6)
    assert watching.is_reachable(shift, NOON)


def test_unready_closes_once_a_device_displays_a_notice(roster, whole_week):
    beginning.begin(whole_week[0], by=roster.cuc)
    roster.clock.shift(13 * HOUR)
    watching.watch()
    roster.device(roster.cuc, days_ago=0)

    watching.watch()

    assert open_kinds() == []
    assert Occasion.objects.get(kind="shift_unready").closed_because == "done"


def test_who_has_switched_pushes_off_is_not_reached(roster):
    shift = roster.shift(roster.an, NOON + HOUR)
    roster.device(roster.an, days_ago=1)
    choice.switch_off("push", by=roster.an)

    assert not watching.is_reachable(shift, NOON)


def test_beginning_a_shift_proves_no_phone(roster, whole_week):
    open_occasion("shift_unready", whole_week[0], commune=roster.commune)

    beginning.begin(whole_week[0], by=roster.cuc)
    watching.watch()
    begun = open_kinds()
    roster.device(roster.cuc, days_ago=0)
    watching.watch()

    assert (begun, open_kinds()) == (["shift_unready"], [])


def test_second_check_an_hour_before_notifies_the_leader_again(roster, whole_week):
    beginning.begin(whole_week[0], by=roster.cuc)
    roster.clock.shift(17 * HOUR)  # 07:00 of the next day
    watching.watch()
    roster.clock.shift(3 * MINUTE)
    assert roster.run() == ["chief", "leader"]
    roster.clock.shift(5 * HOUR + 57 * MINUTE)  # 13:00
    roster.run()

    watching.watch()
    watching.watch()
    roster.clock.shift(3 * MINUTE)

    assert roster.run() == ["chief", "leader"]
    assert Occasion.objects.filter(kind="shift_unready").count() == 2
    assert open_kinds() == ["shift_unready"]


def test_empty_seat_of_the_next_days_is_one_matter_until_it_is_filled(roster):
    roster.shift(roster.cuc, NOON, hours=24 * 6, begun_at=NOON)

    watching.watch()
    watching.watch()

    assert open_kinds() == ["shifts_unfilled"]
    assert Occasion.objects.get().count == 1
    roster.shift(roster.an, NOON + 6 * DAY, hours=48)
    watching.watch()
    assert open_kinds() == []


def test_commune_that_never_drew_up_a_roster_is_left_alone(roster):
    watching.watch()

    assert Occasion.objects.count() == 0


@pytest.fixture
def fire(roster, monkeypatch):
    """An open urgent matter whose row is an account; whoever is on duty is notified first."""
    from duty.occasions import subjects  # noqa: PLC0415 -- replaced for this test alone

    subject = subjects.Subject(
        may_open=lambda user, pk: True, address=lambda user, pk: "/", stands=lambda pk: True
    )
    monkeypatch.setitem(subjects._SUBJECTS, "tip_now", subject)
    return open_occasion("tip_now", roster.chief, commune=roster.commune)


@pytest.fixture
def change(roster):
    """A keeps the seat until 15:00, Bình from then on."""
    roster.shift(roster.an, local(1), hours=7.5, begun_at=local(1))
    return roster.shift(roster.binh, NOON + HOUR, hours=24 * 9)


def test_new_person_is_notified_at_once_of_an_urgent_matter_that_is_open(roster, change, fire):
    for minutes in (0, 3, 5):
        roster.clock.move_to(NOON + minutes * MINUTE)
        roster.run()
    roster.clock.move_to(NOON + HOUR + MINUTE)
    roster.run()  # steps of the ladder, which repeat every quarter of an hour
    watching.watch()

    assert "binh" in roster.run()
    watching.watch()
    assert roster.run() == []


def test_matter_taken_by_the_leaver_waits_for_the_new_person(roster, change, fire):
    roster.clock.move_to(NOON + 55 * MINUTE)
    services.claim(fire, by=roster.an)
    roster.clock.move_to(NOON + HOUR + MINUTE)

    watching.watch()
    roster.run()

    fire.refresh_from_db()
    assert fire.taken_by is None
    assert roster.notified == ["binh"]


def test_matter_taken_after_the_own_shift_stays_with_the_person(roster, change, fire):
    roster.clock.move_to(NOON + HOUR + MINUTE)
    services.claim(fire, by=roster.an)

    watching.watch()

    fire.refresh_from_db()
    assert fire.taken_by == roster.an


def test_closed_matter_is_nothing_for_the_new_person(roster, change, fire):
    close_occasions(roster.chief)
    roster.clock.move_to(NOON + HOUR + MINUTE)

    watching.watch()

    assert roster.run() == []


def test_one_broken_look_stops_no_other(roster, monkeypatch):
    Shift.objects.all().delete()
    roster.shift(roster.cuc, NOON - HOUR)

    def broken(now):
        raise RuntimeError

    broken.__name__ = "broken"
    monkeypatch.setattr(watching, "_unready", broken)
    watching.watch()

    assert open_kinds() == ["shift_not_begun", "shifts_unfilled"]
