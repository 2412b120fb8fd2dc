"""Find the tips split from the same report."""

from collections.abc import Sequence

from reports.tips.models import TipReport
from reports.vault.models import Reporter, index_of_telling


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
