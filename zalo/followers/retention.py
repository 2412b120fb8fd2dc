"""How long is kept who follows: while they do, and a little longer; when they wrote, a week."""

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.retention import RetentionRule, register
from zalo.followers.models import Follower, QuotaLedger
from zalo.followers.windows import OPEN_FOR

GONE_DAYS: Final = 30
WINDOW_DAYS: Final = OPEN_FOR.days + 1
QUOTA_DAYS: Final = 730


def gone() -> QuerySet[Follower]:
    """People who neither follow nor can be written to; withdrawn ones, once the list has not named
    them for as long. People known by name are silent by nature: they go once they left.
    """
    now = timezone.now()
    before = now - timedelta(days=GONE_DAYS)
    away = Q(withdrawn_at=None, left_at__lt=before) & (
        Q(last_interaction_at=None) | Q(last_interaction_at__lt=now - OPEN_FOR)
    )
    away &= Q(is_named=False) | Q(unfollowed_at__isnull=False)
    withdrew = Q(withdrawn_at__lt=before) & (Q(listed_at=None) | Q(listed_at__lt=before))
    rows = Follower.objects.filter(is_following=False)
    return rows.alias(left_at=Coalesce("unfollowed_at", "created_at")).filter(away | withdrew)


def closed_windows() -> QuerySet[Follower]:
    """Rows whose last word opens nothing any more: its time is nobody's business."""
    before = timezone.now() - timedelta(days=WINDOW_DAYS)
    return Follower.objects.filter(last_interaction_at__lt=before)


def register_rules() -> None:
    """Called once, when the app is ready."""
    register(
        RetentionRule(
            label="zalo.Follower",
            days=GONE_DAYS,
            sentence="Người đã bỏ quan tâm OA, không nhắn được nữa: xóa, kể cả liên kết.",
            expired=gone,
        )
    )
    register(
        RetentionRule(
            label="zalo.Follower.last_interaction_at",
            days=WINDOW_DAYS,
            sentence="Lần nhắn cuối chỉ cần để biết còn trả lời được không: xóa giờ sau 7 ngày.",
            expired=closed_windows,
            act=lambda rows: rows.update(last_interaction_at=None),
        )
    )
    register(
        RetentionRule(
            label="zalo.QuotaLedger",
            days=QUOTA_DAYS,
            sentence="Sổ hạn mức tin giữ hai năm để so sánh.",
            expired=lambda: QuotaLedger.objects.filter(
                month__lt=timezone.localdate() - timedelta(days=QUOTA_DAYS)
            ),
        )
    )
