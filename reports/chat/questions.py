"""Answer questions about procedures in the chat from the library, or hand them to an officer."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.encryption.services import blind_index
from accounts.models import Commune
from procedures.asking import services as asking
from procedures.asking import services as asking_services
from procedures.asking.services import Plan
from procedures.models import Edition, Procedure, Question
from procedures.searching import services as searching
from procedures.searching.services import Kind
from reports.chat import answers, document_words, harm, reading
from reports.chat.models import ChatReply
from reports.chat.reading import Meaning, Said
from reports.tips.models import TipReport
from reports.tips.services import quarter
from reports.work.models import TipMessage
from zalo.followers.windows import FREE_FOR
from zalo.models import OfficialAccount

# Of so few words one that names a procedure asks about it, though nothing in it asks; the second
# where the library knows well which.
FEW: Final = 8
FEW_AND_SURE: Final = 14


@dataclass(frozen=True, slots=True)
class Decision:
    """What a text is; of a question also what may be done about it."""

    meaning: Meaning
    plan: Plan | None = None

    @property
    def is_answered(self) -> bool:
        """Whether a machine answers it as a question about a procedure."""
        return self.plan is not None and self.plan.is_answer


def decide(text: str, today: date) -> Decision:
    """What a text with nothing hung on it is, by its words and the library of that day."""
    typed = reading.clean(text)
    if (meaning := reading.short(typed)) is not None:
        return Decision(meaning)
    return weigh(typed, today)


def weigh(typed: str, today: date) -> Decision:
    """The same for words that are none of the short ones: a question or a tip."""
    if harm.smells_of_a_tip(typed):
        return Decision(Meaning.TIP)
    found = searching.find(typed, today=today)
    asks, names, words = (
        document_words.asks(typed),
        document_words.names_papers(typed),
        len(typed.split()),
    )
    is_short = words <= FEW or (names and words <= FEW_AND_SURE)
    is_sure = found.kind == Kind.SURE and (asks or is_short)
    is_near = found.kind == Kind.CHOICE and names and (asks or words <= FEW)
    if is_sure or is_near:
        return Decision(Meaning.QUESTION, asking.plan(found, today))
    if asks and names:
        return Decision(Meaning.QUESTION, Plan(Question.Outcome.UNANSWERED, found.hits))
    return Decision(Meaning.TIP)


# Questions about papers in the chat: answered from the library, or carried to an officer.
#
# Which question somebody asked last, and what they may choose from, is known for half an hour, in
# memory, under a keyed hash of the person; no row tells it.


REMEMBERED_FOR: Final = timedelta(minutes=30)
CHAT: Final = Question.Channel.CHAT
UNANSWERED: Final = Question.Outcome.UNANSWERED
Told = Question.AnswerState


@dataclass(frozen=True)
class Asked:
    """The last question of a person: its row, the procedures to choose from, its quarter."""

    question: int
    offered: list[int]
    at: datetime


@dataclass(frozen=True)
class Taken:
    """What became of a message: answered (`is_done`), or to be kept for an officer; then `words`
    stand for it where they say more, and `answer` is what the account says in the talk."""

    is_done: bool = False
    is_question: bool = False
    words: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    edition: Edition | None = None  # where the answer comes from
    question: int | None = None  # which row hears what became of the answer
    about: Procedure | None = None  # what is asked about, where an officer answers


DONE: Final = Taken(is_done=True)
NOTHING: Final = Taken()


@dataclass(frozen=True)
class Asker:
    """Somebody who wrote just now; `tip` is their open one that is being talked about."""

    account: OfficialAccount
    person: str
    at: datetime
    tip: TipReport | None

    @property
    def commune(self) -> Commune:
        return self.account.commune

    @property
    def can_be_answered(self) -> bool:
        """By the machine: for nothing, and by a chat that goes back to them."""
        is_visitor = self.person.startswith(answers.VISITOR)
        return not is_visitor and self.at > timezone.now() - FREE_FOR

    @property
    def is_about_papers(self) -> bool:
        """Nothing else is being talked about with them."""
        return self.tip is None or self.tip.kind == TipReport.Kind.PROCEDURE_QUESTION

    @property
    def key(self) -> str:
        name = f"{self.account.pk}:{self.person}"
        return "tips:chat:asked:" + blind_index(name, purpose="tip.chat_asked")

    def recall(self) -> Asked | None:
        kept = cache.get(self.key)
        return Asked(*kept) if kept else None

    def remember(self, asked: Asked) -> None:
        value = (asked.question, asked.offered, asked.at)
        seconds = REMEMBERED_FOR.total_seconds()
        transaction.on_commit(lambda: cache.set(self.key, value, timeout=seconds), robust=True)

    def forget(self) -> None:
        transaction.on_commit(lambda: cache.delete(self.key), robust=True)


def take(asker: Asker, said: Said) -> Taken:
    """What to do about a message before it becomes a tip. Call in a transaction.

    Of somebody whose tip is being talked about nothing is answered past the officer: the words go
    into the talk, and so does what the machine says.
    """
    match said.meaning:
        case Meaning.PICK:
            return _pick(asker, said)
        case Meaning.PERSON:
            return _to_a_person(asker, said)
        case Meaning.TIP if said.typed:
            return _ask(asker, said)
    return NOTHING


def _ask(asker: Asker, said: Said) -> Taken:
    today = timezone.localdate()
    decision = weigh(said.typed, today)
    plan = decision.plan
    asker.forget()
    if plan is None:
        return NOTHING
    is_told = plan.is_answer and asker.can_be_answered and _may_be_told(asker, plan)
    question = None
    if asker.is_about_papers:  # what is said in the talk of another matter stays sealed with it
        kept, told = (plan, Told.WAITING) if is_told else (Plan(UNANSWERED), "")
        logged = asking_services.log(
            asker.commune, said.typed, CHAT, kept, on=_day(asker.at), delivery_state=told
        )
        question = logged.pk
    answer = _tell(asker, plan, question) if is_told else None
    if question is not None and answer is not None:
        asker.remember(Asked(question, plan.offered, quarter(asker.at)))
    elif question is not None and is_told:
        asking_services.record_undelivered([question], "")
    return answer or Taken(is_question=True, about=plan.likely)


def _may_be_told(asker: Asker, plan: Plan) -> bool:
    """Beside a tip of another matter only what is sure; who asked about papers may choose too."""
    return asker.is_about_papers or plan.edition is not None


def _tell(asker: Asker, plan: Plan, question: int | None) -> Taken | None:
    """Answer by itself, or in the talk of the tip; None for whom the machine told too much."""
    if asker.tip is not None:
        words = _words(asker.commune, plan)
        return Taken(is_question=True, answer=words, edition=plan.edition, question=question)
    kind = ChatReply.Kind.ANSWER if plan.edition else ChatReply.Kind.CHOICE
    is_sent = answers.reply(
        asker.account, asker.person, kind, asker.at, edition=plan.edition, offered=plan.offered,
        question=question,
    )  # fmt: skip
    return DONE if is_sent else None


def _words(commune: Commune, plan: Plan) -> str:
    if plan.edition is not None:
        return asking_services.message(plan.edition.pk, timezone.localdate(), commune)
    return asking_services.choice(hit.procedure for hit in plan.hits)


def _pick(asker: Asker, said: Said) -> Taken:
    asked = asker.recall()
    if asked is None or not asked.offered:
        return _late(asker)
    if asker.tip is not None and _somebody_spoke(asker.tip, asked.at):
        return NOTHING  # the number answers what an officer asked
    rows = Procedure.objects.in_bulk(asked.offered)
    if said.number > len(asked.offered):
        again = [rows[pk] for pk in asked.offered if pk in rows]
        if asker.tip is not None:
            return Taken(answer=asking_services.choice(again))
        kind = ChatReply.Kind.CHOICE
        answers.reply(asker.account, asker.person, kind, asker.at, offered=asked.offered)
        return DONE
    procedure = rows.get(asked.offered[said.number - 1])
    return _chosen(asker, asked, procedure)


def _chosen(asker: Asker, asked: Asked, procedure: Procedure | None) -> Taken:
    today = timezone.localdate()
    current = Edition.objects.sendable(today).select_related("procedure")
    edition = current.filter(procedure=procedure).first() if procedure else None
    if edition is not None and asker.can_be_answered:
        is_first = asking_services.record_choice(asked.question, edition)
        question = asked.question if is_first else None
        answer = _tell(asker, asking_services.plan_of(edition), question)
        if answer is not None:
            asker.remember(asked)
            return answer
        asking_services.record_undelivered([asked.question] if is_first else [], "")
    words = asking_services.record_unhelpful(asked.question)
    asker.forget()
    told = "\n".join(filter(None, (words, str(procedure or ""))))
    return Taken(is_question=True, words=told, about=procedure)


def _late(asker: Asker) -> Taken:
    """A number that chooses from nothing: asked to write again, unless a talk is under way."""
    if asker.tip is not None or not asker.can_be_answered:
        return NOTHING
    answers.reply(asker.account, asker.person, ChatReply.Kind.LATE_PICK, asker.at)
    return DONE


def _to_a_person(asker: Asker, said: Said) -> Taken:
    """What the machine said was not it: the question itself goes to an officer."""
    asked = asker.recall()
    if asked is None:
        return NOTHING
    words = asking_services.record_unhelpful(asked.question)
    asker.forget()
    return Taken(is_question=True, words="\n".join(filter(None, (words, said.words))))


def _somebody_spoke(tip: TipReport, since: datetime) -> bool:
    spoken = tip.messages.filter(direction=TipMessage.Direction.OUT, by__isnull=False)
    return spoken.filter(at__gte=since).exists()


def _day(at: datetime) -> date:
    return timezone.localdate(at)
