"""How the library is doing, as numbers for /health/deep and /metrics."""

from datetime import date, datetime

from django.utils import timezone

from accounts.system_health.parts import Sign, State, Values, not_ok, part
from procedures.asking.models import Question
from procedures.editions.models import Edition


def counts(today: date) -> Values:
    """Health of the library; not well once no edition at all may be sent."""
    published = Edition.objects.published().count()
    sendable = Edition.objects.sendable(today).count()
    return {
        "ok": bool(sendable) or not published,
        "published": published,
        "sendable": sendable,
        "to_review": Edition.objects.to_review(today).count(),
        "stale": Edition.objects.stale(today).count(),
        "questions_unanswered": Question.objects.unanswered().count(),
    }


@part(
    "procedures", "Thư viện thủ tục",
    good="Có bản thủ tục để gửi cho bà con.",
    signs=(
        Sign(not_ok, State.WARN, "Không còn bản thủ tục nào gửi được cho bà con.",
             "Báo chỉ huy rà lại các bản thủ tục đã quá hạn rà soát."),
    ),
)  # fmt: skip
def _counts(now: datetime) -> Values:
    return counts(timezone.localdate(now))
