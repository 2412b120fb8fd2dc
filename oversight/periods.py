"""Spans of days for figures and reports. A span finds its name from its days."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone

from reports.register.days import COMMUNE_YEAR, HAMLET_YEAR, safety_year
from reports.register.rows import Period as Days

ONE_DAY = timedelta(days=1)
ROMAN = ("I", "II", "III", "IV")
HALVES = ("6 tháng đầu năm", "6 tháng cuối năm")


@dataclass(frozen=True)
class Period(Days):
    """Days, both included. Raises ValueError when they are in the wrong order."""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("Ngày cuối không được trước ngày đầu.")

    @property
    def words(self) -> str:
        """Usual name: “tháng 11/2026”, “quý IV/2026”, or the two days."""
        return _name_of(self) or super().words

    @property
    def code(self) -> str:
        """Part of file names: `20261101-20261130`."""
        return f"{self.first:%Y%m%d}-{self.last:%Y%m%d}"

    @property
    def query(self) -> dict[str, str]:
        """Parameters of an address; `reports.register.days` reads them."""
        return {"tu": self.first.isoformat(), "den": self.last.isoformat()}

    @property
    def begins_at(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """First moment after the span."""
        return _midnight(self.last + ONE_DAY)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def is_over(self, today: date) -> bool:
        return self.last < today


def month(year: int, number: int) -> Period:
    return _months(year, number, 1)


def quarter(year: int, number: int) -> Period:
    return _months(year, 3 * number - 2, 3)


def half(year: int, number: int) -> Period:
    return _months(year, 6 * number - 5, 6)


def whole_year(year: int) -> Period:
    return _months(year, 1, 12)


def hamlet_year(year: int) -> Period:
    """Safety year of a hamlet: 1/11 of the year before to 31/10 (Thông tư 124/2021)."""
    return Period(*safety_year(year, HAMLET_YEAR))


def commune_year(year: int) -> Period:
    """Safety year of a commune: 16/11 of the year before to 15/11."""
    return Period(*safety_year(year, COMMUNE_YEAR))


AUTUMN_YEARS = (hamlet_year, commune_year)


def quarters_in(period: Period) -> list[Period] | None:
    """Return the quarters of a span; None unless it consists of whole ones."""
    found = list(_quarters(period))
    whole = found and found[0].first == period.first and found[-1].last == period.last
    return found if whole else None


def is_of_months(period: Period) -> bool:
    """Whether a span consists of whole months."""
    ends = month_of(period.first).first, month_of(period.last).last
    return ends == (period.first, period.last)


def quarter_of(day: date) -> Period:
    return quarter(day.year, (day.month + 2) // 3)


def month_of(day: date) -> Period:
    return month(day.year, day.month)


def half_of(day: date) -> Period:
    return half(day.year, 1 if day.month <= 6 else 2)


def year_of(day: date) -> Period:
    return whole_year(day.year)


def months_in(period: Period) -> list[Period]:
    """Months that a span touches, in order."""
    found, day = [], period.first
    while day <= period.last:
        found.append(month(day.year, day.month))
        day = found[-1].last + ONE_DAY
    return found


def before(period: Period) -> Period:
    """Return the preceding span of the same kind."""
    last = period.first - ONE_DAY
    if (of := _autumn_kind(period)) is not None:
        return of(period.last.year - 1)
    for kind, _name in _KINDS:
        if kind(period.first) == period:
            return kind(last)
    return Period(period.first - timedelta(days=period.days), last)


def after(period: Period) -> Period | None:
    """The following span of the same kind; None of spans without a kind."""
    first = period.last + ONE_DAY
    if (of := _autumn_kind(period)) is not None:
        return of(period.last.year + 1)
    return next((kind(first) for kind, _name in _KINDS if kind(period.first) == period), None)


def is_usual(period: Period) -> bool:
    """Tell if a span is a month, a quarter, a half or a year."""
    return any(kind(period.first) == period for kind, _name in _KINDS)


def year_before(period: Period) -> Period | None:
    """The same month, quarter, half or year twelve months earlier; None of other spans."""
    first = date(period.first.year - 1, period.first.month, 1)
    return next((kind(first) for kind, _name in _KINDS if kind(period.first) == period), None)


def ending_on(day: date) -> list[Period]:
    """Usual periods whose last day this is: the month, the quarter, the half, the year."""
    return [one for kind, _name in _KINDS if (one := kind(day)).last == day]


def presets(today: date) -> list[Period]:
    """Current span of every kind, each followed by the one before, whose reports are due."""
    running = (
        month_of(today), quarter_of(today), half_of(today), year_of(today),
        *(of(today.year + (today > of(today.year).last)) for of in AUTUMN_YEARS),
    )  # fmt: skip
    return [one for span in running for one in (span, before(span))]


def _quarters(period: Period) -> Iterator[Period]:
    found = quarter_of(period.first)
    while found.first <= period.last:
        yield found
        found = quarter_of(found.last + ONE_DAY)


@lru_cache(maxsize=1024)  # a page of a city asks for the same months of every commune
def _months(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]))


def spoken_of(period: Period, as_of: datetime) -> str:
    """The day or moment of which figures speak: `hết ngày 30/09/2026`, or when they are counted."""
    if period.is_over(timezone.localdate(as_of)):
        return f"hết ngày {period.last:%d/%m/%Y}"
    return moment_text(as_of)


def moment_text(at: datetime) -> str:
    """`08:30 28/11/2026`, in local time."""
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _autumn_kind(period: Period) -> Callable[[int], Period] | None:
    return next((of for of in AUTUMN_YEARS if of(period.last.year) == period), None)


# Maker of the span of a day, and its name, by kind.
_KINDS: tuple[tuple[Callable[[date], Period], Callable[[date], str]], ...] = (
    (month_of, lambda first: f"tháng {first.month}/{first.year}"),
    (quarter_of, lambda first: f"quý {ROMAN[first.month // 3]}/{first.year}"),
    (half_of, lambda first: f"{HALVES[first.month // 7]} {first.year}"),
    (year_of, lambda first: f"năm {first.year}"),
)


def _name_of(period: Period) -> str:
    for kind, name in _KINDS:
        if kind(period.first) == period:
            return name(period.first)
    if (of := _autumn_kind(period)) is None:
        return ""
    place = "ấp, khu phố" if of is hamlet_year else "xã"
    return f"năm xét {place} an toàn {period.last.year}"
