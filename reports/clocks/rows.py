"""Convert clocks between rows and the values that `reports.clocks.rules` reckons with."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from accounts.models import Holiday
from reports.clocks import states
from reports.clocks.models import ClockRule, TipClock
from reports.clocks.rules import Facts, Pause, Rule, Stage, Start, Unit, WorkCalendar
from reports.clocks.states import Clock, State
from reports.tips.models import TipReport

ROW_STATES = {
    State.PAUSED: TipClock.State.PAUSED,
    State.MET: TipClock.State.MET,
    State.MET_LATE: TipClock.State.MISSED,
    State.CANCELLED: TipClock.State.CANCELLED,
}


def calendar() -> dict[date, str]:
    """Return the days out of the ordinary, as `reports.clocks.rules` takes them."""
    return dict(Holiday.objects.values_list("day", "kind"))


def rule_of(row: ClockRule) -> Rule:
    return Rule(
        code=row.code,
        stage=Stage(row.stage),
        amount=row.amount,
        unit=Unit(row.unit),
        starts_from=Start(row.starts_from),
        kinds=frozenset(row.kinds),
        for_grave=row.for_grave,
        for_remote=row.for_remote,
        may_pause=row.may_pause,
        may_extend=row.may_extend,
        remind_before=tuple(row.remind_before),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        is_own=row.commune_id is not None,
    )


def clock_of(row: TipClock) -> Clock:
    """Return the clock of a row, for `reports.clocks.states`."""
    is_cancelled = row.state == TipClock.State.CANCELLED
    return Clock(
        rule_of(row.rule),
        row.started_at,
        pauses=stretches(row.pauses),
        gaps=stretches(row.gaps),
        extension=row.extension,
        not_after=row.not_after,
        not_before=row.not_before,
        stopped_at=None if is_cancelled else row.stopped_at,
        cancelled_at=row.stopped_at if is_cancelled else None,
    )


def stretches(stored: Iterable[tuple[str, str]]) -> tuple[Pause, ...]:
    return tuple(
        Pause(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in stored
    )


def _as_stored(found: Iterable[Pause]) -> list[list[str]]:
    return [[one.start.isoformat(), one.end.isoformat()] for one in found]


def facts_of(tip: TipReport) -> Facts:
    is_remote = tip.hamlet is not None and tip.hamlet.is_remote
    return Facts(tip.kind, tip.is_grave, is_remote)


def fill(row: TipClock, clock: Clock, at: datetime, days: WorkCalendar) -> TipClock:
    """Bring a row to what its clock says; `at` tells whether a pause is under way."""
    at = max(at, clock.stopped_at or at, clock.cancelled_at or at)
    state = states.state(clock, at, days)
    under_way = [one.start for one in clock.pauses if one.start <= at < one.end]
    row.started_at, row.due_at = clock.started_at, clock.due_at(days)
    row.stopped_at = clock.stopped_at or clock.cancelled_at
    row.state = ROW_STATES.get(state, TipClock.State.RUNNING)
    row.paused_at = min(under_way) if state == State.PAUSED else None
    row.pauses, row.gaps = _as_stored(clock.pauses), _as_stored(clock.gaps)
    row.not_after, row.not_before = clock.not_after, clock.not_before
    row.extension = clock.extension
    return row


def state_of(row: TipClock, at: datetime, days: WorkCalendar) -> State:
    """Return the state of a clock as shown: due soon and overdue are not just running."""
    return states.state(clock_of(row), at, days)


class Clocks:
    """The clocks of one tip, locked and read once; call inside a transaction that holds the tip.

    Each change is written at once.
    """

    def __init__(self, tip: TipReport, at: datetime) -> None:
        self.tip, self.at, self.days = tip, at, calendar()
        rows = ClockRule.objects.of_commune(tip.commune_id)
        self.rules: Mapping[Rule, ClockRule] = {rule_of(row): row for row in rows}
        found = tip.clocks.select_for_update(of=("self",)).select_related("rule")
        self.rows = {row: clock_of(row) for row in found.order_by("pk")}

    @property
    def clocks(self) -> list[Clock]:
        return list(self.rows.values())

    def stop(self, *stages: str) -> None:
        for row, clock in self._of(stages):
            self._set(row, states.stop(clock, self.at))

    def stop_due(self, stage: str) -> None:
        """Stop those of a stage whose end has come; where none has, the nearest."""
        rows = [(row, clock) for row, clock in self._of((stage,)) if clock.is_open]
        due = [one for one in rows if one[0].due_at <= self.at]
        for row, clock in due or sorted(rows, key=lambda one: one[0].due_at)[:1]:
            self._set(row, states.stop(clock, self.at))

    def cancel(self, *stages: str) -> None:
        self.cancel_each([clock for _row, clock in self._of(stages)])

    def cancel_each(self, clocks: Sequence[Clock]) -> None:
        for row, clock in self.rows.items():
            if clock in clocks:
                self._set(row, states.cancel(clock, self.at))

    def _of(self, stages: Sequence[str]) -> list[tuple[TipClock, Clock]]:
        return [(row, clock) for row, clock in self.rows.items() if clock.rule.stage in stages]

    def open(self, clocks: Iterable[Clock]) -> None:
        for clock in clocks:
            row = TipClock(tip=self.tip, rule=self.rules[clock.rule], stage=clock.rule.stage)
            if clock.extension:  # goes on after a reopening: so does who gave it
                [*_earlier, given] = [
                    one for one in self.rows if one.rule_id == row.rule_id and one.extension
                ]
                row.extended_by_id = given.extended_by_id
                row.extension_asked_by_id = given.extension_asked_by_id
            self._set(row, clock)

    def _set(self, row: TipClock, clock: Clock) -> None:
        if row.pk is not None and self.rows[row] == clock:
            return
        fill(row, clock, self.at, self.days).save()
        self.rows[row] = clock

    def refresh(self) -> None:
        """Write the open clocks as the calendar and the hour now have them."""
        for row, clock in self.rows.items():
            if clock.is_open:
                fill(row, clock, self.at, self.days).save()


def note_next_due(tip: TipReport) -> None:
    """Write the nearest end of an open clock that binds us onto the tip."""
    nearest = tip.clocks.open().binding().order_by("due_at").values_list("due_at", flat=True)
    tip.next_due_at = nearest.first()
    tip.save(update_fields=["next_due_at"])
