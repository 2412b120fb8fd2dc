"""Nightly check of the frozen months and of the dated facts behind the open one.

Each change of a membership, a proxy or a number of households writes a dated fact by a trigger, so
coverage of today by dated facts equals coverage by what is true now; the numbers of a frozen month
have their digest in the audit trail. A difference means that a trigger was bypassed.
"""

import logging
from collections.abc import Iterator

from django.core.cache import cache
from django.utils import timezone

from accounts.models import AuditEvent, Commune
from accounts.work_budget import WorkBudget
from groups.coverage.households import Coverage, by_hamlet
from groups.models import Hamlet
from oversight.figures.month_ends.keeping import FROZEN, digest
from oversight.figures.month_ends.models import MonthEndCount
from oversight.figures.rollups.recounting import one_view

log = logging.getLogger(__name__)

CHECKED_KEY = "oversight-month-ends-checked"
COMPARED = ("households", "joined", "through", "people_joined")


def check(commune: Commune) -> list[str]:
    """Differences of a commune, each in words for the log."""
    with one_view():
        return [*_open(commune), *_frozen(commune)]


def check_from(after: int, found: int, budget: WorkBudget) -> tuple[int, int] | None:
    """Check communes after an id; return where to go on, None once the result is stored."""
    for commune in Commune.objects.filter(pk__gt=after).order_by("pk"):
        differences = check(commune)
        found += len(differences)
        for difference in differences:
            log.error("month ends of commune %s: %s", commune.pk, difference)
        if budget.is_spent:
            return commune.pk, found
    cache.set(CHECKED_KEY, (timezone.now().timestamp(), found), timeout=None)
    return None


def _open(commune: Commune) -> Iterator[str]:
    today = timezone.localdate()
    hamlets = list(Hamlet.objects.of_commune(commune).valid_on(today))
    now, dated = by_hamlet(hamlets), by_hamlet(hamlets, today)
    for pk, place in now.items():
        if _numbers(place) != _numbers(dated[pk]):
            yield f"hamlet {pk} counts {_numbers(place)}, by dated facts {_numbers(dated[pk])}"


def _numbers(place: Coverage) -> list[int]:
    return [getattr(place, name) or 0 for name in COMPARED]


def _frozen(commune: Commune) -> Iterator[str]:
    events = AuditEvent.objects.filter(action=FROZEN, chain__commune=commune).order_by("pk")
    recorded = {
        one["month_end"]: one["numbers"] for one in events.values_list("details", flat=True)
    }
    rows = MonthEndCount.objects.filter(commune=commune)
    days = set(rows.order_by().values_list("month_end", flat=True).distinct())
    found = {day.isoformat(): digest(rows.filter(month_end=day)) for day in days}
    for day in sorted(recorded.keys() | found.keys()):
        if recorded.get(day) != found.get(day):
            yield f"numbers frozen of {day} differ from their digest in the audit trail"
