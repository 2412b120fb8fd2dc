"""State of the stored counts and of the summary drafts, for /readyz and /metrics."""

from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Min

from oversight.figures.models import DirtySlice
from oversight.figures.rollups.recounting import COMPARED_KEY
from oversight.summaries import drafting
from oversight.summaries.models import PeriodSummary

# The worker counts within a minute; a change that waits this long means that it stands still.
LATE_S = 300


def recounting_state(now: datetime) -> dict[str, Any]:
    """Age in seconds of the oldest uncounted change; result of the nightly comparison."""
    oldest = DirtySlice.objects.aggregate(at=Min("at"))["at"]
    waiting = round((now - oldest).total_seconds()) if oldest else 0
    compared_at, differing = cache.get(COMPARED_KEY) or (None, 0)
    return {
        "ok": waiting < LATE_S and not differing,
        "oldest_waiting_s": waiting,
        "differing": differing,
        "compared_s_ago": None if compared_at is None else round(now.timestamp() - compared_at),
    }


def summary_drafts(today: date) -> dict[str, Any]:
    """Report `ok: False` while drafts of the last night are missing."""
    missing = drafting.late(today)
    waiting = PeriodSummary.objects.drafts().filter(last__lt=today).count()
    return {"ok": not missing, "drafts_missing": missing, "drafts_waiting": waiting}
