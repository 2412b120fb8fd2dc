"""How the summaries are doing, as numbers for /readyz and /metrics."""

from datetime import date
from typing import Any

from oversight.models import PeriodSummary
from oversight.summaries import drafting


def counts(today: date) -> dict[str, Any]:
    """Not well while drafts that the night should have made are missing."""
    missing = drafting.late(today)
    waiting = PeriodSummary.objects.drafts().filter(last__lt=today).count()
    return {"ok": not missing, "drafts_missing": missing, "drafts_waiting": waiting}
