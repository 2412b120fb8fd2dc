"""Until when a rule runs.

Hours and days run through nights, weekends and days off. A working day is counted when it ends, at
17:00, and the day on which a clock begins is never one of them. Where the law leaves more room
(it ends a period of days at midnight, and moves the end off a day off), the earlier end counts:
who keeps to it is late under no reading.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.working_days import LONGEST_SEARCH, is_worked
from reports.deadlines.rules import Rule, Unit

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_BEGINS = time(8)
DAY_ENDS = time(17)
ONE_DAY = timedelta(days=1)

# The kinds of the days out of the ordinary, as accounts.Holiday has them.
type WorkCalendar = Mapping[date, str]


@dataclass(frozen=True)
class Pause:
    """A stretch that does not count, from a moment up to another; both are known when it begins."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a pause ends after it begins")


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """The same stretches in order, none touching another."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda pause: pause.start):
        if found and pause.start <= found[-1].end:
            last = found.pop()
            pause = Pause(last.start, max(last.end, pause.end))
        found.append(pause)
    return found


def local_day(moment: datetime) -> date:
    return moment.astimezone(HERE).date()


def on_day(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=HERE)


def working_days(day: date, calendar: WorkCalendar, step: timedelta = ONE_DAY) -> Iterator[date]:
    """Working days after a day, or before it with a negative step. Raises ValueError where the
    calendar has none for ten weeks."""
    idle = 0
    while idle < LONGEST_SEARCH:
        day += step
        idle += 1
        if is_worked(day, calendar):
            idle = 0
            yield day
    raise ValueError(f"the calendar has no working day in the ten weeks before or after {day}")


def due_at(
    rule: Rule,
    started_at: datetime,
    pauses: Sequence[Pause],
    calendar: WorkCalendar,
    *,
    extension: int = 0,
) -> datetime:
    """The moment until which the rule is kept, in local time.

    A pause moves it by what of the pause lies between the start and the end that it would have had
    otherwise; `extension` is counted in the unit of the rule.
    """
    amount = rule.amount + extension
    if rule.unit == Unit.WORKING_DAYS:
        return _after_working_days(started_at, amount, pauses, calendar)
    span = timedelta(hours=amount) if rule.unit == Unit.HOURS else timedelta(days=amount)
    due = started_at.astimezone(HERE) + span
    for pause in merged(pauses):
        if pause.start < due:
            due += max(pause.end - max(pause.start, started_at), timedelta())
    return due


def _after_working_days(
    started_at: datetime, amount: int, pauses: Sequence[Pause], calendar: WorkCalendar
) -> datetime:
    stretches = merged(pauses)
    for day in working_days(local_day(started_at), calendar):
        ends = on_day(day, DAY_ENDS)
        if any(pause.start < ends <= pause.end for pause in stretches):
            continue
        amount -= 1
        if amount == 0:
            return ends
    raise AssertionError("working_days ends by raising")
