"""Answers leave through the chat, each at most once.

Free of charge or not at all: after the 48 hours in which Zalo takes answers for nothing the machine
sends none, and the officer is told by which other way to answer. The call log is given no number of
a tip, for it keeps the second of each call.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from reports.chat import answers, texts
from reports.chat.replies import (
    NOT_CONNECTED,
    REFERENCE,
    TOO_LATE,
    UNCLEAR,
    WAITS_S,
    WITHOUT_ACCOUNT_S,
    Replies,
    closed,
)
from reports.tips.models import TipReport
from reports.tips.services import lock
from reports.work import results
from reports.work.models import TipMessage
from zalo import services as zalo
from zalo.channels.base import Text
from zalo.channels.person import PERSON
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import SHIFT, Message, Outbox

__all__ = ["SHIFT", "TOO_LATE", "send_due"]

State = TipMessage.State


def send_due() -> int:
    """Send what waits; returns how many were tried. The door of the task."""
    tried = TalkAnswers().drain()
    return tried + Replies().drain(SHIFT - tried)


class TalkAnswers(Outbox[TipMessage]):
    """Answers in the talk of a tip: of each talk one at a time, in their order."""

    channel, waiting, waits_s = PERSON, State.QUEUED, WAITS_S
    related = ("tip__reporter", "tip__commune", "edition__procedure")

    def __init__(self) -> None:
        super().__init__()
        self._withheld: set[int] = set()

    def rows(self) -> QuerySet[TipMessage]:
        return TipMessage.objects.filter(via=TipMessage.Via.CHAT)

    def eligible(self, waiting: QuerySet[TipMessage]) -> QuerySet[TipMessage]:
        """Those before which nothing of the same talk is still on its way."""
        earlier = self.rows().filter(
            tip=OuterRef("tip"), pk__lt=OuterRef("pk"), state__in=results.ON_THE_WAY
        )
        return waiting.filter(~Exists(earlier))

    def message(self, row: TipMessage) -> Message | Outcome:
        tip = row.tip
        if not answers.holds(row):
            self._withheld.add(row.pk)
            if row.by_id is not None:
                return Outcome(Verdict.FAILED, answers.CHANGED)
        account = zalo.account_for(tip.commune_id)
        if account is None:
            return Outcome(Verdict.QUEUED, NOT_CONNECTED, wait_s=WITHOUT_ACCOUNT_S)
        if row.pk in self._withheld:
            row.text = texts.NOT_NOW
        to, heard_at = tip.reporter.zalo_user_id, answers.last_heard(tip)
        is_urgent = tip.urgency == TipReport.Urgency.EMERGENCY
        return closed(account, to, heard_at) or Message(
            account, to, lambda: Text(row.text), heard_at, REFERENCE,
            lane="urgent" if is_urgent else "routine",
        )  # fmt: skip

    def record(self, claimed: QuerySet[TipMessage], row: TipMessage, outcome: Outcome) -> None:
        """Unless somebody else knew better meanwhile (an echo of Zalo, the sweep)."""
        state, now = State(outcome.verdict), timezone.now()
        if row.is_result:
            lock(row.tip)  # before the message, as everywhere
        is_queued, is_withheld = state == State.QUEUED, row.pk in self._withheld
        is_written = claimed.update(
            state=state,
            error_text=(UNCLEAR if state == State.UNCERTAIN else outcome.sentence)[:300],
            next_attempt_at=outcome.next_at(now) if is_queued else None,
            source=_source(row, outcome.message_id),
            question=row.question_id if is_queued else None,
        )
        if not is_written:
            return
        row.state = state
        if is_withheld and row.by_id is None and not is_queued:
            row.save(update_fields=["text"])  # what was said stands in the talk
        answers.tell(row.question_id, state, is_withheld=is_withheld)
        results.arrived(row, now)


def _source(row: TipMessage, message_id: str) -> str:
    """By which the echo of an answer is known; empty where another message has it already."""
    account = zalo.account_for(row.tip.commune_id) if message_id else None
    source = answers.source_of(account, message_id) if account else ""
    return "" if source and TipMessage.objects.filter(source=source).exists() else source
