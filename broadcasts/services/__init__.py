"""What can be done with a post; the doors (admin, tasks, commands) call these and nothing else."""

from broadcasts.services.approval import (
    approve,
    cancel,
    create,
    edit,
    pause,
    reject,
    resume,
    return_for_changes,
    submit,
    why_not_second_person,
)
from broadcasts.services.attachments import keep_file, open_upload
from broadcasts.services.audience import Reach, reach
from broadcasts.services.correcting import corrected_by, live_corrections, may_correct
from broadcasts.services.errors import NotAllowed, TransitionNotAllowed
from broadcasts.services.gate import GateBlocked, Hit, Level, check
from broadcasts.services.hand_posting import mark_missed, mark_posted, old_post_of, take_back
from broadcasts.services.lacking import lacking
from broadcasts.services.late_groups import late_groups, send_to_new, still_valid
from broadcasts.services.rendering import text_parts
from broadcasts.services.settling import resend_failed, settle

__all__ = [
    "GateBlocked",
    "Hit",
    "Level",
    "NotAllowed",
    "Reach",
    "TransitionNotAllowed",
    "approve",
    "cancel",
    "check",
    "corrected_by",
    "create",
    "edit",
    "keep_file",
    "lacking",
    "late_groups",
    "live_corrections",
    "mark_missed",
    "mark_posted",
    "may_correct",
    "old_post_of",
    "open_upload",
    "pause",
    "reach",
    "reject",
    "resend_failed",
    "resume",
    "return_for_changes",
    "send_to_new",
    "settle",
    "still_valid",
    "submit",
    "take_back",
    "text_parts",
    "why_not_second_person",
]
