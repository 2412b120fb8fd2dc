"""Claim lists for a worker, and wake one when a worker is gone.

A worker at a list shows a sign of life (`heartbeat_at`). One that has shown none for so many
seconds counts as gone, and the list is free for the next.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.enqueue import enqueue
from groups.member_import.models import MemberImport

State = MemberImport.State
READING_S, COMMITTING_S = 180, 20


def claim(batch_id: int, state: str, stale_s: int) -> bool:
    """Whether this worker may go on with a batch: nobody has shown a sign of life for a while."""
    now = timezone.now()
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - timedelta(seconds=stale_s))
    waiting = MemberImport.objects.filter(free, pk=batch_id, state=state)
    return bool(waiting.update(heartbeat_at=now))


def wake_reader(batch_id: int) -> None:
    """Have a batch in READING read, once the transaction holds."""
    enqueue("groups.tasks.read_member_import", batch_id)


def give_back(batch_id: int) -> None:
    """Have another worker read a batch whose own is to stop."""
    MemberImport.objects.filter(pk=batch_id, state=State.READING).update(heartbeat_at=None)
    wake_reader(batch_id)


def wake_writer(batch_id: int) -> None:
    """Have a batch in COMMITTING written down, once the transaction holds."""
    enqueue("groups.tasks.commit_member_import", batch_id)


def stale(state: str, stale_s: int) -> list[int]:
    """Batches at work that have shown no sign of life for a while."""
    before = timezone.now() - timedelta(seconds=stale_s)
    silent = Q(heartbeat_at__lt=before) | Q(heartbeat_at=None, created_at__lt=before)
    return list(MemberImport.objects.filter(silent, state=state).values_list("pk", flat=True))


def resume_stale() -> int:
    """Wake batches whose worker is gone; returns their number."""
    unread, unwritten = stale(State.READING, READING_S), stale(State.COMMITTING, COMMITTING_S)
    for batch_id in unread:
        wake_reader(batch_id)
    for batch_id in unwritten:
        wake_writer(batch_id)
    return len(unread) + len(unwritten)
