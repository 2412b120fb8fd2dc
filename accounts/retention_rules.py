"""What accounts do not keep: sessions that are over, and who tried to sign in from where."""

from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from accounts.models import PaperDraft, SignIn
from accounts.retention import RetentionRule, register

ATTEMPT_DAYS, SIGN_IN_DAYS, DRAFT_DAYS = 30, 90, 3650


def _older(model: type[models.Model], column: str, days: int) -> models.QuerySet:
    before = timezone.now() - timedelta(days=days)
    return model._default_manager.filter(**{f"{column}__lt": before})


register(
    RetentionRule(
        label="sessions",
        days=0,
        sentence="Phiên đã hết hạn không còn dùng vào việc gì.",
        expired=lambda: _older(Session, "expire_date", 0),
    )
)
register(
    RetentionRule(
        label="sign_ins",
        days=SIGN_IN_DAYS,
        sentence="Danh sách nơi đăng nhập chỉ để chủ tài khoản nhận ra phiên lạ gần đây.",
        expired=lambda: _older(SignIn, "seen_at", SIGN_IN_DAYS),
    )
)
register(
    RetentionRule(
        label="paper_drafts",
        days=DRAFT_DAYS,
        sentence="Số dự thảo giữ lâu bằng văn bản; sau đó văn bản đã vào lưu trữ.",
        expired=lambda: _older(PaperDraft, "made_at", DRAFT_DAYS),
    )
)
for _model in (AccessAttempt, AccessLog, AccessFailureLog):
    register(
        RetentionRule(
            label=f"axes_{_model._meta.model_name}",
            days=ATTEMPT_DAYS,
            sentence="Lần thử đăng nhập có địa chỉ mạng, chỉ cần để chặn dò mật khẩu.",
            expired=lambda model=_model: _older(model, "attempt_time", ATTEMPT_DAYS),  # type: ignore[misc]
        )
    )
