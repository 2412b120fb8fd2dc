"""Celery tasks of oversight; each calls one function."""

from celery import shared_task
from django.utils import timezone

from accounts.models import Commune
from accounts.work_budget import WorkBudget
from oversight.direction import occasions
from oversight.figures.month_ends import checking, keeping
from oversight.figures.rollups import recounting
from oversight.jobs import occasions as job_occasions
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
    """Have people told of directions and jobs whose day is near."""
    occasions.follow_all()
    job_occasions.follow_all()


@shared_task(name="oversight.start_month_ends", ignore_result=True)
def start_month_ends() -> None:
    """Enqueue the keeping of ended months for each commune; it catches up on missed nights."""
    for pk in Commune.objects.values_list("pk", flat=True).order_by("pk"):
        keep_month_ends.delay(pk)


@shared_task(
    name="oversight.keep_month_ends", ignore_result=True, soft_time_limit=240, time_limit=270
)
def keep_month_ends(commune_id: int) -> None:
    """Keep the figures at the end of the months that are over."""
    budget = WorkBudget()
    commune = Commune.objects.get(pk=commune_id)
    if keeping.keep_due(commune, timezone.now(), budget) and budget.is_spent:
        keep_month_ends.delay(commune_id)


@shared_task(
    name="oversight.check_month_ends", ignore_result=True, soft_time_limit=240, time_limit=270
)
def check_month_ends(after: int = 0, found: int = 0) -> None:
    """Check frozen months and dated facts commune by commune, and report differences."""
    if (place := checking.check_from(after, found, WorkBudget())) is not None:
        check_month_ends.delay(*place)


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
