"""Values of columns that came to be bound to more than their row: how long the old form opens.

Whoever writes to the database could hang a row of the old form under another parent. So once
`seal_anew` has left none in a column, the log of the vault says so, where no SQL reaches it, and
no value of that form opens there any more (docs/decisions/0121-bound-to-their-tip.md).
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from accounts.encryption.services import DecryptionError
from accounts.vault import log

OPERATION: Final = "vault.bound"


@dataclass
class _Read:
    """A log as far as it was read: to which byte, and the columns that are closed."""

    path: str = ""
    size: int = 0
    closed: set[str] = field(default_factory=set)


_lock, _read = threading.Lock(), _Read()
_is_allowed: ContextVar[bool] = ContextVar("vault_unbound_allowed", default=False)


def require_open(column: str) -> None:
    """Raise DecryptionError where every value of the column was bound before."""
    if not _is_allowed.get() and column in _closed():
        raise DecryptionError("a value of the form before, in a column where none is left")


def close(column: str) -> None:
    """Say in the log that the column has no value of the form before."""
    if settings.VAULT_LOG and column not in _closed():
        log.write(
            operation=OPERATION, caller="", account=None, outcome="answered", error="",
            subject=column,
        )  # fmt: skip


@contextmanager
def allowed() -> Iterator[None]:
    """Open such values all the same: of a dump of before that was put back."""
    token = _is_allowed.set(True)
    try:
        yield
    finally:
        _is_allowed.reset(token)


def _closed() -> set[str]:
    """The columns that the log names; it grows, also by what a command writes, and is read on."""
    if not settings.VAULT_LOG:
        return set()
    with _lock:
        if _read.path != settings.VAULT_LOG:
            _read.path, _read.size, _read.closed = settings.VAULT_LOG, 0, set()
        with open(settings.VAULT_LOG, "ab+") as file:
            file.seek(_read.size)
            for text in file:
                if not text.endswith(b"\n"):
                    break
                _read.size += len(text)
                if OPERATION.encode() in text:
                    line = json.loads(text)
                    if line.get("operation") == OPERATION:
                        _read.closed.add(line["subject"])
        return set(_read.closed)
