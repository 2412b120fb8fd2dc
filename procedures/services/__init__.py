"""Verbs over the library: write, check, publish, supersede, verify, reopen."""

from procedures.services.drafting import draft_from, edit, start
from procedures.services.errors import NotAllowed, TransitionNotAllowed
from procedures.services.publishing import check, publish, supersede
from procedures.services.reviewing import reopen_citing, verify

__all__ = [
    "NotAllowed",
    "TransitionNotAllowed",
    "check",
    "draft_from",
    "edit",
    "publish",
    "reopen_citing",
    "start",
    "supersede",
    "verify",
]
