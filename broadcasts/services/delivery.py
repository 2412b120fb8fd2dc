"""Sending: one drain loop for one commune's account and one lane (routine or urgent).

The rows are the queue. The loop books a slot of the account's rate, claims a delivery in one
statement, hands the call to a pool of threads and records each answer as it comes. Threads make
calls and touch no database. What a crash leaves in `sending` is at most what was in flight and the
few answers being recorded; the sweep turns it into `uncertain`, and nothing is ever sent twice by
itself.
"""

import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from queue import Empty, SimpleQueue

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from broadcasts.services import claims, outcomes
from broadcasts.services.claims import Answer, Claim, Waiting
from broadcasts.services.content import (
    ContentLost,
    Post,
    forget_upload,
    load_post,
    upload_content,
)
from groups.services.at_zalo import note_refusal
from zalo import call_log
from zalo import services as zalo
from zalo.capabilities import Capability, may
from zalo.errors import (
    ZaloAttachmentExpired,
    ZaloError,
    ZaloRejected,
    ZaloThrottled,
    ZaloUncertain,
)
from zalo.models import OfficialAccount
from zalo.throttle import Lane, SlotBookUnavailable
from zalo.types import SentMessage

logger = logging.getLogger(__name__)

IN_FLIGHT = 32
AT_ONCE = 8
CANDIDATES = 200
RUN_S = 10.0
MORE = "more"
LEASE_S = 8
LEASE_RENEWAL_S = 2.0
WALL_PAUSE_S = 2.0
WORTH_WAITING_S = 3.0
RECORD_PATIENCE_S = 120.0
UPLOAD_RETRY_S = 10.0
NO_ACCOUNT = (
    "Xã chưa kết nối tài khoản Zalo OA nên máy chưa gửi được. Hãy báo quản trị kỹ thuật kết nối; "
    "bài sẽ tự gửi sau đó."
)
NO_CONSENT = (
    "Zalo cần được cấp quyền lại nên máy chưa gửi được. Hãy báo quản trị kỹ thuật; bài sẽ tự gửi "
    "sau khi cấp quyền."
)

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
    recorded statuses, and `more` when only the time was up. What it leaves, the next tick finds.
    """
    account = zalo.account_for(commune_id)
    if account is None or account.needs_consent:
        claims.explain(commune_id, NO_CONSENT if account else NO_ACCOUNT, timezone.now())
        return {}
    answer = may(account, Capability.GROUPS)
    if answer.is_no:
        claims.explain(commune_id, answer.sentence, timezone.now())
        turned = claims.to_hand(commune_id, answer.sentence)
        return {"to_post": turned} if turned else {}
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
        self.lane: Lane = "urgent" if urgent else "routine"
        self.book = zalo.slots(account)
        self.results: SimpleQueue[_Result] = SimpleQueue()
        self.in_flight = 0
        self.waiting: deque[Waiting] = deque()
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
                call_log.flush_if_due()
        except (redis.RedisError, SlotBookUnavailable, OperationalError, InterfaceError) as error:
            logger.error("sending stops for now: %s", type(error).__name__)
            connection.close()
        finally:
            self.claiming = False
            while self.in_flight:
                self._collect(1.0)
            call_log.flush()
        return self.counts

    def _has_work(self) -> bool:
        if self.claiming and time.monotonic() > self.stop_at:
            self.claiming = False
            self.counts[MORE] = len(self.waiting)
        if self.claiming and not self.waiting:
            found = claims.candidates(
                self.account.commune_id,
                urgent=self.urgent,
                now=timezone.now(),
                limit=CANDIDATES,
            )
            self.waiting.extend(found)
            self.claiming = bool(found) or self.in_flight > 0
        return bool(self.in_flight or (self.claiming and self.waiting))

    def _free(self) -> int:
        return IN_FLIGHT - self.in_flight

    def _book(self) -> None:
        """Have slots for the near future, never more than can be sent in a blink.

        The next ones are booked before the last are used: a slot that passes unbooked is lost.
        """
        now = time.monotonic()
        if not self.claiming or now < self.hold_until:
            return
        wanted = min(self._free(), len(self.waiting)) - len(self.slots)
        if wanted <= 0:
            return
        wanted = self.book.batch_limit(wanted)
        if len(self.slots) > wanted // 4:
            return
        booking = self.book.book(wanted, lane=self.lane)
        if booking is None:
            if self.book.retry_in_s > WORTH_WAITING_S:  # the next tick asks again
                self.claiming = False
            self.hold_until = now + min(self.book.retry_in_s, WALL_PAUSE_S)
            return
        first = now + booking.wait_s
        self.slots.extend(first + n * booking.interval_s for n in range(wanted))

    def _send_due(self, *, prepare: bool = True) -> None:
        """Claim as many as have a slot now, and hand each to a thread at once."""
        if not self.claiming or not self.slots or not self._free():
            return
        if self.slots[0] > time.monotonic():
            return
        if prepare:
            self._prepare_posts()
        now = time.monotonic()
        chosen: list[int] = []
        while self.slots and self.slots[0] <= now and len(chosen) < self._free():
            if not self.waiting or not self._is_prepared(self.waiting[0].broadcast_id):
                break
            self.slots.popleft()
            chosen.append(self.waiting.popleft().delivery_id)
        if not chosen:
            return
        for claimed in claims.claim(chosen, timezone.now()):
            self.in_flight += 1
            _threads().submit(self._call, claimed, self.posts[claimed.broadcast_id])

    def _is_prepared(self, broadcast_id: int) -> bool:
        post = self.posts.get(broadcast_id)
        return post is not None and not post.needs_upload

    def _prepare_posts(self) -> None:
        """Have the words of the next posts, their pictures and files at Zalo, before a claim."""
        upcoming = islice(self.waiting, self._free())
        for broadcast_id in dict.fromkeys(row.broadcast_id for row in upcoming):
            if self._is_prepared(broadcast_id):
                continue
            try:
                known = self.posts.get(broadcast_id) or load_post(broadcast_id)
                post = upload_content(self.account, known)
            except ZaloError as error:
                self._hold(broadcast_id, error)
            except ContentLost as lost:
                self._fail(broadcast_id, lost.code, lost.sentence)
            else:
                self.posts[broadcast_id] = post

    def _hold(self, broadcast_id: int, error: ZaloError) -> None:
        """An upload failed, so nothing was posted: wait, or give the post up."""
        code = "" if error.code is None else str(error.code)
        if isinstance(error, ZaloRejected) and not error.is_account_wide:
            self._fail(broadcast_id, code, str(error))
            return
        until = timezone.now() + timedelta(seconds=UPLOAD_RETRY_S)
        claims.hold_post(broadcast_id, status="queued", until=until, code=code, sentence=str(error))
        self._drop(broadcast_id)

    def _fail(self, broadcast_id: int, code: str, sentence: str) -> None:
        claims.hold_post(broadcast_id, status="failed", until=None, code=code, sentence=sentence)
        self._drop(broadcast_id)

    def _drop(self, broadcast_id: int) -> None:
        self.posts.pop(broadcast_id, None)
        self.waiting = deque(row for row in self.waiting if row.broadcast_id != broadcast_id)

    def _call(self, claimed: Claim, post: Post) -> None:
        """In a thread: one call, its answer put where the loop waits."""
        reference = f"delivery:{claimed.delivery_id}"
        try:
            sent = self._send(claimed, post, reference)
            self.results.put(_Result(claimed, post, sent=sent))
        except ZaloError as error:
            self.results.put(_Result(claimed, post, error=error))
        except Exception as error:
            logger.exception("a call to Zalo broke in our own code")
            self.results.put(_Result(claimed, post, error=ZaloUncertain(type(error).__name__)))

    def _send(self, claimed: Claim, post: Post, reference: str) -> SentMessage:
        account, group_id = self.account, claimed.group_id
        if post.is_file(claimed.part):
            return zalo.send_file_to_group(account, group_id, post.file_token, reference=reference)
        text = post.parts[claimed.part]
        if post.attachment_id and claimed.part == 0:
            return zalo.send_image_to_group(
                account, group_id, post.attachment_id, text, reference=reference
            )
        return zalo.send_text_to_group(account, group_id, text, reference=reference)

    def _wait_s(self) -> float:
        now = time.monotonic()
        if self.slots and self._free() and self.waiting:
            return max(0.0, self.slots[0] - now)
        if self.waiting and self._free() and self.claiming:
            return max(0.0, min(self.hold_until - now, 0.2))
        return 0.2 if self.in_flight else 0.0

    def _collect(self, wait_s: float) -> None:
        """Take the answers that are there, waiting at most `wait_s` for the first, and record them.

        A few, or half of them, at once. The places they leave are filled first, quicker than the
        writing, as long as no picture must be uploaded for it.
        """
        results: list[_Result] = []
        try:
            results.append(
                self.results.get(timeout=wait_s) if wait_s else self.results.get_nowait()
            )
            most = max(AT_ONCE, self.results.qsize() // 2)
            while len(results) < most:
                results.append(self.results.get_nowait())
        except Empty:
            pass
        answered = [(self._answer(result), result) for result in results]
        self.in_flight -= len(answered)
        try:
            if answered:
                self._book()
                self._send_due(prepare=False)
        finally:
            if answered:
                self._record(answered)

    def _answer(self, result: _Result) -> Answer:
        now = timezone.now()
        claimed = result.claim
        if result.sent is not None:
            return outcomes.of_sent(claimed, result.sent, result.post.messages, now)
        error = result.error or ZaloUncertain("no answer")
        if isinstance(error, ZaloAttachmentExpired):
            self.posts[claimed.broadcast_id] = result.post.without(claimed.part)
        if outcomes.blocks_everything(error):
            # A throttled account is held by the slot book itself.
            pause_s = 0.0 if isinstance(error, ZaloThrottled) else WALL_PAUSE_S
            self.hold_until = time.monotonic() + pause_s
            self.slots.clear()
        return outcomes.of_error(claimed, error, now)

    def _record(self, answered: list[tuple[Answer, _Result]]) -> None:
        """Write the answers down, waiting for the database when it is away."""
        patience = time.monotonic() + RECORD_PATIENCE_S
        while True:
            try:
                claims.record([answer for answer, _result in answered])
                for _answer, result in answered:
                    if isinstance(result.error, ZaloAttachmentExpired):
                        forget_upload(result.post, result.claim.part)
                    if isinstance(result.error, ZaloRejected):
                        note_refusal(result.claim.group_id, result.error.code)
                break
            except (OperationalError, InterfaceError) as error:
                self.claiming = False
                if time.monotonic() > patience:
                    raise
                logger.error("answers wait for the database: %s", type(error).__name__)
                connection.close()
                time.sleep(1)
        for answer, result in answered:
            self.counts[answer.status] = self.counts.get(answer.status, 0) + 1
            if answer.status == "queued" and not answer.error_text:  # its next part
                claimed = result.claim
                self.waiting.appendleft(Waiting(claimed.delivery_id, claimed.broadcast_id))

    def _renew(self) -> None:
        now = time.monotonic()
        if now >= self.renew_at:
            self.lease.reacquire()
            self.renew_at = now + LEASE_RENEWAL_S
