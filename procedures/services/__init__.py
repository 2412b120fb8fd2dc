"""Verbs over the library: write, check, publish, supersede, verify, reopen."""

from procedures.editions.services import (
    NotAllowed,
    TransitionNotAllowed,
    check,
    draft_from,
    edit,
    publish,
    reopen_citing,
    start,
    supersede,
    verify,
)

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
