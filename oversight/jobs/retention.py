"""Retention of jobs: two years after their end."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.retention import RetentionRule, register
from oversight.jobs.models import Job

DAYS = 730


def old_jobs() -> Any:
    return Job.objects.filter(ended_at__lt=timezone.now() - timedelta(days=DAYS))


register(
    RetentionRule(
        "oversight.Job", DAYS, "Việc được giao đã xong hoặc đã hủy giữ hai năm.", old_jobs
    )
)
