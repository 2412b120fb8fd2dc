"""Every clock keeps its rules, for any rule, any moment and any calendar."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.clocks import states
from reports.clocks.rules import (
    DAY_ENDS,
    Facts,
    Pause,
    Rule,
    Stage,
    Unit,
    choose,
    due_at,
    local_day,
    merged,
    on_day,
)
from reports.clocks.states import Clock, Refused, State
from tests.reports.deadlines import CALENDARS, CRIMES, SHIPPED

FIRST, LAST = date(2026, 1, 1), date(2028, 3, 31)
UNITS = st.sampled_from(list(Unit))
RUNNING_UNITS = st.sampled_from([Unit.HOURS, Unit.DAYS])
MINUTE = timedelta(minutes=1)
KINDS = ["", "denunciation_of_crime", "crime_report", "feedback", "procedure_question"]


def moments(first: date = FIRST, last: date = LAST) -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda day, minute: on_day(day, time()) + minute * MINUTE,
        st.dates(first, last),
        st.integers(0, 24 * 60 - 1),
    )


def rules(units: st.SearchStrategy[Unit] = UNITS) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        code=st.just("any"),
        stage=st.sampled_from(list(Stage)),
        amount=st.integers(1, 60),
        unit=units,
        may_pause=st.just(True),
        may_extend=st.just(True),
        remind_before=st.lists(st.integers(0, 48), max_size=3, unique=True).map(tuple),
    )


days_off = st.frozensets(st.dates(date(2026, 1, 1), date(2028, 6, 30)), max_size=30)
calendars = st.one_of(
    st.sampled_from(list(CALENDARS.values())),
    st.dictionaries(
        st.dates(date(2026, 1, 1), date(2028, 6, 30)), st.sampled_from(["off", "worked"]),
        max_size=40,
    ),
)  # fmt: skip


@st.composite
def pauses_after(draw: st.DrawFn, start: datetime) -> tuple[Pause, ...]:
    found = []
    for _number in range(draw(st.integers(0, 4))):
        begins = start + draw(st.integers(0, 40 * 24 * 60)) * MINUTE
        found.append(Pause(begins, begins + draw(st.integers(1, 10 * 24 * 60)) * MINUTE))
    return tuple(found)


@st.composite
def clocks(draw: st.DrawFn, units: st.SearchStrategy[Unit] = UNITS) -> Clock:
    start = draw(moments())
    return Clock(
        draw(rules(units)),
        start,
        pauses=draw(pauses_after(start)),
        extension=draw(st.integers(0, 10)),
    )


@given(clocks(), calendars)
def test_no_clock_ends_before_it_begins(clock, calendar):
    assert clock.due_at(calendar) > clock.started_at


@given(rules(), moments(), st.integers(0, 20_000), calendars)
def test_what_begins_later_never_ends_sooner(rule, start, minutes, calendar):
    later = start + minutes * MINUTE

    assert due_at(rule, start, (), calendar) <= due_at(rule, later, (), calendar)


@given(rules(), moments(), calendars, st.data())
def test_with_the_same_pauses_too_what_begins_later_never_ends_sooner(rule, start, calendar, data):
    pauses = data.draw(pauses_after(start))
    later = start + data.draw(st.integers(0, 20_000)) * MINUTE

    assert due_at(rule, start, pauses, calendar) <= due_at(rule, later, pauses, calendar)


@given(clocks(), calendars, st.integers(1, 20))
def test_more_time_ends_later(clock, calendar, more):
    longer = due_at(
        clock.rule, clock.started_at, clock.pauses, calendar, extension=clock.extension + more
    )

    assert longer > clock.due_at(calendar)


@given(clocks(RUNNING_UNITS), calendars)
def test_hours_and_days_know_no_days_off(clock, calendar):
    assert clock.due_at(calendar) == clock.due_at({})


@given(rules(RUNNING_UNITS), moments(), st.data())
def test_a_pause_moves_the_end_by_exactly_the_paused_time(rule, start, data):
    plain = due_at(rule, start, (), {})
    inside = int((plain - start) / MINUTE) - 1
    begins = start + data.draw(st.integers(0, inside)) * MINUTE
    length = data.draw(st.integers(1, 20_000)) * MINUTE

    assert due_at(rule, start, (Pause(begins, begins + length),), {}) == plain + length


@given(clocks(RUNNING_UNITS))
def test_the_time_that_counted_is_the_time_of_the_rule(clock):
    """Counted minute by minute in another way: from start to end, without what was paused."""
    due = clock.due_at({})
    paused = sum(
        (max(min(one.end, due) - one.start, timedelta()) for one in merged(clock.pauses)),
        timedelta(),
    )
    amount = clock.rule.amount + clock.extension
    hours = amount if clock.rule.unit == Unit.HOURS else amount * 24

    assert due - clock.started_at - paused == timedelta(hours=hours)


@given(clocks(st.just(Unit.WORKING_DAYS)), calendars)
def test_the_working_days_that_counted_are_those_of_the_rule(clock, calendar):
    """Counted day by day in another way, with the weekdays and kinds themselves."""
    due = clock.due_at(calendar)
    counted, day = 0, local_day(clock.started_at) + timedelta(days=1)
    while on_day(day, DAY_ENDS) <= due:
        kind = calendar.get(day, "worked" if day.isoweekday() <= 5 else "off")
        ends = on_day(day, DAY_ENDS)
        lost = any(one.start < ends and one.end >= ends for one in clock.pauses)
        counted += kind == "worked" and not lost
        day += timedelta(days=1)

    assert counted == clock.rule.amount + clock.extension
    assert due.timetz().replace(tzinfo=None) == DAY_ENDS


@given(clocks(), calendars, st.data())
def test_one_more_pause_never_ends_it_sooner(clock, calendar, data):
    more = clock.pauses + data.draw(pauses_after(clock.started_at))

    assert due_at(
        clock.rule, clock.started_at, more, calendar, extension=clock.extension
    ) >= clock.due_at(calendar)


@given(clocks(), calendars, st.randoms())
def test_the_order_in_which_pauses_are_told_does_not_matter(clock, calendar, random):
    mixed = list(clock.pauses)
    random.shuffle(mixed)

    assert due_at(
        clock.rule, clock.started_at, mixed, calendar, extension=clock.extension
    ) == clock.due_at(calendar)


@given(clocks(st.just(Unit.WORKING_DAYS)), days_off)
def test_a_day_off_only_lengthens(clock, off):
    assert clock.due_at(dict.fromkeys(off, "off")) >= clock.due_at({})


@given(clocks(st.just(Unit.WORKING_DAYS)), days_off)
def test_a_day_that_is_worked_instead_only_shortens(clock, worked):
    assert clock.due_at(dict.fromkeys(worked, "worked")) <= clock.due_at({})


@given(rules(), moments(), calendars)
def test_the_zone_in_which_a_moment_is_told_does_not_matter(rule, start, calendar):
    assert due_at(rule, start.astimezone(UTC), (), calendar) == due_at(rule, start, (), calendar)


@given(clocks(), calendars, moments(date(2025, 12, 1), date(2028, 12, 31)))
def test_open_clocks_are_overdue_exactly_after_their_end(clock, calendar, at):
    late = states.state(clock, at, calendar) == State.OVERDUE

    assert late == (at > clock.due_at(calendar))


@given(clocks(), calendars, st.integers(0, 80_000), st.integers(0, 80_000))
def test_what_was_done_is_in_time_or_late_for_ever(clock, calendar, done, asked):
    stopped = states.stop(clock, clock.started_at + done * MINUTE)
    later = stopped.stopped_at + asked * MINUTE
    in_time = stopped.stopped_at <= clock.due_at(calendar)

    assert states.state(stopped, later, calendar) == (State.MET if in_time else State.MET_LATE)
    assert states.stop(stopped, later) == stopped
    assert states.cancel(stopped, later) == stopped


@given(clocks(), calendars, st.data())
def test_a_paused_clock_is_never_late(clock, calendar, data):
    begun = [pause for pause in clock.pauses if pause.start < clock.due_at(calendar)]
    assume(begun)
    pause = data.draw(st.sampled_from(begun))
    at = pause.start + data.draw(st.integers(0, 10 * 24 * 60)) * MINUTE
    assume(states.state(clock, at, calendar) == State.PAUSED)

    assert at < clock.due_at(calendar)


@given(clocks(), calendars, st.integers(0, 80_000), st.integers(1, 43_200))
def test_a_pause_that_is_taken_shows_and_ends_by_itself(clock, calendar, asked, minutes):
    at = clock.started_at + asked * MINUTE
    until = at + minutes * MINUTE
    before = states.state(clock, at, calendar)
    if before not in (State.RUNNING, State.DUE_SOON):
        with pytest.raises(Refused):
            states.pause(clock, at, until, calendar)
        return

    paused = states.pause(clock, at, until, calendar)

    assert states.state(paused, at, calendar) == State.PAUSED
    assert states.state(paused, until - MINUTE, calendar) == State.PAUSED
    assert paused.due_at(calendar) > until
    assert paused.due_at(calendar) >= clock.due_at(calendar)


@given(rules(RUNNING_UNITS), moments(), st.data())
def test_a_pause_taken_back_gives_back_what_was_not_used(rule, start, data):
    clock = Clock(rule, start)
    plain = clock.due_at({})
    at = start + data.draw(st.integers(0, int((plain - start) / MINUTE))) * MINUTE
    length = data.draw(st.integers(2, 43_200))
    used = data.draw(st.integers(1, length - 1)) * MINUTE
    assume(at < plain)
    paused = states.pause(clock, at, at + length * MINUTE, {})

    resumed = states.resume(paused, at + used, {})

    assert resumed.due_at({}) == plain + used
    assert states.state(resumed, at + used, {}) in (State.RUNNING, State.DUE_SOON)


@given(clocks(), calendars)
def test_reminders_lie_between_beginning_and_end(clock, calendar):
    found = states.reminders(clock, calendar)

    assert found == sorted(set(found))
    assert found[-1] == clock.due_at(calendar)
    assert all(at > clock.started_at for at in found)


facts = st.builds(Facts, st.sampled_from(KINDS), st.booleans(), st.booleans())


@given(facts, st.dates(date(2025, 7, 1), date(2028, 1, 1)))
def test_a_tip_has_one_rule_for_each_step(known, on):
    stages = [rule.stage for rule in choose(SHIPPED, known, on)]

    assert len(stages) == len(set(stages))
    assert {Stage.FIRST_LOOK, Stage.ACKNOWLEDGE} <= set(stages)
    assert (Stage.TRANSFER in stages) == (known.kind in CRIMES)


@given(
    moments(last=date(2027, 12, 1)),
    st.lists(st.tuples(st.integers(1, 5_000), facts), min_size=1, max_size=6),
)
def test_sorting_anew_never_leaves_two_clocks_or_none_for_a_step(received_at, sortings):
    known, at = Facts(""), received_at
    found = states.at_receipt(SHIPPED, known, received_at)
    for minutes, after in sortings:
        at += minutes * MINUTE
        done = states.reclassified(
            found, SHIPPED, before=known, after=after, received_at=received_at, at=at,
            calendar=CALENDARS["state"],
        )  # fmt: skip
        assert {clock.rule.stage for clock in done.cancelled} & {
            clock.rule.stage for clock in done.going_on
        } == set()
        found, known = [*done.going_on, *done.opened], after

        wanted = choose(SHIPPED, known, local_day(received_at))
        assert sorted(clock.rule.code for clock in found) == [rule.code for rule in wanted]


@given(moments(last=date(2027, 12, 1)), st.integers(1, 30_000), st.booleans())
def test_turning_out_grave_never_gives_more_time(received_at, minutes, remote):
    before = Facts("crime_report", is_remote=remote)
    after = Facts("crime_report", is_grave=True, is_remote=remote)
    first = states.at_receipt(SHIPPED, before, received_at)
    at = received_at + minutes * MINUTE

    done = states.reclassified(
        first, SHIPPED, before=before, after=after, received_at=received_at, at=at, calendar={}
    )

    [old] = [clock for clock in first if clock.rule.stage == Stage.TRANSFER]
    [new] = [clock for clock in done.opened if clock.rule.stage == Stage.TRANSFER]
    assert new.due_at({}) == min(old.due_at({}), at + timedelta(hours=48 if remote else 24))


@given(
    moments(last=date(2027, 12, 1)), st.integers(0, 30_000), st.integers(0, 30_000),
    st.sampled_from(["crime_report", "feedback"]), calendars,
)  # fmt: skip
def test_reopening_is_never_overdue_at_once_and_rewrites_nothing(
    received_at, work, closed, kind, calendar
):
    known = Facts(kind)
    first = states.at_receipt(SHIPPED, known, received_at)
    stopped_at = received_at + work * MINUTE
    at = stopped_at + closed * MINUTE
    done = [states.stop(clock, stopped_at) for clock in first]

    found = states.reopened(
        done, SHIPPED, facts=known, received_at=received_at, at=at, calendar=calendar
    )

    [clock] = found
    assert clock.rule.stage in (Stage.TRANSFER, Stage.WORK)
    assert states.state(clock, at, calendar) in (State.RUNNING, State.DUE_SOON)
    assert clock.due_at(calendar) > at
    assert all(not old.is_open for old in done)
