"""Queue answers for the chat, record their outcome, and settle the questions they answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.communes.public_pages import inside_a_sentence
from accounts.enqueue import enqueue
from accounts.models import Commune, User
from accounts.quarters import quarter
from accounts.vault.indexes import vault_index
from accounts.workflow.services import lock, lock_for, record
from procedures.asking import services as asking
from procedures.editions.rendering import why_not_sendable
from procedures.models import Edition, Question
from reports.chat import texts
from reports.chat.models import ChatReply
from reports.chat.sources import sources_of
from reports.tips import occasions
from reports.tips.errors import CarriesSecret, NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import lock_for_worker, require_no_secret
from reports.vault.models import SealedText, indexes_of_reporter
from reports.work import results
from reports.work.models import TipEvent, TipMessage
from zalo.inbox.events import OwnEcho
from zalo.models import OfficialAccount
from zalo.services import account_for

Direction, State, Via = TipMessage.Direction, TipMessage.State, TipMessage.Via
CHANGED: Final = (
    "Bản thủ tục dùng để trả lời đã thay đổi sau khi lời này được viết, nên máy chưa gửi. Hãy "
    "xem lại bản đang dùng rồi trả lời lại; lời cũ còn đúng thì bấm gửi lại."
)


def note_outcome(question: int | None, state: str, *, is_withheld: bool = False) -> None:
    """Tell the question which state of `TipMessage` its answer ended in, if it ended.

    Call in the transaction that writes the state.
    """
    if question is None or state == State.QUEUED:
        return
    if state == State.SENT and not is_withheld:
        asking.record_sent([question])
    else:
        outcome = Question.AnswerState.WITHHELD if state == State.SENT else state
        asking.record_undelivered([question], outcome)


def prove(message: TipMessage) -> None:
    """Mark the question as answered of an automatic answer that an echo shows to have arrived.

    The answer names it no longer. It is known by its words alone, as in `suggestions.settle`: the
    last one asked in this talk before the answer. That a choice arrived is proved by the pick.
    """
    edition: Edition | None = message.edition
    if edition is None or message.by_id is not None or message.text == texts.NOT_NOW:
        return
    tip = message.tip
    heard = tip.messages.filter(direction=TipMessage.Direction.IN, pk__lt=message.pk)
    texts_heard = [row.text for row in heard.order_by("-pk")]
    texts_heard += [row.text for row in tip.sealed_texts.order_by("-pk")]
    lines = (line.strip() for text in texts_heard for line in (text, *text.splitlines()))
    asking.record_proved(tip.commune, filter(None, lines), edition)


def is_sendable(message: TipMessage) -> bool:
    """Whether the edition behind an answer of a talk may still be sent as it was written.

    The machine sends nothing that it may not send at this moment. An officer may send what is being
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


Kind = ChatReply.Kind
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


def answer_automatically(
    tip: TipReport,
    text: str,
    at: datetime,
    *,
    edition: Edition | None = None,
    question: int | None = None,
) -> TipMessage:
    """Queue a fixed text in the talk of a tip; `at` is the quarter of an hour.

    `edition` answers `question`. Call in a transaction. No column holds the minute, for it would be
    that of the reporter's words.
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


def answered_lately(tip: TipReport, at: datetime) -> bool:
    """Whether the account wrote anything in this quarter of an hour or the ones beside it."""
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
    """Queue an answer that belongs to no talk; returns whether it will be sent. Call in a
    transaction, in the vault.

    Repeated messages are not answered again and again: each answer takes a slot from posts. Counts
    are kept for an hour, in memory, under a keyed hash of the vault.
    """
    if zalo_user_id.startswith(VISITOR):
        return False
    most = MOST_ANSWERS_AN_HOUR if kind in (Kind.ANSWER, Kind.CHOICE) else MOST_AN_HOUR
    key = "tips:chat:" + vault_index(f"{zalo_user_id}:{kind}", purpose="tip.chat_reply")
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


def answer_diverted(tip: TipReport) -> None:
    """Tell the reporter where to bring a formal letter, before a tip of the chat is emptied. In the
    vault."""
    if tip.channel != TipReport.Channel.OA_CHAT:
        return
    account, zalo_user_id = account_for(tip.commune_id), tip.reporter.zalo_user_id
    if account is not None and zalo_user_id:
        reply(account, zalo_user_id, ChatReply.Kind.DIVERTED, last_heard(tip), tip=tip)


def last_heard(tip: TipReport) -> datetime:
    """Return the quarter of an hour in which the reporter of a tip last wrote in the chat. In the
    vault."""
    reporter = tip.reporter
    person = reporter.zalo_user_id
    indexes = {reporter.zalo_index, *(indexes_of_reporter(person) if person else ())}
    tips = TipReport.objects.filter(commune=tip.commune_id, reporter__zalo_index__in=indexes)
    last: datetime = tip.received_at
    for rows in (
        TipMessage.objects.filter(tip__in=tips, direction=Direction.IN, via=Via.CHAT),
        SealedText.objects.filter(tip__in=tips, tip__channel=TipReport.Channel.OA_CHAT),
    ):
        last = max(last, rows.aggregate(last=Max("at"))["last"] or last)
    return last


def try_again(commune: Commune, indexes: list[str], at: datetime) -> int:
    """Queue again the answers of officers that came too late: the person wrote again."""
    late = TipMessage.objects.filter(
        tip__commune=commune, tip__reporter__zalo_index__in=indexes, tip__emptied_at=None,
        direction=Direction.OUT, via=Via.CHAT, state=State.CLOSED, by__isnull=False,
        at__gt=at - STILL_WANTED,
    )  # fmt: skip
    found = late.update(state=State.QUEUED, next_attempt_at=at, attempts=0, error_text="")
    if found:
        _enqueue_sender()
    return found


class How(StrEnum):
    """Findings of a person about an answer, or what they did instead of it."""

    ARRIVED = "arrived"
    AGAIN = "again"
    SPOKEN = "spoken"
    LEFT = "left"


@transaction.atomic
def settle(message: TipMessage, *, by: User, how: str) -> TipMessage:
    """Settle by hand an answer whose outcome is unknown, or that could not be sent.

    `arrived` only where that is unclear; `again` sends it once more, even where its edition has
    changed; `spoken`: told on the phone or in person; `left`: shown by the receipt. A result that
    so arrived makes the tip told. Raises NotAllowed.
    """
    tip = message.tip
    lock_for_worker(tip, by, "reports.work_tipreport")
    lock_for(message, by, permission=None, only=ASTRAY if message.via == Via.CHAT else ())
    match how:
        case How.ARRIVED if message.state == State.UNCERTAIN:
            message.state = State.SENT
        case How.ARRIVED:
            raise NotAllowed("Zalo đã từ chối lời này nên người báo tin chưa nhận được.")
        case How.AGAIN:
            message.state, message.attempts, message.edition = State.QUEUED, 0, None
            message.next_attempt_at = timezone.now()
            _enqueue_sender()
        case How.SPOKEN:
            message.state, message.via = State.SHOWN, Via.SPOKEN
        case How.LEFT if message.state != State.UNCERTAIN:
            message.state, message.via = State.SHOWN, Via.RECEIPT
        case _:
            raise NotAllowed("Hãy chọn cách làm.")
    message.error_text = ""
    message.save(
        update_fields=["state", "via", "next_attempt_at", "attempts", "error_text", "edition"]
    )
    record(tip, TipEvent.Kind.ANSWERED, by=by, how=how)
    message.tip = tip
    occasions.follow_answer(message)
    results.arrived(message, timezone.now(), by=by)
    return message


@transaction.atomic
def note_echo(account: OfficialAccount, echo: OwnEcho) -> None:
    """Take in a message of the account itself, as Zalo reports it. In the vault.

    It proves that an answer arrived of which Zalo said nothing; and what somebody typed in Zalo's
    own tool goes into the talk, so that the officer sees it.
    """
    text = echo.text.strip()
    if echo.group_id or not echo.recipient_id or not text:
        return
    sources = sources_of(account, echo.message_id) if echo.message_id else [""]
    if any(sources) and TipMessage.objects.filter(source__in=sources).exists():
        return
    source = sources[0]
    indexes = indexes_of_reporter(echo.recipient_id)
    tips = TipReport.objects.filter(commune=account.commune_id, reporter__zalo_index__in=indexes)
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
        occasions.follow_answer(row)
        results.arrived(row, timezone.now())


def astray() -> Q:
    """Filter of the officers' answers that somebody must settle; automatic ones may be lost."""
    return Q(direction=Direction.OUT, via=Via.CHAT, state__in=ASTRAY, by__isnull=False)


def place_and_phone(commune: Commune) -> tuple[str, str]:
    """Return the commune as it stands inside a sentence, and the duty phone (empty if unknown)."""
    profile = commune.profile_on(timezone.localdate())
    return inside_a_sentence(commune), profile.duty_phone if profile else ""


def reception(commune: Commune) -> str:
    """Return the place and hours at which the commune's police receive people, or blank."""
    profile = commune.profile_on(timezone.localdate())
    if profile is None or not profile.reception_place:
        return ""
    hours = f" (giờ tiếp dân: {profile.opening_hours})" if profile.opening_hours else ""
    return f"{profile.reception_place}{hours}"
