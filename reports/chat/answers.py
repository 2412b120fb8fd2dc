"""Queue answers for the chat, learn of their outcome, and tell the questions that they answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.communes.public_pages import inside_a_sentence
from accounts.encryption.services import blind_index
from accounts.enqueue import enqueue
from accounts.models import Commune, User
from procedures.asking import services as asking
from procedures.editions.rendering import why_not_sendable
from procedures.models import Edition, Question
from reports.chat import texts
from reports.chat.models import ChatReply
from reports.tips.errors import CarriesSecret, NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import begin, lock, note, quarter, require_no_secret, require_worker
from reports.vault.models import SealedText, index_of_reporter
from reports.work import results
from reports.work.models import TipEvent, TipMessage
from zalo.inbox.events import OwnEcho
from zalo.models import OfficialAccount
from zalo.services import account_for

Sent = TipMessage.State
CHANGED: Final = (
    "Bản thủ tục dùng để trả lời đã thay đổi sau khi lời này được viết, nên máy chưa gửi. Hãy "
    "xem lại bản đang dùng rồi trả lời lại; lời cũ còn đúng thì bấm gửi lại."
)


def tell(question: int | None, state: str, *, is_withheld: bool = False) -> None:
    """An answer ended in a state of `TipMessage`; one that waits on has not ended.

    Call in the transaction that writes the state.
    """
    if question is None or state == Sent.QUEUED:
        return
    if state == Sent.SENT and not is_withheld:
        asking.record_sent([question])
    else:
        told = Question.AnswerState.WITHHELD if state == Sent.SENT else state
        asking.record_undelivered([question], told)


def prove(message: TipMessage) -> None:
    """An echo shows that an answer of the machine arrived of which nobody knew: so its question is
    answered.

    The answer names it no longer. It is known by its words alone, as in `library.settle`: the last
    one asked in this talk before the answer. That a choice arrived is proved by the pick.
    """
    edition: Edition | None = message.edition
    if edition is None or message.by_id is not None or message.text == texts.NOT_NOW:
        return
    tip = message.tip
    heard = tip.messages.filter(direction=TipMessage.Direction.IN, pk__lt=message.pk)
    said = [row.text for row in heard.order_by("-pk")]
    said += [row.text for row in tip.sealed_texts.order_by("-pk")]
    lines = (line.strip() for text in said for line in (text, *text.splitlines()))
    asking.record_proved(tip.commune, filter(None, lines), edition)


def holds(message: TipMessage) -> bool:
    """Whether the edition behind an answer of a talk may still be told as it was written.

    The machine tells nothing that it may not tell at this moment. An officer may tell what is being
    checked and says so; then only what changed since the words were written counts.
    """
    edition: Edition | None = message.edition
    if edition is None:
        return True
    today = timezone.localdate()
    why = why_not_sendable(edition, today)
    if not why or message.by_id is None:
        return not why
    was_reopened = edition.reopened_at is not None and edition.reopened_at >= message.at
    is_in_use = edition.status == Edition.Status.PUBLISHED and edition.procedure.is_active
    is_stale_now = edition.is_stale(today) and not edition.is_stale(timezone.localdate(message.at))
    return is_in_use and edition.is_in_force(today) and not was_reopened and not is_stale_now


# Answers that wait to leave through the chat, and what is learnt of those that left.


Kind = ChatReply.Kind
Direction, State, Via = TipMessage.Direction, TipMessage.State, TipMessage.Via
# A visitor of a web page writes through Zalo without an account: nobody can be written back to.
VISITOR: Final = "visitor:"
MOST_AN_HOUR: Final = 4
MOST_ANSWERS_AN_HOUR: Final = 20  # of those about procedures
NEAR: Final = timedelta(minutes=15)
SIGNED_IN_ZALO: Final = "Trả lời trong trang quản lý OA"
ASTRAY: Final = results.ASTRAY
STILL_WANTED: Final = timedelta(days=30)


def _enqueue_sender() -> None:
    enqueue("reports.tasks.send_answers", expires_s=10)


def source_of(account: OfficialAccount, message_id: str) -> str:
    """By which a message of Zalo is known again without its id being readable."""
    return blind_index(f"{account.oa_id}:{message_id}", purpose="tip.chat_message")


def say_by_itself(
    tip: TipReport,
    text: str,
    at: datetime,
    *,
    edition: Edition | None = None,
    question: int | None = None,
) -> TipMessage:
    """Have the account say a fixed text in the talk of a tip; `at` is the quarter of an hour.

    `edition` is what answers `question`. Call in a transaction. No column tells the minute, for it
    would be that of the reporter's words.
    """
    made = TipMessage.objects.create(
        tip=tip,
        direction=Direction.OUT,
        via=Via.CHAT,
        text=text,
        at=at,
        signed_as=texts.SIGNED,
        state=State.QUEUED,
        next_attempt_at=at,
        edition=edition,
        question_id=question,
    )
    _enqueue_sender()
    return made


def said_lately(tip: TipReport, at: datetime) -> bool:
    """Whether the account said anything in this quarter of an hour or the ones beside it."""
    rows = tip.messages.filter(direction=Direction.OUT, via=Via.CHAT)
    return rows.filter(at__range=(at - NEAR, at + NEAR)).exists()


def reply(
    account: OfficialAccount,
    zalo_user_id: str,
    kind: str,
    at: datetime,
    *,
    tip: TipReport | None = None,
    edition: Edition | None = None,
    offered: Sequence[int] = (),
    question: int | None = None,
) -> bool:
    """Have an answer sent that belongs to no talk; whether it will be. Call in a transaction.

    Who writes the same again and again is not answered again and again: each answer takes a slot
    from posts. How often is known for an hour, in memory, under a keyed hash.
    """
    if zalo_user_id.startswith(VISITOR):
        return False
    most = MOST_ANSWERS_AN_HOUR if kind in (Kind.ANSWER, Kind.CHOICE) else MOST_AN_HOUR
    key = "tips:chat:" + blind_index(f"{zalo_user_id}:{kind}", purpose="tip.chat_reply")
    if cache.get(key, 0) >= most:
        return False
    ChatReply.objects.create(
        account=account,
        tip=tip,
        kind=kind,
        edition=edition,
        offered=list(offered),
        question_id=question,
        zalo_user_id=zalo_user_id,
        heard_at=quarter(at),
        next_attempt_at=quarter(at),
    )
    transaction.on_commit(lambda: _count(key), robust=True)
    _enqueue_sender()
    return True


def _count(key: str) -> None:
    if not cache.add(key, 1, timeout=3600):
        cache.incr(key)


def tell_of_diversion(tip: TipReport) -> None:
    """Before a tip of the chat is emptied: say where such a letter is brought."""
    if tip.channel != TipReport.Channel.OA_CHAT:
        return
    account, zalo_user_id = account_for(tip.commune_id), tip.reporter.zalo_user_id
    if account is not None and zalo_user_id:
        reply(account, zalo_user_id, ChatReply.Kind.DIVERTED, last_heard(tip), tip=tip)


def last_heard(tip: TipReport) -> datetime:
    """The quarter of an hour in which the reporter of a tip last wrote in the chat."""
    index = tip.reporter.zalo_index
    tips = TipReport.objects.filter(commune=tip.commune_id, reporter__zalo_index=index)
    said = TipMessage.objects.filter(tip__in=tips, direction=Direction.IN, via=Via.CHAT)
    told = SealedText.objects.filter(tip__in=tips, tip__channel=TipReport.Channel.OA_CHAT)
    last: datetime = tip.received_at
    for rows in (said, told):
        last = max(last, rows.aggregate(last=Max("at"))["last"] or last)
    return last


def try_again(commune: Commune, index: str, at: datetime) -> int:
    """A person wrote, so Zalo takes answers again: what an officer said too late leaves now."""
    late = TipMessage.objects.filter(
        tip__commune=commune, tip__reporter__zalo_index=index, tip__emptied_at=None,
        direction=Direction.OUT, via=Via.CHAT, state=State.CLOSED, by__isnull=False,
        at__gt=at - STILL_WANTED,
    )  # fmt: skip
    found = late.update(state=State.QUEUED, next_attempt_at=at, attempts=0, error_text="")
    if found:
        _enqueue_sender()
    return found


class How(StrEnum):
    """What a person found out about an answer, or did instead of it."""

    ARRIVED = "arrived"
    AGAIN = "again"
    SPOKEN = "spoken"
    LEFT = "left"


@transaction.atomic
def settle(message: TipMessage, *, by: User, how: str) -> TipMessage:
    """A person looks after an answer of which the machine does not know, or that it could not send.

    `arrived` only where that is unclear; `again` lets it leave once more, by the word of this
    person also where the edition it came from has changed; `spoken`: the reporter
    was told on the phone or in person; `left`: it stands where a receipt shows it. A result that
    so arrived makes the tip told. Raises NotAllowed.
    """
    tip = message.tip
    begin(tip, by, "work_tipreport")
    require_worker(tip, by)
    row = TipMessage.objects.select_for_update(of=("self",)).get(pk=message.pk, tip=tip)
    if row.via != Via.CHAT or row.state not in ASTRAY:
        raise NotAllowed("Lời này không chờ ai xem lại.")
    match how:
        case How.ARRIVED if row.state == State.UNCERTAIN:
            row.state = State.SENT
        case How.ARRIVED:
            raise NotAllowed("Zalo đã từ chối lời này nên người báo tin chưa nhận được.")
        case How.AGAIN:
            row.state, row.next_attempt_at, row.attempts = State.QUEUED, timezone.now(), 0
            row.edition = None
            _enqueue_sender()
        case How.SPOKEN:
            row.state, row.via = State.SHOWN, Via.SPOKEN
        case How.LEFT if row.state != State.UNCERTAIN:
            row.state, row.via = State.SHOWN, Via.RECEIPT
        case _:
            raise NotAllowed("Hãy chọn cách làm.")
    row.error_text = ""
    row.save(update_fields=["state", "via", "next_attempt_at", "attempts", "error_text", "edition"])
    note(tip, TipEvent.Kind.ANSWERED, by=by, how=how)
    row.tip = tip
    results.arrived(row, timezone.now(), by=by)
    return row


@transaction.atomic
def note_echo(account: OfficialAccount, echo: OwnEcho) -> None:
    """What the account wrote to a person, as Zalo tells it.

    Proof that an answer without an answer of Zalo's arrived; and what somebody typed in Zalo's own
    tool goes into the talk, so that the officer sees what was said.
    """
    text = echo.text.strip()
    if echo.group_id or not echo.recipient_id or not text:
        return
    source = source_of(account, echo.message_id) if echo.message_id else ""
    if source and TipMessage.objects.filter(source=source).exists():
        return
    index = index_of_reporter(echo.recipient_id)
    tips = TipReport.objects.filter(commune=account.commune_id, reporter__zalo_index=index)
    if not echo.admin_id:
        _prove(tips, text, source)
        return
    open_tips = tips.talked_about().filter(emptied_at=None).order_by("-received_at", "-pk")
    tip = open_tips.select_for_update(of=("self",)).first()
    if tip is None or echo.at < tip.received_at:
        return
    try:
        require_no_secret(text)
    except CarriesSecret:
        return
    TipMessage.objects.create(
        tip=tip, direction=Direction.OUT, via=Via.CHAT, text=text, at=echo.at,
        signed_as=SIGNED_IN_ZALO, state=State.SENT, source=source,
    )  # fmt: skip


def _prove(tips: Any, text: str, source: str) -> None:
    rows = TipMessage.objects.filter(
        tip__in=tips, direction=Direction.OUT, via=Via.CHAT,
        state__in=[State.SENDING, State.UNCERTAIN],
    )  # fmt: skip
    same = (row for row in rows.order_by("pk") if row.text.split() == text.split())
    found = next(same, None)
    if found is None:
        return
    lock(found.tip)  # before the message, as everywhere
    row = rows.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if row is not None:
        if row.question_id:
            asking.record_sent([row.question_id])
        elif row.state == State.UNCERTAIN:
            prove(row)
        row.state, row.source, row.next_attempt_at = State.SENT, source, None
        row.error_text, row.question = "", None
        row.save(update_fields=["state", "source", "next_attempt_at", "error_text", "question"])
        results.arrived(row, timezone.now())


def astray() -> Q:
    """Answers of people that another person must look after; what the machine says by itself may
    be lost."""
    return Q(direction=Direction.OUT, via=Via.CHAT, state__in=ASTRAY, by__isnull=False)


def place_and_phone(commune: Commune) -> tuple[str, str]:
    """The commune as it stands inside a sentence, and the phone of the duty (empty if unknown)."""
    profile = commune.profile_on(timezone.localdate())
    return inside_a_sentence(commune), profile.duty_phone if profile else ""


def reception(commune: Commune) -> str:
    """Where the commune's police receive people, with the hours (empty if unknown)."""
    profile = commune.profile_on(timezone.localdate())
    if profile is None or not profile.reception_place:
        return ""
    hours = f" (giờ tiếp dân: {profile.opening_hours})" if profile.opening_hours else ""
    return f"{profile.reception_place}{hours}"
