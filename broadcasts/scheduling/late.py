"""The late rule: a post that missed its moment by too much waits for a person.

The moment of a post is the later of its set time, its approval and the last time a person let it
go on. Approved after its set time it leaves at once, at any hour.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, Model, OuterRef, Subquery, Value
from django.db.models.functions import Concat, Greatest, Trim
from django.utils import timezone

from accounts.workflow.services import record
from broadcasts.posts.events import BroadcastEvent as Event
from broadcasts.posts.models import Broadcast
from broadcasts.scheduling.quiet_hours import Limits, limits_of
from broadcasts.scheduling.rules import ZONE
from broadcasts.sending.models import Delivery
from zalo.hold import process as gate
from zalo.models import SendGate

LATE, LATE_AT_NIGHT = timedelta(hours=2), timedelta(minutes=10)
TOO_LATE = "trễ quá 2 giờ"
WHAT_TO_DO = (
    "Chưa gửi nhóm nào. Chỉ huy bấm “Gửi tiếp” thì bài gửi ngay, bấm “Hủy bài” thì không gửi nữa."
)


def moment_of(broadcast: Broadcast) -> datetime | None:
    """The moment at which a post was to leave; None before its approval."""
    moments = (broadcast.scheduled_for, broadcast.approved_at, broadcast.held_at)
    return max((moment for moment in moments if moment), default=None)


def why_late(
    moment: datetime, now: datetime, *, is_urgent: bool, limits: Callable[[date], Limits]
) -> str:
    """Reason why a post of this moment may no longer leave by itself; blank while it may."""
    late = now - moment
    if late > LATE:
        return TOO_LATE
    if is_urgent or late <= LATE_AT_NIGHT:
        return ""
    quiet = limits(_day(now))
    if quiet.is_quiet(now) and not limits(_day(moment)).is_quiet(moment):
        return f"đã vào giờ nghỉ ({quiet.quiet_from:%H:%M}–{quiet.quiet_to:%H:%M})"
    return ""


def _day(moment: datetime) -> date:
    return timezone.localtime(moment, ZONE).date()


def held_because(broadcast: Broadcast, now: datetime) -> str:
    """Sentence with which a post is held for a person; blank where it may leave."""
    moment = moment_of(broadcast)
    if moment is None or now - moment <= LATE_AT_NIGHT:
        return ""
    why = why_late(
        moment, now, is_urgent=broadcast.is_urgent, limits=limits_of(broadcast.commune_id)
    )
    return f"{late_sentence(moment, now, why)} {WHAT_TO_DO}" if why else ""


def late_sentence(moment: datetime, now: datetime, why: str, what: str = "gửi") -> str:
    """Since when something waits to be sent, and why the machine holds it."""
    return held_sentence(moment, f"Đến {_at(now)} vẫn chưa gửi, {why}", what)


def held_sentence(moment: datetime, why: str, what: str = "gửi") -> str:
    return f"Bài chờ {what} từ {_at(moment)}. {why} nên máy giữ lại."


def hold_stalled(now: datetime) -> int:
    """Leave to a person what is still queued of posts of which nothing moved for too long.

    Where the power failed half-way or the account was cut off, the rest must not leave at night.
    It ends as `failed`, which a person sends again; tasks for hands stay. Returns how many.
    """
    queued = Delivery.objects.filter(gate.gate_is_open(), status=Delivery.Status.QUEUED)
    opened = Subquery(SendGate.objects.values("opened_at")[:1])  # two persons let all go on
    stalled = (
        Broadcast.objects.filter(status=Broadcast.Status.SENDING)
        .filter(pk__in=queued.values("broadcast"))
        .annotate(
            moved_at=Greatest("started_at", _last(Delivery, "sent_at"), _last(Event, "at"), opened)
        )
        .filter(moved_at__lt=now - LATE_AT_NIGHT)
    )
    held = 0
    for pk in list(stalled.values_list("pk", flat=True)):
        with transaction.atomic():
            rows = stalled.select_for_update(skip_locked=True, of=("self",))
            post = rows.filter(pk=pk).first()
            held += _hold_rest(post, post.moved_at, now) if post is not None else 0
    return held


def _last(model: type[Model], column: str) -> Subquery:
    rows = model._default_manager.filter(broadcast=OuterRef("pk")).order_by().values("broadcast")
    return Subquery(rows.annotate(last=Max(column)).values("last"))


def _hold_rest(post: Broadcast, moved_at: datetime, now: datetime) -> int:
    limits = limits_of(post.commune_id)
    why = why_late(moved_at, now, is_urgent=post.is_urgent, limits=limits)
    if not why:
        return 0
    sentence = late_sentence(moved_at, now, why)
    held = post.deliveries.filter(status=Delivery.Status.QUEUED).update_free(
        status=Delivery.Status.FAILED,
        next_attempt_at=None,
        error_code="late",
        error_text=Trim(Concat("error_text", Value(f" {sentence}"))),
    )
    if held:
        what_to_do = "Xử lý xong thì bấm “Gửi lại nhóm bị lỗi”."
        record(post, Event.Kind.HELD, text=f"{held} nhóm chưa nhận. {sentence} {what_to_do}")
    return held


def _at(moment: datetime) -> str:
    return f"{timezone.localtime(moment, ZONE):%H:%M ngày %d/%m/%Y}"
