"""Inside the vault: whether an answer may leave, to whom it goes, and what it says.

The address of a reporter leaves the vault here and nowhere else: for one row that a worker has
claimed for sending, with the text that goes with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from procedures.asking import services as asking
from procedures.editions.rendering import NotSendable
from procedures.models import Procedure
from reports.chat import answers, texts
from reports.chat.models import ChatReply
from reports.tips import receipts
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.work.models import TipMessage
from zalo import services as zalo
from zalo.followers.windows import Reach, window
from zalo.models import OfficialAccount

REPLY, TALK = "reply", "talk"  # the two tables of answers
NOT_CLAIMED: Final = "Lời này không còn chờ gửi."


class Obstacle(StrEnum):
    """Why an answer may not leave."""

    NO_WAY = "no_way"
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class Prospect:
    """Whether an answer may leave: `obstacle` is blank if so. `heard_at` is what it answers."""

    obstacle: str
    heard_at: datetime


@dataclass(frozen=True)
class Addressed:
    """One answer as it leaves. `is_withheld`: something else than what was to be said."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    is_withheld: bool


@dataclass(frozen=True)
class _Claimed:
    """An answer that a worker is sending. `text` gives its words, and whether they stand for others
    that may not be said any more."""

    account: OfficialAccount | None
    to: str = field(repr=False)
    heard_at: datetime
    text: Callable[[], tuple[str, bool]]


def _reply(pk: int, until: datetime) -> _Claimed | None:
    """An answer that belongs to no talk."""
    rows = ChatReply.objects.select_related("account__commune")
    row = rows.filter(pk=pk, state=ChatReply.State.SENDING, next_attempt_at=until).first()
    if row is None:
        return None

    def text() -> tuple[str, bool]:
        words = _text_of(row)
        return words, words == texts.NOT_NOW

    return _Claimed(row.account, row.zalo_user_id, row.heard_at, text)


def _of_talk(pk: int, until: datetime) -> _Claimed | None:
    """An answer in the talk of a tip."""
    rows = TipMessage.objects.select_related("tip__reporter", "edition__procedure")
    chat, sending = TipMessage.Via.CHAT, TipMessage.State.SENDING
    row = rows.filter(pk=pk, via=chat, state=sending, next_attempt_at=until).first()
    if row is None:
        return None

    def text() -> tuple[str, bool]:
        if answers.is_sendable(row):
            return row.text, False
        if row.by_id is not None:
            raise NotAllowed(answers.CHANGED)
        return texts.NOT_NOW, True

    tip = row.tip
    account = zalo.account_for(tip.commune_id)
    return _Claimed(account, tip.reporter.zalo_user_id, answers.last_heard(tip), text)


_CLAIMED: Final = {REPLY: _reply, TALK: _of_talk}


def prospect(kind: str, pk: int, *, until: datetime) -> Prospect:
    """Whether a claimed answer may leave now; tells nothing of whom. Raises NotAllowed."""
    row = _claimed(kind, pk, until)
    return Prospect(_obstacle(row), row.heard_at)


def letter(kind: str, pk: int, *, until: datetime) -> Addressed:
    """The address and the words of a claimed answer that may leave now. Raises NotAllowed.

    `until` is when the claim counts as lost: who asks is who claimed. Making the words of a receipt
    voids the earlier one.
    """
    row = _claimed(kind, pk, until)
    if _obstacle(row):
        raise NotAllowed(NOT_CLAIMED)
    text, is_withheld = row.text()
    return Addressed(row.to, text, is_withheld)


def _claimed(kind: str, pk: int, until: datetime) -> _Claimed:
    find = _CLAIMED.get(kind)
    row = find(pk, until) if find is not None and until > timezone.now() else None
    if row is None:
        raise NotAllowed(NOT_CLAIMED)
    return row


def _obstacle(row: _Claimed) -> str:
    if row.account is None or not row.to or row.to.startswith(answers.VISITOR):
        return Obstacle.NO_WAY
    is_free = window(row.heard_at, timezone.now()).reach is Reach.FREE or (
        # the person's row is read only where what is answered is not enough by itself
        zalo.window_of(row.account, row.to, heard_at=row.heard_at).reach is Reach.FREE
    )
    return "" if is_free else Obstacle.TOO_LATE


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
