"""Deadline rules that apply to a tip, and when each ends. Pure functions; the calendar is given."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.communes.working_days import LONGEST_SEARCH, is_worked


class Stage(TextChoices):
    FIRST_LOOK = "first_look", _("Phân loại")
    ACKNOWLEDGE = "acknowledge", _("Báo đã nhận")
    INFORM = "inform", _("Báo nhanh cơ quan điều tra")
    TRANSFER = "transfer", _("Chuyển cơ quan điều tra")
    WORK = "work", _("Xử lý")
    ANSWER = "answer", _("Thông báo kết quả")
    FOLLOW_UP = "follow_up", _("Hỏi kết quả nơi nhận")


class Unit(TextChoices):
    HOURS = "hours", _("giờ")
    DAYS = "days", _("ngày")
    WORKING_DAYS = "working_days", _("ngày làm việc")


class Start(TextChoices):
    """The moment from which a rule counts.

    RECLASSIFIED: from receipt, or from the moment at which the tip turned out to be what the rule
    is for, when somebody had sorted it as something else before.
    """

    RECEIVED = "received", _("lúc nhận")
    RECLASSIFIED = "reclassified", _("lúc nhận hoặc lúc phân loại lại")
    RESOLVED = "resolved", _("lúc có kết quả")
    REFERRED = "referred", _("lúc chuyển đi")


AT_RECEIPT = frozenset({Start.RECEIVED, Start.RECLASSIFIED})
# Stages opened again with a tip; the rest was done once and for all.
REOPENED = frozenset({Stage.TRANSFER, Stage.WORK})


@dataclass(frozen=True)
class Rule:
    """The term of a stage for some tips, in force from a day to the end of another.

    `for_grave` and `for_remote` are None where they do not matter. `remind_before` counts hours, or
    working days where the rule does. `is_own`: set by the commune, in place of a shipped rule of
    the same code.
    """

    code: str
    stage: Stage
    amount: int
    unit: Unit
    starts_from: Start = Start.RECEIVED
    kinds: frozenset[str] = frozenset()
    for_grave: bool | None = None
    for_remote: bool | None = None
    may_pause: bool = False
    may_extend: bool = False
    remind_before: tuple[int, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None
    is_own: bool = False


@dataclass(frozen=True)
class Facts:
    """The facts of a tip that rules ask for; an empty kind is not sorted yet."""

    kind: str
    is_grave: bool = False
    is_remote: bool = False


def in_force(rule: Rule, on: date) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to)


def applies(rule: Rule, facts: Facts) -> bool:
    return (
        (not rule.kinds or facts.kind in rule.kinds)
        and rule.for_grave in (None, facts.is_grave)
        and rule.for_remote in (None, facts.is_remote)
    )


def versions_in_force(rules: Iterable[Rule], on: date) -> list[Rule]:
    """One version of each code: the commune's own before the shipped one, then the later begun."""
    found: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: (rule.is_own, rule.valid_from)):
        if in_force(rule, on):
            found[rule.code] = rule
    return sorted(found.values(), key=lambda rule: rule.code)


def choose(
    rules: Iterable[Rule], facts: Facts, on: date, starts: Iterable[Start] = AT_RECEIPT
) -> list[Rule]:
    """The rules that apply to a tip received on a day and that begin with one of these starts.

    A tip lives under the rules of the day on which it was received, whatever changes later.
    """
    begun = frozenset(starts)
    return [
        rule
        for rule in versions_in_force(rules, on)
        if rule.starts_from in begun and applies(rule, facts)
    ]


# Until when a rule runs.
#
# Hours and days run through nights, weekends and days off. A working day is counted when it ends,
# at 17:00, and the day on which a clock begins is never one of them. Where the law leaves more room
# (it ends a period of days at midnight, and moves the end off a day off), the earlier end counts:
# who keeps to it is late under no reading.


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
