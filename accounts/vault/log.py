"""The vault's own log: one line a call in an append-only file, each bound to the one before.

A line is JSON with `mac`: HMAC-SHA256 of the line before it and itself, by a key that the vault
alone has. A line that is changed, taken out or put in breaks the chain; lines taken off the end
are seen by comparing with a head (`verify_vault_log` prints it) that somebody wrote down.
"""

import fcntl
import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from accounts.encryption.services import derive

FIRST: Final = "0" * 64
TAIL: Final = 64 * 1024  # bytes at the end of the file that surely hold a whole line

_lock = threading.Lock()


class LogUnusable(Exception):
    """The log cannot be written or was tampered with; a sentence for the operator."""


@dataclass(frozen=True)
class Verdict:
    """Result of a check of the log: lines, the `mac` of the last, and the first wrong line."""

    lines: int
    head: str
    wrong_at: int | None = None


def write(**line: Any) -> int:
    """Add a line, on the disk before this returns its number; `at` is now unless given. Raises
    OSError: then nothing may be done or answered."""
    if not settings.VAULT_LOG:
        return 0
    with _lock, open(settings.VAULT_LOG, "ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        number, previous = _end_of(file)
        whole = {"n": number + 1, "at": timezone.now().isoformat(), **line}
        whole["mac"] = _mac(previous, whole)
        text = json.dumps(whole, ensure_ascii=False).encode() + b"\n"
        file.write(text)
        file.flush()
        os.fdatasync(file.fileno())
        return number + 1


def mark_of(*values: Any) -> str:
    """A keyed hash of what a line may not name: equal ones are seen, and the vault finds which."""
    key = derive(settings.VAULT_INDEX_KEY.encode(), "vault_log_mark")
    return hmac.new(key, json.dumps(values).encode(), hashlib.sha256).hexdigest()[:32]


def begin() -> Verdict:
    """Check the whole log before the vault answers. Raises LogUnusable."""
    if not settings.VAULT_LOG:
        raise LogUnusable("thiếu VAULT_LOG: kho niêm phong không mở gì mà không ghi lại.")
    path = Path(settings.VAULT_LOG)
    try:
        path.touch(mode=0o600, exist_ok=True)
        with open(path, "rb+") as file:
            _end_of(file)
        verdict = verify(path)
    except OSError as error:
        raise LogUnusable(
            f"không ghi được nhật ký {path} ({type(error).__name__}); kho chưa chạy."
        ) from error
    if verdict.wrong_at is not None:
        raise LogUnusable(
            f"nhật ký {path} bị đứt ở dòng {verdict.wrong_at}: có dòng bị sửa, bớt hoặc chèn. Hãy "
            "cất tệp này làm chứng cứ, báo chỉ huy, rồi đặt VAULT_LOG sang tệp mới."
        )
    write(operation="started", caller="", account=None, outcome="answered", error="")
    return verdict


def verify(path: Path | None = None) -> Verdict:
    """Follow the chain from the first line."""
    number, previous = 0, FIRST
    with open(path or settings.VAULT_LOG, "rb") as file:
        for text in file:
            line = _read(text)
            mac = line.pop("mac", "")
            is_next = line.get("n") == number + 1
            if not is_next or not hmac.compare_digest(str(mac), _mac(previous, line)):
                return Verdict(number, previous, wrong_at=number + 1)
            number, previous = number + 1, mac
    return Verdict(number, previous)


def lines(path: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield the lines as they stand; `verify` says whether they may be believed."""
    with open(path or settings.VAULT_LOG, "rb") as file:
        for text in file:
            yield _read(text)


def _end_of(file: Any) -> tuple[int, str]:
    """Number and `mac` of the last whole line; what a crash left half written is cut off."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - TAIL)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(b"\n") + 1
    if end != len(tail):
        file.truncate(start + end)
        file.seek(0, os.SEEK_END)
    lines = tail[:end].splitlines()
    if not lines:
        return 0, FIRST
    last = _read(lines[-1])
    return int(last.get("n", 0)), str(last.get("mac", ""))


def _read(text: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        return {}


def _mac(previous: str, line: dict[str, Any]) -> str:
    message = previous + json.dumps(line, ensure_ascii=False, sort_keys=True)
    key = derive(settings.VAULT_INDEX_KEY.encode(), "vault_log")
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()
