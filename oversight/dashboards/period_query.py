"""Period of a page of figures, and the months for its charts."""

from datetime import date, timedelta
from typing import Any

from oversight import periods
from oversight.periods import Period
from reports.register.days import NotDays, days_asked

LONGEST = timedelta(days=5 * 366)
TREND_MONTHS = 12


def asked_period(asked: Any, today: date, *, otherwise: Period | None = None) -> tuple[Period, str]:
    """Requested period (by default this month) and the problem with it."""
    month = otherwise or periods.month_of(today)
    try:
        days = days_asked(asked, longest=LONGEST, longest_words="năm năm")
    except NotDays as problem:
        return month, str(problem)
    return (Period(*days) if days else month), ""


def last_month(today: date) -> Period:
    """The last month that is over."""
    return periods.before(periods.month_of(today))


def told_span(period: Period, today: date) -> Period:
    """The period if it is over, else the last month, which outsiders may read."""
    return period if period.is_over(today) else last_month(today)


def last_quarter(period: Period, today: date) -> Period:
    """The period if it consists of past quarters, else the last quarter."""
    if periods.quarters_in(period) and period.is_over(today):
        return period
    found = periods.quarter_of(min(period.last, today))
    whole = found.last <= period.last and found.is_over(today)
    return found if whole else periods.before(found)


def trend(
    period: Period, today: date, *, of_whole: bool = False, months: int = TREND_MONTHS
) -> Period:
    """Months up to the end of the period or today; `of_whole`: past months only."""
    day = min(period.last, today)
    end = periods.month_of(day)
    if of_whole and not end.is_over(today):
        end = periods.before(end)
    year, number = divmod(end.first.year * 12 + end.first.month - months, 12)
    return Period(date(year, number + 1, 1), end.last)
