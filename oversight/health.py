"""How the counts for the figures are doing, for /readyz and /metrics."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Min

from oversight.models import DirtySlice
from oversight.rollups.recounting import COMPARED_KEY

# Pages over all communes promise a minute; one that waits so long says that nobody counts.
LATE_S = 300


def counts(now: datetime) -> dict[str, Any]:
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
