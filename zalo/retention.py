"""Retention rules of the rows that come from Zalo."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.retention import RetentionRule, register
from zalo.followers.models import Follower, QuotaLedger
from zalo.followers.windows import OPEN_FOR
from zalo.inbox.models import GroupActivity, WebhookEvent
from zalo.inbox.querysets import KEEP_DAYS
from zalo.official_accounts.models import ApiCall, ConsentAttempt

GONE_DAYS: Final = 30


def _ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def gone() -> QuerySet[Follower]:
    """People who neither follow nor can be written to; withdrawn ones, once the list has not named
    them for as long. People known by name are silent by nature: they go once they left.
    """
    before = _ago(GONE_DAYS)
    away = Q(withdrawn_at=None, left_at__lt=before) & (
        Q(last_interaction_at=None) | Q(last_interaction_at__lt=timezone.now() - OPEN_FOR)
    )
    away &= Q(is_named=False) | Q(unfollowed_at__isnull=False)
    withdrew = Q(withdrawn_at__lt=before) & (Q(listed_at=None) | Q(listed_at__lt=before))
    rows = Follower.objects.filter(is_following=False)
    return rows.alias(left_at=Coalesce("unfollowed_at", "created_at")).filter(away | withdrew)


register(
    RetentionRule(
        "zalo.Follower",
        GONE_DAYS,
        "Người đã bỏ quan tâm OA, không nhắn được nữa: xóa, kể cả liên kết.",
        gone,
    ),
    # When somebody last wrote is nobody's business once it opens nothing any more.
    RetentionRule(
        "zalo.Follower.last_interaction_at",
        OPEN_FOR.days + 1,
        "Lần nhắn cuối chỉ cần để biết còn trả lời được không: xóa giờ sau 7 ngày.",
        lambda: Follower.objects.filter(last_interaction_at__lt=_ago(OPEN_FOR.days + 1)),
        act=lambda rows: rows.update(last_interaction_at=None),
    ),
    RetentionRule(
        "zalo.QuotaLedger",
        730,
        "Sổ hạn mức tin giữ hai năm để so sánh.",
        lambda: QuotaLedger.objects.filter(month__lt=timezone.localdate(_ago(730))),
    ),
    # Emptied events that Zalo will not send again.
    RetentionRule(
        "zalo.WebhookEvent",
        KEEP_DAYS,
        "Sự kiện đã xử lý giữ 30 ngày để nhận ra tin lặp.",
        lambda: WebhookEvent.objects.filter(state="interpreted", received_at__lt=_ago(KEEP_DAYS)),
    ),
    RetentionRule(
        "zalo.WebhookEvent.unread",
        180,
        "Sự kiện niêm phong mà không nơi nào nhận thì xóa sau 180 ngày.",
        lambda: WebhookEvent.objects.unread().filter(received_at__lt=_ago(180)),
    ),
    RetentionRule(
        "zalo.GroupActivity",
        400,
        "Số tin mỗi ngày của nhóm giữ 400 ngày để so với năm trước.",
        lambda: GroupActivity.objects.filter(day__lt=timezone.localdate(_ago(400))),
    ),
    RetentionRule(
        "zalo.ApiCall",
        90,
        "Nhật ký lời gọi tới Zalo chỉ để tìm lỗi, giữ 90 ngày.",
        lambda: ApiCall.objects.filter(at__lt=_ago(90)),
    ),
    # Attempts that still hold a token pair stay.
    RetentionRule(
        "zalo.ConsentAttempt",
        180,
        "Lần xin cấp quyền Zalo chỉ để tìm lỗi; việc kết nối có trong nhật ký.",
        lambda: ConsentAttempt.objects.filter(created_at__lt=_ago(180)).exclude(outcome="received"),
    ),
)
