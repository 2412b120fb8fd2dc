"""The dates of a schedule on the calendar of the country, less what people left out."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, takewhile

from django.utils import timezone

from accounts.communes.working_days import LONGEST_SEARCH
from accounts.models import Holiday
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.rules import ZONE, Calendar, Occurrence, Rule, occurrences

# How far ahead the posts of a schedule are made.
HORIZON = timedelta(days=35)
# A date further away than this is not looked for: the longest rule names one in five years.
FARTHEST = timedelta(days=5 * 366)


def calendar_between(first: date, last: date) -> Calendar:
    """The days out of the ordinary, with room on both sides for what moves."""
    room = timedelta(days=LONGEST_SEARCH)
    days = list(Holiday.objects.filter(day__range=(first - room, last + room)))
    return Calendar({one.day: one.kind for one in days}, {one.day: one.name for one in days})


def dates_of(rule: Rule, schedule: Schedule | None, calendar: Calendar) -> Iterator[Occurrence]:
    """The dates of a rule, less what was left out and what another schedule goes on with."""
    if schedule is None:
        return occurrences(rule, calendar)
    skips = {skip.on: skip.reason for skip in schedule.skips.all()} if schedule.pk else {}
    stop = schedule.stop_before or date.max
    return takewhile(lambda one: one.on < stop, occurrences(rule, calendar, skips))


def calendar_ahead(first_days: Sequence[date], now: datetime) -> Calendar:
    """For the next dates of rules that begin on these days."""
    today = timezone.localtime(now, ZONE).date()
    return calendar_between(min([*first_days, today]), max([*first_days, today]) + FARTHEST)


def next_dates(
    rule: Rule,
    now: datetime,
    count: int,
    schedule: Schedule | None = None,
    calendar: Calendar | None = None,
) -> list[Occurrence]:
    """The next dates that are not over: what is posted when, or why not."""
    today = timezone.localtime(now, ZONE).date()
    calendar = calendar or calendar_ahead([rule.first_on], now)
    coming = (
        one
        for one in dates_of(rule, schedule, calendar)
        if (one.at > now if one.at is not None else one.on >= today)
    )
    return list(islice(coming, count))


def dates_between(
    rule: Rule, schedule: Schedule, first: date, last: date, calendar: Calendar
) -> list[Occurrence]:
    """The dates of a schedule within some days, by the day that the rule names."""
    until = takewhile(lambda one: one.on <= last, dates_of(rule, schedule, calendar))
    return [one for one in until if one.on >= first]
