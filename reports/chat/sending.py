"""Send answers through the chat, each at most once.

Free of charge or not at all: after the 48 hours in which Zalo takes answers for nothing the machine
sends none, and the officer reads how else to answer. The call log gets no number of a tip, for it
keeps the second of each call.
"""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.workflow.services import lock
from procedures.asking import services as asking
from procedures.editions.rendering import NotSendable
from procedures.models import Procedure
from reports.chat import answers, texts
from reports.chat.answers import VISITOR
from reports.chat.models import ChatReply
from reports.tips import occasions, receipts
from reports.tips.models import TipReport
from reports.work import results
from reports.work.models import TipMessage
from zalo import services as zalo
from zalo.channels.base import Content, Text
from zalo.channels.person import PERSON
from zalo.followers.windows import Reach, window
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import SHIFT, Message, Outbox

REFERENCE: Final = "answer"
WAITS_S: Final = (10, 20, 40, 60)
TOO_LATE: Final = (
    "Đã quá 48 giờ từ lần người báo tin nhắn nên máy không gửi qua Zalo nữa (có thể mất tiền hoặc "
    "Zalo không cho). Hãy trả lời bằng mã biên nhận hoặc điện thoại; họ nhắn lại thì lời này tự "
    "gửi."
)
NO_WAY: Final = (
    "Người này không để lại tài khoản Zalo để nhắn lại, hoặc đã rút đồng ý. Hãy trả lời bằng mã "
    "biên nhận hoặc điện thoại."
)
UNCLEAR: Final = (
    "Zalo không trả lời rõ nên chưa biết lời này đã tới chưa. Máy không tự gửi lại; hãy xem hộp "
    "tin trên trang quản lý OA rồi xác nhận."
)
NOT_CONNECTED: Final = Outcome(
    Verdict.QUEUED, "Xã chưa kết nối tài khoản Zalo OA nên lời này đang chờ.", wait_s=300
)
State = TipMessage.State


def send_due() -> int:
    """Send what waits; returns how many were tried. Entry point of the task."""
    tried = TalkAnswers().drain()
    return tried + Replies().drain(SHIFT - tried)


def closed(account: OfficialAccount, zalo_user_id: str, heard_at: datetime) -> Outcome | None:
    """Return why an answer to what was written at `heard_at` may not leave; None if it may."""
    if not zalo_user_id or zalo_user_id.startswith(VISITOR):
        return Outcome(Verdict.CLOSED, NO_WAY)
    is_free = window(heard_at, timezone.now()).reach is Reach.FREE or (
        # the person's row is read only where what is answered is not enough by itself
        zalo.window_of(account, zalo_user_id, heard_at=heard_at).reach is Reach.FREE
    )
    return None if is_free else Outcome(Verdict.CLOSED, TOO_LATE)


class _Answers[Row: (ChatReply, TipMessage)](Outbox[Row]):
    channel, waits_s = PERSON, WAITS_S

    def __init__(self) -> None:
        super().__init__()
        self._withheld: set[int] = set()


class Replies(_Answers[ChatReply]):
    """Answers that belong to no talk: a row is deleted once sent; one that cannot leave stays some
    days as a number, without its person. The question behind it learns the outcome.
    """

    waiting = ChatReply.State.WAITING
    related = ("account__commune",)

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
        state = State(outcome.verdict)
        answers.note_outcome(found.question_id, state, is_withheld=row.pk in self._withheld)
        if state in (State.SENT, State.CLOSED):
            found.delete()
            return
        if state == State.QUEUED:
            found.state = ChatReply.State.WAITING
            found.next_attempt_at = outcome.next_at(timezone.now())
        else:
            is_unclear = state == State.UNCERTAIN
            found.state = ChatReply.State.UNCERTAIN if is_unclear else ChatReply.State.FAILED
            found.zalo_user_id, found.tip, found.next_attempt_at = "", None, found.heard_at
            found.edition, found.question, found.offered = None, None, []
        found.save()


def _text_of(reply: ChatReply) -> str:
    if reply.kind in (ChatReply.Kind.ANSWER, ChatReply.Kind.CHOICE):
        if reply.kind == ChatReply.Kind.CHOICE:
            found = Procedure.objects.in_bulk(reply.offered)
            return asking.choice(found[pk] for pk in reply.offered if pk in found)
        if reply.edition_id is None:
            return texts.NOT_NOW
        try:
            return asking.message(reply.edition_id, timezone.localdate(), reply.account.commune)
        except NotSendable:
            return texts.NOT_NOW
    if reply.kind != ChatReply.Kind.RECEIPT or reply.tip_id is None:
        return texts.fixed(reply.kind, *answers.place_and_phone(reply.account.commune))
    address = str(settings.PORTAL_URL or "").rstrip("/")
    page = f"{address}/phan-anh/" if address else ""
    code, digits = _renew_receipt(reply.tip_id)
    return texts.receipt(code, receipts.blocks(digits), page)


def _renew_receipt(tip_id: int) -> tuple[str, str]:
    """Make new digits, known to this call alone; earlier ones open nothing from now on."""
    digits = receipts.new()
    receipt_hash = receipts.hash_of(digits)
    with transaction.atomic(durable=True):
        tip = TipReport.objects.select_for_update(of=("self",)).get(pk=tip_id)
        tip.receipt_hash, tip.receipt_confirmed = receipt_hash, False
        tip.save(update_fields=["receipt_hash", "receipt_confirmed"])
    return tip.code, digits


class TalkAnswers(_Answers[TipMessage]):
    """Answers in the talk of a tip: one at a time in each talk, in their order."""

    waiting = State.QUEUED
    related = ("tip__reporter", "tip__commune", "edition__procedure")

    def rows(self) -> QuerySet[TipMessage]:
        return TipMessage.objects.filter(via=TipMessage.Via.CHAT)

    def eligible(self, waiting: QuerySet[TipMessage]) -> QuerySet[TipMessage]:
        """Rows before which nothing of the same talk is still on its way."""
        earlier = self.rows().filter(
            tip=OuterRef("tip"), pk__lt=OuterRef("pk"), state__in=results.ON_THE_WAY
        )
        return waiting.filter(~Exists(earlier))

    def message(self, row: TipMessage) -> Message | Outcome:
        tip = row.tip
        if not answers.is_sendable(row):
            self._withheld.add(row.pk)
            if row.by_id is not None:
                return Outcome(Verdict.FAILED, answers.CHANGED)
        account = zalo.account_for(tip.commune_id)
        if account is None:
            return NOT_CONNECTED
        if row.pk in self._withheld:
            row.text = texts.NOT_NOW
        to, heard_at = tip.reporter.zalo_user_id, answers.last_heard(tip)
        is_urgent = tip.urgency == TipReport.Urgency.EMERGENCY
        return closed(account, to, heard_at) or Message(
            account, to, lambda: Text(row.text), heard_at, REFERENCE,
            lane="urgent" if is_urgent else "routine",
        )  # fmt: skip

    def record(self, claimed: QuerySet[TipMessage], row: TipMessage, outcome: Outcome) -> None:
        """Write the outcome, unless an echo of Zalo or the sweep was faster."""
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
            row.save(update_fields=["text"])  # the talk shows what was sent
        answers.note_outcome(row.question_id, state, is_withheld=is_withheld)
        if not is_queued:
            occasions.follow_answer(row)
        results.arrived(row, now)


def _source(row: TipMessage, message_id: str) -> str:
    """Return the hash that recognises the echo of an answer; blank where another message has it."""
    account = zalo.account_for(row.tip.commune_id) if message_id else None
    source = answers.source_of(account, message_id) if account else ""
    return "" if source and TipMessage.objects.filter(source=source).exists() else source
