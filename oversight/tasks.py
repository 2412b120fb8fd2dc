"""Doors for the worker: each calls one thing."""

from time import monotonic

from celery import shared_task

from accounts.models import Commune
from oversight.figures.rollups import recounting
from oversight.summaries import drafting

# A round leaves the queue to others after this.
LONGEST_S = 60


@shared_task(
    name="oversight.recount_dirty", ignore_result=True, soft_time_limit=240, time_limit=270
)
def recount_dirty() -> None:
    """Count again the months and places that were written to."""
    recounting.recount_dirty(until=monotonic() + LONGEST_S)


@shared_task(
    name="oversight.compare_counts", ignore_result=True, soft_time_limit=840, time_limit=870
)
def compare_counts() -> None:
    """Compare what is kept with all rows, and say where they differ."""
    recounting.compare()


@shared_task(name="oversight.start_summaries", ignore_result=True)
def start_summaries() -> None:
    """Wake a worker for each commune; what was missed yesterday is made up for today."""
    for pk in Commune.objects.values_list("pk", flat=True).order_by("pk"):
        draft_summaries.delay(pk)


@shared_task(name="oversight.draft_summaries", ignore_result=True)
def draft_summaries(commune_id: int) -> None:
    """Freeze the numbers of past months and quarters, draft the summaries that are missing."""
    drafting.draft_due(Commune.objects.get(pk=commune_id))
