"""Celery tasks of oversight; each calls one function."""

from celery import shared_task

from accounts.models import Commune
from accounts.work_budget import WorkBudget
from oversight.direction import occasions
from oversight.figures.rollups import recounting
from oversight.summaries import drafting


@shared_task(
    name="oversight.recount_dirty", ignore_result=True, soft_time_limit=240, time_limit=270
)
def recount_dirty() -> None:
    """Count again the months and places that were written to."""
    recounting.recount_dirty(WorkBudget())


@shared_task(
    name="oversight.compare_counts", ignore_result=True, soft_time_limit=240, time_limit=270
)
def compare_counts() -> None:
    """Compare the stored counts with the rows, a step at a time, and report differences."""
    if not recounting.compare_on(WorkBudget()):
        compare_counts.delay()


@shared_task(
    name="oversight.follow_directions", ignore_result=True, soft_time_limit=60, time_limit=90
)
def follow_directions() -> None:
    """Have addressees told of directions whose day is near."""
    occasions.follow_all()


@shared_task(name="oversight.start_summaries", ignore_result=True)
def start_summaries() -> None:
    """Enqueue drafting for each commune; it catches up on missed days."""
    for pk in Commune.objects.values_list("pk", flat=True).order_by("pk"):
        draft_summaries.delay(pk)


@shared_task(name="oversight.draft_summaries", ignore_result=True)
def draft_summaries(commune_id: int) -> None:
    """Freeze past months and quarters, then draft the missing summaries."""
    budget = WorkBudget()
    if drafting.draft_due(Commune.objects.get(pk=commune_id), budget) and budget.is_spent:
        draft_summaries.delay(commune_id)
