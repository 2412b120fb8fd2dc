"""The two writes of a send: claiming a delivery before the call, recording the answer after it.

Both are single statements outside any transaction, so that what is written is durable before the
next step begins. Plain SQL, planned once a connection, keeps a send well under a millisecond of our
own time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import DataError, IntegrityError, connection

MESSAGE_ID_LENGTH = 64

_CANDIDATES = """
SELECT d.id, d.broadcast_id
FROM broadcasts_delivery d
JOIN broadcasts_broadcast b ON b.id = d.broadcast_id
JOIN groups_zalogroup g ON g.id = d.zalo_group_id AND g.status = 'active'
WHERE d.status = 'queued' AND d.commune_id = %s AND d.is_urgent = %s AND d.next_attempt_at <= %s
  AND b.status = 'sending' AND (b.expires_at IS NULL OR b.expires_at > %s)
ORDER BY d.next_attempt_at, d.id LIMIT %s
"""
_CLAIM = """
UPDATE broadcasts_delivery d SET status = 'sending', claimed_at = %(now)s
FROM broadcasts_broadcast b, groups_zalogroup g
WHERE d.id = ANY(%(ids)s) AND d.status = 'queued' AND b.id = d.broadcast_id
  AND g.id = d.zalo_group_id AND g.status = 'active'
  AND b.status = 'sending' AND (b.expires_at IS NULL OR b.expires_at > %(now)s)
RETURNING d.id, d.broadcast_id, d.target_group_id, d.parts_sent, d.attempts, d.claimed_at
"""
# An answer belongs to its claim: one that comes after a later claim changes nothing. A late one
# outranks the sweep's “uncertain”, but never what a person has found.
# What a person vouched for in part never becomes “sent”; what was cancelled meanwhile stays so.
_RECORD = """
UPDATE broadcasts_delivery d SET
    status = CASE
        WHEN %(status)s::text = 'sent' AND d.finding = 'arrived' THEN 'uncertain'
        WHEN %(status)s::text = 'queued' AND b.status = 'cancelled' THEN 'cancelled'
        ELSE %(status)s::text END,
    finding = CASE %(status)s::text WHEN 'uncertain' THEN '' ELSE d.finding END,
    settled_by_id = CASE %(status)s::text WHEN 'uncertain' THEN NULL ELSE d.settled_by_id END,
    settled_at = CASE %(status)s::text WHEN 'uncertain' THEN NULL ELSE d.settled_at END,
    parts_sent = %(parts_sent)s,
    zalo_message_ids = d.zalo_message_ids || %(message_ids)s::varchar[],
    sent_at = %(sent_at)s, attempts = %(attempts)s, next_attempt_at = %(next_attempt_at)s,
    error_code = %(error_code)s, error_text = %(error_text)s
FROM broadcasts_broadcast b
WHERE d.id = %(id)s AND b.id = d.broadcast_id AND d.claimed_at = %(claimed_at)s
  AND (d.status = 'sending' OR (d.status = 'uncertain' AND d.settled_at IS NULL))
"""
_HOLD_POST = """
UPDATE broadcasts_delivery
SET status = %s, next_attempt_at = %s, error_code = %s, error_text = %s
WHERE broadcast_id = %s AND status = 'queued'
"""
_EXPLAIN = """
UPDATE broadcasts_delivery SET error_text = %s
WHERE commune_id = %s AND status = 'queued' AND next_attempt_at <= %s AND error_text <> %s
"""
# What has begun to leave stays: its first part stands in the group already.
_TO_HAND = """
UPDATE broadcasts_delivery
SET way = 'hand', status = 'to_post', next_attempt_at = NULL, error_code = '', error_text = %s
WHERE commune_id = %s AND status = 'queued' AND parts_sent = 0
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued delivery, not yet claimed."""

    delivery_id: int
    broadcast_id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker alone may send now; `part` is the next part's index."""

    delivery_id: int
    broadcast_id: int
    group_id: str
    part: int
    attempts: int
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be recorded of a claimed delivery."""

    claim: Claim
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


@contextmanager
def _prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor on Django's connection that keeps its statements prepared there: planning is half
    of what these cost."""
    connection.ensure_connection()
    held = connection.connection
    held.prepare_threshold = 0  # for this kind of cursor alone: Django's own never prepares
    with connection.wrap_database_errors, psycopg.Cursor(held) as cursor:
        yield cursor


def candidates(commune_id: int, *, urgent: bool, now: datetime, limit: int) -> list[Waiting]:
    """Deliveries that may be sent now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [commune_id, urgent, now, now, limit])
        return [Waiting(*row) for row in cursor.fetchall()]


def claim(delivery_ids: Sequence[int], now: datetime) -> list[Claim]:
    """queued → sending for those that still may be sent; raises RuntimeError in a transaction."""
    _require_autocommit()
    with _prepared() as cursor:
        cursor.execute(_CLAIM, {"ids": list(delivery_ids), "now": now})
        return [Claim(*row) for row in cursor.fetchall()]


def record(answers: Sequence[Answer]) -> None:
    """Write the answers that are there, in their order, with one commit: one wait for the disk.

    Writing one again changes nothing, nor does an answer to a delivery that was settled or claimed
    anew meanwhile. One that cannot be written takes none of the others with it.
    """
    _require_autocommit()
    rows = [
        {
            "id": answer.claim.delivery_id,
            "claimed_at": answer.claim.claimed_at,
            "status": answer.status,
            "parts_sent": answer.parts_sent,
            "message_ids": [answer.message_id[:MESSAGE_ID_LENGTH]] if answer.message_id else [],
            "sent_at": answer.sent_at,
            "attempts": answer.attempts,
            "next_attempt_at": answer.next_attempt_at,
            "error_code": answer.error_code,
            "error_text": answer.error_text,
        }
        for answer in answers
    ]
    try:
        with _prepared() as cursor:
            cursor.executemany(_RECORD, rows)
    except (DataError, IntegrityError):
        if len(answers) == 1:
            raise
        for answer in answers:
            record([answer])


def hold_post(
    broadcast_id: int, *, status: str, until: datetime | None, code: str, sentence: str
) -> None:
    """Put off (`queued`, until then) or fail what waits of a post, saying why."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_POST, [status, until, code, sentence, broadcast_id])


def explain(commune_id: int, sentence: str, now: datetime) -> None:
    """Say on every waiting delivery of a commune why it waits."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPLAIN, [sentence, commune_id, now, sentence])


def to_hand(commune_id: int, sentence: str) -> int:
    """Turn what waits for the machine into tasks for hands, saying why; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_HAND, [sentence, commune_id])
        return int(cursor.rowcount)
