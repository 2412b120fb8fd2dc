"""How long the inbox keeps what."""

from datetime import timedelta

from django.utils import timezone

from accounts import retention
from zalo.inbox.models import GroupActivity, WebhookEvent
from zalo.inbox.querysets import (
    KEEP_ACTIVITY_DAYS,
    KEEP_DAYS,
    KEEP_UNREAD_DAYS,
    GroupActivityQuerySet,
)


def register_rules() -> None:
    """Emptied events tell only a repetition from news; sealed ones nobody took in half a year."""
    retention.register(
        retention.RetentionRule(
            label="zalo.WebhookEvent",
            days=KEEP_DAYS,
            sentence="Sự kiện đã xử lý giữ 30 ngày để nhận ra tin lặp.",
            expired=lambda: WebhookEvent.objects.expired(timezone.now()),
        )
    )
    retention.register(
        retention.RetentionRule(
            label="zalo.WebhookEvent.unread",
            days=KEEP_UNREAD_DAYS,
            sentence="Sự kiện niêm phong mà không nơi nào nhận thì xóa sau 180 ngày.",
            expired=lambda: WebhookEvent.objects.unread_expired(timezone.now()),
        )
    )
    retention.register(
        retention.RetentionRule(
            label="zalo.GroupActivity",
            days=KEEP_ACTIVITY_DAYS,
            sentence="Số tin mỗi ngày của nhóm giữ 400 ngày để so với năm trước.",
            expired=_old_activity,
        )
    )


def _old_activity() -> GroupActivityQuerySet:
    return GroupActivity.objects.older_than(
        timezone.localdate() - timedelta(days=KEEP_ACTIVITY_DAYS)
    )
