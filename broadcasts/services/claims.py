"""The two writes of a send: claiming a delivery before the call, recording the answer after it.

Both are single statements outside any transaction, so that what is written is durable before the
next step begins. Plain SQL keeps a send well under a millisecond of our own time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_CANDIDATES = """
SELECT d.id FROM broadcasts_delivery d JOIN broadcasts_broadcast b ON b.id = d.broadcast_id
WHERE d.status = 'queued' AND d.commune_id = %s AND d.is_urgent = %s AND d.next_attempt_at <= %s
  AND b.status = 'sending' AND (b.expires_at IS NULL OR b.expires_at > %s)
ORDER BY d.next_attempt_at, d.id LIMIT %s
"""
_CLAIM = """
UPDATE broadcasts_delivery d SET status = 'sending', claimed_at = %s
FROM broadcasts_broadcast b
WHERE d.id = ANY(%s) AND d.status = 'queued' AND b.id = d.broadcast_id
  AND b.status = 'sending' AND (b.expires_at IS NULL OR b.expires_at > %s)
RETURNING d.id, d.broadcast_id, d.target_group_id, d.parts_sent, d.attempts
"""
_UNCLAIM = """
UPDATE broadcasts_delivery SET status = 'queued', claimed_at = NULL
WHERE id = ANY(%s) AND status = 'sending'
"""
# A late answer outranks the sweep's “uncertain”, but never what a person has found.
_RECORD = """
UPDATE broadcasts_delivery SET
    status = %s, parts_sent = %s, zalo_message_ids = zalo_message_ids || %s::varchar[],
    sent_at = %s, attempts = %s, next_attempt_at = %s, error_code = %s, error_text = %s
WHERE id = %s AND (status = 'sending' OR (status = 'uncertain' AND settled_at IS NULL))
"""
_WAIT_FOR_PICTURE = """
UPDATE broadcasts_delivery SET next_attempt_at = %s, error_code = %s, error_text = %s
WHERE broadcast_id = %s AND status = 'queued'
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker alone may send now; `part` is the next part's index."""

    delivery_id: int
    broadcast_id: int
    group_id: str
    part: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be recorded of a claimed delivery."""

    delivery_id: int
    status: str
    parts_sent: int
    attempts: int
    message_id: str = ""
    sent_at: datetime | None = None
    next_attempt_at: datetime | None = None
    error_code: str = ""
    error_text: str = ""


def _require_autocommit() -> None:
    if connection.in_atomic_block:
        raise RuntimeError("claims and answers must be durable: do not send inside a transaction")


def candidates(commune_id: int, *, urgent: bool, now: datetime, limit: int) -> list[int]:
    """Ids of deliveries that may be sent now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [commune_id, urgent, now, now, limit])
        return [row[0] for row in cursor.fetchall()]


def claim(delivery_ids: Sequence[int], now: datetime) -> list[Claim]:
    """queued → sending for those that still may be sent; raises RuntimeError in a transaction."""
    _require_autocommit()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, list(delivery_ids), now])
        return [Claim(*row) for row in cursor.fetchall()]


def unclaim(delivery_ids: Sequence[int]) -> None:
    """Give back claims for which no call was made."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCLAIM, [list(delivery_ids)])


def record(answer: Answer) -> bool:
    """Write one answer; False when a person settled the delivery meanwhile."""
    _require_autocommit()
    message_ids = [answer.message_id] if answer.message_id else []
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD,
            [
                answer.status,
                answer.parts_sent,
                message_ids,
                answer.sent_at,
                answer.attempts,
                answer.next_attempt_at,
                answer.error_code,
                answer.error_text,
                answer.delivery_id,
            ],
        )
        return bool(cursor.rowcount)


def wait_for_picture(broadcast_id: int, *, until: datetime, code: str, sentence: str) -> None:
    """Put off the queued deliveries of a post whose picture could not be uploaded, saying why."""
    with connection.cursor() as cursor:
        cursor.execute(_WAIT_FOR_PICTURE, [until, code, sentence, broadcast_id])
