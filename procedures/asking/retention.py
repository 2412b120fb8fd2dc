"""Retention of questions: a year, to see what people ask in each season."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.retention import RetentionRule, register
from procedures.asking.models import Question

QUESTION_DAYS: Final = 365


register(
    RetentionRule(
        label="questions",
        days=QUESTION_DAYS,
        sentence="Câu hỏi thủ tục giữ 12 tháng để biết bà con hay hỏi gì, rồi xóa.",
        expired=lambda: Question.objects.asked_before(
            timezone.localdate() - timedelta(days=QUESTION_DAYS)
        ),
    ),
)
