"""Verbs of jobs: given, done, given back, given again, cancelled."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, move, record
from oversight.input_checks import lock_commune, require_clean
from oversight.jobs import occasions
from oversight.jobs.models import Job, JobEvent
from oversight.jobs.querysets import ALL_HAMLETS, GIVES, doers_for

State, Kind = Job.State, JobEvent.Kind


def is_doer(job: Job, user: User) -> bool:
    return job.doer_id == user.pk


def is_giver(job: Job, user: User) -> bool:
    """Whether the account decides about the job: who gave it, and the command in their place."""
    if is_doer(job, user) or not user.has_perm(GIVES):
        return False
    return job.given_by_id == user.pk or user.has_perm(ALL_HAMLETS)


@transaction.atomic
def give(job: Job, *, by: User) -> Job:
    """Give a new job. Raises NotAllowed."""
    if not doers_for(by).filter(pk=job.doer_id).exists():
        raise NotAllowed("Tài khoản này không giao việc cho người đó được.")
    if by.commune_id != job.commune_id:
        raise NotAllowed("Tài khoản này không giao việc ở xã khác được.")
    _require_day(job.due_on)
    require_clean(job.title, job.text)
    lock_commune(job.commune_id)
    same = {"doer": job.doer_id, "title": job.title, "due_on": job.due_on, "given_by": by}
    if Job.objects.to_do().filter(**same).exists():
        raise NotAllowed("Việc này vừa giao cho người đó rồi.")
    job.given_by = by
    job.save(force_insert=True)
    _record(job, Kind.GIVEN, by)
    return job


def _require_day(day: date) -> None:
    if day < timezone.localdate():
        raise NotAllowed("Ngày này đã qua. Hãy chọn hôm nay hoặc ngày sau.")


def _record(job: Job, kind: str, by: User, word: str = "") -> None:
    record(job, kind, by=by, at=timezone.now(), text=word)
    occasions.follow(job)


def _word(word: str, what: str) -> str:
    word = word.strip()
    if not word:
        raise NotAllowed(f"Hãy ghi {what}.")
    require_clean(word)
    return word


@transaction.atomic
def finish(job: Job, word: str, *, by: User) -> Job:
    """End the job with a word on what was done. Raises NotAllowed."""
    lock_for(job, by, permission=is_doer, denied="Chỉ người được giao mới ghi xong được.")
    return _end(job, State.DONE, by, _word(word, "đã làm gì"))


@transaction.atomic
def give_back(job: Job, reason: str, *, by: User) -> Job:
    """Give the job back to its giver. Raises NotAllowed."""
    lock_for(job, by, permission=is_doer, denied="Chỉ người được giao mới trả lại được.")
    return _end(job, State.RETURNED, by, _word(reason, "vì sao trả lại"))


@transaction.atomic
def cancel(job: Job, reason: str, *, by: User) -> Job:
    """Raises NotAllowed."""
    lock_for(job, by, permission=is_giver)
    return _end(job, State.CANCELLED, by, _word(reason, "vì sao hủy"))


def _end(job: Job, state: str, by: User, word: str) -> Job:
    move(job, state)
    job.ended_at = None if state == State.RETURNED else timezone.now()
    job.save(update_fields=["state", "ended_at"])
    _record(job, state, by, word)
    return job


@transaction.atomic
def give_again(job: Job, reason: str, *, due_on: date, by: User) -> Job:
    """Give a job that was given back, or is not done yet, to the same doer. Raises NotAllowed."""
    lock_for(job, by, permission=is_giver)
    move(job, State.OPEN)
    word = _word(reason, "cần làm thêm gì")
    _require_day(due_on)
    if not job.doer.is_active:
        raise NotAllowed(f"{job.doer} không còn dùng cổng. Hãy hủy rồi giao cho người khác.")
    job.due_on, job.seen_at, job.ended_at = due_on, None, None
    job.save(update_fields=["state", "due_on", "seen_at", "ended_at"])
    _record(job, Kind.GIVEN_AGAIN, by, word)
    return job


@transaction.atomic
def note_seen(job: Job, *, by: User) -> None:
    """The doer opened the job: nobody is told of it before its day is near."""
    if job.seen_at is not None or not is_doer(job, by):
        return
    lock_for(job, by, permission=is_doer)
    job.seen_at = timezone.now()
    job.save(update_fields=["seen_at"])
    occasions.follow(job)
