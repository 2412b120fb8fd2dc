"""Words and tones of states and moments for the screens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from broadcasts.posts.models import Broadcast
from broadcasts.scheduling.rules import describe, rule_of
from broadcasts.sending.models import Delivery

# Label classes of the admin's lists, by tone.
TONE_CLASSES = {
    "": "", "plain": "", "info": "info", "good": "success", "warn": "warning", "bad": "danger",
}  # fmt: skip
POST_TONES: dict[str, str] = {
    Broadcast.Status.DRAFT: "plain",
    Broadcast.Status.PENDING_APPROVAL: "warn",
    Broadcast.Status.RETURNED: "bad",
    Broadcast.Status.REJECTED: "bad",
    Broadcast.Status.APPROVED: "info",
    Broadcast.Status.SCHEDULED: "info",
    Broadcast.Status.SENDING: "info",
    Broadcast.Status.PAUSED: "warn",
    Broadcast.Status.COMPLETED: "good",
    Broadcast.Status.CANCELLED: "plain",
}
DELIVERY_TONES: dict[str, str] = {
    Delivery.Status.QUEUED: "plain",
    Delivery.Status.SENDING: "info",
    Delivery.Status.SENT: "good",
    Delivery.Status.FAILED: "bad",
    Delivery.Status.UNCERTAIN: "warn",
    Delivery.Status.EXPIRED: "bad",
    Delivery.Status.TO_POST: "warn",
    Delivery.Status.POSTED: "good",
    Delivery.Status.MISSED: "bad",
    Delivery.Status.CANCELLED: "plain",
}
STOPPED: dict[str, str] = {
    Delivery.Status.QUEUED: "Đang dừng, chưa gửi",
    Delivery.Status.TO_POST: "Đang dừng, chưa đăng",
}
# What may hang on a notice board: approved, and neither held nor called off.
PRINTABLE: frozenset[str] = frozenset(
    {
        Broadcast.Status.APPROVED,
        Broadcast.Status.SCHEDULED,
        Broadcast.Status.SENDING,
        Broadcast.Status.COMPLETED,
    }
)


@dataclass(frozen=True)
class StateWords:
    """A state in words: label, explanation, advice, tone."""

    label: str
    tone: str
    detail: str = ""
    todo: str = ""


def when(moment: datetime | None, now: datetime | None = None) -> str:
    """`06:00 hôm nay`, `06:00 ngày mai`, else `06:00 Thứ Năm 26/11/2026`; blank without one."""
    if moment is None:
        return ""
    local, today = timezone.localtime(moment), timezone.localtime(now).date()
    day = {
        today - timedelta(days=1): "hôm qua",
        today: "hôm nay",
        today + timedelta(days=1): "ngày mai",
    }.get(local.date())
    return f"{local:%H:%M} {day or date_format(local, 'l d/m/Y')}"


def is_held(broadcast: Broadcast) -> bool:
    """Whether the machine holds a post that missed its moment."""
    not_begun = broadcast.status == Broadcast.Status.PAUSED and broadcast.started_at is None
    return not_begun and broadcast.held_at is not None


def leaving(broadcast: Broadcast, now: datetime | None = None) -> str:
    """Time of sending in words."""
    moment = broadcast.scheduled_for
    if broadcast.is_pattern:
        schedule = getattr(broadcast, "pattern_of", None)
        return describe(rule_of(schedule)).removesuffix(".") if schedule else "Đăng theo lịch"
    if is_held(broadcast):
        return f"Máy giữ lại {when(broadcast.held_at, now)}, chờ quyết định"
    if broadcast.started_at:
        return f"Bắt đầu gửi {when(broadcast.started_at, now)}"
    if moment is None or moment <= (now or timezone.now()):
        return "Gửi ngay khi được duyệt"
    return f"Gửi lúc {when(moment, now)}"


def post_state(broadcast: Broadcast) -> StateWords:
    is_ready = broadcast.status == Broadcast.Status.SCHEDULED and not broadcast.is_pattern
    if is_ready and not broadcast.scheduled_for:
        return StateWords("Bắt đầu gửi", POST_TONES[broadcast.status])
    return StateWords(broadcast.get_status_display(), POST_TONES[broadcast.status])


def delivery_label(broadcast: Broadcast, status: str) -> str:
    """Label of the state of a delivery; while its post is stopped nothing waits for anybody."""
    is_stopped = broadcast.status == Broadcast.Status.PAUSED
    label: str = str(Delivery.Status(status).label)
    return STOPPED.get(status, label) if is_stopped else label


def delivery_state(delivery: Delivery, now: datetime | None = None) -> StateWords:
    """State of a delivery: what happened, and what to do."""
    status = Delivery.Status
    tone = DELIVERY_TONES[delivery.status]
    label = delivery_label(delivery.broadcast, delivery.status)
    if label == STOPPED.get(delivery.status):
        is_by_hand = delivery.status == status.TO_POST
        return StateWords(label, tone, "Đừng đăng; hãy hỏi chỉ huy." if is_by_hand else "")
    if delivery.status == status.QUEUED and delivery.error_text:
        again = when(delivery.next_attempt_at, now)
        return StateWords(label, tone, delivery.error_text, f"Máy tự thử lại lúc {again}.")
    if delivery.status == status.FAILED:
        reason = delivery.error_text or "Người kiểm tra không thấy bài trong nhóm."
        return StateWords(label, tone, reason, "Xử lý xong thì bấm “Gửi lại nhóm bị lỗi”.")
    if delivery.status == status.UNCERTAIN:
        if delivery.settled_at:
            checked = f"{delivery.settled_by} đã xem nhóm {when(delivery.settled_at, now)}."
            return StateWords(delivery.get_finding_display(), "good", checked)
        detail = "Máy đã gửi nhưng Zalo không trả lời, nên chưa biết bài có vào nhóm không."
        if delivery.has_echo:
            detail = (
                f"{detail} Zalo báo đã có tin này trong nhóm lúc {when(delivery.echo_at, now)}."
            )
        return StateWords(
            delivery.get_status_display(),
            "warn",
            detail,
            "Mở nhóm trên Zalo xem có bài chưa, rồi ghi lại.",
        )
    if delivery.status == status.EXPIRED:
        return StateWords(label, tone, "Đã quá giờ “không gửi sau” nên máy không gửi.")
    if delivery.status == status.POSTED:
        return StateWords(label, tone, f"{delivery.posted_by} khai đã đăng.")
    if delivery.status == status.MISSED:
        by = f" ({delivery.posted_by})" if delivery.posted_by else ""
        words = f"{delivery.error_text}{by}"
        if delivery.settled_at:
            at = when(delivery.settled_at, now)
            words += f" {delivery.settled_by} đã xem nhóm {at}: không có."
        todo = "Tìm cách đăng, hoặc mở nhóm xem, rồi ghi lại." if delivery.is_given_up else ""
        return StateWords(label, tone, words, todo)
    return StateWords(label, tone)
