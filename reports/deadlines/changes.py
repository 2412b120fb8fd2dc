"""What happens to the clocks of a tip that turns out to be something else, or is opened again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reports.deadlines.counting import (
    DAY_ENDS,
    HERE,
    Pause,
    WorkCalendar,
    local_day,
    on_day,
    working_days,
)
from reports.deadlines.rules import AT_RECEIPT, REOPENED, Facts, Rule, Start, Unit, choose
from reports.deadlines.running import Clock

LEAST = timedelta(hours=24)


@dataclass(frozen=True)
class Changes:
    """The clocks that go on as they are, that apply no more, and that begin."""

    kept: tuple[Clock, ...]
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
    """What a tip's clocks become when it is sorted at a moment, for the first time or anew.

    Only clocks that began with the receipt are looked at; a stage that was done is not asked again.
    """
    running = [clock for clock in clocks if clock.is_open and clock.rule.starts_from in AT_RECEIPT]
    done = {clock.rule.stage for clock in clocks if clock.is_done}
    wanted = choose(rules, after, local_day(received_at))
    codes = {rule.code for rule in wanted}
    kept = tuple(clock for clock in running if clock.rule.code in codes)
    cancelled = tuple(clock for clock in running if clock.rule.code not in codes)
    known = {clock.rule.code for clock in kept}
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
    return Changes(kept, cancelled, tuple(opened))


def _instead_of(
    old: Clock, rule: Rule, received_at: datetime, at: datetime, calendar: WorkCalendar
) -> Clock:
    """Gaps and prop of the old one go along, so that there and back again ends where it began."""
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
