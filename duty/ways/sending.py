"""Notices leave by the outbox of every message: claim, call, record, sweep."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from django.db import Error, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from duty.ways import base
from duty.ways.base import Doubt
from duty.ways.models import Notice
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import Message, Outbox, RowOutbox

State = Notice.State
STATES = {
    Verdict.SENT: State.ACCEPTED,
    Verdict.QUEUED: State.WAITING,
    Verdict.UNCERTAIN: State.UNCERTAIN,
    Verdict.FAILED: State.FAILED,
    Verdict.CLOSED: State.FAILED,
}

MOST_ATTEMPTS: Final = 4
IN_DOUBT: Final = "Không rõ đã tới chưa."
SLOW: Final = 0x736C6F77  # any number that nobody else locks in this database


class Notices(RowOutbox[Notice]):
    """The notices of one way."""

    waiting = State.WAITING
    related = ("occasion", "user")

    def __init__(self, way: base.Way) -> None:
        super().__init__()
        self.way = way
        self.at_once, self.stuck_after = way.at_once, way.stuck_after

    def rows(self) -> QuerySet[Notice]:
        return Notice.objects.filter(way=self.way.key)

    def eligible(self, waiting: QuerySet[Notice]) -> QuerySet[Notice]:
        """Of matters that still stand, not taken since, still of use, and to accounts in use."""
        useful = waiting.filter(expires_at__gt=timezone.now(), occasion__closed_at=None)
        return _not_taken(useful).exclude(user__is_active=False)

    def sweep(self) -> None:
        """Give up what nobody needs any more, then settle lost claims."""
        old = self.rows().filter(state=State.WAITING, expires_at__lte=timezone.now())
        old.update(state=State.CANCELLED, reason="quá giờ")
        super().sweep()
        again = self.rows().filter(state=State.WAITING, occasion__taken_at__isnull=False)
        again.exclude(pk__in=_not_taken(again).values("pk")).update(
            state=State.CANCELLED, reason="đã có người nhận"
        )

    def prepare(self, row: Notice) -> Callable[[], Outcome] | Outcome:
        loaded, send = self.way.load(row), self.way.send
        if isinstance(loaded, Outcome):
            return loaded
        assert send is not None  # noqa: S101 -- without one it has a channel: PacedNotices
        return lambda: send(row, loaded)

    def lost(self, row: Notice) -> Outcome:
        """A repeat that nobody would see is made at once; of another `record` decides."""
        if self.way.doubt is Doubt.AGAIN:
            return Outcome(Verdict.QUEUED)
        return Outcome(Verdict.UNCERTAIN, IN_DOUBT)

    def _may_repeat(self, row: Notice) -> bool:
        is_first = row.attempts <= 1
        return self.way.doubt is Doubt.AGAIN or (self.way.doubt is Doubt.ONCE and is_first)

    def record(self, claimed: QuerySet[Notice], row: Notice, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.UNCERTAIN and self._may_repeat(row):
            outcome = Outcome(Verdict.QUEUED, outcome.sentence, wait_s=self.way.waits_s[0])
        if self.way.is_slow and outcome.verdict is Verdict.QUEUED and outcome.is_attempt:
            self._is_over = True  # the next ones would wait for the same server
        now, state = timezone.now(), STATES[outcome.verdict]
        if state == State.WAITING and outcome.is_attempt and row.attempts >= MOST_ATTEMPTS:
            state = State.FAILED
        changes: dict[str, Any] = {
            "state": state,
            "reason": outcome.sentence[:100],
            "next_attempt_at": outcome.next_at(now),
        }
        if state == State.ACCEPTED:
            changes["accepted_at"] = now
        if claimed.update(**changes):
            self.way.recorded(row, outcome)
            if state in (State.FAILED, State.UNCERTAIN):
                _bring_next_step_forward(row)


class PacedNotices(Notices, Outbox[Notice]):
    """Notices that leave through Zalo, each at the pace of its account."""

    def __init__(self, way: base.Way) -> None:
        super().__init__(way)
        assert way.channel is not None  # noqa: S101 -- asked by `outbox_of`
        self.channel, self.waits_s = way.channel, way.waits_s

    def prepare(self, row: Notice) -> Callable[[], Outcome] | Outcome:
        return Outbox.prepare(self, row)

    def message(self, row: Notice) -> Message | Outcome:
        found: Message | Outcome = self.way.load(row)
        return found


def outbox_of(way: base.Way) -> Notices:
    """The outbox of the notices of a way."""
    return Notices(way) if way.channel is None else PacedNotices(way)


def _not_taken(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Notices made after the last taking, and the word of it."""
    return notices.filter(
        Q(occasion__taken_at=None)
        | Q(occasion__taken_at__lt=F("made_at"))
        | Q(text=Notice.Text.TAKEN)
    )


def _bring_next_step_forward(notice: Notice) -> None:
    """Nobody was reached by a step: the next one does not wait for its minute.

    After the last step the pauses stay as they are, so that one fault makes no storm.
    """
    occasion = notice.occasion
    later = occasion.notices.filter(step__gte=notice.step).exclude(text=Notice.Text.TAKEN)
    reached = later.exclude(
        state__in=[State.FAILED, State.UNCERTAIN, State.CANCELLED, State.FOLDED]
    )
    if not reached.exists():
        rows = type(occasion).objects.open().filter(pk=occasion.pk, taken_by=None)
        rows = rows.filter(step__lt=len(occasion.rules.steps))
        if rows.update(next_step_at=timezone.now()):
            occasion.events.create(kind="nobody_reached", note=f"lượt báo {notice.step + 1}")


def drain(way: str) -> int:
    """Send the notices of a way that are due; returns how many were tried. Outside transactions.

    Of the slow ways one is sent at a time, so that servers which let us wait leave the other
    process of the lane to pushes; the next tick comes back to the rest.
    """
    found = base.way(way)
    if not found.is_slow:
        return outbox_of(found).drain()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SLOW])
        if not cursor.fetchone()[0]:
            return 0
    try:
        return outbox_of(found).drain()
    finally:
        with suppress(Error), connection.cursor() as cursor:  # without a connection it is free
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SLOW])


def due_ways() -> list[str]:
    """Ways with notices to send now."""
    to_send = Notice.objects.to_send(timezone.now())
    return sorted(to_send.order_by().values_list("way", flat=True).distinct())
