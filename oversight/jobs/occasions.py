"""Have the doer told of a new job and of its day, and the giver of one that came back."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.work_lists import by_day
from duty.models import Occasion
from duty.occasions.models import subject_of
from duty.occasions.subjects import Subject, register, seen
from duty.services import close_occasions, open_occasion
from oversight.jobs.models import Job

GIVEN, RETURNED = "job_given", "job_returned"
# Told from the day before the last one.
AHEAD: Final = timedelta(days=1)


def _kind_of(job: Job, today: date) -> str:
    """The kind that the job wants somebody told by; blank where nobody is."""
    if job.state == Job.State.RETURNED:
        return RETURNED
    is_near = job.due_on <= today + AHEAD
    return GIVEN if job.state == Job.State.OPEN and (is_near or job.seen_at is None) else ""


def follow(job: Job) -> None:
    """Open and close by the state of the job; call in the transaction of the step."""
    wanted = _kind_of(job, timezone.localdate())
    close_occasions(job, *({GIVEN, RETURNED} - {wanted}))
    if not wanted or Occasion.objects.open().of_subject(subject_of(job), (wanted,)).exists():
        return
    due_at = by_day(job.due_on) if wanted == GIVEN else None
    open_occasion(wanted, job, commune=job.commune, due_at=due_at)


def follow_all() -> None:
    """Open for the jobs whose day has come near."""
    day = timezone.localdate() + AHEAD + timedelta(days=1)
    for job in Job.objects.overdue(day).select_related("commune").order_by("pk"):
        follow(job)


def _stands(kind: str, pk: int) -> bool:
    job = Job.objects.filter(pk=pk).first()
    return job is not None and _kind_of(job, timezone.localdate()) == kind


def _person(column: str, pk: int) -> Iterable[int]:
    return Job.objects.filter(pk=pk).values_list(column, flat=True)


def _page(user: User, pk: int) -> str:
    return reverse("admin:oversight_job_show", args=[pk])


def _subject(kind: str, column: str) -> Subject:
    """Told to one of the two alone; no other step of the ladder tells anybody else."""

    def first(pk: int, now: datetime) -> Iterable[int]:
        return _person(column, pk)

    return Subject(
        among=seen(lambda user: Job.objects.visible_to(user).filter(Q(**{column: user.pk}))),
        address=_page,
        stands=lambda pk: _stands(kind, pk),
        first=first,
    )


register(GIVEN, _subject(GIVEN, "doer"))
register(RETURNED, _subject(RETURNED, "given_by"))
