"""Clocks refuse forbidden changes, with a reason."""

from datetime import date, timedelta

import pytest

from reports.clocks import states
from reports.clocks.rules import Pause, working_days
from reports.clocks.states import Clock, Refused, State, least
from tests.reports.deadlines import BY_CODE, CALENDARS, moment, words_of

CALENDAR = CALENDARS["state"]
MONDAY = moment("2026-06-01 08:00")


def reason_of(call, *arguments):
    with pytest.raises(Refused) as refused:
        call(*arguments, CALENDAR)
    return refused.value.reason


def clock(code: str = "recommendation", **more) -> Clock:
    return Clock(BY_CODE[code], MONDAY, **more)


@pytest.mark.parametrize(
    "code",
    [
        "inform_grave", "transfer_grave", "transfer_grave_remote", "transfer", "acknowledge",
        "answer", "first_look", "follow_20_days",
    ],
)  # fmt: skip
def test_the_clocks_of_the_law_and_of_the_first_look_run_on(code):
    until = MONDAY + timedelta(minutes=30)

    assert reason_of(states.pause, clock(code), MONDAY, until) == "may_not_pause"
    assert reason_of(states.extend, clock(code), MONDAY, 1) == "may_not_extend"


def test_a_pause_says_when_it_ends_within_thirty_days():
    assert reason_of(states.pause, clock(), MONDAY, MONDAY) == "pause_length"
    month = MONDAY + timedelta(days=30)
    assert reason_of(states.pause, clock(), MONDAY, month + timedelta(minutes=1)) == "pause_length"
    assert states.pause(clock(), MONDAY, month, CALENDAR).pauses == (Pause(MONDAY, month),)


def test_what_is_overdue_is_neither_paused_nor_extended():
    late = moment("2026-06-22 17:01")

    assert reason_of(states.pause, clock(), late, late + timedelta(days=1)) == "overdue"
    assert reason_of(states.extend, clock(), late, 5) == "overdue"


def test_what_was_done_or_applies_no_more_is_neither_paused_nor_extended():
    at = moment("2026-06-03 08:00")
    done, off = clock(stopped_at=MONDAY), clock(cancelled_at=MONDAY)

    assert reason_of(states.pause, done, at, at + timedelta(days=1)) == "met"
    assert reason_of(states.extend, done, at, 5) == "met"
    assert reason_of(states.pause, off, at, at + timedelta(days=1)) == "cancelled"
    assert reason_of(states.extend, off, at, 5) == "cancelled"


def test_what_is_paused_is_not_paused_again_but_may_be_extended():
    at, until = moment("2026-06-03 09:00"), moment("2026-06-05 10:00")
    paused = states.pause(clock(), at, until, CALENDAR)

    assert reason_of(states.pause, paused, at, until) == "paused"
    assert words_of(states.extend(paused, at, 5, CALENDAR).due_at(CALENDAR)) == "2026-07-01 17:00"


def test_only_a_paused_clock_is_resumed():
    assert reason_of(states.resume, clock(), MONDAY) == "not_paused"


def test_resuming_early_counts_the_days_again():
    paused = states.pause(clock(), moment("2026-06-03 09:00"), moment("2026-06-12 10:00"), CALENDAR)

    resumed = states.resume(paused, moment("2026-06-05 10:00"), CALENDAR)

    assert words_of(paused.due_at(CALENDAR)) == "2026-07-01 17:00"
    assert words_of(resumed.due_at(CALENDAR)) == "2026-06-24 17:00"


def test_an_extension_is_given_once_and_at_most_as_much_again():
    extended = states.extend(clock(), MONDAY, 15, CALENDAR)

    assert words_of(extended.due_at(CALENDAR)) == "2026-07-13 17:00"
    assert reason_of(states.extend, extended, MONDAY, 1) == "extended_already"
    assert reason_of(states.extend, clock(), MONDAY, 16) == "extension_length"
    assert reason_of(states.extend, clock(), MONDAY, 0) == "extension_length"


def test_a_clock_that_is_stopped_before_it_began_was_done_as_it_began():
    stopped = states.stop(clock(), MONDAY - timedelta(minutes=7))

    assert stopped.stopped_at == MONDAY
    assert states.state(stopped, MONDAY, CALENDAR) == State.MET


def test_what_applies_no_more_cannot_be_done_afterwards():
    off = states.cancel(clock(), MONDAY)

    assert states.stop(off, MONDAY + timedelta(hours=1)) == off


def test_who_is_handed_a_short_clock_late_has_its_whole_time_and_no_more():
    assert words_of(least(BY_CODE["check_10_hours"], MONDAY, CALENDAR)) == "2026-06-01 18:00"
    assert words_of(least(BY_CODE["transfer_grave_remote"], MONDAY, CALENDAR)) == "2026-06-02 08:00"
    assert words_of(least(BY_CODE["check_5_days"], MONDAY, CALENDAR)) == "2026-06-02 08:00"
    assert words_of(least(BY_CODE["recommendation"], MONDAY, CALENDAR)) == "2026-06-02 17:00"


def test_a_pause_that_ends_before_it_begins_is_no_pause():
    with pytest.raises(ValueError, match="ends after it begins"):
        Pause(MONDAY, MONDAY)


def test_a_calendar_without_working_days_is_refused_rather_than_walked_for_ever():
    first = date(2030, 1, 1)
    calendar = {first + timedelta(days=number): "off" for number in range(200)}

    with pytest.raises(ValueError, match="no working day"):
        next(working_days(first, calendar))
