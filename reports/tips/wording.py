"""Words and tones of states and terms of tips, for the screens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from reports.tips.models import TipReport

Status = TipReport.Status
TONES: dict[str, str] = {
    Status.NEW: "warn",
    Status.TRIAGED: "info",
    Status.IN_PROGRESS: "info",
    Status.RESOLVED: "warn",
    Status.TOLD: "good",
    Status.CLOSED: "plain",
}
URGENCY_TONES: dict[str, str] = {
    TipReport.Urgency.NORMAL: "plain",
    TipReport.Urgency.URGENT: "warn",
    TipReport.Urgency.EMERGENCY: "bad",
}
# The strip of a tip's page, in short words.
STRIP: tuple[tuple[str, str], ...] = (
    (Status.NEW, "Mới"),
    (Status.TRIAGED, "Đã phân loại"),
    (Status.IN_PROGRESS, "Đang xác minh"),
    (Status.RESOLVED, "Có kết quả"),
    (Status.TOLD, "Đã thông báo"),
    (Status.CLOSED, "Đã đóng"),
)
OVER = "quá hạn"
SOON = timedelta(hours=24)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
EXCERPT = 60


@dataclass(frozen=True)
class Due:
    """A term in words (“còn 5 giờ”, “quá hạn 2 ngày”) and its tone."""

    words: str
    tone: str


def due(moment: datetime | None, now: datetime | None = None) -> Due | None:
    """Return the time left until a moment, or since it is over; None without one."""
    if moment is None:
        return None
    left = moment - (now or timezone.now())
    if left < timedelta():
        return Due(f"{OVER} {span(-left)}", "bad")
    return Due(f"còn {span(left)}", "warn" if left <= SOON else "plain")


def span(length: timedelta) -> str:
    """`40 phút`, `5 giờ`, `2 ngày`: whole units, the largest that says enough."""
    if length >= 2 * _DAY:
        return f"{length // _DAY} ngày"
    if length >= _HOUR:
        return f"{length // _HOUR} giờ"
    return f"{max(1, length // timedelta(minutes=1))} phút"


def age(since: datetime, now: datetime | None = None) -> str:
    """Return the age for lists: `5 giờ`, `2 ngày`."""
    return span(max(timedelta(), (now or timezone.now()) - since))


def strip(tip: TipReport) -> Iterator[tuple[str, str]]:
    """The stages in their order, each with `done`, `here` or nothing."""
    order = [status for status, _label in STRIP]
    at = order.index(tip.status)
    for place, (_status, label) in enumerate(STRIP):
        yield label, "here" if place == at else "done" if place < at else ""


def excerpt(tip: TipReport) -> str:
    """The beginning of the clean summary, for lists."""
    words = " ".join(tip.summary.split())
    return words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1].rstrip()}…"
