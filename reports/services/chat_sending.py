"""Answers leave through the chat: claimed, committed, sent, written down; each at most once.

Free of charge or not at all: after the 48 hours in which Zalo takes answers for nothing the machine
sends none, and the officer is told by which other way to answer. The call log is given no number of
a tip, for it keeps the second of each call.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from procedures import answering
from procedures.models import Procedure
from procedures.rendering import NotSendable
from reports import receipts
from reports.chat import texts
from reports.models import ChatReply, TipMessage, TipReport
from reports.services import chat_answers as answers
from reports.services import results
from reports.services.steps import lock
from zalo import services as zalo
from zalo.errors import ZaloRejected, ZaloRetryable, ZaloUncertain
from zalo.models import OfficialAccount
from zalo.services.persons import ZaloNotSent
from zalo.windows import Reach

REFERENCE: Final = "answer"
WAITS_S: Final = (10, 60, 300, 900)
WITHOUT_ACCOUNT_S: Final = 300
STUCK_AFTER: Final = timedelta(minutes=3)
PATIENCE_S: Final = 5.0
A_SHIFT: Final = 100
ROWS_LOOKED_AT: Final = 20
WHOM: Final = ("zalo_user_id", "tip", "edition", "offered")
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
NOT_CONNECTED: Final = "Xã chưa kết nối tài khoản Zalo OA nên lời này đang chờ."

State = TipMessage.State


@dataclass(frozen=True)
class Outcome:
    """What came of one answer; `again_in_s` for one that waits."""

    state: str
    sentence: str = ""
    message_id: str = field(default="", repr=False)
    again_in_s: float = 0


def send_due() -> int:
    """Send what waits; returns how many were tried. The door of the task."""
    _sweep()
    tried = 0
    for attempt in (_answer_of_talk, _fixed_answer):
        while tried < A_SHIFT and attempt():
            tried += 1
    return tried


# Answers in the talk of a tip


def _answer_of_talk() -> bool:
    """Send the next one; False where none waits."""
    message = _claim_message()
    if message is None:
        return False
    account = zalo.account_for(message.tip.commune_id)
    outcome = (
        _send(
            account,
            message.tip.reporter.zalo_user_id,
            lambda: message.text,
            answers.last_heard(message.tip),
            is_urgent=message.tip.urgency == TipReport.Urgency.EMERGENCY,
        )
        if account is not None
        else Outcome(State.QUEUED, NOT_CONNECTED, again_in_s=WITHOUT_ACCOUNT_S)
    )
    _record_message(message, account, outcome)
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
        rows.select_related("tip__reporter", "tip__commune").order_by("next_attempt_at").first()
    )
    if message is None:
        return None
    message.state, message.next_attempt_at = State.SENDING, now + STUCK_AFTER
    message.attempts += 1
    message.save(update_fields=["state", "next_attempt_at", "attempts"])
    return message


@transaction.atomic(durable=True)
def _record_message(message: TipMessage, account: OfficialAccount | None, outcome: Outcome) -> None:
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
        next_attempt_at=_later(outcome) if outcome.state == State.QUEUED else None,
        source=known,
    )
    if is_written:
        message.state = outcome.state
        results.arrived(message, timezone.now())


# Fixed answers that belong to no talk


def _fixed_answer() -> bool:
    reply = _claim_reply()
    if reply is None:
        return False
    outcome = _send(
        reply.account, reply.zalo_user_id, lambda: _text_of(reply), reply.heard_at, is_urgent=False
    )
    _record_reply(reply, outcome)
    return True


@transaction.atomic(durable=True)
def _claim_reply() -> ChatReply | None:
    now = timezone.now()
    due = ChatReply.objects.filter(state=ChatReply.State.WAITING, next_attempt_at__lte=now)
    rows = due.select_for_update(of=("self",), skip_locked=True)
    reply = rows.select_related("account__commune").order_by("next_attempt_at", "pk").first()
    if reply is None:
        return None
    reply.state, reply.next_attempt_at = ChatReply.State.SENDING, now + STUCK_AFTER
    reply.attempts += 1
    reply.save(update_fields=["state", "next_attempt_at", "attempts"])
    return reply


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
    today = timezone.localdate()
    try:
        return answering.message(reply.edition_id, today, reply.account.commune)
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


@transaction.atomic(durable=True)
def _record_reply(reply: ChatReply, outcome: Outcome) -> None:
    """What left goes; what will not leave stays some days as a number, without whom it was for."""
    row = (
        ChatReply.objects.select_for_update(of=("self",))
        .filter(pk=reply.pk, state=ChatReply.State.SENDING)
        .first()
    )
    if row is None:
        return
    if outcome.state in (State.SENT, State.CLOSED):
        row.delete()
        return
    if outcome.state == State.QUEUED:
        row.state, row.next_attempt_at = ChatReply.State.WAITING, _later(outcome)
    else:
        is_unclear = outcome.state == State.UNCERTAIN
        row.state = ChatReply.State.UNCERTAIN if is_unclear else ChatReply.State.FAILED
        _forget_whom(row)
    row.save(update_fields=["state", "next_attempt_at", *WHOM])


def _forget_whom(row: ChatReply) -> None:
    row.zalo_user_id, row.tip, row.next_attempt_at = "", None, row.heard_at
    row.edition, row.offered = None, []


# One call


def _send(
    account: OfficialAccount,
    zalo_user_id: str,
    text: Callable[[], str],
    heard_at: datetime,
    *,
    is_urgent: bool,
) -> Outcome:
    if not zalo_user_id or zalo_user_id.startswith(answers.VISITOR):
        return Outcome(State.CLOSED, NO_WAY)
    if zalo.window_of(account, zalo_user_id, heard_at=heard_at).reach is not Reach.FREE:
        return Outcome(State.CLOSED, TOO_LATE)
    try:
        if not _wait_for_slot(account, is_urgent=is_urgent):
            return Outcome(State.QUEUED, again_in_s=WAITS_S[0])
        sent = zalo.send_text_to_user(
            account, zalo_user_id, text(), heard_at=heard_at, reference=REFERENCE
        )
    except ZaloNotSent as refused:
        return Outcome(State.CLOSED, refused.sentence)
    except ZaloRetryable as trouble:
        return Outcome(State.QUEUED, trouble.sentence, again_in_s=trouble.retry_after or WAITS_S[0])
    except ZaloUncertain:
        return Outcome(State.UNCERTAIN, UNCLEAR)
    except ZaloRejected as refused:
        if refused.is_account_wide:
            return Outcome(State.QUEUED, refused.sentence, again_in_s=WITHOUT_ACCOUNT_S)
        return Outcome(State.FAILED, refused.sentence)
    return Outcome(State.SENT, message_id=sent.message_id)


def _wait_for_slot(account: OfficialAccount, *, is_urgent: bool) -> bool:
    book, until = zalo.slots(account), time.monotonic() + PATIENCE_S
    while (booking := book.book(lane="urgent" if is_urgent else "routine")) is None:
        if time.monotonic() + book.retry_in_s > until:
            return False
        time.sleep(book.retry_in_s)
    time.sleep(booking.wait_s)
    return True


def _later(outcome: Outcome) -> datetime:
    return timezone.now() + timedelta(seconds=outcome.again_in_s)


def _sweep() -> None:
    """An answer whose sender died may have left: nobody repeats it but a person."""
    now = timezone.now()
    stuck = TipMessage.objects.filter(
        state=State.SENDING, via=TipMessage.Via.CHAT, next_attempt_at__lt=now
    )
    stuck.update(state=State.UNCERTAIN, next_attempt_at=None, error_text=UNCLEAR[:300])
    replies = ChatReply.objects.filter(state=ChatReply.State.SENDING, next_attempt_at__lt=now)
    for row in replies.order_by("pk"):
        with transaction.atomic():
            _give_up(row)


def _give_up(row: ChatReply) -> None:
    mine = ChatReply.objects.select_for_update(of=("self",))
    found = mine.filter(pk=row.pk, state=ChatReply.State.SENDING).first()
    if found is not None:
        found.state = ChatReply.State.UNCERTAIN
        _forget_whom(found)
        found.save(update_fields=["state", "next_attempt_at", *WHOM])
