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
)
from broadcasts.services.audience import Reach, reach
from broadcasts.services.errors import NotAllowed, TransitionNotAllowed
from broadcasts.services.gate import GateBlocked, Hit, Level, check
from broadcasts.services.hand_posting import mark_missed, mark_posted, take_back
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
    "create",
    "edit",
    "mark_missed",
    "mark_posted",
    "pause",
    "reach",
    "reject",
    "resend_failed",
    "resume",
    "return_for_changes",
    "settle",
    "submit",
    "take_back",
    "text_parts",
]
