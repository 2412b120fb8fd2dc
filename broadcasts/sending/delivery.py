"""Send one lane (routine or urgent) of one commune on one channel: claim, call, record."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from broadcasts import occasions
from broadcasts.sending.content import ContentLost, Post, forget_upload, load_post, upload_content
from broadcasts.sending.models import Delivery
from groups.zalo_groups.zalo_state import note_refusal
from zalo.channels import registry
from zalo.channels.base import MANUAL, Channel, Closed
from zalo.client.errors import ZaloAttachmentExpired, ZaloError, ZaloRejected
from zalo.hold import process as gate
from zalo.outbox import statements
from zalo.outbox.lanes import MORE, Answer, Claim, Drain, Waiting, leased
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.threads import IN_FLIGHT

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
# The states stand twice, so that no partial index fits: the planner would walk it a row of answers.
_RECORD = """
UPDATE broadcasts_delivery d SET
    status = CASE
        WHEN x.status = 'sent' AND d.finding = 'arrived' THEN 'uncertain'
        WHEN x.status = 'queued' AND b.status = 'cancelled' THEN 'cancelled'
        ELSE x.status END,
    finding = CASE x.status WHEN 'uncertain' THEN '' ELSE d.finding END,
    settled_by_id = CASE x.status WHEN 'uncertain' THEN NULL ELSE d.settled_by_id END,
    settled_at = CASE x.status WHEN 'uncertain' THEN NULL ELSE d.settled_at END,
    parts_sent = x.parts_sent,
    zalo_message_ids = d.zalo_message_ids || array_remove(ARRAY[x.message_id], NULL),
    sent_at = x.sent_at, attempts = x.attempts, next_attempt_at = x.next_attempt_at,
    error_code = x.error_code, error_text = x.error_text
FROM unnest(
    %(id)s::bigint[], %(claimed_at)s::timestamptz[], %(status)s::text[], %(parts_sent)s::int[],
    %(message_id)s::varchar[], %(sent_at)s::timestamptz[], %(attempts)s::int[],
    %(next_attempt_at)s::timestamptz[], %(error_code)s::text[], %(error_text)s::text[]
) AS x (
    id, claimed_at, status, parts_sent, message_id, sent_at, attempts, next_attempt_at,
    error_code, error_text
), broadcasts_broadcast b
WHERE d.id = x.id AND b.id = d.broadcast_id AND d.claimed_at = x.claimed_at
  AND d.status IN ('sending', 'uncertain')
  AND NOT (d.status = 'uncertain' AND d.settled_at IS NOT NULL)
"""
# These three wait for no row: what somebody else is writing comes again with the next round.
_DEFER_POST = """
UPDATE broadcasts_delivery
SET status = %s, next_attempt_at = %s, error_code = %s, error_text = %s
WHERE id IN (
    SELECT id FROM broadcasts_delivery
    WHERE broadcast_id = %s AND way = %s AND status = 'queued' FOR NO KEY UPDATE SKIP LOCKED
)
"""
_EXPLAIN = """
UPDATE broadcasts_delivery SET error_text = %s
WHERE id IN (
    SELECT id FROM broadcasts_delivery
    WHERE commune_id = %s AND way = %s AND status = 'queued' AND next_attempt_at <= %s
      AND error_text <> %s FOR NO KEY UPDATE SKIP LOCKED
)
"""
# What has begun to leave stays: its first part stands in the group already.
_TO_MANUAL = """
UPDATE broadcasts_delivery
SET way = %s, status = 'to_post', next_attempt_at = NULL, error_code = '', error_text = %s
WHERE id IN (
    SELECT id FROM broadcasts_delivery
    WHERE commune_id = %s AND way = %s AND status = 'queued' AND parts_sent = 0
    FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING id
"""


def candidates(
    commune_id: int, channel_key: str, *, is_urgent: bool, now: datetime, limit: int
) -> list[Waiting]:
    """Deliveries that may be sent now, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [commune_id, is_urgent, channel_key, now, now, limit])
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
    """A row of `_RECORD`; a sent part queues the next one at once."""
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
        "message_id": outcome.message_id[:MESSAGE_ID_LENGTH] if is_sent else None,
        "sent_at": now if status == Status.SENT else None,
        "attempts": 0 if goes_on else claim.attempts + counted,
        "next_attempt_at": outcome.next_at(now) if status == Status.QUEUED else None,
        "error_code": outcome.code,
        "error_text": outcome.sentence,
    }


def explain(commune_id: int, channel_key: str, sentence: str, now: datetime) -> None:
    """Say on every waiting delivery of a commune why it waits."""
    statements.execute(_EXPLAIN, [sentence, commune_id, channel_key, now, sentence])


def to_manual(commune_id: int, channel_key: str, sentence: str) -> int:
    """Turn what waits for the machine into tasks for hands, saying why; returns how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TO_MANUAL, [MANUAL.key, sentence, commune_id, channel_key])
        if turned := [pk for (pk,) in cursor.fetchall()]:
            occasions.tend(timezone.now())
            occasions.hands_added(Delivery.objects.filter(pk__in=turned))
    return len(turned)


__all__ = ["IN_FLIGHT", "MORE", "drain"]

UPLOAD_RETRY_S = 10.0


def drain(commune_id: int, *, urgent: bool) -> dict[str, int]:
    """Send what is due of a commune's lane until nothing is left or the time of a task is up.

    One loop runs at a time for each lane; a second call returns at once. Returns counts of
    recorded statuses, and `more` when only the time was up. What it leaves, the next tick finds.
    """
    counts: Counter[str] = Counter()
    if not gate.begin():
        return {}
    for channel in registry.machines():
        counts.update(_drain(channel, commune_id, is_urgent=urgent))
    return dict(counts)


def _drain(channel: Channel, commune_id: int, *, is_urgent: bool) -> dict[str, int]:
    line = channel.line(commune_id)
    if isinstance(line, Closed):
        explain(commune_id, channel.key, line.sentence, timezone.now())
        turned = line.is_for_good and to_manual(commune_id, channel.key, line.sentence)
        return {"to_post": turned} if turned else {}
    lane = "urgent" if is_urgent else "routine"
    with leased(f"{commune_id}:{lane}:{channel.key}") as lease:
        if lease is None:
            return {}
        loop = _Deliveries(channel, line, lease, is_urgent=is_urgent)
        loop.commune_id = commune_id
        return loop.run()


class _Deliveries(Drain[Post]):
    journalled = "delivery"
    commune_id: int

    def candidates(self, limit: int) -> list[Waiting]:
        return candidates(
            self.commune_id, self.channel.key, is_urgent=self.is_urgent, now=timezone.now(),
            limit=limit,
        )  # fmt: skip

    def claim(self, row_ids: Sequence[int]) -> list[Claim]:
        return claim(row_ids, timezone.now())

    def prepare(self, post_id: int, known: Post | None) -> Post | None:
        """An upload that failed posted nothing: its post waits, or is given up."""
        try:
            post = known or load_post(post_id)
            if not self.channel.keeps_uploads:
                return post.words_alone()
            return upload_content(self.line.account, post)
        except ContentLost as lost:
            self._put_off(post_id, "failed", lost.code, lost.sentence)
        except ZaloError as error:
            is_lasting = isinstance(error, ZaloRejected) and not error.is_account_wide
            code = "" if error.code is None else str(error.code)
            self._put_off(post_id, "failed" if is_lasting else "queued", code, str(error))
        return None

    def _put_off(self, post_id: int, status: str, code: str, sentence: str) -> None:
        wait = timedelta(seconds=UPLOAD_RETRY_S)
        until = timezone.now() + wait if status == "queued" else None
        statements.execute(_DEFER_POST, [status, until, code, sentence, post_id, self.channel.key])

    def without(self, post: Post, part: int, error: ZaloError) -> Post:
        return post.without(part) if isinstance(error, ZaloAttachmentExpired) else post

    def record(self, answers: Sequence[Answer[Post]]) -> list[str]:
        statuses = record(
            [(one.claim, one.outcome, one.post.messages) for one in answers], timezone.now()
        )
        for one in answers:
            if isinstance(one.error, ZaloAttachmentExpired):
                forget_upload(one.post, one.claim.part)
            if isinstance(one.error, ZaloRejected):
                note_refusal(one.claim.to, one.error.code)
        return statuses
