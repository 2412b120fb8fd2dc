"""Steps of a post that several verbs share."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.workflow import services as workflow
from accounts.workflow.services import lock, move, record
from broadcasts.models import Broadcast, BroadcastEvent

__all__ = ["hold", "lock", "note", "reopen", "require", "void_approval"]

Status = Broadcast.Status


def hold(broadcast: Broadcast, now: datetime, *, why: str) -> None:
    """It missed its minute: a person lets it go or calls it off. Call with the row locked."""
    move(broadcast, Status.PAUSED)
    broadcast.held_at = now
    broadcast.save(update_fields=["status", "held_at"])
    record(broadcast, BroadcastEvent.Kind.HELD, text=why)


def reopen(broadcast: Broadcast) -> None:
    """A completed post has something to send or to post again. Call with the row locked."""
    if broadcast.status == Status.COMPLETED:
        move(broadcast, Status.SENDING)
        broadcast.completed_at = None
        broadcast.save(update_fields=["status", "completed_at"])


def void_approval(broadcast: Broadcast, *, by: User | None, why: str) -> None:
    """Back to draft: whatever was approved is no longer what stands there."""
    broadcast.status = Status.DRAFT
    broadcast.submitted_by = broadcast.submitted_at = None
    broadcast.approved_by = broadcast.approved_at = None
    broadcast.approved_hash, broadcast.approved_parts = "", []
    broadcast.zalo_attachment_id, broadcast.attachment_uploaded_at = "", None
    broadcast.zalo_file_token, broadcast.file_uploaded_at = "", None
    record(broadcast, BroadcastEvent.Kind.APPROVAL_VOIDED, by=by, text=why)


# Names that `settling` still imports.


def require(broadcast: Broadcast, by: User, permission: str) -> None:
    """The account sees this post and has the right. Raises NotAllowed."""
    workflow.require(broadcast, by, permission=f"broadcasts.{permission}")


def note(
    broadcast: Broadcast, kind: str, *, by: User | None = None, note: str = "", **snapshot: Any
) -> None:
    """Append a step of the post."""
    record(broadcast, kind, by=by, text=note, **snapshot)
