"""Doors for the worker: each calls one thing."""

from time import monotonic

from celery import shared_task

from oversight.rollups import recounting

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
