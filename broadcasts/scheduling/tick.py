"""The tick: what is due starts, what is late ends, what is stuck is settled, what is done closes.

Everything is computed from the rows and the clock, so a tick that was missed, doubled or killed
changes nothing; the next one finds the same rows.
"""

import logging
from datetime import datetime

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.workflow.services import move, record
from broadcasts import occasions
from broadcasts.content_check.services import stopping
from broadcasts.posts.audience import groups_of
from broadcasts.posts.events import BroadcastEvent
from broadcasts.posts.models import Broadcast
from broadcasts.posts.rendering import text_parts
from broadcasts.posts.services import change_status, pause_missed, void_approval
from broadcasts.scheduling.late import held_because, hold_stalled
from broadcasts.scheduling.materialise import has_carried, plan_due
from broadcasts.sending.models import Delivery
from groups.models import ZaloGroup
from zalo.channels import registry
from zalo.channels.base import MANUAL
from zalo.hold import process as gate
from zalo.outbox import statements
from zalo.outbox.outcomes import interrupted_before

logger = logging.getLogger(__name__)
Kind, Status = BroadcastEvent.Kind, Broadcast.Status

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
    if why := held_because(broadcast, now):
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
    occasions.call_hands(broadcast)


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


def start_due(now: datetime) -> int:
    """Start every post whose minute has come, each in its own transaction; urgent ones first.

    A post that breaks on the way is logged and left for the next tick; the others go on.
    """
    started, broken = 0, set[int]()
    while True:
        with transaction.atomic():
            broadcast = (
                Broadcast.objects.due(now)
                .filter(gate.gate_is_open())
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
    closed = out_of_service.update_free(
        status=Delivery.Status.CANCELLED,
        next_attempt_at=None,
        error_text="Nhóm đã tạm dừng hoặc đã đóng nên không gửi.",
    )
    late = waiting.filter(broadcast__expires_at__lte=now)
    expired = late.filter(status=Delivery.Status.QUEUED).update_free(
        status=Delivery.Status.EXPIRED, next_attempt_at=None
    )
    missed = late.filter(status=Delivery.Status.TO_POST)
    forgotten = waiting.filter(
        status=Delivery.Status.TO_POST,
        broadcast__status=Status.SENDING,
        created_at__lte=now - occasions.HAND_POSTING,
    )
    reason = "Không ai đánh dấu đã đăng trước hạn."
    left_over = Delivery.objects.filter(
        broadcast__status=Status.CANCELLED,
        status__in=[Delivery.Status.QUEUED, Delivery.Status.TO_POST],
    )
    return (
        closed
        + expired
        + left_over.update_free(status=Delivery.Status.CANCELLED, next_attempt_at=None)
        + missed.update_free(status=Delivery.Status.MISSED, error_text=reason)
        + forgotten.update_free(status=Delivery.Status.MISSED, error_text=reason)
    )


def sweep(now: datetime) -> int:
    """Claimed, and no answer recorded within the longest a call may take: nobody can know."""
    return Delivery.objects.stuck_in_sending(interrupted_before(now)).update_free(
        status=Delivery.Status.UNCERTAIN,
        error_code="interrupted",
        error_text=(
            "Máy gửi bị ngắt giữa chừng nên không biết bài đã lên nhóm hay chưa. "
            "Hãy mở nhóm để xem rồi xác nhận."
        ),
    )


@transaction.atomic
def complete(now: datetime) -> int:
    """Close posts of which nothing is left to send or to post.

    They are locked first and asked again by a later statement, which sees what the last to hold a
    lock has queued. A post in the hands of somebody else is left for the next tick.
    """
    still_open = Delivery.objects.filter(
        broadcast=OuterRef("pk"),
        status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING, Delivery.Status.TO_POST],
    )
    finished = Broadcast.objects.filter(~Exists(still_open), status=Status.SENDING).order_by()
    free = finished.select_for_update(skip_locked=True, no_key=True)
    if not (locked := list(free.values_list("pk", flat=True))):
        return 0
    closed = list(finished.filter(pk__in=locked).values_list("pk", flat=True))
    Broadcast.objects.filter(pk__in=closed).update(status=Status.COMPLETED, completed_at=now)
    BroadcastEvent.objects.bulk_create(
        BroadcastEvent(broadcast_id=pk, kind=Kind.COMPLETED) for pk in closed
    )
    occasions.ended(closed)
    return len(closed)


def reopen_late(now: datetime) -> int:
    """An answer that came after its post was closed left something to send: go on with it."""
    late = Delivery.objects.filter(
        status=Delivery.Status.QUEUED, broadcast__status=Status.COMPLETED
    )
    closed = Broadcast.objects.filter(status=Status.COMPLETED, pk__in=late.values("broadcast"))
    return closed.update(status=Status.SENDING, completed_at=None)


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
    if not gate.begin():  # what was due or half sent stays as it is until persons have decided
        return {"swept": sweep(now), "planned": plan_due(now)}
    return {
        "started": start_due(now),
        "expired": expire(now),
        "swept": sweep(now),
        "held": hold_stalled(now),
        "reopened": reopen_late(now),
        "completed": complete(now),
        "planned": plan_due(now),
    }
