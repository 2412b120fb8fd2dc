"""Turn messages and files from the chat into tips or into additions to an open one."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from accounts.encryption.services import DecryptionError
from accounts.models import Commune
from accounts.quarters import quarter
from accounts.vault.client import ask
from accounts.workflow.services import lock, record
from reports import intake
from reports.chat import answers, questions, reading, texts
from reports.chat.models import ChatReply
from reports.chat.questions import Handled
from reports.chat.reading import ChatMessage, Meaning
from reports.chat.sources import sources_of
from reports.proposals import services as proposals
from reports.tips import emergency, occasions
from reports.tips.models import TipReport
from reports.vault.models import (
    Reporter,
    SealedText,
    TipAttachment,
    index_of_file,
    indexes_of_reporter,
    indexes_of_telling,
)
from reports.work.models import TipEvent, TipMessage
from zalo.followers.windows import OPEN_FOR
from zalo.inbox.events import InboundMessage
from zalo.models import InboundFile, OfficialAccount, WebhookEvent

logger = logging.getLogger(__name__)

State, Fetched = TipAttachment.State, InboundFile.State
ENDED: Final = (Fetched.FETCHED, Fetched.REFUSED, Fetched.GONE)
AT_ONCE: Final = 20
COLLECT: Final = "reports.collect_file"  # the operation of the vault


def collect_files() -> int:
    """Have the vault move files fetched from Zalo into their tips; returns how many. Entry point of
    the task. While the vault is away they wait.
    """
    count = 0
    while count < AT_ONCE and _decided().exists() and ask(COLLECT):
        count += 1
    return count


def _decided() -> QuerySet[TipAttachment]:
    """Files of tips of which it is known what became of them at Zalo."""
    decided = Q(inbound=None) | Q(inbound__state__in=ENDED)
    return TipAttachment.objects.filter(decided, state=State.WAITING)


@transaction.atomic(durable=True)
def collect_file() -> bool:
    """Move one file into its tip, or tell the reporter why not; False where none waits. In the
    vault, which alone opens what the worker sealed.

    The row of the inbox is deleted with it: its event knows the second in which the file came.
    """
    attachment = (
        _decided()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("tip__commune")
        .order_by("pk")
        .first()
    )
    if attachment is None:
        return False
    file = _file_of(attachment)
    content = _content_of(file)
    if file is not None and content is not None:
        attachment.content, attachment.content_type = content, file.content_type
        attachment.size, attachment.fingerprint = len(content), index_of_file(content)
        attachment.state = State.READY
        if attachment.is_risky:
            _tell_reporter(attachment, texts.FILE_RISKY)
    else:
        attachment.state = State.REFUSED
        reason = "gone" if file is None or file.state == Fetched.GONE else file.reason
        why = texts.FILE_REASONS.get(reason, texts.FILE_LOST)
        _tell_reporter(attachment, texts.file_refused(why))
    attachment.inbound = None
    attachment.save(
        update_fields=["content", "content_type", "size", "fingerprint", "state", "inbound"]
    )
    if file is not None:
        file.delete()
    return True


def _file_of(attachment: TipAttachment) -> InboundFile | None:
    if attachment.inbound_id is None:
        return None
    rows = InboundFile.objects.select_for_update(of=("self",))
    return rows.filter(pk=attachment.inbound_id).first()


def _content_of(file: InboundFile | None) -> bytes | None:
    """The bytes that were fetched; None where there are none, or none that open."""
    if file is None or file.state != Fetched.FETCHED or file.content is None:
        return None
    try:
        return bytes(file.content)
    except DecryptionError:
        logger.error("file %s of the inbox cannot be opened", file.pk)
        return None


def _tell_reporter(attachment: TipAttachment, text: str) -> None:
    """Tell the reporter, in the talk, so that the officer reads it too; whether they can be told is
    known once it is sent."""
    tip = attachment.tip
    if tip.channel != TipReport.Channel.OA_CHAT:
        return
    rows = tip.messages.filter(by=None, direction="out", at=attachment.at)
    if not any(row.text == text for row in rows):
        answers.answer_automatically(tip, text, attachment.at)


# Events of Zalo may come twice, late and out of order: a keyed hash recognises the message behind a
# row. All times are those of the quarter of an hour; nothing written is finer.

Direction = TipMessage.Direction
Urgency = TipReport.Urgency
# Two moments within ten minutes lie in one quarter of an hour or in two neighbours.
TELLING: Final = timedelta(minutes=15)
CANDIDATES: Final = 5
LOOKED_THROUGH: Final = 50


@transaction.atomic(savepoint=False)  # each event has one of its own
def hear(account: OfficialAccount, event: InboundMessage, stored: WebhookEvent | None) -> None:
    """Take in a private message to the account; `stored` is the row with its files. In the vault.

    Call inside the transaction that interprets the event. A mark of secrecy leaves nothing, neither
    words nor files.
    """
    person = event.user_id
    if event.is_anonymous:
        person = f"{answers.VISITOR}{event.conversation_id or event.user_id}"
    name = event.message_id or (stored.key if stored is not None else "")
    sources = sources_of(account, name) if name else []
    indexes = indexes_of_reporter(person)
    is_known, told_before = _look_up(account, sources, indexes)
    if is_known:
        return
    at = min(event.at, timezone.now())
    if reading.carries_secret(event):
        _files(stored).delete()
        answers.reply(account, person, ChatReply.Kind.SECRET, at)
        return
    if told_before:
        answers.try_again(account.commune, indexes, quarter(at))
    files: list[InboundFile] = []
    if event.attachments:
        files = list(_files(stored).defer("content", "url").order_by("position"))
    arrival = _Arrival(sources[0] if sources else "", at, files)
    _answer(account, person, reading.read(event), arrival, told_before=told_before)


class _Arrival:
    """The keyed hash, the time and the files of a message."""

    def __init__(self, source: str, at: datetime, files: list[InboundFile]) -> None:
        self.source, self.at, self.files = source, at, files
        self.moment = quarter(at)


def _answer(
    account: OfficialAccount,
    person: str,
    message: ChatMessage,
    arrival: _Arrival,
    *,
    told_before: bool,
) -> None:
    at, indexes = arrival.at, indexes_of_reporter(person)
    match message.meaning:
        case Meaning.NOTHING:
            return
        case Meaning.RECEIPT:
            tip = _latest(account.commune, indexes)
            kind = ChatReply.Kind.RECEIPT if tip else ChatReply.Kind.NO_TIP
            answers.reply(account, person, kind, at, tip=tip)
            return
        case Meaning.EMPTY_MATTER:
            answers.reply(account, person, ChatReply.Kind.EMPTY_MATTER, at)
            return
    tip = None
    if told_before and not message.is_new_matter:
        tip = _conversation(account.commune, indexes, at)
    if tip is not None and tip.kind == TipReport.Kind.PROCEDURE_QUESTION and message.is_harm:
        tip = None  # asked about a document, now reports something else
    handled = questions.handle(questions.Asker(account, person, at, tip), message)
    if handled.is_done:
        return
    if handled.words:
        message = replace(message, words=handled.words)
    if tip is not None:
        _add_to_tip(tip, message, arrival, handled)
    elif message.meaning == Meaning.GREETING:
        answers.reply(account, person, ChatReply.Kind.GREETING, at)
    else:
        _open_tip(account.commune, person, message, arrival, handled)


def _open_tip(
    commune: Commune, person: str, message: ChatMessage, arrival: _Arrival, handled: Handled
) -> None:
    """Make a new tip, with the first answer."""
    is_question = handled.is_question
    numbers = emergency.numbers_to_call(message.words)
    tip = intake.receive(
        commune,
        intake.TipContent(
            message.words,
            place=message.place,
            category=TipReport.Category.KHAC if is_question else "",
            kind=TipReport.Kind.PROCEDURE_QUESTION if is_question else "",
            urgency=Urgency.EMERGENCY if numbers else Urgency.NORMAL,
        ),
        channel=TipReport.Channel.OA_CHAT,
        person=intake.Person(zalo_user_id=person),
        source=arrival.source,
        at=arrival.at,
        gives_receipt=False,
    ).tip
    _hang(tip, arrival, message=None)
    if person.startswith(answers.VISITOR):
        return
    place, phone = answers.place_and_phone(commune)
    if is_question:
        name = handled.about.name if handled.about is not None else ""
        lines = [texts.asked(tip.code, place, phone, answers.reception(commune), about=name)]
    else:
        lines = [texts.received(tip.code, place, phone)]
    if numbers:
        lines.insert(0, texts.emergency(numbers, phone))
    answers.answer_automatically(tip, "\n\n".join(lines), arrival.moment)


def _add_to_tip(tip: TipReport, message: ChatMessage, arrival: _Arrival, handled: Handled) -> None:
    """Add words to an open tip: to those it began with, or as a message in the talk; `handled` has
    the answer."""
    lock(tip)
    is_same = _is_same_telling(tip, arrival.moment)
    if is_same and message.meaning == Meaning.GREETING:
        return
    row = None
    if is_same:
        SealedText.objects.create(
            tip=tip, kind=SealedText.Kind.ADDED, text=message.words, at=arrival.moment,
            source=arrival.source,
        )  # fmt: skip
    else:
        row = TipMessage.objects.create(
            tip=tip, direction=Direction.IN, via=TipMessage.Via.CHAT, text=message.words,
            at=arrival.moment, source=arrival.source,
        )  # fmt: skip
    _hang(tip, arrival, message=row)
    is_held = row is not None and bool(proposals.hold_words(row))
    if not is_held:
        _note_more(tip, message, arrival.moment)
        occasions.heard(tip, is_urgent=bool(emergency.numbers_to_call(message.words)))
    if is_same:  # of the first words: nobody has read them yet
        proposals.hold_back(tip, message.words, at=arrival.moment)
    if handled.answer:
        answers.answer_automatically(
            tip, handled.answer, arrival.moment, edition=handled.edition, question=handled.question
        )
        return
    _answer_more(tip, message, arrival.moment, is_same=is_same, is_held=is_held)


def _note_more(tip: TipReport, message: ChatMessage, moment: datetime) -> None:
    changed = [] if tip.has_unread else ["has_unread"]
    tip.has_unread = True
    if message.place and not tip.place and tip.status == TipReport.Status.NEW:
        tip.place = message.place
        changed.append("place")
    if changed:
        tip.save(update_fields=changed)
    more = TipEvent.Kind.HEARD_MORE
    if not tip.events.filter(kind=more, at=moment).exists():
        record(tip, more, at=moment)


def _answer_more(
    tip: TipReport, message: ChatMessage, moment: datetime, *, is_same: bool, is_held: bool
) -> None:
    """Name the number to call in an emergency; else confirm receipt after a while.

    Words that are held change nothing that whom they name could see.
    """
    numbers = emergency.numbers_to_call(message.words)
    if not numbers and (is_same or message.meaning == Meaning.GREETING):
        return
    is_new = bool(numbers) and tip.urgency != Urgency.EMERGENCY
    if not is_new and answers.answered_lately(tip, moment):
        return
    if numbers:
        if not is_held:
            tip.urgency = Urgency.EMERGENCY
            tip.save(update_fields=["urgency"])
            occasions.became_urgent(tip)
        _place, phone = answers.place_and_phone(tip.commune)
        answers.answer_automatically(tip, texts.emergency(numbers, phone), moment)
    else:
        answers.answer_automatically(tip, texts.heard_more(tip.code), moment)


def _is_same_telling(tip: TipReport, moment: datetime) -> bool:
    """Whether nobody has looked into the tip yet and its words came just before (or after)."""
    if tip.status != TipReport.Status.NEW or tip.owner_id is not None:
        return False
    if tip.proposals.exclude(state="waiting").exists():
        return False  # a decision on names was made on the words so far
    by_people = tip.messages.exclude(direction=Direction.OUT, by=None)
    near = tip.sealed_texts.filter(at__range=(moment - TELLING, moment + TELLING))
    return near.filter(~Exists(by_people)).exists()


def _conversation(commune: Commune, indexes: list[str], at: datetime) -> TipReport | None:
    """Return the person's last open tip in talk, within the days in which Zalo allows answers."""
    rows = TipReport.objects.talked_about().filter(
        commune=commune, reporter__zalo_index__in=indexes, emptied_at=None
    )
    talk = TipMessage.objects.filter(tip=OuterRef("pk"), via=TipMessage.Via.CHAT)
    rows = rows.annotate(last_said=Subquery(talk.order_by("-at").values("at")[:1]))
    found = list(rows.order_by("-received_at", "-pk")[:CANDIDATES])
    talked = [
        (max(tip.received_at, tip.last_said or tip.received_at), tip.pk, tip) for tip in found
    ]
    near = [row for row in talked if abs(at - row[0]) < OPEN_FOR]
    return max(near)[2] if near else None


def _latest(commune: Commune, indexes: list[str]) -> TipReport | None:
    """Return the person's newest tip with content, open or not; of split tips the first, for
    its receipt opens both."""
    rows = TipReport.objects.filter(
        commune=commune, reporter__zalo_index__in=indexes, emptied_at=None
    )
    rows = rows.annotate(told_with=F("reporter__told_with")).order_by("-received_at", "-pk")
    found = list(rows[:LOOKED_THROUGH])
    tellings = {index for tip in found for index in indexes_of_telling(tip)}
    return next((tip for tip in found if tip.told_with not in tellings), None)


def _hang(tip: TipReport, arrival: _Arrival, *, message: TipMessage | None) -> None:
    """Attach the files, which wait until they were fetched from Zalo."""
    for file in arrival.files:
        TipAttachment.objects.create(
            tip=tip, message=message, inbound=file, state=TipAttachment.State.WAITING,
            at=arrival.moment, position=file.position,
        )  # fmt: skip


def _files(stored: WebhookEvent | None) -> Any:
    return stored.files.all() if stored is not None else InboundFile.objects.none()


def _look_up(account: OfficialAccount, sources: list[str], indexes: list[str]) -> tuple[bool, bool]:
    """Whether the message made a row before, and whether the person reported anything before; one
    query, for most who write have a question and never reported a thing."""
    texts_of_tips = SealedText.objects.filter(source__in=sources).order_by()
    messages = TipMessage.objects.filter(source__in=sources).order_by()
    known = Exists(texts_of_tips) | Exists(messages) if sources else Value(value=False)
    row = OfficialAccount.objects.filter(pk=account.pk).values(
        known=known, before=Exists(Reporter.objects.filter(zalo_index__in=indexes))
    )
    found = row.get()
    return found["known"], found["before"]
