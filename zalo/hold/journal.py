"""The journal of sends: one line before each call, one after it, in a file beside the data.

A line is a JSON list: epoch, kind of row, its number, the post, who it goes to (the id of a group,
never of a person), the part, the moment of the claim, then what became of it (blank before the
call) and Zalo's message id. Ids only.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils import timezone

from zalo.hold import witness

logger = logging.getLogger(__name__)
# Longer than the oldest backup is kept (docs/operations.md).
KEPT_DAYS: Final = 100
TAIL_BYTES: Final = 200_000
UTF8: Final = "utf-8"


@dataclass(frozen=True, slots=True)
class Line:
    """A send before (`state` blank) or after its call."""

    epoch: str
    kind: str
    row_id: int
    subject_id: int
    to: str
    part: int
    claimed_at: str
    state: str = ""
    message_id: str = ""

    @property
    def is_not_sent(self) -> bool:
        """Whether the answer says that nothing was accepted."""
        return self.state in ("queued", "failed", "closed")


def _path(installation: object, day: date) -> Path:
    return witness.place_of(installation) / f"journal-{day:%Y%m%d}.jsonl"


@lru_cache(maxsize=1)
def _handle(path: Path) -> int:
    """A descriptor of the day's file, kept open; the day before is closed with the process."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def write(installation: object, lines: Iterable[Line]) -> bool:
    """Append lines in one write; False, with an error in the log, where that cannot be done.

    Sending goes on without a journal: after a restore Zalo's own history is asked instead.
    """
    body = "".join(json.dumps(astuple(line), separators=(",", ":")) + "\n" for line in lines)
    if not body:
        return True
    try:
        path = _path(installation, timezone.localdate())
        if not os.fstat(_handle(path)).st_nlink:  # the file was deleted meanwhile
            _handle.cache_clear()
        os.write(_handle(path), body.encode(UTF8))
    except OSError as error:
        logger.error("the journal of sends cannot be written: %s", type(error).__name__)
        return False
    return True


def files(installation: object) -> list[Path]:
    """The files of the journal, the oldest first."""
    return sorted(witness.folder(installation).glob("journal-*.jsonl"))


def since(installation: object, day: date) -> Iterator[Line]:
    """Every line from that day on."""
    for path in files(installation):
        if path.name >= _path(installation, day).name:
            with path.open(encoding=UTF8) as file:
                yield from _parsed(file)


def tail(installation: object) -> list[Line]:
    """The last lines, a few thousand at most."""
    found: list[Line] = []
    for path in files(installation)[-2:]:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            found += _parsed(file.read().decode(UTF8, "replace").splitlines())
    return found


def tidy(installation: object) -> None:
    """Have what was written on the disk, and delete files that no backup can need."""
    oldest = _path(installation, timezone.localdate() - timedelta(days=KEPT_DAYS)).name
    for path in files(installation):
        if path.name < oldest:
            path.unlink(missing_ok=True)
    for path in files(installation)[-1:]:
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _parsed(lines: Iterable[str]) -> Iterator[Line]:
    """The whole lines; one that a crash cut is left out."""
    for text in lines:
        try:
            held = json.loads(text)
        except ValueError:
            continue
        if isinstance(held, list) and len(held) == len(Line.__dataclass_fields__):
            yield Line(*held)
