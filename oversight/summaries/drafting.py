"""Automatic drafts after the end of a month, quarter, half or year."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone

from accounts.models import Commune
from accounts.papers.services import Issuer
from accounts.services import NotAllowed
from accounts.work_budget import UNLIMITED, WorkBudget
from oversight import periods
from oversight.figures.freezing import freeze_past
from oversight.periods import ONE_DAY, Period
from oversight.summaries.models import PeriodSummary
from oversight.summaries.readers import holders, scope_for
from oversight.summaries.services import draft

# Missed days are made up for this long.
CATCH_UP = timedelta(days=92)


def ended(today: date) -> Iterator[Period]:
    """Periods that ended within `CATCH_UP`."""
    month = periods.before(periods.month_of(today))
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


def missing(communes: Collection[int], today: date) -> list[tuple[Issuer, Period]]:
    """Missing drafts of bodies with a signer, from the first day of the signer on.

    A constant number of queries.
    """
    drafts = PeriodSummary.objects.filter(commune__in=communes, last__gte=today - CATCH_UP)
    made = set(drafts.values_list("commune", "issuer", "first", "last"))
    found, spans = [], list(ended(today))
    for issuer in Issuer:
        rows = holders(issuer).filter(commune__in=communes).order_by().values_list("commune")
        for commune, since in rows.annotate(Min("date_joined")):
            begun = timezone.localdate(since)
            found += [
                (issuer, period)
                for period in spans
                if period.last >= begun and (commune, issuer, period.first, period.last) not in made
            ]
    return found


def draft_due(commune: Commune, budget: WorkBudget = UNLIMITED) -> int:
    """Freeze tip counts, then make the missing drafts, until the budget is spent.

    Returns the number of drafts. Idempotent.
    """
    now, made = timezone.now(), 0
    freeze_past(commune)
    for issuer, period in missing([commune.pk], timezone.localdate(now)):
        try:
            scope = scope_for(commune, issuer, by=None)
            draft(scope, period, issuer=issuer, by=None, as_of=now)
        except NotAllowed:
            continue
        made += 1
        if budget.is_spent:
            break
    return made


def late(today: date) -> int:
    """Number of drafts of all communes missing since yesterday."""
    communes = list(Commune.objects.values_list("pk", flat=True))
    return len(missing(communes, today - ONE_DAY))
