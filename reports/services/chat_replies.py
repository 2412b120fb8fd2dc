"""Answers that belong to no talk leave, some side by side, and are forgotten."""

from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from procedures import answering
from procedures.models import Procedure
from procedures.rendering import NotSendable
from reports import receipts
from reports.chat import texts
from reports.models import ChatReply, TipMessage, TipReport
from reports.services import chat_answers as answers
from reports.services import chat_told
from reports.services.chat_calls import REFERENCE, WAITS_S, closed
from zalo.channels.contents import Content, Text
from zalo.channels.person import PERSON
from zalo.outbox.ladder import Outcome
from zalo.outbox.rows import Message, Outbox

WHOM: Final = ("zalo_user_id", "tip", "edition", "offered", "question")
State, Sent = ChatReply.State, TipMessage.State


class Replies(Outbox[ChatReply]):
    """What left goes; what will not leave stays some days as a number, without whom it was for.
    The question that each answers hears of it.
    """

    channel, waiting, waits_s = PERSON, State.WAITING, WAITS_S
    related = ("account__commune",)

    def __init__(self) -> None:
        super().__init__()
        self._withheld: set[int] = set()

    def rows(self) -> QuerySet[ChatReply]:
        return ChatReply.objects.all()

    def message(self, row: ChatReply) -> Message | Outcome:
        return closed(row.account, row.zalo_user_id, row.heard_at) or Message(
            row.account, row.zalo_user_id, lambda: self._content(row), row.heard_at, REFERENCE
        )

    def _content(self, row: ChatReply) -> Content:
        text = _text_of(row)
        if text == texts.NOT_NOW:
            self._withheld.add(row.pk)
        return Text(text)

    def record(self, claimed: QuerySet[ChatReply], row: ChatReply, outcome: Outcome) -> None:
        found = claimed.select_for_update(of=("self",)).first()
        if found is None:
            return
        state = Sent(outcome.verdict)
        chat_told.tell(found.question_id, state, is_withheld=row.pk in self._withheld)
        if state in (Sent.SENT, Sent.CLOSED):
            found.delete()
            return
        if state == Sent.QUEUED:
            found.state, found.next_attempt_at = State.WAITING, outcome.next_at(timezone.now())
        else:
            found.state = State.UNCERTAIN if state == Sent.UNCERTAIN else State.FAILED
            _forget_whom(found)
        found.save(update_fields=["state", "next_attempt_at", *WHOM])


def _text_of(reply: ChatReply) -> str:
    if reply.kind in (ChatReply.Kind.ANSWER, ChatReply.Kind.CHOICE):
        return _about_procedures(reply)
    if reply.kind != ChatReply.Kind.RECEIPT or reply.tip_id is None:
        return texts.fixed(reply.kind, *answers.place_and_phone(reply.account.commune))
    address = str(settings.PORTAL_URL or "").rstrip("/")
    page = f"{address}/phan-anh/" if address else ""
    code, digits = _renew_receipt(reply.tip_id)
    return texts.receipt(code, receipts.blocks(digits), page)


def _about_procedures(reply: ChatReply) -> str:
    """What may be told at this moment: an edition that was reopened meanwhile is not."""
    if reply.kind == ChatReply.Kind.CHOICE:
        found = Procedure.objects.in_bulk(reply.offered)
        return answering.choice(found[pk] for pk in reply.offered if pk in found)
    if reply.edition_id is None:
        return texts.NOT_NOW
    try:
        return answering.message(reply.edition_id, timezone.localdate(), reply.account.commune)
    except NotSendable:
        return texts.NOT_NOW


def _renew_receipt(tip_id: int) -> tuple[str, str]:
    """New digits, known to this call alone; those before open nothing from now on."""
    digits = receipts.new()
    receipt_hash = receipts.hash_of(digits)
    with transaction.atomic(durable=True):
        tip = TipReport.objects.select_for_update(of=("self",)).get(pk=tip_id)
        tip.receipt_hash, tip.receipt_confirmed = receipt_hash, False
        tip.save(update_fields=["receipt_hash", "receipt_confirmed"])
    return tip.code, digits


def _forget_whom(row: ChatReply) -> None:
    row.zalo_user_id, row.tip, row.next_attempt_at = "", None, row.heard_at
    row.edition, row.question, row.offered = None, None, []
