"""Posting by hand into ordinary groups: what an officer declares."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock, lock_for, record, require_state
from broadcasts import occasions
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.models import Broadcast
from broadcasts.posts.services import reopen
from broadcasts.sending.models import Delivery
from documents import uploads

Status, PostStatus = Delivery.Status, Broadcast.Status


def _lock_for(delivery: Delivery, by: User, *posts: str) -> None:
    """Lock an open task that this account may do, of a post in such a state. Raises NotAllowed."""
    lock_for(delivery, by, permission="broadcasts.post_by_hand", only=Status.TO_POST)
    require_state(
        delivery.broadcast, only=posts,
        refusal="Bài đang tạm dừng hoặc đã bị hủy. Đừng đăng; hãy hỏi chỉ huy.",
    )  # fmt: skip


@transaction.atomic
def mark_posted(
    delivery: Delivery, *, by: User, proof: Any = None, recalled: bool = False
) -> Delivery:
    """Record an officer's declaration that the post is in the group; a screenshot is optional.

    Also of a paused post: what stands in the group already would be posted twice after the pause.
    """
    _lock_for(delivery, by, PostStatus.SENDING, PostStatus.PAUSED)
    delivery.status = Status.POSTED
    delivery.posted_by, delivery.posted_at = by, timezone.now()
    if proof:
        delivery.proof = proof
    delivery.save()
    record(delivery, "posted", by=by, has_proof=bool(proof))
    occasions.hands_done(delivery.broadcast)
    if recalled:
        record_recall(delivery, by=by)
    return delivery


def old_post_of(delivery: Delivery) -> Delivery | None:
    """Declared delivery of the original post in the group of a correction."""
    if delivery.broadcast.corrects_id is None:
        return None
    return Delivery.objects.filter(
        broadcast=delivery.broadcast.corrects_id, zalo_group=delivery.zalo_group_id,
        status=Status.POSTED,
    ).select_related("broadcast", "posted_by").first()  # fmt: skip


def record_recall(delivery: Delivery, *, by: User) -> None:
    """Record an officer's declaration that the original was removed from the group."""
    old = old_post_of(delivery)
    if old is None or old.recalled_at is not None:
        return
    old.recalled_by, old.recalled_at = by, timezone.now()
    old.save(update_fields=["recalled_by", "recalled_at"])
    record(old, "recalled", by=by)


@transaction.atomic
def take_back(delivery: Delivery, *, by: User) -> Delivery:
    """Reopen an own task marked by mistake, while the post goes on."""
    mine = "Chỉ người đã đánh dấu mới mở lại được việc này."
    lock_for(
        delivery, by, permission=lambda row, user: row.posted_by_id == user.pk, denied=mine,
        only={Status.POSTED, Status.MISSED}, refusal=mine,
    )  # fmt: skip
    broadcast = delivery.broadcast
    lock(broadcast)
    late = broadcast.expires_at and broadcast.expires_at <= timezone.now()
    going_on = {PostStatus.SENDING, PostStatus.PAUSED, PostStatus.COMPLETED}
    if late or broadcast.status not in going_on:
        raise NotAllowed("Bài đã khép lại nên không mở lại việc này được nữa.")
    reopen(broadcast)
    delivery.status, delivery.error_text = Status.TO_POST, ""
    delivery.posted_by = delivery.posted_at = None
    delivery.finding, delivery.settled_by, delivery.settled_at = "", None, None
    uploads.forget(delivery.proof)
    delivery.proof = ""
    delivery.save()
    record(delivery, "taken_back", by=by)
    occasions.call_hands(broadcast)
    return delivery


@transaction.atomic
def mark_missed(delivery: Delivery, *, by: User, reason: str) -> Delivery:
    """Record why an officer could not post; the chief reads it."""
    _lock_for(delivery, by, PostStatus.SENDING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do chưa đăng được.")
    delivery.status = Status.MISSED
    delivery.error_text = reason.strip()
    delivery.posted_by = by
    delivery.save()
    record(delivery, "missed", by=by, text=reason.strip())
    occasions.hands_done(delivery.broadcast)
    return delivery
