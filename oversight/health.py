"""How the counts for the figures are doing, for /readyz and /metrics."""

from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Min

from oversight.figures.models import DirtySlice
from oversight.figures.rollups.recounting import COMPARED_KEY
from oversight.summaries import drafting
from oversight.summaries.models import PeriodSummary

# Pages over all communes promise a minute; one that waits so long says that nobody counts.
LATE_S = 300


def recounting_state(now: datetime) -> dict[str, Any]:
    """How long the oldest change waits to be counted; what the comparison of the night found."""
    oldest = DirtySlice.objects.aggregate(at=Min("at"))["at"]
    waiting = round((now - oldest).total_seconds()) if oldest else 0
    compared_at, differing = cache.get(COMPARED_KEY) or (None, 0)
    return {
        "ok": waiting < LATE_S and not differing,
        "oldest_waiting_s": waiting,
        "differing": differing,
        "compared_s_ago": None if compared_at is None else round(now.timestamp() - compared_at),
    }


# How the summaries are doing, as numbers for /readyz and /metrics.


def summary_drafts(today: date) -> dict[str, Any]:
    """Not well while drafts that the night should have made are missing."""
    missing = drafting.late(today)
    waiting = PeriodSummary.objects.drafts().filter(last__lt=today).count()
    return {"ok": not missing, "drafts_missing": missing, "drafts_waiting": waiting}
