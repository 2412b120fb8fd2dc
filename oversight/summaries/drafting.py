"""Drafts that the portal makes by itself once a month, a quarter, half a year or a year is over."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import Commune
from accounts.papers.letterheads import Issuer
from accounts.services import NotAllowed
from oversight import periods
from oversight.figures.freezing import freeze_past
from oversight.models import PeriodSummary
from oversight.periods import ONE_DAY, Period
from oversight.summaries.readers import scope_for, signers
from oversight.summaries.services import draft

# How far back a missed day is made up for.
CATCH_UP = timedelta(days=92)


def ended(today: date) -> Iterator[Period]:
    """The months that ended lately, and with them quarters, halves and years."""
    month = periods.before(periods.month(today.year, today.month))
    while month.last >= today - CATCH_UP:
        yield month
        year, number = month.last.year, month.last.month
        if number % 3 == 0:
            yield periods.quarter(year, number // 3)
        if number % 6 == 0:
            yield periods.half(year, number // 6)
        if number == 12:
            yield periods.whole_year(year)
        month = periods.before(month)


def missing(commune: Commune, today: date) -> list[tuple[Issuer, Period]]:
    """Drafts to be made: for each body with somebody who signs, from their first day on."""
    made = set(
        PeriodSummary.objects.filter(commune=commune, last__gte=today - CATCH_UP).values_list(
            "issuer", "first", "last"
        )
    )
    found = []
    for issuer in Issuer:
        since = signers(commune, issuer).order_by("date_joined").first()
        if since is None:
            continue
        begun = timezone.localdate(since.date_joined)
        found += [
            (issuer, period)
            for period in ended(today)
            if period.last >= begun and (issuer, period.first, period.last) not in made
        ]
    return found


def draft_due(commune: Commune) -> int:
    """Freezes what outsiders' numbers are made of, then drafts what is missing; returns how many.

    Again on the same day it makes nothing.
    """
    now, made = timezone.now(), 0
    freeze_past(commune)
    for issuer, period in missing(commune, timezone.localdate(now)):
        try:
            scope = scope_for(commune, issuer, by=None)
            draft(scope, period, issuer=issuer, by=None, as_of=now)
        except NotAllowed:
            continue
        made += 1
    return made


def late(commune: Commune, today: date) -> int:
    """Drafts that should have been made by yesterday."""
    return len(missing(commune, today - ONE_DAY))
