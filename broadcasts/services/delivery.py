"""Sending: one drain loop for one commune's account and one lane (routine or urgent).

The rows are the queue. The loop books a slot of the account's rate, claims a delivery in one
statement, hands the call to a pool of threads and records each answer as it comes. Threads make
calls and touch no database. What a crash leaves in `sending` is at most what was in flight; the
sweep turns it into `uncertain`, and nothing is ever sent twice by itself.
"""

import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from broadcasts.services import claims, outcomes
from broadcasts.services.claims import Answer, Claim
from broadcasts.services.content import Post, load_post, upload_picture
from zalo import call_log
from zalo import services as zalo
from zalo.errors import (
    ZaloAttachmentExpired,
    ZaloError,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUncertain,
)
from zalo.models import OfficialAccount
from zalo.throttle import SlotBookUnavailable
from zalo.types import SentMessage

logger = logging.getLogger(__name__)

IN_FLIGHT = 32
CANDIDATES = 200
RUN_S = 45.0
LEASE_S = 8
LEASE_RENEWAL_S = 2.0
WALL_PAUSE_S = 2.0
RECORD_PATIENCE_S = 120.0
BATCH_S = 0.05

_pool: ThreadPoolExecutor | None = None


def _threads() -> ThreadPoolExecutor:
    """The threads of this process; they keep their connections to Zalo from task to task."""
    global _pool
    if _pool is None:
        _pool = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="zalo-send")
    return _pool


@dataclass(frozen=True, slots=True)
class _Result:
    claim: Claim
    post: Post
    sent: SentMessage | None = None
    error: ZaloError | None = None


def _lease_name(commune_id: int, urgent: bool) -> str:
    lane = "urgent" if urgent else "routine"
    return f"{settings.REDIS_KEY_PREFIX}:drain:{commune_id}:{lane}"


def drain(commune_id: int, *, urgent: bool) -> dict[str, int]:
    """Send what is due of a commune's lane until nothing is left or the time of a task is up.

    One loop runs at a time for each lane; a second call returns at once. Returns counts of
    recorded statuses. What it leaves, the next tick finds.
    """
    account = zalo.account_for(commune_id)
    if account is None or account.needs_consent:
        return {}
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        lease = client.lock(
            _lease_name(commune_id, urgent), timeout=LEASE_S, blocking=False, thread_local=False
        )
        if not lease.acquire():
            return {}
        try:
            return _Drain(account, lease, urgent=urgent).run()
        finally:
            try:
                lease.release()
            except redis.RedisError as error:
                logger.warning("lease of %s not given back: %s", commune_id, type(error).__name__)


class _Drain:
    def __init__(self, account: OfficialAccount, lease: "redis.lock.Lock", *, urgent: bool) -> None:
        self.account = account
        self.lease = lease
        self.urgent = urgent
        self.lane = "urgent" if urgent else "routine"
        self.book = zalo.slots(account)
        self.results: SimpleQueue[_Result] = SimpleQueue()
        self.in_flight = 0
        self.ids: deque[int] = deque()
        self.slots: deque[float] = deque()  # monotonic times at which a call may be made
        self.posts: dict[int, Post] = {}
        self.counts: dict[str, int] = {}
        self.stop_at = time.monotonic() + RUN_S
        self.hold_until = 0.0
        self.renew_at = time.monotonic() + LEASE_RENEWAL_S
        self.claiming = True

    def run(self) -> dict[str, int]:
        try:
            while self._has_work():
                self._book()
                self._send_due()
                self._collect(self._wait_s())
                self._renew()
        except (redis.RedisError, SlotBookUnavailable, OperationalError, InterfaceError) as error:
            logger.error("sending stops for now: %s", type(error).__name__)
            connection.close()
        finally:
            while self.in_flight:
                self._collect(1.0)
            call_log.flush()
        return self.counts

    def _has_work(self) -> bool:
        if time.monotonic() > self.stop_at:
            self.claiming = False
        if self.claiming and not self.ids:
            found = claims.candidates(
                self.account.commune_id,
                urgent=self.urgent,
                now=timezone.now(),
                limit=CANDIDATES,
            )
            self.ids.extend(found)
            self.claiming = bool(found) or self.in_flight > 0
        return bool(self.in_flight or (self.claiming and self.ids))

    def _free(self) -> int:
        return IN_FLIGHT - self.in_flight

    def _book(self) -> None:
        """Have slots for the near future, never more than can be sent in a blink."""
        now = time.monotonic()
        if not self.claiming or self.slots or not self.ids or not self._free():
            return
        if now < self.hold_until:
            return
        wanted = max(1, min(self._free(), len(self.ids), int(self.book.rate_per_s * BATCH_S)))
        booking = self.book.book(wanted, lane=self.lane)
        if booking is None:
            self.hold_until = now + min(self.book.retry_in_s, WALL_PAUSE_S)
            return
        first = now + booking.wait_s
        self.slots.extend(first + n * booking.interval_s for n in range(wanted))

    def _send_due(self) -> None:
        now = time.monotonic()
        due = 0
        while self.slots and self.slots[0] <= now and due < min(self._free(), len(self.ids)):
            self.slots.popleft()
            due += 1
        if not due:
            return
        chosen = [self.ids.popleft() for _n in range(due)]
        for claimed in claims.claim(chosen, timezone.now()):
            post = self._post(claimed)
            if post is None:
                claims.unclaim([claimed.delivery_id])
                continue
            self.in_flight += 1
            _threads().submit(self._call, claimed, post)

    def _post(self, claimed: Claim) -> Post | None:
        """The frozen words of a post, with its picture at Zalo; None when it must wait."""
        post = self.posts.get(claimed.broadcast_id)
        if post is None or post.needs_upload:
            try:
                post = upload_picture(self.account, post or load_post(claimed.broadcast_id))
            except ZaloError as error:
                self._postpone(claimed, error)
                return None
            self.posts[claimed.broadcast_id] = post
        return post

    def _postpone(self, claimed: Claim, error: ZaloError) -> None:
        """The picture could not be uploaded; nothing was posted, so everything may wait."""
        logger.warning("picture of post %s not uploaded: %r", claimed.broadcast_id, error)
        claims.unclaim([claimed.delivery_id])
        retryable = isinstance(error, (ZaloRetryable, ZaloUncertain))
        claims.wait_for_picture(
            claimed.broadcast_id,
            until=timezone.now() + timedelta(seconds=10 if retryable else 60),
            code="" if error.code is None else str(error.code),
            sentence=str(error),
        )
        self.ids.clear()

    def _call(self, claimed: Claim, post: Post) -> None:
        """In a thread: one call, its answer put where the loop waits."""
        reference = f"delivery:{claimed.delivery_id}"
        text = post.parts[claimed.part]
        try:
            if post.attachment_id and claimed.part == 0:
                sent = zalo.send_image_to_group(
                    self.account, claimed.group_id, post.attachment_id, text, reference=reference
                )
            else:
                sent = zalo.send_text_to_group(
                    self.account, claimed.group_id, text, reference=reference
                )
            self.results.put(_Result(claimed, post, sent=sent))
        except ZaloError as error:
            self.results.put(_Result(claimed, post, error=error))
        except Exception as error:
            logger.exception("a call to Zalo broke in our own code")
            self.results.put(_Result(claimed, post, error=ZaloUncertain(type(error).__name__)))

    def _wait_s(self) -> float:
        now = time.monotonic()
        if self.slots and self._free() and self.ids:
            return max(0.0, self.slots[0] - now)
        if self.ids and self._free() and self.claiming:
            return max(0.0, min(self.hold_until - now, 0.2))
        return 0.2 if self.in_flight else 0.0

    def _collect(self, wait_s: float) -> None:
        """Record every answer that is there, waiting at most `wait_s` for the first."""
        try:
            result = self.results.get(timeout=wait_s) if wait_s else self.results.get_nowait()
        except Empty:
            return
        while True:
            self.in_flight -= 1
            self._record(self._answer(result))
            try:
                result = self.results.get_nowait()
            except Empty:
                return

    def _answer(self, result: _Result) -> Answer:
        now = timezone.now()
        claimed = result.claim
        if result.sent is not None:
            return outcomes.of_sent(claimed, result.sent, len(result.post.parts), now)
        error = result.error or ZaloUncertain("no answer")
        if isinstance(error, ZaloAttachmentExpired):
            self.posts[claimed.broadcast_id] = result.post.without_attachment()
        if outcomes.blocks_everything(error):
            # A throttled account is held by the slot book itself.
            pause_s = 0.0 if isinstance(error, ZaloThrottled) else WALL_PAUSE_S
            self.hold_until = time.monotonic() + pause_s
            self.slots.clear()
        return outcomes.of_error(claimed, error, now)

    def _record(self, answer: Answer) -> None:
        """Write the answer down, waiting for the database when it is away."""
        patience = time.monotonic() + RECORD_PATIENCE_S
        while True:
            try:
                claims.record(answer)
                break
            except (OperationalError, InterfaceError) as error:
                self.claiming = False
                if time.monotonic() > patience:
                    raise
                logger.error("answer waits for the database: %s", type(error).__name__)
                connection.close()
                time.sleep(1)
        self.counts[answer.status] = self.counts.get(answer.status, 0) + 1
        if answer.status == "queued" and answer.parts_sent and not answer.error_text:
            self.ids.appendleft(answer.delivery_id)

    def _renew(self) -> None:
        now = time.monotonic()
        if now >= self.renew_at:
            self.lease.reacquire()
            self.renew_at = now + LEASE_RENEWAL_S
