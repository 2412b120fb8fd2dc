"""The pieces that every step of a post shares: lock, check, move, record."""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from broadcasts.models import Broadcast, BroadcastEvent
from broadcasts.services.errors import NotAllowed, TransitionNotAllowed

logger = logging.getLogger(__name__)
Status = Broadcast.Status


def lock(broadcast: Broadcast) -> None:
    """Take the row and read it anew into the given instance; call inside a transaction."""
    broadcast.refresh_from_db(
        from_queryset=Broadcast.objects.select_for_update(of=("self",)).select_related("commune")
    )


def require(broadcast: Broadcast, by: User, permission: str) -> None:
    """The account may do this, and may see this post at all. Raises NotAllowed."""
    visible = Broadcast.objects.visible_to(by).filter(pk=broadcast.pk).exists()
    if not visible or not by.has_perm(f"broadcasts.{permission}"):
        raise NotAllowed("Tài khoản này không có quyền làm việc đó với bài đăng này.")


def move(broadcast: Broadcast, status: str) -> None:
    """Set a status that the table of transitions allows. Raises TransitionNotAllowed."""
    if status not in Broadcast.TRANSITIONS[broadcast.status]:
        raise TransitionNotAllowed(
            f"Bài đang ở trạng thái “{broadcast.get_status_display()}” nên không thể chuyển sang "
            f"“{Status(status).label}”."
        )
    if broadcast.is_pattern and status not in Broadcast.PATTERN_STATES:
        raise TransitionNotAllowed(
            "Đây là nội dung của một lịch đăng, không gửi trực tiếp. Hãy làm ở trang của lịch."
        )
    broadcast.status = status


def hold(broadcast: Broadcast, now: datetime, *, why: str) -> None:
    """It missed its minute: a person lets it go or calls it off. Call with the row locked."""
    move(broadcast, Status.PAUSED)
    broadcast.held_at = now
    broadcast.save(update_fields=["status", "held_at"])
    note(broadcast, BroadcastEvent.Kind.HELD, note=why)


def reopen(broadcast: Broadcast) -> None:
    """A completed post has something to send or to post again. Call with the row locked."""
    if broadcast.status == Status.COMPLETED:
        move(broadcast, Status.SENDING)
        broadcast.completed_at = None
        broadcast.save(update_fields=["status", "completed_at"])


def note(
    broadcast: Broadcast, kind: str, *, by: User | None = None, note: str = "", **snapshot: Any
) -> BroadcastEvent:
    """Append a step to the post's history, and to the audit trail when a person did it."""
    if by is not None:
        audit.record(
            f"broadcast.{kind}", by=by, target=broadcast, commune=broadcast.commune, reason=note
        )
    return BroadcastEvent.objects.create(
        broadcast=broadcast, kind=kind, by=by, note=note, snapshot=snapshot
    )


def void_approval(broadcast: Broadcast, *, by: User | None, why: str) -> None:
    """Back to draft: whatever was approved is no longer what stands there."""
    broadcast.status = Status.DRAFT
    broadcast.submitted_by = broadcast.submitted_at = None
    broadcast.approved_by = broadcast.approved_at = None
    broadcast.approved_hash, broadcast.approved_parts = "", []
    broadcast.zalo_attachment_id, broadcast.attachment_uploaded_at = "", None
    broadcast.zalo_file_token, broadcast.file_uploaded_at = "", None
    note(broadcast, BroadcastEvent.Kind.APPROVAL_VOIDED, by=by, note=why)


def on_commit_hint(task: Any, *args: Any) -> None:
    """Tell the workers to look now; when the broker is down the next tick looks all the same."""
    transaction.on_commit(lambda: task.delay(*args), robust=True)
