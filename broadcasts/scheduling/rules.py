"""Recurrence rules: a rule and a calendar in, dates and sentences out.

Nothing here knows a database or the clock. A day that a month does not have is its last day:
who asks for the 31st means the end of the month, who asks for 29 February means its end.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import dropwhile
from zoneinfo import ZoneInfo

from dateutil import rrule

from accounts.communes.working_days import LONGEST_SEARCH, is_worked
from accounts.models import Holiday
from broadcasts.scheduling.lunar import lunar_days_from
from broadcasts.scheduling.models import LAST, Schedule

Freq, DayOff = Schedule.Freq, Schedule.DayOff
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SHORTEST_MONTH = 28


@dataclass(frozen=True)
class Rule:
    """A recurrence; weekdays count from Monday (0), `month_day` and `week` -1 mean the last."""

    freq: str
    at: time
    first_on: date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    week: int | None = None
    month_day: int | None = None
    month: int | None = None
    lunar_days: tuple[int, ...] = ()
    last_on: date | None = None
    times: int | None = None
    on_day_off: str = DayOff.SEND


@dataclass(frozen=True)
class Calendar:
    """Days off in the week and Saturdays that are worked, by name; other days are ordinary."""

    kinds: Mapping[date, str] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)

    def day_off(self, day: date) -> str:
        """The name of a day off; blank on any other day, an ordinary Sunday included."""
        return self.names.get(day, "") if self.kinds.get(day) == Holiday.Kind.OFF else ""

    def working_day(self, day: date, step: int) -> date:
        """The nearest working day after (step 1) or before (step -1) a day."""
        for _number in range(LONGEST_SEARCH):
            day += timedelta(days=step)
            if is_worked(day, self.kinds):
                return day
        raise ValueError(f"the calendar has no working day within ten weeks of {day}")


@dataclass(frozen=True)
class Occurrence:
    """One date of a rule. `at` is None when nothing is posted; `note` says what happens and why."""

    on: date
    at: datetime | None
    note: str = ""
    is_skipped: bool = False


def rule_of(schedule: Schedule) -> Rule:
    return Rule(
        freq=schedule.freq,
        at=schedule.at,
        first_on=schedule.first_on,
        interval=schedule.interval,
        weekdays=tuple(sorted(schedule.weekdays)),
        week=schedule.week,
        month_day=schedule.month_day,
        month=schedule.month,
        lunar_days=tuple(sorted(schedule.lunar_days)),
        last_on=schedule.last_on,
        times=schedule.times,
        on_day_off=schedule.on_day_off,
    )


def _month_days(day: int) -> dict[str, object]:
    """The day of a month, or its last one where the month is shorter."""
    if day <= SHORTEST_MONTH:
        return {"bymonthday": day}
    return {"bymonthday": tuple(range(SHORTEST_MONTH, day + 1)), "bysetpos": -1}


def _parts(rule: Rule) -> tuple[int, dict[str, object]]:
    match rule.freq:
        case Freq.WEEKLY:
            return rrule.WEEKLY, {"byweekday": rule.weekdays, "wkst": rrule.MO}
        case Freq.MONTHLY_DAY:
            return rrule.MONTHLY, _month_days(rule.month_day or 1)
        case Freq.MONTHLY_WEEKDAY:
            (weekday,) = rule.weekdays
            return rrule.MONTHLY, {"byweekday": rrule.weekdays[weekday](rule.week or 1)}
        case Freq.YEARLY:
            return rrule.YEARLY, {"bymonth": rule.month, **_month_days(rule.month_day or 1)}
    return rrule.DAILY, {}


def _series(rule: Rule, start: date, interval: int) -> Iterator[date]:
    freq, parts = _parts(rule)
    moments = rrule.rrule(
        freq, dtstart=datetime.combine(start, time.min), interval=interval, **parts
    )
    return (moment.date() for moment in moments)


def _anchor(rule: Rule) -> date:
    """First day of the period of the first date, from which intervals are counted."""
    first = next(_from(rule, _series(rule, _period(rule, rule.first_on), 1)))
    return _period(rule, first)


def _period(rule: Rule, day: date) -> date:
    match rule.freq:
        case Freq.WEEKLY:
            return day - timedelta(days=day.weekday())
        case Freq.MONTHLY_DAY | Freq.MONTHLY_WEEKDAY:
            return day.replace(day=1)
        case Freq.YEARLY:
            return day.replace(month=1, day=1)
    return day


def _from(rule: Rule, days: Iterator[date]) -> Iterator[date]:
    return dropwhile(lambda day: day < rule.first_on, days)


def rule_days(rule: Rule) -> Iterator[date]:
    """The dates that the rule names, up to its last day; days off and counts not yet looked at."""
    days: Iterator[date]
    if rule.freq == Freq.LUNAR:
        days = lunar_days_from(rule.first_on, rule.lunar_days)
    else:
        days = _from(rule, _series(rule, _anchor(rule), rule.interval))
    for day in days:
        if rule.last_on is not None and day > rule.last_on:
            return
        yield day


class _Ahead:
    """The dates of a rule, with a look at those to come and those just gone."""

    def __init__(self, rule: Rule) -> None:
        self._days = rule_days(rule)
        self._coming: deque[date] = deque()
        self._seen: set[date] = set()

    def __iter__(self) -> Iterator[date]:
        while True:
            day = self._coming.popleft() if self._coming else next(self._days, None)
            if day is None:
                return
            self._seen.add(day)
            yield day

    def has(self, day: date) -> bool:
        """Whether the rule names this day by itself."""
        while not self._coming or self._coming[-1] < day:
            following = next(self._days, None)
            if following is None:
                break
            self._coming.append(following)
        return day in self._seen or day in self._coming


def occurrences(
    rule: Rule, calendar: Calendar, skips: Mapping[date, str] | None = None
) -> Iterator[Occurrence]:
    """Every date of the rule in order, with the moment at which it posts or why it does not.

    `skips`: date of the rule → why a person left it out. Counted towards `times` is what is
    posted and what a person left out, not what falls away by itself.
    """
    days, days_used, count = _Ahead(rule), set[date](), 0
    for on in days:
        if rule.times is not None and count >= rule.times:
            return
        found = _one(rule, calendar, skips or {}, days, days_used, on)
        if found.at is not None:
            days_used.add(found.at.date())
        count += found.at is not None or found.is_skipped
        yield found


def _one(
    rule: Rule,
    calendar: Calendar,
    skips: Mapping[date, str],
    days: _Ahead,
    days_used: set[date],
    on: date,
) -> Occurrence:
    if on in skips:
        return Occurrence(on, None, f"Bỏ lần này: {skips[on]}", is_skipped=True)
    name = calendar.day_off(on)
    if not name or rule.on_day_off == DayOff.SEND:
        return Occurrence(on, _moment(rule, on), f"Trúng ngày nghỉ: {name}." if name else "")
    if rule.on_day_off == DayOff.SKIP:
        return Occurrence(on, None, f"Trúng ngày nghỉ ({name}) nên bỏ lần này.")
    later = rule.on_day_off == DayOff.NEXT
    target = calendar.working_day(on, 1 if later else -1)
    why = _no_room(rule, days, days_used, target)
    if why:
        return Occurrence(on, None, f"Trúng ngày nghỉ ({name}); {why}")
    moved = "lùi tới" if later else "đăng sớm vào"
    return Occurrence(
        on, _moment(rule, target), f"Trúng ngày nghỉ ({name}) nên {moved} {spoken_day(target)}."
    )


def _no_room(rule: Rule, days: _Ahead, days_used: set[date], target: date) -> str:
    if rule.last_on is not None and target > rule.last_on:
        return "ngày làm việc kế tiếp đã quá ngày kết thúc nên bỏ lần này."
    if target < rule.first_on:
        return "ngày làm việc liền trước chưa đến ngày bắt đầu nên bỏ lần này."
    if target in days_used or days.has(target):
        return f"{spoken_day(target)} đã có một lần đăng của lịch này nên không đăng thêm."
    return ""


def _moment(rule: Rule, day: date) -> datetime:
    return datetime.combine(day, rule.at, tzinfo=ZONE)


def spoken_day(day: date) -> str:
    """`Thứ Năm 04/02/2027`."""
    return f"{Schedule.Weekday(day.weekday()).label} {day:%d/%m/%Y}"


def _listed(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} và {last}" if others else last


def _every(interval: int, unit: str) -> str:
    return f" hằng {unit}" if interval == 1 else f", {interval} {unit} một lần"


def _named_day(day: int | None) -> str:
    return "ngày cuối tháng" if day == LAST else f"ngày {day}"


def _cadence(rule: Rule) -> str:
    weekdays = [str(Schedule.Weekday(number).label) for number in rule.weekdays]
    match rule.freq:
        case Freq.DAILY:
            return "Hằng ngày" if rule.interval == 1 else f"{rule.interval} ngày một lần"
        case Freq.WEEKLY:
            return f"{_listed(weekdays)}{_every(rule.interval, 'tuần')}"
        case Freq.MONTHLY_DAY:
            return f"{_named_day(rule.month_day).capitalize()}{_every(rule.interval, 'tháng')}"
        case Freq.MONTHLY_WEEKDAY:
            place = str(Schedule.Week(rule.week or 1).label)
            if rule.interval == 1:
                return f"{weekdays[0]} {place} của mỗi tháng"
            return f"{weekdays[0]} {place} của tháng{_every(rule.interval, 'tháng')}"
        case Freq.YEARLY:
            named = _named_day(rule.month_day)
            day = "Ngày cuối" if rule.month_day == LAST else named.capitalize()
            return f"{day} tháng {rule.month}{_every(rule.interval, 'năm')}"
    return f"{_listed([str(Schedule.LunarDay(day).label) for day in rule.lunar_days])} âm lịch"


def _short_months(rule: Rule) -> str:
    day = rule.month_day or 0
    if rule.freq == Freq.MONTHLY_DAY and day > SHORTEST_MONTH:
        return f" Tháng không có ngày {day} thì đăng vào ngày cuối tháng."
    if rule.freq == Freq.YEARLY and rule.month == 2 and day > SHORTEST_MONTH:
        return " Năm không nhuận thì đăng ngày 28/2."
    return ""


def describe(rule: Rule) -> str:
    """The whole rule in one sentence, and a second one where a month may be too short."""
    end = ""
    if rule.last_on is not None:
        end = f" đến {rule.last_on:%d/%m/%Y}"
    elif rule.times is not None:
        end = f", {rule.times} lần"
    cadence = _cadence(rule)
    return f"{cadence} lúc {rule.at:%H:%M}, từ {rule.first_on:%d/%m/%Y}{end}.{_short_months(rule)}"
