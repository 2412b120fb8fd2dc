"""Posting by hand into ordinary groups: what an officer declares."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit, documents
from accounts.models import User
from broadcasts.models import Broadcast, Delivery
from broadcasts.services.errors import NotAllowed
from broadcasts.services.lifecycle import lock, reopen

Status, PostStatus = Delivery.Status, Broadcast.Status


def _take(delivery: Delivery, by: User, *allowed: str) -> None:
    """Lock an open task that this account may do, of a post in such a state. Raises NotAllowed."""
    delivery.refresh_from_db(from_queryset=Delivery.objects.select_for_update(of=("self",)))
    visible = Delivery.objects.visible_to(by).filter(pk=delivery.pk).exists()
    if not visible or not by.has_perm("broadcasts.post_by_hand"):
        raise NotAllowed("Nhóm này không thuộc địa bàn của đồng chí.")
    if delivery.status == Status.POSTED:
        raise NotAllowed(f"Nhóm này đã được {delivery.posted_by} đánh dấu đã đăng.")
    if delivery.status != Status.TO_POST:
        raise NotAllowed(f"Việc này đã khép lại ({delivery.get_status_display().lower()}).")
    if delivery.broadcast.status not in allowed:
        raise NotAllowed("Bài đang tạm dừng hoặc đã bị hủy. Đừng đăng; hãy hỏi chỉ huy.")


@transaction.atomic
def mark_posted(
    delivery: Delivery, *, by: User, proof: Any = None, recalled: bool = False
) -> Delivery:
    """The officer declares that the post stands in the group; a screenshot is optional.

    Also of a paused post: what stands in the group already would be posted twice after the pause.
    """
    _take(delivery, by, PostStatus.SENDING, PostStatus.PAUSED)
    delivery.status = Status.POSTED
    delivery.posted_by, delivery.posted_at = by, timezone.now()
    if proof:
        delivery.proof = proof
    delivery.save()
    audit.record("delivery.posted", by=by, target=delivery, has_proof=bool(proof))
    if recalled:
        note_recalled(delivery, by=by)
    return delivery


def old_post_of(delivery: Delivery) -> Delivery | None:
    """Where a correction is to be posted: the wrong post that somebody declared there."""
    if delivery.broadcast.corrects_id is None:
        return None
    return Delivery.objects.filter(
        broadcast=delivery.broadcast.corrects_id, zalo_group=delivery.zalo_group_id,
        status=Status.POSTED,
    ).select_related("broadcast", "posted_by").first()  # fmt: skip


def note_recalled(delivery: Delivery, *, by: User) -> None:
    """The officer declares that the wrong post was taken out of the group before the correction."""
    old = old_post_of(delivery)
    if old is None or old.recalled_at is not None:
        return
    old.recalled_by, old.recalled_at = by, timezone.now()
    old.save(update_fields=["recalled_by", "recalled_at"])
    audit.record("delivery.recalled", by=by, target=old, commune=old.commune)


@transaction.atomic
def take_back(delivery: Delivery, *, by: User) -> Delivery:
    """A slip of the finger: the same person opens an own task again, while the post goes on."""
    delivery.refresh_from_db(from_queryset=Delivery.objects.select_for_update(of=("self",)))
    if delivery.status not in {Status.POSTED, Status.MISSED} or delivery.posted_by_id != by.pk:
        raise NotAllowed("Chỉ người đã đánh dấu mới mở lại được việc này.")
    broadcast = delivery.broadcast
    lock(broadcast)
    late = broadcast.expires_at and broadcast.expires_at <= timezone.now()
    going_on = {PostStatus.SENDING, PostStatus.PAUSED, PostStatus.COMPLETED}
    if late or broadcast.status not in going_on:
        raise NotAllowed("Bài đã khép lại nên không mở lại việc này được nữa.")
    reopen(broadcast)
    delivery.status, delivery.error_text = Status.TO_POST, ""
    delivery.posted_by = delivery.posted_at = None
    documents.forget(delivery.proof)
    delivery.proof = ""
    delivery.save()
    audit.record("delivery.taken_back", by=by, target=delivery)
    return delivery


@transaction.atomic
def mark_missed(delivery: Delivery, *, by: User, reason: str) -> Delivery:
    """The officer could not post; the reason is shown to the chief."""
    _take(delivery, by, PostStatus.SENDING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do chưa đăng được.")
    delivery.status = Status.MISSED
    delivery.error_text = reason.strip()
    delivery.posted_by = by
    delivery.save()
    audit.record("delivery.missed", by=by, target=delivery, reason=reason.strip())
    return delivery
