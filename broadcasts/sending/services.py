"""Settle deliveries with an unclear outcome: a person's decision, and hints from Zalo's echoes."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.audit import services as audit
from accounts.enqueue import enqueue
from accounts.models import User
from accounts.workflow.services import lock, lock_for, record
from broadcasts import occasions
from broadcasts.posts.corrections import require_not_corrected
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import plain
from broadcasts.posts.services import reopen
from broadcasts.sending.models import Delivery
from groups.models import ZaloGroup
from zalo.inbox.events import OwnEcho
from zalo.models import OfficialAccount

Status = Delivery.Status
NOT_OPEN = "Lượt gửi này không còn chờ xác minh."


def may_settle(delivery: Delivery, by: User) -> bool:
    """Whether the account may say what is in the group; where an officer gave up posting, that is
    for those who may stop posts and for the approver."""
    if not by.has_perm("broadcasts.settle_delivery"):
        return False
    decides = by.has_perm(occasions.STOPS) or by.pk == delivery.broadcast.approved_by_id
    return delivery.status != Status.MISSED or decides


@transaction.atomic
def settle(delivery: Delivery, *, by: User, arrived: bool) -> Delivery:
    """Record a person's finding. Only what has not arrived may be sent again.

    A delivery that arrived stays “uncertain” with the finding beside it, since Zalo never said so;
    where only the first of several parts arrived, the rest is queued as long as the post goes on.
    A group of an urgent post that somebody could not post to is settled the same way: posted after
    all, as this person declares, or left without the post.
    """
    lock_for(
        delivery, by, permission=may_settle,
        denied="Tài khoản này không có quyền xác minh lượt gửi này.",
        only=(Status.UNCERTAIN, Status.MISSED), refusal=NOT_OPEN,
    )  # fmt: skip
    if not delivery.waits_for_finding:
        raise NotAllowed(NOT_OPEN)
    broadcast = lock(delivery.broadcast)
    finding = Delivery.Finding.ARRIVED if arrived else Delivery.Finding.NOT_ARRIVED
    delivery.finding = finding
    delivery.settled_by, delivery.settled_at = by, timezone.now()
    if delivery.status == Status.MISSED:
        _settle_given_up(delivery, by, arrived=arrived)
    elif not arrived:
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
    occasions.close_if_over(broadcast)
    return delivery


def _settle_given_up(delivery: Delivery, by: User, *, arrived: bool) -> None:
    if arrived:
        delivery.status = Status.POSTED
        delivery.posted_by, delivery.posted_at = by, timezone.now()
        delivery.finding, delivery.settled_by, delivery.settled_at = "", None, None


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


# The clocks of Zalo and of this machine may differ; what Zalo took late it tells late.
EARLY: Final = timedelta(minutes=2)
LATE: Final = timedelta(hours=1)


@transaction.atomic
def record_echo(account: OfficialAccount, echo: OwnEcho) -> Delivery | None:
    """Note an echo of Zalo on the unanswered delivery with these words; None without one.

    A hint, never a verdict: a person still looks into the group. The words of the echo are compared
    and forgotten. A row that the sender is writing just now is left alone: it gets its answer.
    """
    if not echo.group_id or not echo.text.strip():
        return None
    waiting = (
        Delivery.objects.filter(
            Q(status=Status.SENDING) | Q(status=Status.UNCERTAIN, settled_at=None),
            ~Q(echo_part=F("parts_sent")) | Q(echo_part=None),
            commune=account.commune_id,
            target_group_id=echo.group_id,
            claimed_at__range=(echo.at - LATE, echo.at + EARLY),
        )
        .select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("-claimed_at")
    )
    for delivery in waiting:
        if not _matches(delivery, echo.text):
            continue
        if _is_answered(delivery, echo.message_id):
            return None
        delivery.echo_at, delivery.echo_part = echo.at, delivery.parts_sent
        delivery.save(update_fields=["echo_at", "echo_part"])
        return delivery
    return None


def _matches(delivery: Delivery, text: str) -> bool:
    parts = Broadcast.objects.values_list("approved_parts", flat=True).get(pk=delivery.broadcast_id)
    place = delivery.parts_sent  # the file of a post comes after its parts and has no words
    return place < len(parts) and plain(parts[place]).split() == plain(text).split()


def _is_answered(delivery: Delivery, message_id: str) -> bool:
    """Whether Zalo named this very message in an answer, to whichever post of the group."""
    named = Delivery.objects.filter(
        zalo_group=delivery.zalo_group_id, zalo_message_ids__contains=[message_id]
    )
    return bool(message_id) and named.exists()
