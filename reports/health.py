"""Numbers about tips for /health/deep and /metrics: no content, no commune, no hour."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Commune, User
from accounts.system_health.parts import Sign, State, not_ok, part
from accounts.users.roles import MODEL_BACKEND
from reports.chat.models import ChatReply
from reports.tips.models import TipReport
from reports.vault import conflicts
from reports.vault.models import TipAttachment
from reports.work.models import TipMessage

# An answer that could have left by then and has not: the machine that sends is down. What the
# account says by itself waits from the begin of the quarter of an hour on: a quarter on top.
LATE_ANSWERS = timedelta(minutes=25)
_HOUR = timedelta(hours=1)


@part(
    "tips", "Trả lời người dân",
    good="Câu trả lời được gửi đi đều.",
    signs=(
        Sign(not_ok, State.BAD, "Câu trả lời cho người dân chờ quá lâu mà không gửi được.",
             "Khởi động lại worker-send và beat."),
        Sign("communes_without_superior", State.WARN,
             "Có xã chưa có tài khoản Công an cấp trên: tin nói về mọi người đọc sẽ không ai đọc.",
             "Lập một tài khoản Công an cấp trên cho mỗi xã, có sẵn từ trước khi cần."),
        Sign("answers_uncertain", State.WARN, "Có câu trả lời mà Zalo không báo rõ đã tới chưa.",
             "Báo chỉ huy: cán bộ mở hội thoại để xem rồi xác minh ở trang Hôm nay."),
    ),
)  # fmt: skip
def counts(now: datetime) -> dict[str, Any]:
    """Count the waiting work of all communes; `ok` speaks of the machine alone.

    Late work of people, and tips that nobody in a commune may sort, are numbers for whoever has the
    token: that something is not well with them tells too much to everybody else.
    """
    answers = TipMessage.objects.filter(via=TipMessage.Via.CHAT, state__in=["queued", "sending"])
    replies = ChatReply.objects.filter(state__in=["waiting", "sending"])
    late = now - LATE_ANSWERS
    new = TipReport.objects.filter(status=TipReport.Status.NEW)
    oldest = new.order_by("received_at").values_list("received_at", flat=True).first()
    stuck = answers.filter(next_attempt_at__lt=late).count()
    stuck += replies.filter(next_attempt_at__lt=late).count()
    return {
        "ok": not stuck,
        "answers_waiting": answers.count() + replies.count(),
        "answers_late": stuck,
        "answers_uncertain": TipMessage.objects.filter(state="uncertain").count(),
        "files_waiting": TipAttachment.objects.filter(state="waiting").count(),
        "new": new.count(),
        # In hours: a minute would tell when somebody wrote.
        "oldest_new_h": (now - oldest) // _HOUR if oldest else None,
        "overdue": TipReport.objects.overdue(now).count(),
        "for_a_superior": conflicts.without_anybody(),
        "communes_without_superior": _without_superior(),
    }


def _without_superior() -> int:
    """Count the communes with a chief and nobody to read what is about every reader."""
    chiefs, superiors = (
        User.objects.with_perm(right, backend=MODEL_BACKEND, include_superusers=False)
        .exclude(commune=None).values("commune")
        for right in ("reports.hold_tipreport", "reports.stand_in_tipreport")
    )  # fmt: skip
    return Commune.objects.filter(pk__in=chiefs).exclude(pk__in=superiors).count()
