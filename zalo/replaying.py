"""Putting events back into the queue: after a mended reading, or once a part takes held ones."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from zalo.inbox_querysets import WebhookEventQuerySet
from zalo.models import WebhookEvent


@transaction.atomic
def replay(rows: WebhookEventQuerySet, *, by: User | None = None) -> tuple[int, int]:
    """Have those interpreted anew that still have their body; returns how many, and how many of
    `rows` are emptied and cannot be."""
    emptied = rows.filter(state=WebhookEvent.State.INTERPRETED).count()
    waiting = rows.unread().update(
        state=WebhookEvent.State.NEW, attempts=0, next_attempt_at=timezone.now(), last_error=""
    )
    if waiting:
        audit.record("zalo.events_replayed", by=by, rows=waiting)
    return waiting, emptied


def requeue_unowned() -> int:
    """Have those interpreted that came before the account they name was connected; returns how
    many. One that names another account still is held again."""
    return WebhookEvent.objects.unowned().update(
        state=WebhookEvent.State.NEW, attempts=0, next_attempt_at=timezone.now()
    )
