"""How the library is doing, as numbers for /readyz and /metrics."""

from datetime import date
from typing import Any

from procedures.asking.models import Question
from procedures.editions.models import Edition


def counts(today: date) -> dict[str, Any]:
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
