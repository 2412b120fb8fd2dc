"""Notices to look at, and the ways as they are registered."""

from typing import Any

from django.utils import timezone

from duty.models import Notice, Occasion
from duty.ways import base

REAL = dict(base._WAYS)
PORTAL = "https://cong-an-xa.example.vn"


def notice_for(occasion: Occasion, way: str, place: str, user: Any, **fields: Any) -> Notice:
    """A notice that waits, as a step makes it."""
    now = timezone.now()
    return Notice.objects.create(
        occasion=occasion, step=0, user=user, way=way, place=place, text=Notice.Text.NOW,
        made_at=now, next_attempt_at=now, expires_at=now + occasion.rules.taken, **fields,
    )  # fmt: skip


def state_of(notice: Notice) -> tuple[str, str, int]:
    """State, reason and attempts as they are stored."""
    notice.refresh_from_db()
    return notice.state, notice.reason, notice.attempts
