"""Matters that were told in one breath and split: found for a rule that holds for all of them.

No row names the tip that another one was split from. It came at the same time, and a keyed hash of
it lies in the vault of the other.
"""

from collections.abc import Sequence

from reports.models import Reporter, TipReport
from reports.models.sealed import index_of_telling


def beside(tips: Sequence[TipReport]) -> set[int]:
    """What was split from these tips, and what they were split from, by number."""
    indexes = set(Reporter.objects.filter(tip__in=tips).values_list("told_with", flat=True))
    same_time = TipReport.objects.filter(
        commune__in={one.commune_id for one in tips},
        received_at__in={one.received_at for one in tips},
    )
    found = {one.pk for one in same_time.only("uuid") if index_of_telling(one) in indexes}
    split = Reporter.objects.filter(told_with__in=[index_of_telling(one) for one in tips])
    return found.union(split.values_list("tip", flat=True))


def others(tip: TipReport) -> set[int]:
    """All that were split from one telling, but this one."""
    known: set[int] = set()
    more = {tip.pk}
    while more:
        known |= more
        rows = TipReport.objects.filter(pk__in=more)
        more = beside(list(rows.only("uuid", "commune", "received_at"))) - known
    return known - {tip.pk}
