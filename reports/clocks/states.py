"""State of a clock at a moment, and its changes on reclassification or reopening. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from reports.clocks.rules import (
    AT_RECEIPT,
    DAY_BEGINS,
    DAY_ENDS,
    HERE,
    ONE_DAY,
    REOPENED,
    Facts,
    Pause,
    Rule,
    Start,
    Unit,
    WorkCalendar,
    choose,
    due_at,
    local_day,
    merged,
    on_day,
    working_days,
)

LONGEST_PAUSE = timedelta(days=30)


class State(StrEnum):
    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


class Refused(Exception):
    """The clock may not be changed like this; the service has words for the code `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Clock:
    """A rule running for one tip.

    `gaps` lie between an end and a reopening and count as pauses do, under every rule. `not_after`
    caps the end (a stricter class never gives more time), `not_before` props it (whoever is handed
    work late gets a day).
    """

    rule: Rule
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    gaps: tuple[Pause, ...] = ()
    extension: int = 0
    not_after: datetime | None = None
    not_before: datetime | None = None
    stopped_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None and self.cancelled_at is None

    @property
    def is_done(self) -> bool:
        return self.stopped_at is not None and self.cancelled_at is None

    def due_at(self, calendar: WorkCalendar) -> datetime:
        due = due_at(
            self.rule,
            self.started_at,
            self.pauses + self.gaps,
            calendar,
            extension=self.extension,
        )
        if self.not_after is not None:
            due = min(due, self.not_after)
        if self.not_before is not None:
            due = max(due, self.not_before)
        return due


def state(clock: Clock, at: datetime, calendar: WorkCalendar) -> State:
    """Return the state of the clock at a moment, past ones included.

    What was done stays in time or late for ever; what is open and late is overdue, even in a pause.
    """
    due = clock.due_at(calendar)
    if clock.cancelled_at is not None and clock.cancelled_at <= at:
        return State.CANCELLED
    if clock.stopped_at is not None and clock.stopped_at <= at:
        return State.MET if clock.stopped_at <= due else State.MET_LATE
    if at > due:
        return State.OVERDUE
    if any(pause.start <= at < pause.end for pause in merged(clock.pauses)):
        return State.PAUSED
    first = min(_reminders_before(clock.rule, due, calendar), default=due)
    return State.DUE_SOON if at >= first else State.RUNNING


def _reminders_before(rule: Rule, due: datetime, calendar: WorkCalendar) -> list[datetime]:
    if rule.unit != Unit.WORKING_DAYS:
        return [due - timedelta(hours=hours) for hours in rule.remind_before]
    day = local_day(due)
    before = [
        day,
        *islice(working_days(day, calendar, -ONE_DAY), max(rule.remind_before, default=0)),
    ]
    return [on_day(before[count], DAY_BEGINS) for count in rule.remind_before]


def reminders(clock: Clock, calendar: WorkCalendar) -> list[datetime]:
    """The moments at which to say that the clock is running out, and its end; those to come first.

    Of a rule in working days they fall on the mornings of working days. None comes before the clock
    begins.
    """
    due = clock.due_at(calendar)
    early = _reminders_before(clock.rule, due, calendar)
    return sorted({moment for moment in early if moment > clock.started_at} | {due})


def stop(clock: Clock, at: datetime) -> Clock:
    """Stop the clock. A second time changes nothing: the first one counts."""
    if not clock.is_open:
        return clock
    return replace(clock, stopped_at=max(at, clock.started_at))


def cancel(clock: Clock, at: datetime) -> Clock:
    """Cancel a clock that applies no more. What was done before stays done."""
    return replace(clock, cancelled_at=at) if clock.is_open else clock


def pause(clock: Clock, at: datetime, until: datetime, calendar: WorkCalendar) -> Clock:
    """Stop counting up to a moment that is named beforehand. Raises Refused.

    Only where the rule allows it, while it is open and not overdue, for thirty days at most.
    """
    if not clock.rule.may_pause:
        raise Refused("may_not_pause")
    now = state(clock, at, calendar)
    if now not in (State.RUNNING, State.DUE_SOON):
        raise Refused(now.value)
    if not at < until <= at + LONGEST_PAUSE:
        raise Refused("pause_length")
    return replace(clock, pauses=(*clock.pauses, Pause(at, until)))


def resume(clock: Clock, at: datetime, calendar: WorkCalendar) -> Clock:
    """Count again before the pause ends by itself. Raises Refused."""
    if state(clock, at, calendar) != State.PAUSED:
        raise Refused("not_paused")
    ended = [Pause(one.start, min(one.end, at)) for one in merged(clock.pauses) if one.start < at]
    return replace(clock, pauses=tuple(ended))


def extend(clock: Clock, at: datetime, amount: int, calendar: WorkCalendar) -> Clock:
    """Give more time, once, in the unit of the rule and at most as much again. Raises Refused."""
    if not clock.rule.may_extend:
        raise Refused("may_not_extend")
    if clock.extension:
        raise Refused("extended_already")
    now = state(clock, at, calendar)
    if now not in (State.RUNNING, State.DUE_SOON, State.PAUSED):
        raise Refused(now.value)
    if not 1 <= amount <= clock.rule.amount:
        raise Refused("extension_length")
    return replace(clock, extension=amount)


# What happens to the clocks of a tip that turns out to be something else, or is opened again.


LEAST = timedelta(hours=24)


@dataclass(frozen=True)
class Changes:
    """The clocks that go on as they are, that apply no more, and that begin."""

    going_on: tuple[Clock, ...]
    cancelled: tuple[Clock, ...]
    opened: tuple[Clock, ...]


def least(rule: Rule, at: datetime, calendar: WorkCalendar) -> datetime:
    """The earliest end of a clock that somebody is handed at a moment: a day, or a working day."""
    if rule.unit == Unit.WORKING_DAYS:
        return on_day(next(working_days(local_day(at), calendar)), DAY_ENDS)
    amount = timedelta(hours=rule.amount) if rule.unit == Unit.HOURS else LEAST
    return at.astimezone(HERE) + min(amount, LEAST)


def at_receipt(rules: Iterable[Rule], facts: Facts, received_at: datetime) -> list[Clock]:
    """The clocks that begin when a tip is received."""
    return [Clock(rule, received_at) for rule in choose(rules, facts, local_day(received_at))]


def begun(
    rules: Iterable[Rule], facts: Facts, received_at: datetime, start: Start, at: datetime
) -> list[Clock]:
    """The clocks that begin with a later step, under the rules of the day of receipt."""
    return [Clock(rule, at) for rule in choose(rules, facts, local_day(received_at), {start})]


def reclassified(
    clocks: Sequence[Clock],
    rules: Iterable[Rule],
    *,
    before: Facts,
    after: Facts,
    received_at: datetime,
    at: datetime,
    calendar: WorkCalendar,
) -> Changes:
    """Return the changes of a tip's clocks when it is sorted, for the first time or anew.

    Only clocks that began with the receipt are looked at; a stage that was done is not asked again.
    """
    running = [clock for clock in clocks if clock.is_open and clock.rule.starts_from in AT_RECEIPT]
    done = {clock.rule.stage for clock in clocks if clock.is_done}
    wanted = choose(rules, after, local_day(received_at))
    codes = {rule.code for rule in wanted}
    going_on = tuple(clock for clock in running if clock.rule.code in codes)
    cancelled = tuple(clock for clock in running if clock.rule.code not in codes)
    known = {clock.rule.code for clock in going_on}
    replaced = {clock.rule.stage: clock for clock in cancelled}
    opened = []
    for rule in wanted:
        old = replaced.get(rule.stage)
        if rule.code in known or (old is None and rule.stage in done):
            continue
        opened.append(
            _instead_of(old, rule, received_at, at, calendar)
            if old is not None
            else _added(rule, before, received_at, at, calendar)
        )
    return Changes(going_on, cancelled, tuple(opened))


def _instead_of(
    old: Clock, rule: Rule, received_at: datetime, at: datetime, calendar: WorkCalendar
) -> Clock:
    """Replace a clock with its gaps and prop, so that there and back again ends where it began."""
    carried = Clock(rule, received_at, gaps=old.gaps, not_before=old.not_before)
    if rule.starts_from != Start.RECLASSIFIED:
        return carried
    if old.rule.starts_from == Start.RECLASSIFIED:
        return replace(carried, started_at=old.started_at, not_after=old.not_after)
    return replace(carried, started_at=at, not_after=old.due_at(calendar))


def _added(
    rule: Rule, before: Facts, received_at: datetime, at: datetime, calendar: WorkCalendar
) -> Clock:
    if not before.kind:
        return Clock(rule, received_at)
    if rule.starts_from == Start.RECLASSIFIED:
        return Clock(rule, at)
    return Clock(rule, received_at, not_before=least(rule, at, calendar))


def reopened(
    clocks: Sequence[Clock],
    rules: Iterable[Rule],
    *,
    facts: Facts,
    received_at: datetime,
    at: datetime,
    calendar: WorkCalendar,
) -> list[Clock]:
    """The clocks that go on when a tip is opened again; those that were done stay as they are.

    Each goes on with the time that it had left, at least a day or a working day: reopening neither
    gives the whole time anew nor makes overdue at once.
    """
    running = {clock.rule.stage for clock in clocks if clock.is_open}
    codes = {rule.code for rule in choose(rules, facts, local_day(received_at))}
    last = {
        clock.rule.stage: clock
        for clock in sorted(clocks, key=lambda clock: clock.stopped_at or clock.started_at)
        if clock.is_done and clock.rule.code in codes
    }
    found = []
    for stage, clock in last.items():
        if stage not in REOPENED or stage in running or clock.stopped_at is None:
            continue
        gap = (Pause(clock.stopped_at, at),) if clock.stopped_at < at else ()
        found.append(
            replace(
                clock,
                gaps=(*clock.gaps, *gap),
                stopped_at=None,
                not_after=None,
                not_before=least(clock.rule, at, calendar),
            )
        )
    return found
