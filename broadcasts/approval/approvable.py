"""Steps from draft to approved shared by posts and articles."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.workflow.four_eyes import add_writer, restart_writers
from broadcasts.content_check.answers import Answers, confirmed, explained, unanswered
from broadcasts.posts.errors import GateBlocked, NotAllowed
from content_rules.engine.findings import Hit, Level


@dataclass(frozen=True)
class Text:
    """Adapter of one kind of text."""

    picture_digest: str  # the field for the digest of its picture
    digest: Callable[[Any], str]  # of the picture as it is stored
    check: Callable[[Any], list[Hit]]  # the gate
    why_not_second_person: Callable[[Any, User], str]
    changed: str  # said where it differs from what was submitted


def file_digest(file: Any, lost: str) -> str:
    """SHA-256 (hex) of the bytes of a stored file, blank without one. NotAllowed(lost)."""
    if not file:
        return ""
    try:
        with file.open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest()
    except OSError:
        raise NotAllowed(lost) from None


def start(row: Any, text: Text, *, by: User) -> None:
    """Save a new draft of this author."""
    row.created_by = row.last_edited_by = by
    add_writer(row, by)
    row.save(force_insert=True)
    fingerprint(row, text)
    row.save(update_fields=[text.picture_digest, "content_hash"])


def fingerprint(row: Any, text: Text) -> None:
    """Set the digest of the picture and the hash of the content."""
    setattr(row, text.picture_digest, text.digest(row))
    row.content_hash = row.compute_hash()


def save_upload(row: Any, name: str) -> None:
    """Store a file that came with a form, before its name is copied to the stored row."""
    upload = getattr(row, name)
    if upload and not getattr(upload, "_committed", True):
        row.save(update_fields=[name])


def apply_changes(stored: Any, row: Any, text: Text, *, by: User) -> bool:
    """Copy edited content onto the stored row, unsaved; whether it changed anything."""
    for name in row.edited_fields():
        setattr(stored, name, getattr(row, name))
    before = stored.content_hash
    fingerprint(stored, text)
    if stored.content_hash == before:
        return False
    stored.last_edited_by = by
    if stored.approved_by_id:
        restart_writers(stored)
    add_writer(stored, by)
    return True


def mark_submitted(
    row: Any, text: Text, reasons: Mapping[str, str] | str | None, *, by: User
) -> tuple[list[Hit], Answers]:
    """Answer the findings that ask for a reason and bind the submission to the content, unsaved.

    Returns findings and answers. Raises GateBlocked for findings that stop it.
    """
    hits = text.check(row)
    answers = explained(hits, row.gate_answers, reasons, by)
    if stopping := [hit for hit in unanswered(hits, answers) if hit.level != Level.SECOND_PERSON]:
        raise GateBlocked(stopping)
    row.gate_answers = answers
    fingerprint(row, text)
    row.submitted_by, row.submitted_at = by, timezone.now()
    add_writer(row, by)
    return hits, answers


def require_second_person(row: Any, text: Text, seen_hash: str | None, *, by: User) -> None:
    """The account wrote nothing of it and was shown what stands there. Raises NotAllowed."""
    if why_not := text.why_not_second_person(row, by):
        raise NotAllowed(why_not)
    if seen_hash is not None and seen_hash != row.content_hash:
        raise NotAllowed("Bài vừa được sửa sau khi đồng chí mở trang. Hãy xem lại rồi duyệt.")


def require_unchanged(row: Any, text: Text) -> None:
    """It is what was submitted, to the byte of its picture. Raises NotAllowed."""
    stored = (getattr(row, text.picture_digest), row.content_hash)
    if (text.digest(row), row.compute_hash()) != stored:
        raise NotAllowed(text.changed)


def mark_approved(
    row: Any, text: Text, confirmations: Collection[str], *, by: User
) -> tuple[list[Hit], Answers]:
    """Confirm the findings that need a second person and bind the approval to the content, unsaved.

    Returns findings and answers. Raises GateBlocked.
    """
    hits = text.check(row)
    answers = confirmed(hits, row.gate_answers, confirmations, by)
    if stopping := unanswered(hits, answers):
        raise GateBlocked(stopping)
    row.gate_answers = answers
    row.approved_by, row.approved_at = by, timezone.now()
    row.approved_hash = row.content_hash
    return hits, answers
