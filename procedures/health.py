"""How the library is doing, as numbers for /readyz and /metrics."""

from datetime import date
from typing import Any

from procedures.asking.models import Question
from procedures.editions.models import Edition


def counts(today: date) -> dict[str, Any]:
    """What may be told, what waits for a person; not well once nothing at all may be told."""
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
