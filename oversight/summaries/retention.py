"""Retention of drafts of summaries. Signed summaries and frozen numbers stay for good."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.retention import RetentionRule, register
from oversight.summaries.models import PeriodSummary

DRAFT_DAYS = 730


def _forgotten() -> models.QuerySet:
    """Old drafts, by the end of their period: recounting resets their age."""
    before = timezone.localdate() - timedelta(days=DRAFT_DAYS)
    return PeriodSummary.objects.drafts().filter(last__lt=before)


register(
    RetentionRule(
        label="summary_drafts",
        days=DRAFT_DAYS,
        sentence="Dự thảo hai năm không ai ký thì không ai cần; báo cáo đã ký giữ mãi.",
        expired=_forgotten,
    ),
)
