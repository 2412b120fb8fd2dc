"""The many rows of one lane: one loop that books slots ahead, claims, calls and records.

The rows are the queue. The loop books a slot of the pace, claims a row in one statement, hands the
call to a pool of threads and records each answer as it comes. Threads make calls and touch no
database. What a crash leaves in `sending` is at most what was in flight and the few answers being
recorded; the sweep turns it into `uncertain`, and nothing is ever sent twice by itself.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from queue import Empty, SimpleQueue
from typing import ClassVar, Protocol

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from accounts.work_budget import is_stopping
from zalo.channels.base import Channel, Content, Line
from zalo.client.errors import ZaloError, ZaloThrottled, ZaloUncertain
from zalo.hold import journal
from zalo.hold import process as gate
from zalo.hold.kinds import moment_text
from zalo.official_accounts import call_log
from zalo.outbox.outcomes import Outcome, Verdict, blocks_account, outcome_of
from zalo.outbox.threads import IN_FLIGHT, threads
from zalo.pacing.slot_book import Lane, SlotBookUnavailable

logger = logging.getLogger(__name__)

AT_ONCE = 8
CANDIDATES = 200
RUN_S = 10.0
MORE = "more"
LEASE_S = 8
LEASE_RENEWAL_S = 2.0
WALL_PAUSE_S = 2.0
WORTH_WAITING_S = 3.0
RECORD_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued row, not yet claimed, and the post whose content it carries."""

    row_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this worker alone may send now; `part` is the next part's index."""

    row_id: int
    post_id: int
    to: str
    part: int
    attempts: int
    claimed_at: datetime


class Post(Protocol):
    """The content that the rows share."""

    @property
    def messages(self) -> int: ...
    @property
    def needs_upload(self) -> bool: ...
    def content(self, part: int) -> Content: ...


@dataclass(frozen=True, slots=True)
class Answer[P: Post]:
    """Zalo's answer to a claim, and the outcome of its row."""

    claim: Claim
    post: P
    outcome: Outcome
    error: ZaloError | None = None

    @property
    def is_to_go_on(self) -> bool:
        """Whether a part arrived and the next one leaves at once."""
        outcome = self.outcome
        return outcome.verdict is Verdict.SENT and self.claim.part + 1 < self.post.messages


@contextmanager
def leased(name: str) -> Iterator["redis.lock.Lock | None"]:
    """The lease of a lane, so that one loop runs at a time; None where another one has it."""
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        lease = client.lock(
            f"{settings.REDIS_KEY_PREFIX}:drain:{name}", timeout=LEASE_S, blocking=False,
            thread_local=False,
        )  # fmt: skip
        if not lease.acquire():
            yield None
            return
        try:
            yield lease
        finally:
            try:
                lease.release()
            except redis.RedisError as error:
                logger.warning("lease of %s not given back: %s", name, type(error).__name__)


class Drain[P: Post]:
    """The rows of one lane. A subclass names them, and has them claimed and recorded."""

    journalled: ClassVar[str]  # the kind of its rows in the journal of sends

    def __init__(
        self, channel: Channel, line: Line, lease: "redis.lock.Lock", *, is_urgent: bool
    ) -> None:
        self.channel, self.line, self.lease = channel, line, lease
        self.is_urgent = is_urgent
        self.lane: Lane = "urgent" if is_urgent else "routine"
        self.results: SimpleQueue[tuple[Claim, P, str | ZaloError]] = SimpleQueue()
        self.in_flight = 0
        self.waiting: deque[Waiting] = deque()
        self.slots: deque[float] = deque()  # monotonic times at which a call may be made
        self.posts: dict[int, P] = {}
        self.counts: dict[str, int] = {}
        self.stop_at = time.monotonic() + RUN_S
        self.hold_until = 0.0
        self.renew_at = time.monotonic() + LEASE_RENEWAL_S
        self.claiming = True

    def candidates(self, limit: int) -> list[Waiting]:
        """Rows that may leave now, oldest first."""
        raise NotImplementedError

    def claim(self, row_ids: Sequence[int]) -> list[Claim]:
        """Claim those that still may leave, outside a transaction."""
        raise NotImplementedError

    def prepare(self, post_id: int, known: P | None) -> P | None:
        """The content of a post with its uploads; None where its rows were put off or given up."""
        raise NotImplementedError

    def record(self, answers: Sequence[Answer[P]]) -> list[str]:
        """Write the answers down; returns the states. Writing one again changes nothing."""
        raise NotImplementedError

    def without(self, post: P, part: int, error: ZaloError) -> P:
        """The post as it leaves next, after Zalo said so of one of its messages."""
        return post

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
        if self.claiming and (time.monotonic() > self.stop_at or is_stopping()):
            self.claiming = False
            self.counts[MORE] = len(self.waiting)
        if self.claiming and not self.waiting:
            found = self.candidates(CANDIDATES)
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
        book = self.line.book
        wanted = book.batch_limit(wanted)
        if len(self.slots) > wanted // 4:
            return
        booking = book.book(wanted, lane=self.lane)
        if booking is None:
            if book.retry_in_s > WORTH_WAITING_S:  # the next tick asks again
                self.claiming = False
            self.hold_until = now + min(book.retry_in_s, WALL_PAUSE_S)
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
            if not self.waiting or not self._is_prepared(self.waiting[0].post_id):
                break
            self.slots.popleft()
            chosen.append(self.waiting.popleft().row_id)
        if not chosen:
            return
        claims = self.claim(chosen)
        if not claims:  # held back, or called off meanwhile: the next tick looks again
            self.claiming = False
        self._write_journal((claimed, "", "") for claimed in claims)
        for claimed in claims:
            self.in_flight += 1
            threads().submit(self._call, claimed, self.posts[claimed.post_id])

    def _is_prepared(self, post_id: int) -> bool:
        post = self.posts.get(post_id)
        return post is not None and not post.needs_upload

    def _prepare_posts(self) -> None:
        """Have the words of the next posts, their pictures and files at Zalo, before a claim."""
        upcoming = islice(self.waiting, self._free())
        for post_id in dict.fromkeys(row.post_id for row in upcoming):
            if self._is_prepared(post_id):
                continue
            post = self.prepare(post_id, self.posts.get(post_id))
            if post is not None:
                self.posts[post_id] = post
                continue
            self.posts.pop(post_id, None)
            self.waiting = deque(row for row in self.waiting if row.post_id != post_id)

    def _call(self, claimed: Claim, post: P) -> None:
        """In a thread: one call, its answer put where the loop waits."""
        answer: str | ZaloError
        try:
            answer = self._send(claimed, post)
        except ZaloError as error:
            answer = error
        except Exception as error:
            logger.exception("a call broke in our own code")
            answer = ZaloUncertain(type(error).__name__)
        self.results.put((claimed, post, answer))

    def _send(self, claimed: Claim, post: P) -> str:
        assert self.channel.send is not None  # noqa: S101 -- a channel by hand has no lane
        sent = self.channel.send(
            self.line.account, claimed.to, post.content(claimed.part),
            reference=f"delivery:{claimed.row_id}",
        )  # fmt: skip
        return sent.message_id

    def _wait_s(self) -> float:
        now = time.monotonic()
        if self.slots and self._free() and self.waiting:
            return max(0.0, self.slots[0] - now)
        if self.waiting and self._free() and self.claiming:
            return max(0.0, min(self.hold_until - now, 0.2))
        return 0.2 if self.in_flight else 0.0

    def _collect(self, wait_s: float) -> None:
        """Read the answers that are there, waiting at most `wait_s` for the first, and record them.

        A few, or half of them, at once. The places they leave are filled first, quicker than the
        writing, as long as no picture must be uploaded for it.
        """
        results: list[tuple[Claim, P, str | ZaloError]] = []
        try:
            results.append(
                self.results.get(timeout=wait_s) if wait_s else self.results.get_nowait()
            )
            most = max(AT_ONCE, self.results.qsize() // 2)
            while len(results) < most:
                results.append(self.results.get_nowait())
        except Empty:
            pass
        answers = [self._answer(*result) for result in results]
        self.in_flight -= len(answers)
        self._write_journal(
            (one.claim, one.outcome.verdict, one.outcome.message_id) for one in answers
        )
        try:
            if answers:
                self._book()
                self._send_due(prepare=False)
        finally:
            if answers:
                self._record(answers)

    def _answer(self, claimed: Claim, post: P, answer: str | ZaloError) -> Answer[P]:
        if isinstance(answer, str):
            return Answer(claimed, post, Outcome(Verdict.SENT, message_id=answer))
        rest = self.without(post, claimed.part, answer)
        if rest is not post:
            self.posts[claimed.post_id] = rest
        if answer.parks_account:
            self.claiming = False
        if blocks_account(answer):
            # A throttled account is held by the slot book itself.
            pause_s = 0.0 if isinstance(answer, ZaloThrottled) else WALL_PAUSE_S
            self.hold_until = time.monotonic() + pause_s
            self.slots.clear()
        return Answer(claimed, post, outcome_of(answer, attempts=claimed.attempts), answer)

    def _record(self, answers: list[Answer[P]]) -> None:
        """Write the answers down, waiting for the database when it is away."""
        patience = time.monotonic() + RECORD_PATIENCE_S
        while True:
            try:
                states = self.record(answers)
                break
            except (OperationalError, InterfaceError) as error:
                self.claiming = False
                if time.monotonic() > patience:
                    raise
                logger.error("answers wait for the database: %s", type(error).__name__)
                connection.close()
                time.sleep(1)
        for answer, state in zip(answers, states, strict=True):
            self.counts[state] = self.counts.get(state, 0) + 1
            if answer.is_to_go_on:
                claimed = answer.claim
                self.waiting.appendleft(Waiting(claimed.row_id, claimed.post_id))

    def _write_journal(self, sends: Iterable[tuple[Claim, str, str]]) -> None:
        stamp = gate.stamp()
        if stamp is None:
            return
        installation, epoch = stamp
        journal.write(
            installation,
            [
                journal.Line(
                    epoch, self.journalled, claim.row_id, claim.post_id, claim.to, claim.part,
                    moment_text(claim.claimed_at), state, message_id,
                )
                for claim, state, message_id in sends
            ],
        )  # fmt: skip

    def _renew(self) -> None:
        now = time.monotonic()
        if now >= self.renew_at:
            self.lease.reacquire()
            gate.look()
            self.renew_at = now + LEASE_RENEWAL_S
