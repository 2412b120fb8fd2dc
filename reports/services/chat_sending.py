"""Answers leave through the chat: claimed, committed, sent, written down; each at most once.

Free of charge or not at all: after the 48 hours in which Zalo takes answers for nothing the machine
sends none, and the officer is told by which other way to answer. The call log is given no number of
a tip, for it keeps the second of each call.
"""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from reports.chat import texts
from reports.models import TipMessage, TipReport
from reports.services import chat_answers as answers
from reports.services import chat_replies, chat_told, results
from reports.services.chat_calls import (
    NOT_CONNECTED,
    TOO_LATE,
    UNCLEAR,
    WITHOUT_ACCOUNT_S,
    Outcome,
    later,
    send,
)
from reports.services.steps import lock
from zalo import services as zalo
from zalo.models import OfficialAccount

__all__ = ["A_SHIFT", "TOO_LATE", "send_due"]

STUCK_AFTER: Final = timedelta(minutes=3)
A_SHIFT: Final = 100
State = TipMessage.State


def send_due() -> int:
    """Send what waits; returns how many were tried. The door of the task."""
    _sweep()
    tried = 0
    while tried < A_SHIFT and (count := int(_answer_of_talk()) or chat_replies.send_some()):
        tried += count
    return tried


# Answers in the talk of a tip


def _answer_of_talk() -> bool:
    """Send the next one; False where none waits."""
    message = _claim_message()
    if message is None:
        return False
    account = zalo.account_for(message.tip.commune_id)
    is_withheld = not chat_told.holds(message)
    if is_withheld and message.by_id is not None:
        outcome = Outcome(State.FAILED, chat_told.CHANGED)
    elif account is None:
        outcome = Outcome(State.QUEUED, NOT_CONNECTED, again_in_s=WITHOUT_ACCOUNT_S)
    else:
        if is_withheld:
            message.text = texts.NOT_NOW
        outcome = send(
            account,
            message.tip.reporter.zalo_user_id,
            lambda: message.text,
            answers.last_heard(message.tip),
            is_urgent=message.tip.urgency == TipReport.Urgency.EMERGENCY,
        )
    _record_message(message, account, outcome, is_withheld=is_withheld)
    return True


@transaction.atomic(durable=True)
def _claim_message() -> TipMessage | None:
    """The first that waits and before which nothing of the same talk is still on its way."""
    now = timezone.now()
    earlier = TipMessage.objects.filter(
        tip=OuterRef("tip"), pk__lt=OuterRef("pk"), via=TipMessage.Via.CHAT,
        state__in=[State.QUEUED, State.SENDING],
    )  # fmt: skip
    due = TipMessage.objects.filter(
        ~Exists(earlier), state=State.QUEUED, via=TipMessage.Via.CHAT, next_attempt_at__lte=now
    )
    rows = due.select_for_update(of=("self",), skip_locked=True)
    message = (
        rows.select_related("tip__reporter", "tip__commune", "edition__procedure")
        .order_by("next_attempt_at")
        .first()
    )
    if message is None:
        return None
    message.state, message.next_attempt_at = State.SENDING, now + STUCK_AFTER
    message.attempts += 1
    message.save(update_fields=["state", "next_attempt_at", "attempts"])
    return message


@transaction.atomic(durable=True)
def _record_message(
    message: TipMessage, account: OfficialAccount | None, outcome: Outcome, *, is_withheld: bool
) -> None:
    """Unless somebody else knew better meanwhile (an echo of Zalo, the sweep)."""
    if message.is_result:
        lock(message.tip)  # before the message, as everywhere
    mine = TipMessage.objects.filter(pk=message.pk, state=State.SENDING)
    known = answers.source_of(account, outcome.message_id) if account and outcome.message_id else ""
    if known and TipMessage.objects.filter(source=known).exists():
        known = ""
    is_written = mine.update(
        state=outcome.state,
        error_text=outcome.sentence[:300],
        next_attempt_at=later(outcome) if outcome.state == State.QUEUED else None,
        source=known,
        question=message.question_id if outcome.state == State.QUEUED else None,
    )
    if is_written:
        message.state = outcome.state
        if is_withheld and message.by_id is None and outcome.state != State.QUEUED:
            message.save(update_fields=["text"])  # what was said stands in the talk
        chat_told.tell(message.question_id, outcome.state, is_withheld=is_withheld)
        results.arrived(message, timezone.now())


def _sweep() -> None:
    """An answer whose sender died may have left: nobody repeats it but a person."""
    now = timezone.now()
    stuck = TipMessage.objects.filter(
        state=State.SENDING, via=TipMessage.Via.CHAT, next_attempt_at__lt=now
    )
    asked = list(stuck.filter(question__isnull=False).values_list("pk", "question"))
    for pk, question in asked:
        with transaction.atomic():
            if stuck.filter(pk=pk).update(
                state=State.UNCERTAIN, next_attempt_at=None, error_text=UNCLEAR[:300], question=None
            ):
                chat_told.tell(question, State.UNCERTAIN)
    unasked = stuck.filter(question=None)
    unasked.update(state=State.UNCERTAIN, next_attempt_at=None, error_text=UNCLEAR[:300])
    chat_replies.sweep()
