"""Mark a tip as told once its result reached the reporter; until then it waits.

Zalo takes an answer for nothing only within 48 hours of the resident's last word, and a result is
often later than that.
"""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from accounts.models import User
from accounts.quarters import quarter
from accounts.workflow.services import lock, move, record
from reports.clocks import services as clocks
from reports.tips import occasions
from reports.tips.models import TipReport
from reports.work.models import TipEvent, TipMessage

State, Status, Via = TipMessage.State, TipReport.Status, TipMessage.Via
ON_THE_WAY: Final = (State.QUEUED, State.SENDING)
ASTRAY: Final = (State.FAILED, State.UNCERTAIN, State.CLOSED)
REACHED: Final = (State.SENT, State.SHOWN)


def not_arrived(tip: TipReport) -> QuerySet[TipMessage]:
    """Messages with the result of this outcome that are on their way or went astray."""
    rows = TipMessage.objects.filter(tip=tip, is_result=True, state__in=(*ON_THE_WAY, *ASTRAY))
    return rows.filter(at__gte=tip.resolved_at) if tip.resolved_at else rows


def why_not_told(tip: TipReport) -> str:
    """Return why a tip with an outcome is not told yet; blank where nothing waits."""
    row = not_arrived(tip).order_by("pk").last()
    if row is None:
        return ""
    if row.state in ON_THE_WAY:
        return "Kết quả đang chờ gửi qua Zalo, chưa tính là đã thông báo."
    return (
        "Kết quả chưa tới người báo tin. Hãy mở trang Trao đổi: gửi lại, hoặc ghi đã nói qua điện "
        "thoại, trực tiếp."
    )


def mark_spoken(tip: TipReport) -> None:
    """Settle results that went astray: the reporter was told by word of mouth."""
    astray = not_arrived(tip).filter(state__in=ASTRAY)
    rows = list(astray.only("tip", "by"))
    astray.update(state=State.SHOWN, via=Via.SPOKEN, error_text="")
    for row in rows:
        row.state = State.SHOWN
        occasions.follow_answer(row)


def arrived(message: TipMessage, now: datetime, *, by: User | None = None) -> None:
    """Mark the tip as told, if the message that reached the reporter holds its result.

    Call in the transaction that wrote its state, with the tip locked before the message. The time
    is that of the quarter of an hour, for the message may have left because the reporter wrote.
    """
    if not message.is_result or message.state not in REACHED:
        return
    tip = message.tip
    lock(tip)
    is_older = tip.resolved_at is not None and message.at < tip.resolved_at
    if is_older or tip.emptied_at is not None or tip.told_at is not None:
        return
    at = max(quarter(now), message.at)
    if tip.status == Status.RESOLVED:
        mark_told(tip, at=at, via=message.get_via_display(), by=by)
    elif tip.status == Status.CLOSED:
        tip.told_at = at
        tip.save(update_fields=["told_at"])


def mark_told(
    tip: TipReport, *, at: datetime, via: str, by: User | None = None, how: str = ""
) -> None:
    """Write down that the reporter of a locked tip knows the result."""
    move(tip, Status.TOLD)
    tip.told_at = at
    tip.save(update_fields=["status", "told_at"])
    record(tip, TipEvent.Kind.TOLD, by=by, at=None if by else at, text=how, via=str(via))
    clocks.stop(tip, *clocks.WHEN_TOLD, at=at)
