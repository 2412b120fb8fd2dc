"""Sending: one drain for one commune, one channel and one lane (routine or urgent)."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from broadcasts.services import claims
from broadcasts.services.content import (
    ContentLost,
    Post,
    forget_upload,
    load_post,
    upload_content,
)
from groups.services.at_zalo import note_refusal
from zalo.channels import registry
from zalo.channels.kinds import Channel, Closed
from zalo.errors import ZaloAttachmentExpired, ZaloError, ZaloRejected
from zalo.outbox.lanes import MORE, Answer, Claim, Drain, Waiting, leased
from zalo.outbox.threads import IN_FLIGHT

__all__ = ["IN_FLIGHT", "MORE", "drain"]

UPLOAD_RETRY_S = 10.0


def drain(commune_id: int, *, urgent: bool) -> dict[str, int]:
    """Send what is due of a commune's lane until nothing is left or the time of a task is up.

    One loop runs at a time for each lane; a second call returns at once. Returns counts of
    recorded statuses, and `more` when only the time was up. What it leaves, the next tick finds.
    """
    counts: Counter[str] = Counter()
    for channel in registry.machines():
        counts.update(_drain(channel, commune_id, is_urgent=urgent))
    return dict(counts)


def _drain(channel: Channel, commune_id: int, *, is_urgent: bool) -> dict[str, int]:
    line = channel.line(commune_id)
    if isinstance(line, Closed):
        claims.explain(commune_id, channel.key, line.sentence, timezone.now())
        turned = line.is_for_good and claims.to_hand(commune_id, channel.key, line.sentence)
        return {"to_post": turned} if turned else {}
    lane = "urgent" if is_urgent else "routine"
    with leased(f"{commune_id}:{lane}:{channel.key}") as lease:
        if lease is None:
            return {}
        loop = _Deliveries(channel, line, lease, is_urgent=is_urgent)
        loop.commune_id = commune_id
        return loop.run()


class _Deliveries(Drain[Post]):
    commune_id: int

    def candidates(self, limit: int) -> list[Waiting]:
        return claims.candidates(
            self.commune_id, self.channel.key, is_urgent=self.is_urgent, now=timezone.now(),
            limit=limit,
        )  # fmt: skip

    def claim(self, row_ids: Sequence[int]) -> list[Claim]:
        return claims.claim(row_ids, timezone.now())

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
        claims.hold_post(
            post_id, self.channel.key, status=status, until=until, code=code, sentence=sentence
        )

    def without(self, post: Post, part: int, error: ZaloError) -> Post:
        return post.without(part) if isinstance(error, ZaloAttachmentExpired) else post

    def record(self, answers: Sequence[Answer[Post]]) -> list[str]:
        statuses = claims.record(
            [(one.claim, one.outcome, one.post.messages) for one in answers], timezone.now()
        )
        for one in answers:
            if isinstance(one.error, ZaloAttachmentExpired):
                forget_upload(one.post, one.claim.part)
            if isinstance(one.error, ZaloRejected):
                note_refusal(one.claim.to, one.error.code)
        return statuses
