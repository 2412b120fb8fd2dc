"""What a person decides about deliveries that the machine must not decide."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts import audit
from accounts.enqueue import enqueue
from accounts.models import User
from accounts.workflow.services import lock, lock_for, record
from broadcasts.models import Broadcast, BroadcastEvent, Delivery
from broadcasts.services.correcting import require_not_corrected
from broadcasts.services.errors import NotAllowed
from broadcasts.services.lifecycle import reopen
from groups.models import ZaloGroup

Status = Delivery.Status
NOT_OPEN = "Lượt gửi này không còn chờ xác minh."


@transaction.atomic
def settle(delivery: Delivery, *, by: User, arrived: bool) -> Delivery:
    """A person looked into the group. What has not arrived may be sent again; nothing else may.

    A delivery that arrived stays “uncertain” with the finding beside it, since Zalo never said so;
    where only the first of several parts arrived, the rest is queued as long as the post goes on.
    """
    lock_for(
        delivery, by, permission="broadcasts.settle_delivery",
        denied="Tài khoản này không có quyền xác minh lượt gửi này.",
        only=Status.UNCERTAIN, refusal=NOT_OPEN,
    )  # fmt: skip
    if delivery.settled_at:
        raise NotAllowed(NOT_OPEN)
    broadcast = lock(delivery.broadcast)
    finding = Delivery.Finding.ARRIVED if arrived else Delivery.Finding.NOT_ARRIVED
    delivery.finding = finding
    delivery.settled_by, delivery.settled_at = by, timezone.now()
    if not arrived:
        delivery.status = Status.FAILED
    elif _has_more_to_send(delivery, broadcast):
        delivery.parts_sent += 1
        delivery.status = Status.QUEUED
        delivery.next_attempt_at = timezone.now()
        reopen(broadcast)
    delivery.save()
    audit.record("delivery.settled", by=by, target=delivery, finding=str(finding))
    record(
        broadcast,
        BroadcastEvent.Kind.SETTLED,
        text=f"{delivery.zalo_group}: {finding.label.lower()} ({by}).",
    )
    return delivery


def _has_more_to_send(delivery: Delivery, broadcast: Broadcast) -> bool:
    goes_on = broadcast.status in {
        Broadcast.Status.SENDING,
        Broadcast.Status.PAUSED,
        Broadcast.Status.COMPLETED,
    }
    return goes_on and delivery.parts_sent + 1 < broadcast.message_count


@transaction.atomic
def resend_failed(broadcast: Broadcast, *, by: User) -> int:
    """Queue the failed deliveries of a post again, and only those; returns how many."""
    lock_for(
        broadcast, by, permission="broadcasts.resend_delivery",
        only=(Broadcast.Status.SENDING, Broadcast.Status.COMPLETED),
        refusal="Chỉ gửi lại được khi bài đang gửi hoặc đã xong.",
    )  # fmt: skip
    require_not_corrected(broadcast)
    now = timezone.now()
    if broadcast.expires_at and broadcast.expires_at <= now:
        raise NotAllowed("Đã quá giờ “không gửi sau” của bài nên không gửi lại nữa.")
    failed = broadcast.deliveries.failed().filter(zalo_group__status=ZaloGroup.Status.ACTIVE)
    # A group's id may have been put right since; nothing of the post stands in it yet.
    current_id = ZaloGroup.objects.filter(pk=OuterRef("zalo_group")).values("zalo_group_id")
    failed.filter(parts_sent=0).update(target_group_id=Subquery(current_id))
    count = failed.update(
        status=Status.QUEUED,
        attempts=0,
        next_attempt_at=now,
        error_code="",
        error_text="",
        finding="",
        settled_by=None,
        settled_at=None,
        echo_at=None,
        echo_part=None,
    )
    if not count:
        raise NotAllowed("Không có nhóm đang hoạt động nào bị lỗi để gửi lại.")
    reopen(broadcast)
    record(broadcast, BroadcastEvent.Kind.RESENT, by=by, text=f"{count} nhóm")
    enqueue("broadcasts.tasks.tick")
    return count
