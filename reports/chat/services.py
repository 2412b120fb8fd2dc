"""Turn messages and files from the chat into tips or into additions to an open one."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone

from accounts.models import Commune
from reports import intake
from reports.chat import answers, questions, reading, texts
from reports.chat.answers import VISITOR
from reports.chat.models import ChatReply
from reports.chat.questions import Taken
from reports.chat.reading import Meaning, Said
from reports.intake import fingerprint_of
from reports.tips import emergency
from reports.tips.models import TipReport
from reports.tips.services import lock, note, quarter
from reports.vault import conflicts
from reports.vault.models import (
    Reporter,
    SealedText,
    TipAttachment,
    index_of_reporter,
    index_of_telling,
)
from reports.work.models import TipEvent, TipMessage
from zalo.followers.windows import OPEN_FOR
from zalo.inbox.events import InboundMessage
from zalo.models import InboundFile, OfficialAccount, WebhookEvent

State, Fetched = TipAttachment.State, InboundFile.State
ENDED: Final = (Fetched.FETCHED, Fetched.REFUSED, Fetched.GONE)
AT_ONCE: Final = 20


def take_over() -> int:
    """Take what Zalo's files became; returns how many. The door of the task.

    The row at the wall is deleted with it: its event knows the second in which the file came.
    """
    taken = 0
    while taken < AT_ONCE and _take_one():
        taken += 1
    return taken


@transaction.atomic(durable=True)
def _take_one() -> bool:
    rows = TipAttachment.objects.filter(state=State.WAITING).filter(_is_decided())
    attachment = (
        rows.select_for_update(of=("self",), skip_locked=True)
        .select_related("tip__commune", "tip__reporter")
        .order_by("pk")
        .first()
    )
    if attachment is None:
        return False
    file = _file_of(attachment)
    if file is not None and file.state == Fetched.FETCHED and file.content is not None:
        content = bytes(file.content)
        attachment.content, attachment.content_type = content, file.content_type
        attachment.size, attachment.fingerprint = len(content), fingerprint_of(content)
        attachment.state = State.READY
    else:
        attachment.state = State.REFUSED
        _say_refused(attachment, file)
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


def _is_decided() -> Q:
    return Q(inbound=None) | Q(inbound__state__in=ENDED)


def _say_refused(attachment: TipAttachment, file: InboundFile | None) -> None:
    """Tell the reporter, in the talk, so that the officer reads it too."""
    tip = attachment.tip
    if tip.channel != TipReport.Channel.OA_CHAT or not tip.reporter.zalo_user_id:
        return
    if tip.reporter.zalo_user_id.startswith(answers.VISITOR):
        return
    gone = file is None or file.state == Fetched.GONE
    reason = "gone" if gone or file is None else file.reason
    text = texts.file_refused(texts.FILE_REASONS.get(reason, texts.FILE_LOST))
    rows = tip.messages.filter(by=None, direction="out", at=attachment.at)
    if not any(row.text == text for row in rows):
        answers.say_by_itself(tip, text, attachment.at)


# What residents write to the account becomes tips: new ones, or more words for an open one.
#
# Called inside the transaction that interprets an event of Zalo. An event may come twice, late and
# out of order; what made a row is known again by a keyed hash of its message. All times are those
# of the quarter of an hour, and nothing is written that would say more exactly when somebody wrote.


Direction = TipMessage.Direction
Urgency = TipReport.Urgency
# Two moments within ten minutes lie in one quarter of an hour or in two neighbours.
TELLING: Final = timedelta(minutes=15)
CANDIDATES: Final = 5
LOOKED_THROUGH: Final = 50


@transaction.atomic(savepoint=False)  # each event has one of its own
def hear(account: OfficialAccount, event: InboundMessage, record: WebhookEvent | None) -> None:
    """Take in what one person wrote to the account; `record` is the row with its files.

    A mark of secrecy leaves nothing, neither words nor files.
    """
    person = f"{VISITOR}{event.conversation_id or event.user_id}" if event.is_anonymous else ""
    person = person or event.user_id
    name = event.message_id or (record.key if record is not None else "")
    source = answers.source_of(account, name) if name else ""
    index = index_of_reporter(person)
    is_known, told_before = _look_up(account, source, index)
    if is_known:
        return
    at = min(event.at, timezone.now())
    if reading.carries_secret(event):
        _files(record).delete()
        answers.reply(account, person, ChatReply.Kind.SECRET, at)
        return
    if told_before:
        answers.try_again(account.commune, index, quarter(at))
    telling = _Telling(event, record, source, at)
    _act(account, person, reading.read(event), telling, told_before=told_before)


class _Telling:
    """A message with what surrounds it."""

    def __init__(
        self, event: InboundMessage, record: WebhookEvent | None, source: str, at: datetime
    ) -> None:
        self.event, self.source, self.at = event, source, at
        rows = _files(record).defer("content", "url").order_by("position")
        self.files = list(rows) if event.attachments else []
        self.moment = quarter(at)


def _act(
    account: OfficialAccount, person: str, said: Said, telling: _Telling, *, told_before: bool
) -> None:
    at, index = telling.at, index_of_reporter(person)
    match said.meaning:
        case Meaning.NOTHING:
            return
        case Meaning.RECEIPT:
            tip = _latest(account.commune, index)
            kind = ChatReply.Kind.RECEIPT if tip else ChatReply.Kind.NO_TIP
            answers.reply(account, person, kind, at, tip=tip)
            return
        case Meaning.EMPTY_MATTER:
            answers.reply(account, person, ChatReply.Kind.EMPTY_MATTER, at)
            return
    tip = None
    if told_before and not said.is_new_matter:
        tip = _conversation(account.commune, index, at)
    if tip is not None and tip.kind == TipReport.Kind.PROCEDURE_QUESTION and said.is_harm:
        tip = None  # whoever asked about a paper now tells of something else
    taken = questions.take(questions.Asker(account, person, at, tip), said)
    if taken.is_done:
        return
    if taken.words:
        said = replace(said, words=taken.words)
    if tip is not None:
        _go_on(tip, said, telling, taken)
    elif said.meaning == Meaning.GREETING:
        answers.reply(account, person, ChatReply.Kind.GREETING, at)
    else:
        _begin(account.commune, person, said, telling, taken)


def _begin(commune: Commune, person: str, said: Said, telling: _Telling, taken: Taken) -> None:
    """A new tip, with the first answer."""
    is_question = taken.is_question
    numbers = emergency.numbers_to_call(said.words)
    tip = intake.receive(
        commune,
        intake.Told(
            said.words,
            place=said.place,
            category=TipReport.Category.KHAC if is_question else "",
            kind=TipReport.Kind.PROCEDURE_QUESTION if is_question else "",
            urgency=Urgency.EMERGENCY if numbers else Urgency.NORMAL,
        ),
        channel=TipReport.Channel.OA_CHAT,
        person=intake.Person(zalo_user_id=person),
        source=telling.source,
        at=telling.at,
        gives_receipt=False,
    ).tip
    _hang(tip, telling, message=None)
    if person.startswith(VISITOR):
        return
    place, phone = answers.place_and_phone(commune)
    if is_question:
        name = taken.about.name if taken.about is not None else ""
        lines = [texts.asked(tip.code, place, phone, answers.reception(commune), about=name)]
    else:
        lines = [texts.received(tip.code, place, phone)]
    if numbers:
        lines.insert(0, texts.emergency(numbers, phone))
    answers.say_by_itself(tip, "\n\n".join(lines), telling.moment)


def _go_on(tip: TipReport, said: Said, telling: _Telling, taken: Taken) -> None:
    """More of an open tip: words of the same telling, or a message in the talk; `taken` tells what
    the account has to say to it."""
    lock(tip)
    is_same = _is_same_telling(tip, telling.moment)
    if is_same and said.meaning == Meaning.GREETING:
        return
    message = None
    if is_same:
        SealedText.objects.create(
            tip=tip, kind=SealedText.Kind.ADDED, text=said.words, at=telling.moment,
            source=telling.source,
        )  # fmt: skip
    else:
        message = TipMessage.objects.create(
            tip=tip, direction=Direction.IN, via=TipMessage.Via.CHAT, text=said.words,
            at=telling.moment, source=telling.source,
        )  # fmt: skip
    _hang(tip, telling, message=message)
    _note_more(tip, said, telling.moment)
    if taken.answer:
        answers.say_by_itself(
            tip, taken.answer, telling.moment, edition=taken.edition, question=taken.question
        )
        return
    _answer_more(tip, said, telling.moment, is_same=is_same)


def _note_more(tip: TipReport, said: Said, moment: datetime) -> None:
    changed = [] if tip.has_unread else ["has_unread"]
    tip.has_unread = True
    if said.place and not tip.place and tip.status == TipReport.Status.NEW:
        tip.place = said.place
        changed.append("place")
    if changed:
        tip.save(update_fields=changed)
    more = TipEvent.Kind.HEARD_MORE
    if not tip.events.filter(kind=more, at=moment).exists():
        note(tip, more, at=moment)
    conflicts.note_named(tip, said.words, at=moment)


def _answer_more(tip: TipReport, said: Said, moment: datetime, *, is_same: bool) -> None:
    """Whoever tells of something happening now is told whom to call; whoever goes on after a
    while, that it was heard."""
    numbers = emergency.numbers_to_call(said.words)
    if not numbers and (is_same or said.meaning == Meaning.GREETING):
        return
    is_new = bool(numbers) and tip.urgency != Urgency.EMERGENCY
    if not is_new and answers.said_lately(tip, moment):
        return
    if numbers:
        tip.urgency = Urgency.EMERGENCY
        tip.save(update_fields=["urgency"])
        _place, phone = answers.place_and_phone(tip.commune)
        answers.say_by_itself(tip, texts.emergency(numbers, phone), moment)
    else:
        answers.say_by_itself(tip, texts.heard_more(tip.code), moment)


def _is_same_telling(tip: TipReport, moment: datetime) -> bool:
    """Whether nobody has looked into the tip yet and its words came just before (or after)."""
    if tip.status != TipReport.Status.NEW or tip.owner_id is not None:
        return False
    by_people = tip.messages.exclude(direction=Direction.OUT, by=None)
    near = tip.sealed_texts.filter(at__range=(moment - TELLING, moment + TELLING))
    return near.filter(~Exists(by_people)).exists()


def _conversation(commune: Commune, index: str, at: datetime) -> TipReport | None:
    """The open tip of this person which is being talked about: the last one, within the days in
    which Zalo lets it be answered."""
    rows = TipReport.objects.talked_about().filter(
        commune=commune, reporter__zalo_index=index, emptied_at=None
    )
    said = TipMessage.objects.filter(tip=OuterRef("pk"), via=TipMessage.Via.CHAT)
    rows = rows.annotate(last_said=Subquery(said.order_by("-at").values("at")[:1]))
    found = list(rows.order_by("-received_at", "-pk")[:CANDIDATES])
    talked = [
        (max(tip.received_at, tip.last_said or tip.received_at), tip.pk, tip) for tip in found
    ]
    near = [row for row in talked if abs(at - row[0]) < OPEN_FOR]
    return max(near)[2] if near else None


def _latest(commune: Commune, index: str) -> TipReport | None:
    """The newest tip of a person that still has its content, open or not; but not what was split
    from another one, whose receipt opens both."""
    rows = TipReport.objects.filter(commune=commune, reporter__zalo_index=index, emptied_at=None)
    rows = rows.annotate(told_with=F("reporter__told_with")).order_by("-received_at", "-pk")
    found = list(rows[:LOOKED_THROUGH])
    tellings = {index_of_telling(tip) for tip in found}
    return next((tip for tip in found if tip.told_with not in tellings), None)


def _hang(tip: TipReport, telling: _Telling, *, message: TipMessage | None) -> None:
    """Files wait beside the tip until they were fetched from Zalo."""
    for file in telling.files:
        TipAttachment.objects.create(
            tip=tip, message=message, inbound=file, state=TipAttachment.State.WAITING,
            at=telling.moment, position=file.position,
        )  # fmt: skip


def _files(record: WebhookEvent | None) -> Any:
    return record.files.all() if record is not None else InboundFile.objects.none()


def _look_up(account: OfficialAccount, source: str, index: str) -> tuple[bool, bool]:
    """Whether the message made a row before, and whether the person told anything before; asked at
    once, for most who write have a question and never told a thing."""
    told = SealedText.objects.filter(source=source).order_by()
    said = TipMessage.objects.filter(source=source).order_by()
    known = Exists(told) | Exists(said) if source else Value(value=False)
    row = OfficialAccount.objects.filter(pk=account.pk).values(
        known=known, before=Exists(Reporter.objects.filter(zalo_index=index))
    )
    found = row.get()
    return found["known"], found["before"]
