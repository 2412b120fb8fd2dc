"""Verbs of posts; admin, tasks and commands call these and nothing else."""

from broadcasts.approval.services import (
    approve,
    cancel,
    create,
    edit,
    lacking,
    mandate_words,
    pause,
    reject,
    resume,
    return_for_changes,
    submit,
    why_not_second_person,
)
from broadcasts.content_check.services import check
from broadcasts.manual_posting.services import mark_missed, mark_posted, take_back
from broadcasts.posts.audience import reach
from broadcasts.posts.corrections import corrected_by
from broadcasts.posts.errors import GateBlocked, NotAllowed, TransitionNotAllowed
from broadcasts.posts.rendering import text_parts
from broadcasts.sending.group_coverage import late_groups, send_to_new
from broadcasts.sending.services import may_settle, resend_failed, settle
from content_rules.engine.findings import Hit, Level

__all__ = [
    "GateBlocked",
    "Hit",
    "Level",
    "NotAllowed",
    "TransitionNotAllowed",
    "approve",
    "cancel",
    "check",
    "corrected_by",
    "create",
    "edit",
    "lacking",
    "late_groups",
    "mandate_words",
    "mark_missed",
    "mark_posted",
    "may_settle",
    "pause",
    "reach",
    "reject",
    "resend_failed",
    "resume",
    "return_for_changes",
    "send_to_new",
    "settle",
    "submit",
    "take_back",
    "text_parts",
    "why_not_second_person",
]
