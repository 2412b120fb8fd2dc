"""What is asked of the table of deliveries while a lane is sent: in plain SQL, for speed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from broadcasts.models import Delivery
from zalo.channels.manual import MANUAL
from zalo.outbox import statements
from zalo.outbox.ladder import Outcome, Verdict
from zalo.outbox.lanes import Claim, Waiting

MESSAGE_ID_LENGTH = 64
Status = Delivery.Status
STATUSES = {
    Verdict.SENT: Status.SENT,
    Verdict.QUEUED: Status.QUEUED,
    Verdict.UNCERTAIN: Status.UNCERTAIN,
    Verdict.FAILED: Status.FAILED,
    Verdict.CLOSED: Status.FAILED,
}

_CANDIDATES = """
SELECT d.id, d.broadcast_id
FROM broadcasts_delivery d
JOIN broadcasts_broadcast b ON b.id = d.broadcast_id
JOIN groups_zalogroup g ON g.id = d.zalo_group_id AND g.status = 'active'
WHERE d.status = 'queued' AND d.commune_id = %s AND d.is_urgent = %s AND d.way = %s
  AND d.next_attempt_at <= %s
  AND b.status = 'sending' AND (b.expires_at IS NULL OR b.expires_at > %s)
ORDER BY d.next_attempt_at, d.id LIMIT %s
"""
_CLAIM = """
UPDATE broadcasts_delivery d SET status = 'sending', claimed_at = %(now)s
FROM broadcasts_broadcast b, groups_zalogroup g
WHERE d.id = ANY(%(ids)s) AND d.status = 'queued' AND b.id = d.broadcast_id
  AND g.id = d.zalo_group_id AND g.status = 'active'
  AND b.status = 'sending' AND (b.expires_at IS NULL OR b.expires_at > %(now)s) AND {gate}
RETURNING d.id, d.broadcast_id, COALESCE(NULLIF(d.target_group_id, ''), g.id::text),
    d.parts_sent, d.attempts, d.claimed_at
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
WHERE broadcast_id = %s AND way = %s AND status = 'queued'
"""
_EXPLAIN = """
UPDATE broadcasts_delivery SET error_text = %s
WHERE commune_id = %s AND way = %s AND status = 'queued' AND next_attempt_at <= %s
  AND error_text <> %s
"""
# What has begun to leave stays: its first part stands in the group already.
_TO_HAND = """
UPDATE broadcasts_delivery
SET way = %s, status = 'to_post', next_attempt_at = NULL, error_code = '', error_text = %s
WHERE commune_id = %s AND way = %s AND status = 'queued' AND parts_sent = 0
"""


def candidates(
    commune_id: int, way: str, *, is_urgent: bool, now: datetime, limit: int
) -> list[Waiting]:
    """Deliveries that may be sent now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [commune_id, is_urgent, way, now, now, limit])
        return [Waiting(*row) for row in cursor.fetchall()]


def claim(delivery_ids: Sequence[int], now: datetime) -> list[Claim]:
    """queued → sending for those that still may be sent; raises RuntimeError in a transaction."""
    rows = statements.claim(_CLAIM, {"ids": list(delivery_ids), "now": now})
    return [Claim(*row) for row in rows]


def record(answers: Sequence[tuple[Claim, Outcome, int]], now: datetime) -> list[str]:
    """Write down what became of claims to posts of so many messages; returns the statuses.

    Writing one again changes nothing, nor does an answer to a delivery that was settled or claimed
    anew meanwhile.
    """
    rows = [_row(*answer, now) for answer in answers]
    statements.record(_RECORD, rows)
    return [str(row["status"]) for row in rows]


def _row(claim: Claim, outcome: Outcome, messages: int, now: datetime) -> dict[str, object]:
    """Zalo named the message: the delivery is sent, or its next part is queued at once."""
    is_sent = outcome.verdict is Verdict.SENT
    parts_sent = claim.part + is_sent
    goes_on = is_sent and parts_sent < messages
    status = Status.QUEUED if goes_on else STATUSES[outcome.verdict]
    counted = 0 if is_sent else outcome.is_attempt
    return {
        "id": claim.row_id,
        "claimed_at": claim.claimed_at,
        "status": status.value,
        "parts_sent": parts_sent,
        "message_ids": [outcome.message_id[:MESSAGE_ID_LENGTH]] if is_sent else [],
        "sent_at": now if status == Status.SENT else None,
        "attempts": 0 if goes_on else claim.attempts + counted,
        "next_attempt_at": outcome.next_at(now) if status == Status.QUEUED else None,
        "error_code": outcome.code,
        "error_text": outcome.sentence,
    }


def hold_post(
    broadcast_id: int, way: str, *, status: str, until: datetime | None, code: str, sentence: str
) -> None:
    """Put off (`queued`, until then) or fail what waits of a post, saying why."""
    statements.execute(_HOLD_POST, [status, until, code, sentence, broadcast_id, way])


def explain(commune_id: int, way: str, sentence: str, now: datetime) -> None:
    """Say on every waiting delivery of a commune why it waits."""
    statements.execute(_EXPLAIN, [sentence, commune_id, way, now, sentence])


def to_hand(commune_id: int, way: str, sentence: str) -> int:
    """Turn what waits for the machine into tasks for hands, saying why; returns how many."""
    return statements.execute(_TO_HAND, [MANUAL.key, sentence, commune_id, way])
