"""Steps of a post that several verbs share."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.workflow.services import move, record
from broadcasts import occasions
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast

Status = Broadcast.Status


def change_status(
    broadcast: Broadcast, status: str, kind: str, *, by: User | None = None, text: str = "",
    **details: Any,
) -> None:  # fmt: skip
    """Move, save and record a step that changes the status alone. Call with the row locked."""
    move(broadcast, status)
    broadcast.save(update_fields=["status"])
    record(broadcast, kind, by=by, text=text, **details)
    occasions.follow(broadcast)


def pause_missed(broadcast: Broadcast, now: datetime, *, why: str) -> None:
    """Hold a post that missed its moment until a person decides. Call with the row locked."""
    move(broadcast, Status.PAUSED)
    broadcast.held_at = now
    broadcast.save(update_fields=["status", "held_at"])
    record(broadcast, BroadcastEvent.Kind.HELD, text=why)


def reopen(broadcast: Broadcast) -> None:
    """Return a completed post to sending. Call with the row locked."""
    if broadcast.status == Status.COMPLETED:
        move(broadcast, Status.SENDING)
        broadcast.completed_at = None
        broadcast.save(update_fields=["status", "completed_at"])


def void_approval(broadcast: Broadcast, *, by: User | None, why: str) -> None:
    """Return a post to draft and clear its approval and uploads. Saves nothing."""
    broadcast.status = Status.DRAFT
    broadcast.submitted_by = broadcast.submitted_at = None
    broadcast.approved_by = broadcast.approved_at = None
    broadcast.approved_hash, broadcast.approved_parts = "", []
    broadcast.zalo_attachment_id, broadcast.attachment_uploaded_at = "", None
    broadcast.zalo_file_token, broadcast.file_uploaded_at = "", None
    record(broadcast, BroadcastEvent.Kind.APPROVAL_VOIDED, by=by, text=why)
