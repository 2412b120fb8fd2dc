"""How the summaries are doing, as numbers for /readyz and /metrics."""

from datetime import date
from typing import Any

from accounts.models import Commune
from oversight.models import PeriodSummary
from oversight.summaries import drafting


def counts(today: date) -> dict[str, Any]:
    """Not well while drafts that the night should have made are missing."""
    missing = sum(drafting.late(commune, today) for commune in Commune.objects.all())
    waiting = PeriodSummary.objects.drafts().filter(last__lt=today).count()
    return {"ok": not missing, "drafts_missing": missing, "drafts_waiting": waiting}
