"""Celery tasks of oversight; each calls one function."""

from time import monotonic

from celery import shared_task

from accounts.models import Commune
from oversight.figures.rollups import recounting
from oversight.summaries import drafting

# Seconds after which a round leaves the queue to other tasks.
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
    """Compare the stored counts with the rows and report differences."""
    recounting.compare()


@shared_task(name="oversight.start_summaries", ignore_result=True)
def start_summaries() -> None:
    """Enqueue drafting for each commune; it catches up on missed days."""
    for pk in Commune.objects.values_list("pk", flat=True).order_by("pk"):
        draft_summaries.delay(pk)


@shared_task(name="oversight.draft_summaries", ignore_result=True)
def draft_summaries(commune_id: int) -> None:
    """Freeze past months and quarters, then draft the missing summaries."""
    drafting.draft_due(Commune.objects.get(pk=commune_id))
