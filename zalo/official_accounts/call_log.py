"""The log of calls to Zalo, gathered in memory and written in batches.

`record` only appends, so that any thread may call it without the database. Whoever coordinates
(the sending task, a task's end, a function that uses the database anyway) calls `flush_if_due` or
`flush`. The log is a help, not a truth: it never delays or fails a call, and what cannot be
written is kept up to a limit, then dropped.
"""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.quarters import quarter
from zalo.client.types import CallRecord
from zalo.official_accounts.models import ApiCall, OfficialAccount

logger = logging.getLogger(__name__)

BATCH: Final = 50
EVERY_S: Final = 1.0
LIMIT: Final = 5000


class _Buffer:
    """The rows that wait; made anew in a forked child."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rows: deque[ApiCall] = deque(maxlen=LIMIT)
        self.flushed_at = time.monotonic()


_buffer = _Buffer()


def forget() -> None:
    """Drop what waits (a forked child, whose parent writes it; tests)."""
    global _buffer
    _buffer = _Buffer()


os.register_at_fork(after_in_child=forget)


def record(account_id: int | None, call: CallRecord, *, reference: str = "") -> None:
    """Note one finished call. `reference` is ours (a delivery's number), never a person's id.

    Of a call about one person the quarter of an hour is kept: the first answer to a tip leaves in
    the second in which it came.
    """
    at = timezone.now()
    if not _is_about_many(call.endpoint):
        at = quarter(at)
    row = ApiCall(
        account_id=account_id,
        at=at,
        endpoint=call.endpoint[:80],
        code=call.outcome if call.code is None else str(call.code),
        duration_ms=max(call.duration_ms, 0),
        reference=reference[:60],
    )
    with _buffer.lock:
        _buffer.rows.append(row)


def _is_about_many(endpoint: str) -> bool:
    """Whether a call concerns groups, articles or the account itself, and no single person.

    A new token may have been asked for by an answer to one.
    """
    about_one = ("/message", "/user", "chat", "conversation", "/access_token")
    return not any(part in endpoint for part in about_one) or "/group/" in endpoint


def flush_if_due() -> int:
    """Write the waiting rows if there are 50 of them or a second has passed; returns how many."""
    waiting = len(_buffer.rows)
    if waiting >= BATCH or (waiting and time.monotonic() - _buffer.flushed_at >= EVERY_S):
        return flush()
    return 0


def flush() -> int:
    """Write every waiting row; returns how many were written. A database error keeps the rows."""
    with _buffer.lock:
        rows = list(_buffer.rows)
        _buffer.rows.clear()
        _buffer.flushed_at = time.monotonic()
    if not rows:
        return 0
    try:
        with transaction.atomic():
            return len(ApiCall.objects.bulk_create(_of_existing_accounts(rows), batch_size=500))
    except DatabaseError as error:
        logger.warning("zalo call log: %s rows kept back: %s", len(rows), type(error).__name__)
        with _buffer.lock:
            _buffer.rows.extendleft(reversed(rows[-(LIMIT - len(_buffer.rows)) :]))
        return 0


def _of_existing_accounts(rows: list[ApiCall]) -> list[ApiCall]:
    """The rows without those of accounts deleted since, which no transaction could commit."""
    numbers = {row.account_id for row in rows if row.account_id}
    existing = set(OfficialAccount.objects.filter(pk__in=numbers).values_list("pk", flat=True))
    return [row for row in rows if row.account_id is None or row.account_id in existing]


@contextmanager
def flushed() -> Iterator[None]:
    """Write the log at the end, also when the call failed; mostly used as a decorator."""
    try:
        yield
    finally:
        flush()
