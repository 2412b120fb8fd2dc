"""The tick: what is due starts, what is late ends, what is stuck is settled, what is done closes.

Everything is computed from the rows and the clock, so a tick that was missed, doubled or killed
changes nothing; the next one finds the same rows.
"""

import logging
from datetime import datetime, timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from accounts.workflow.services import lock, move, record
from broadcasts.content_check.services import stopping
from broadcasts.posts.audience import groups_of
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import text_parts
from broadcasts.posts.services import change_status, pause_missed, reopen, void_approval
from broadcasts.scheduling.materialise import has_carried, plan_due
from broadcasts.sending.models import Delivery
from groups.models import ZaloGroup
from zalo.channels import registry
from zalo.channels.base import MANUAL
from zalo.outbox import statements
from zalo.outbox.outcomes import interrupted_before

logger = logging.getLogger(__name__)
Kind, Status = BroadcastEvent.Kind, Broadcast.Status
HAND_POSTING_DAYS = 3
# How late an occurrence of a schedule may still leave by itself, after everything was down.
LATE = timedelta(hours=2)

_FAN_OUT = """
INSERT INTO broadcasts_delivery (
    broadcast_id, zalo_group_id, commune_id, way, status, is_urgent, target_group_id, created_at,
    attempts, next_attempt_at, parts_sent, zalo_message_ids, error_code, error_text, proof, finding
)
SELECT %s, chosen.id, %s, COALESCE(machine.way, %s),
    CASE WHEN machine.way IS NULL THEN 'to_post' ELSE 'queued' END,
    %s, chosen.zalo_group_id, %s, 0, CASE WHEN machine.way IS NOT NULL THEN %s END, 0, '{{}}',
    '', '', '', ''
FROM ({groups}) AS chosen
LEFT JOIN unnest(%s::text[], %s::text[]) AS machine (kind, way) ON machine.kind = chosen.kind
ON CONFLICT (broadcast_id, zalo_group_id) DO NOTHING
"""


def fan_out(broadcast: Broadcast, now: datetime) -> int:
    """One delivery row for each group that the audience rule names now; returns how many.

    Where no machine may post into a group, it is posted to by hand.
    """
    machines = registry.for_groups(broadcast.commune_id)
    groups = groups_of(broadcast).order_by().values("id", "kind", "zalo_group_id")
    sql, params = groups.query.sql_with_params()
    values = [
        broadcast.pk, broadcast.commune_id, MANUAL.key, broadcast.is_urgent, now, now, *params,
        list(machines), registry.keys(list(machines.values())),
    ]  # fmt: skip
    return statements.execute(_FAN_OUT.format(groups=sql), values)


def _start(broadcast: Broadcast, now: datetime) -> None:
    """Begin to send one due post: last checks, then its rows. Call with the row locked."""
    if broadcast.expires_at and broadcast.expires_at <= now:
        why = "Đã quá giờ cho phép nên không gửi tới nhóm nào."
        change_status(broadcast, Status.CANCELLED, Kind.EXPIRED, text=why)
        return
    if _is_missed(broadcast, now):
        why = "Lỡ giờ đăng hơn 2 giờ vì máy không chạy. Chờ quyết định."
        pause_missed(broadcast, now, why=why)
        return
    if why := _why_void(broadcast, now):
        void_approval(broadcast, by=None, why=why)
        broadcast.save()
        return
    count = fan_out(broadcast, now)
    if not count:
        why = "Không còn nhóm nào hoạt động nên không gửi tới đâu."
        change_status(broadcast, Status.CANCELLED, Kind.CANCELLED, text=why)
        return
    move(broadcast, Status.SENDING)
    broadcast.started_at = now
    broadcast.save(update_fields=["status", "started_at"])
    record(broadcast, Kind.STARTED, groups=count, parts=broadcast.approved_parts)


def _why_void(broadcast: Broadcast, now: datetime) -> str:
    """Sentence why the approval of a due post no longer holds; blank when it does."""
    schedule = None if broadcast.is_own_version else broadcast.schedule
    if schedule is not None and not has_carried(broadcast, schedule.pattern):
        # paused while the approval of its schedule was voided
        return "Lịch đã đổi sau khi duyệt nên không đăng lần này."
    words = text_parts(broadcast.text)
    if (broadcast.compute_hash(), words) != (broadcast.approved_hash, broadcast.approved_parts):
        return "Nội dung khác với bản đã duyệt nên không gửi."
    return " ".join(hit.sentence for hit in stopping(broadcast, now))


def _is_missed(broadcast: Broadcast, now: datetime) -> bool:
    """An occurrence whose minute is long gone, unless a person let it go since.

    A post of its own with a minute in the past leaves at once: that is what its approver said.
    """
    if broadcast.schedule_id is None or broadcast.held_at is not None:
        return False
    moments = [moment for moment in (broadcast.scheduled_for, broadcast.approved_at) if moment]
    return bool(moments) and now - max(moments) > LATE


def start_due(now: datetime) -> int:
    """Start every post whose minute has come, each in its own transaction; urgent ones first.

    A post that breaks on the way is logged and left for the next tick; the others go on.
    """
    started, broken = 0, set[int]()
    while True:
        with transaction.atomic():
            broadcast = (
                Broadcast.objects.due(now)
                .exclude(pk__in=broken)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("commune")
                .order_by("-priority", "scheduled_for", "pk")
                .first()
            )
            if broadcast is None:
                return started
            try:
                with transaction.atomic():
                    _start(broadcast, now)
            except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
                raise
            except Exception:
                logger.exception("post %s could not be started", broadcast.pk)
                broken.add(broadcast.pk)
                continue
            started += 1


def expire(now: datetime) -> int:
    """Close what may no longer leave, and hand tasks that nobody did in time."""
    waiting = Delivery.objects.filter(broadcast__status__in=[Status.SENDING, Status.PAUSED])
    out_of_service = waiting.filter(
        status__in=[Delivery.Status.QUEUED, Delivery.Status.TO_POST]
    ).exclude(zalo_group__status=ZaloGroup.Status.ACTIVE)
    closed = out_of_service.update(
        status=Delivery.Status.CANCELLED,
        next_attempt_at=None,
        error_text="Nhóm đã tạm dừng hoặc đã đóng nên không gửi.",
    )
    late = waiting.filter(broadcast__expires_at__lte=now)
    expired = late.filter(status=Delivery.Status.QUEUED).update(
        status=Delivery.Status.EXPIRED, next_attempt_at=None
    )
    missed = late.filter(status=Delivery.Status.TO_POST)
    forgotten = waiting.filter(
        status=Delivery.Status.TO_POST,
        broadcast__status=Status.SENDING,
        created_at__lte=now - timedelta(days=HAND_POSTING_DAYS),
    )
    reason = "Không ai đánh dấu đã đăng trước hạn."
    left_over = Delivery.objects.filter(
        broadcast__status=Status.CANCELLED,
        status__in=[Delivery.Status.QUEUED, Delivery.Status.TO_POST],
    )
    return (
        closed
        + expired
        + left_over.update(status=Delivery.Status.CANCELLED, next_attempt_at=None)
        + missed.update(status=Delivery.Status.MISSED, error_text=reason)
        + forgotten.update(status=Delivery.Status.MISSED, error_text=reason)
    )


def sweep(now: datetime) -> int:
    """Claimed, and no answer recorded within the longest a call may take: nobody can know."""
    return Delivery.objects.stuck_in_sending(interrupted_before(now)).update(
        status=Delivery.Status.UNCERTAIN,
        error_code="interrupted",
        error_text=(
            "Máy gửi bị ngắt giữa chừng nên không biết bài đã lên nhóm hay chưa. "
            "Hãy mở nhóm để xem rồi xác nhận."
        ),
    )


def complete(now: datetime) -> int:
    """Close posts of which nothing is left to send or to post."""
    open_statuses = [Delivery.Status.QUEUED, Delivery.Status.SENDING, Delivery.Status.TO_POST]
    still_open = Delivery.objects.filter(status__in=open_statuses).values("broadcast")
    closed = 0
    for broadcast in Broadcast.objects.filter(status=Status.SENDING).exclude(pk__in=still_open):
        with transaction.atomic():
            lock(broadcast)
            if (
                broadcast.status != Status.SENDING
                or broadcast.deliveries.filter(status__in=open_statuses).exists()
            ):
                continue
            move(broadcast, Status.COMPLETED)
            broadcast.completed_at = now
            broadcast.save(update_fields=["status", "completed_at"])
            record(broadcast, Kind.COMPLETED)
            closed += 1
    return closed


def reopen_late(now: datetime) -> int:
    """An answer that came after its post was closed left something to send: go on with it."""
    late = Delivery.objects.filter(
        status=Delivery.Status.QUEUED, broadcast__status=Status.COMPLETED
    )
    reopened = 0
    for broadcast in Broadcast.objects.filter(pk__in=late.values("broadcast")):
        with transaction.atomic():
            lock(broadcast)
            reopen(broadcast)
            reopened += 1
    return reopened


def lanes_to_drain(now: datetime) -> list[tuple[int, bool]]:
    """(commune id, urgent) for which something can be sent now."""
    return list(
        Delivery.objects.sendable(now)
        .order_by("-is_urgent", "commune")
        .values_list("commune", "is_urgent")
        .distinct()
    )


def run_tick(now: datetime | None = None) -> dict[str, int]:
    """One round; returns what it did, for the log."""
    now = now or timezone.now()
    return {
        "started": start_due(now),
        "expired": expire(now),
        "swept": sweep(now),
        "reopened": reopen_late(now),
        "completed": complete(now),
        "planned": plan_due(now),
    }
