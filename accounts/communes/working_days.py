"""Working days: Monday to Friday, without days off, with Saturdays that are worked instead."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from accounts.communes.models import Holiday

# Ten weeks without a working day do not happen; a calendar that says so is wrong.
LONGEST_SEARCH = 70
SATURDAY = 5


def _exceptions(first: date, last: date) -> dict[date, str]:
    return dict(Holiday.objects.filter(day__range=(first, last)).values_list("day", "kind"))


def is_worked(day: date, exceptions: Mapping[date, str]) -> bool:
    """Whether a day is worked, given the kinds of the days that are out of the ordinary."""
    kind = exceptions.get(day)
    return day.weekday() < SATURDAY if kind is None else kind == Holiday.Kind.WORKED


def working_days_from(day: date) -> Iterator[date]:
    """The working days after a day, one by one; one query for each ten weeks."""
    while True:
        first, last = day + timedelta(days=1), day + timedelta(days=LONGEST_SEARCH)
        exceptions = _exceptions(first, last)
        found = False
        while day < last:
            day += timedelta(days=1)
            if is_worked(day, exceptions):
                found = True
                yield day
        if not found:
            raise ValueError(f"the calendar has no working day from {first} to {last}")


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after a day, which itself is not counted; count is at least 1."""
    days = working_days_from(day)
    for _skipped in range(count - 1):
        next(days)
    return next(days)
