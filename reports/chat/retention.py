"""How long fixed answers of the chat stay that did not leave."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts import retention
from reports.models import ChatReply


def register_rules() -> None:
    """After a week Zalo takes them no more; until then they are counted on the health pages."""
    retention.register(
        retention.RetentionRule(
            label="reports.ChatReply",
            days=ChatReply.KEEP_DAYS,
            sentence="Tin trả lời tự động không gửi được qua Zalo thì xóa sau 8 ngày.",
            expired=_old,
        )
    )


def _old() -> Any:
    return ChatReply.objects.filter(
        heard_at__lt=timezone.now() - timedelta(days=ChatReply.KEEP_DAYS)
    )
