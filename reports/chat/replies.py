"""Send fixed replies that belong to no conversation; conditions for any answer to leave."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from procedures.asking import services as asking
from procedures.editions.rendering import NotSendable
from procedures.models import Procedure
from reports.chat import answers, texts
from reports.chat.answers import VISITOR
from reports.chat.models import ChatReply
from reports.tips import receipts
from reports.tips.models import TipReport
from reports.work.models import TipMessage
from zalo import services as zalo
from zalo.channels.base import Content, Text
from zalo.channels.person import PERSON
from zalo.followers.windows import Reach, window
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import Message, Outbox

REFERENCE: Final = "answer"
WAITS_S: Final = (10, 20, 40, 60)
WITHOUT_ACCOUNT_S: Final = 300
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


def closed(account: OfficialAccount, zalo_user_id: str, heard_at: datetime) -> Outcome | None:
    """Why an answer to what was written at `heard_at` does not leave any more; None if it may."""
    if not zalo_user_id or zalo_user_id.startswith(VISITOR):
        return Outcome(Verdict.CLOSED, NO_WAY)
    is_free = window(heard_at, timezone.now()).reach is Reach.FREE or (
        # the person's row is read only where what is answered is not enough by itself
        zalo.window_of(account, zalo_user_id, heard_at=heard_at).reach is Reach.FREE
    )
    return None if is_free else Outcome(Verdict.CLOSED, TOO_LATE)


# Answers that belong to no talk leave, some side by side, and are forgotten.


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
        answers.tell(found.question_id, state, is_withheld=row.pk in self._withheld)
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
        return asking.choice(found[pk] for pk in reply.offered if pk in found)
    if reply.edition_id is None:
        return texts.NOT_NOW
    try:
        return asking.message(reply.edition_id, timezone.localdate(), reply.account.commune)
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
