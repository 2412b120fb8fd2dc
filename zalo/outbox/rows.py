"""The few rows of a table: some are claimed, each waits for its slot, all are called side by side.

What is known before a call (no slot, no Redis, an account that Zalo refuses) puts a row back to
where it waited. Only a row whose call was begun and has no answer is left to the sweep, or becomes
`uncertain`, which nobody repeats but a person.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.db import models, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.work_budget import is_stopping
from zalo.channels.base import Channel, Content
from zalo.client.errors import ZaloError, ZaloThrottled, ZaloUncertain
from zalo.hold import process as gate
from zalo.official_accounts.models import OfficialAccount
from zalo.outbox.outcomes import BACK_OFF_S, Outcome, Verdict, outcome_of
from zalo.outbox.threads import threads
from zalo.pacing.services import PATIENCE_S, wait_for_slot
from zalo.pacing.slot_book import Lane, SlotBookUnavailable
from zalo.tokens import services as tokens

logger = logging.getLogger(__name__)

SHIFT: Final = 100
STUCK_AFTER: Final = timedelta(minutes=3)
NOT_BEGUN: Final = Outcome(Verdict.QUEUED, wait_s=10, is_attempt=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """Content and recipient of one row."""

    to: str = field(repr=False)
    content: Content = field(repr=False)


@dataclass(frozen=True, slots=True)
class Message:
    """One row that may leave. Its letter is asked for once its slot has come; an outcome in its
    place is what becomes of the row without a call."""

    account: OfficialAccount
    letter: Callable[[], Letter | Outcome]
    heard_at: datetime | None
    reference: str
    lane: Lane = "routine"


class RowOutbox[Row: models.Model]:
    """The rows of one table that leave, each by one call.

    The table has `state`, `next_attempt_at` (while one is `sending`: when it counts as lost) and
    `attempts`. A subclass names the rest.
    """

    waiting: ClassVar[str]
    sending: ClassVar[str] = "sending"
    related: ClassVar[tuple[str, ...]] = ()
    at_once: int = 8
    stuck_after: timedelta = STUCK_AFTER

    def __init__(self) -> None:
        self._is_over = False

    def rows(self) -> QuerySet[Row]:
        """The rows that may leave at all."""
        raise NotImplementedError

    def eligible(self, waiting: QuerySet[Row]) -> QuerySet[Row]:
        """Rows that may leave now."""
        return waiting

    def prepare(self, row: Row) -> Callable[[], Outcome] | Outcome:
        """The call of a row, for any thread, or the outcome of one for which none is made."""
        raise NotImplementedError

    def lost(self, row: Row) -> Outcome:
        """The outcome of a row whose sender is gone: it may have left."""
        return Outcome(Verdict.UNCERTAIN)

    def record(self, claimed: QuerySet[Row], row: Row, outcome: Outcome) -> None:
        """Write down what became of a row: one that is in `claimed`, which somebody who knew
        better meanwhile has emptied. Called in a transaction of its own."""
        raise NotImplementedError

    def drain(self, most: int = SHIFT) -> int:
        """Send what waits; returns how many were tried. Call outside a transaction."""
        self.sweep()
        if not gate.begin():
            return 0
        tried = 0
        while tried < most and not self._is_over and (rows := self._claim()):
            tried += len(rows)
            self._send(rows)
            self._is_over = self._is_over or is_stopping()
        return tried

    def sweep(self) -> None:
        """Settle claims without an answer: they may have left. One that cannot be settled is tried
        again at the next sweep and holds up no other row."""
        lost = self.rows().filter(state=self.sending, next_attempt_at__lt=timezone.now())
        for row in lost.select_related(*self.related).order_by("pk"):
            try:
                self._record(row, self.lost(row))
            except Exception as error:
                name, kind = type(error).__name__, type(row).__name__
                logger.error("a lost %s %s was not settled: %s", kind, row.pk, name)

    @transaction.atomic(durable=True)
    def _claim(self) -> list[Row]:
        now = timezone.now()
        waiting = self.rows().filter(
            gate.gate_is_open(), state=self.waiting, next_attempt_at__lte=now
        )
        due = self.eligible(waiting).select_for_update(of=("self",), skip_locked=True)
        ordered = due.select_related(*self.related).order_by("next_attempt_at", "pk")
        rows: list[Any] = list(ordered[: self.at_once])
        lost_at = now + self.stuck_after
        for row in rows:
            row.state, row.next_attempt_at, row.attempts = self.sending, lost_at, row.attempts + 1
        self.rows().filter(pk__in=[row.pk for row in rows]).update(
            state=self.sending, next_attempt_at=lost_at, attempts=F("attempts") + 1
        )
        return rows

    def _send(self, rows: list[Row]) -> None:
        """Each answer is written down as it comes: a killed process repeats the fewest.

        One that cannot be written down takes none of the others with it.
        """
        begun: set[int] = set()
        broken: Exception | None = None
        calls: dict[Future[Outcome], Row] = {}

        def end(row: Row, outcome: Outcome) -> None:
            nonlocal broken
            begun.add(row.pk)
            try:
                self._record(row, outcome)
            except Exception as error:
                broken = error

        try:
            for row in rows:
                made = NOT_BEGUN if self._is_over else self.prepare(row)
                if isinstance(made, Outcome):
                    end(row, made)
                    continue
                begun.add(row.pk)
                if len(rows) == 1:
                    end(row, made())
                else:
                    calls[threads().submit(made)] = row
            for future in as_completed(calls):
                end(calls[future], future.result())
        finally:
            for row in rows:
                if row.pk not in begun:
                    end(row, NOT_BEGUN)
        if broken is not None:
            raise broken

    @transaction.atomic(durable=True)
    def _record(self, row: Any, outcome: Outcome) -> None:
        claimed = self.rows().filter(
            pk=row.pk, state=self.sending, next_attempt_at=row.next_attempt_at
        )
        self.record(claimed, row, outcome)


class Outbox[Row: models.Model](RowOutbox[Row]):
    """Rows that leave through one channel of Zalo, each at the pace of its account."""

    channel: Channel
    waits_s: tuple[float, ...] = BACK_OFF_S

    def __init__(self) -> None:
        super().__init__()
        self._without_slots: set[tuple[int, Lane]] = set()

    def message(self, row: Row) -> Message | Outcome:
        """The message to send, or the outcome of a row for which no call is made."""
        raise NotImplementedError

    def prepare(self, row: Row) -> Callable[[], Outcome] | Outcome:
        """The call of a row whose slot has come, or what becomes of it without one."""
        message = self.message(row)
        if isinstance(message, Outcome):
            return message
        line = message.account.pk, message.lane
        try:
            patience_s = 0 if line in self._without_slots else PATIENCE_S
            wait_for_slot(message.account, lane=message.lane, patience_s=patience_s)
        except ZaloError as error:
            if isinstance(error, ZaloThrottled):
                self._without_slots.add(line)
            self._is_over = isinstance(error, SlotBookUnavailable)
            return outcome_of(error)
        letter = message.letter()
        if isinstance(letter, Outcome):
            return letter
        return lambda: self._call(row, message, letter)

    def _call(self, row: Any, message: Message, letter: Letter) -> Outcome:
        """One call; may be made from any thread."""
        assert self.channel.send is not None  # noqa: S101 -- a channel by hand has no outbox
        try:
            with tokens.leaving_connection_as_found():
                sent = self.channel.send(
                    message.account, letter.to, letter.content, heard_at=message.heard_at,
                    reference=message.reference,
                )  # fmt: skip
        except ZaloError as error:
            return outcome_of(error, attempts=row.attempts - 1, waits_s=self.waits_s)
        except Exception as error:
            logger.exception("a call to Zalo broke in our own code")
            return outcome_of(ZaloUncertain(type(error).__name__))
        return Outcome(Verdict.SENT, message_id=sent.message_id)
