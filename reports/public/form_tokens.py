"""Sealed state that a form of residents carries from step to step, in place of cookie and session.

The answers lie in a hidden field: neither the browser's history nor a copied page shows them, and
the portal stores nothing of a person who leaves. An access token does the same for one tip: the
holder of the receipt goes on for a while without typing it again.
"""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from accounts.encryption.services import DecryptionError, seal, unseal

VERSION: Final = 1
DRAFT_LIFE: Final = timedelta(hours=2)
DOOR_LIFE: Final = timedelta(minutes=30)
MOST_BYTES: Final = 96 * 1024
LONGEST_TOKEN: Final = 160 * 1024
_KEYS = "drafts"
_STEP = 1024  # so that the length of a page says little about what was written


class CannotOpen(Exception):
    """Too old, altered, of another form or no seal at all; which one is not said."""

    def __init__(self) -> None:
        super().__init__("cannot be opened")


class TooMuch(ValueError):
    """More than a form may carry; the limits of its fields come first."""


def seal_draft(answers: dict[str, Any], *, purpose: str, now: datetime) -> str:
    """The answers so far (what JSON holds) as text for a hidden field; `purpose` names the form.

    Raises TooMuch above 96 KiB.
    """
    return _seal(answers, f"phan-anh/draft/{purpose}", now)


def open_draft(token: str, *, purpose: str, now: datetime) -> dict[str, Any]:
    """The answers that `seal_draft` sealed for the same form within two hours.

    Raises CannotOpen.
    """
    answers = _open(token, f"phan-anh/draft/{purpose}", now, DRAFT_LIFE)
    if not isinstance(answers, dict):
        raise CannotOpen
    return answers


class Access(NamedTuple):
    """Access to one tip by its uuid; `proof` is by what the vault opens its words."""

    tip: uuid.UUID
    proof: str = ""


def seal_door(tip: uuid.UUID, *, now: datetime, proof: str = "") -> str:
    """Make a token for one tip, good for half an hour, for the pages behind a receipt."""
    return _seal([tip.hex, proof], "phan-anh/door", now)


def open_door(token: str, *, now: datetime) -> Access:
    """Return what a token gives access to. Raises CannotOpen."""
    found = _open(token, "phan-anh/door", now, DOOR_LIFE)
    try:
        tip, proof = found
        return Access(uuid.UUID(hex=tip), str(proof))
    except (AttributeError, TypeError, ValueError):
        raise CannotOpen from None


def _seal(content: Any, context: str, now: datetime) -> str:
    written = json.dumps([VERSION, int(now.timestamp()), content], ensure_ascii=False)
    size = len(written.encode())
    if size > MOST_BYTES:
        raise TooMuch(f"{size} bytes are more than a form carries")
    return seal(written + " " * (-size % _STEP), context=context, purpose=_KEYS)


def _open(token: str, context: str, now: datetime, life: timedelta) -> Any:
    if len(token) > LONGEST_TOKEN:
        raise CannotOpen
    try:
        version, sealed_at, content = json.loads(unseal(token, context=context, purpose=_KEYS))
    except (DecryptionError, TypeError, ValueError):
        raise CannotOpen from None
    # A clock that was set back makes a seal younger than nothing; as far as its life that is fine.
    if version != VERSION or abs(now.timestamp() - sealed_at) > life.total_seconds():
        raise CannotOpen
    return content
