"""Answer questions about procedures in the chat from the library, or hand them to an officer."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import Commune
from accounts.quarters import quarter
from accounts.vault.indexes import vault_index
from procedures.asking import services as asking
from procedures.asking.services import Plan
from procedures.models import Edition, Procedure, Question
from procedures.searching import services as searching
from procedures.searching.services import Kind
from reports.chat import answers, reading, topics
from reports.chat.models import ChatReply
from reports.chat.reading import ChatMessage, Meaning
from reports.tips.models import TipReport
from reports.vault import conflicts
from reports.work.models import TipMessage
from zalo.followers.windows import FREE_FOR
from zalo.models import OfficialAccount

# Of so few words one that names a procedure asks about it, though nothing in it asks; the second
# where the library knows well which.
FEW: Final = 8
FEW_AND_SURE: Final = 14


@dataclass(frozen=True, slots=True)
class Decision:
    """The meaning of a text; of a question also the plan for its answer."""

    meaning: Meaning
    plan: Plan | None = None

    @property
    def is_answered(self) -> bool:
        """Whether a machine answers it as a question about a procedure."""
        return self.plan is not None and self.plan.is_answer


def decide(text: str, today: date) -> Decision:
    """Classify a text without attachments, by its words and the library of that day."""
    typed = reading.clean(text)
    if (meaning := reading.short(typed)) is not None:
        return Decision(meaning)
    return weigh(typed, today)


def weigh(typed: str, today: date) -> Decision:
    """Classify words that are none of the short ones: a question or a tip."""
    if topics.smells_of_a_tip(typed):
        return Decision(Meaning.TIP)
    found = searching.find(typed, today=today)
    asks, names = topics.asks(typed), topics.names_document(typed)
    words = len(typed.split())
    is_short = words <= FEW or (names and words <= FEW_AND_SURE)
    is_sure = found.kind == Kind.SURE and (asks or is_short)
    is_near = found.kind == Kind.CHOICE and names and (asks or words <= FEW)
    if is_sure or is_near:
        return Decision(Meaning.QUESTION, asking.plan(found, today))
    if asks and names:
        return Decision(Meaning.QUESTION, Plan(Question.Outcome.UNANSWERED, found.hits))
    return Decision(Meaning.TIP)


# The last question of a person, and the procedures to choose from, are known for half an hour, in
# memory, under a keyed hash that the vault alone makes; no row tells it.
REMEMBERED_FOR: Final = timedelta(minutes=30)
CHAT: Final = Question.Channel.CHAT
UNANSWERED: Final = Question.Outcome.UNANSWERED


@dataclass(frozen=True)
class Asked:
    """The last question of a person: its row, the procedures to choose from, its quarter."""

    question: int
    offered: list[int]
    at: datetime


@dataclass(frozen=True)
class Handled:
    """Outcome for a message: answered (`is_done`), or left to an officer; then `words` stand for it
    where they say more, and `answer` is what the account writes in the talk."""

    is_done: bool = False
    is_question: bool = False
    words: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)
    edition: Edition | None = None  # source of the answer
    question: int | None = None  # row that learns the outcome
    about: Procedure | None = None  # subject, where an officer answers


DONE: Final = Handled(is_done=True)
NOTHING: Final = Handled()


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
        """Whether the machine may answer: for nothing, and in a chat that goes back to them."""
        is_visitor = self.person.startswith(answers.VISITOR)
        return not is_visitor and self.at > timezone.now() - FREE_FOR

    @property
    def is_about_documents(self) -> bool:
        """Whether nothing else is being talked about with them."""
        return self.tip is None or self.tip.kind == TipReport.Kind.PROCEDURE_QUESTION

    @property
    def key(self) -> str:
        name = f"{self.account.pk}:{self.person}"
        return "tips:chat:asked:" + vault_index(name, purpose="tip.chat_asked")

    def recall(self) -> Asked | None:
        stored = cache.get(self.key)
        return Asked(*stored) if stored else None

    def remember(self, asked: Asked) -> None:
        key, value = self.key, (asked.question, asked.offered, asked.at)
        seconds = REMEMBERED_FOR.total_seconds()
        transaction.on_commit(lambda: cache.set(key, value, timeout=seconds), robust=True)

    def forget(self) -> None:
        key = self.key
        transaction.on_commit(lambda: cache.delete(key), robust=True)


def handle(asker: Asker, message: ChatMessage) -> Handled:
    """Answer a message before it becomes a tip, or say what becomes of it. Call in a transaction.

    In the talk of an open tip nothing is answered past the officer: the words go into the talk, and
    so does the answer of the machine.
    """
    match message.meaning:
        case Meaning.PICK:
            return _pick(asker, message)
        case Meaning.PERSON:
            return _to_a_person(asker, message)
        case Meaning.TIP if message.typed:
            return _ask(asker, message)
    return NOTHING


def _ask(asker: Asker, message: ChatMessage) -> Handled:
    plan = weigh(message.typed, timezone.localdate()).plan
    asker.forget()
    if plan is None:
        return NOTHING
    if conflicts.users_meant(asker.commune.pk, message.typed):
        # What names an officer is for a person, and read by nobody whom it names: no row of the
        # library's questions, which others read, holds it.
        return Handled(is_question=True, about=plan.likely)
    # Beside a tip of another matter only what is sure; who asked about documents may choose too.
    may_choose = asker.is_about_documents or plan.edition is not None
    is_answered = plan.is_answer and asker.can_be_answered and may_choose
    question = None
    if asker.is_about_documents:  # the talk of another matter stays sealed with it
        logged = asking.log(
            asker.commune, message.typed, CHAT, plan if is_answered else Plan(UNANSWERED),
            on=timezone.localdate(asker.at),
            delivery_state=Question.AnswerState.WAITING if is_answered else "",
        )  # fmt: skip
        question = logged.pk
    answer = _tell(asker, plan, question) if is_answered else None
    if question is not None and answer is not None:
        asker.remember(Asked(question, plan.offered, quarter(asker.at)))
    elif question is not None and is_answered:
        asking.record_undelivered([question], "")
    return answer or Handled(is_question=True, about=plan.likely)


def _tell(asker: Asker, plan: Plan, question: int | None) -> Handled | None:
    """Answer by itself, or in the talk of the tip; None where the hourly limit is reached."""
    if asker.tip is not None:
        words = (
            asking.message(plan.edition.pk, timezone.localdate(), asker.commune)
            if plan.edition is not None
            else asking.choice(hit.procedure for hit in plan.hits)
        )
        return Handled(is_question=True, answer=words, edition=plan.edition, question=question)
    kind = ChatReply.Kind.ANSWER if plan.edition else ChatReply.Kind.CHOICE
    is_sent = answers.reply(
        asker.account, asker.person, kind, asker.at, edition=plan.edition, offered=plan.offered,
        question=question,
    )  # fmt: skip
    return DONE if is_sent else None


def _pick(asker: Asker, message: ChatMessage) -> Handled:
    asked = asker.recall()
    if asked is None or not asked.offered:
        return _late(asker)
    if asker.tip is not None and _somebody_spoke(asker.tip, asked.at):
        return NOTHING  # the number answers what an officer asked
    rows = Procedure.objects.in_bulk(asked.offered)
    if message.number > len(asked.offered):
        again = [rows[pk] for pk in asked.offered if pk in rows]
        if asker.tip is not None:
            return Handled(answer=asking.choice(again))
        kind = ChatReply.Kind.CHOICE
        answers.reply(asker.account, asker.person, kind, asker.at, offered=asked.offered)
        return DONE
    return _chosen(asker, asked, rows.get(asked.offered[message.number - 1]))


def _chosen(asker: Asker, asked: Asked, procedure: Procedure | None) -> Handled:
    today = timezone.localdate()
    current = Edition.objects.sendable(today).select_related("procedure")
    edition = current.filter(procedure=procedure).first() if procedure else None
    if edition is not None and asker.can_be_answered:
        is_first = asking.record_choice(asked.question, edition)
        question = asked.question if is_first else None
        answer = _tell(asker, asking.plan_of(edition), question)
        if answer is not None:
            asker.remember(asked)
            return answer
        asking.record_undelivered([asked.question] if is_first else [], "")
    words = asking.record_unhelpful(asked.question)
    asker.forget()
    words = "\n".join(filter(None, (words, str(procedure or ""))))
    return Handled(is_question=True, words=words, about=procedure)


def _late(asker: Asker) -> Handled:
    """Ask to write again after a number that chooses from nothing, unless a talk is under way."""
    if asker.tip is not None or not asker.can_be_answered:
        return NOTHING
    answers.reply(asker.account, asker.person, ChatReply.Kind.LATE_PICK, asker.at)
    return DONE


def _to_a_person(asker: Asker, message: ChatMessage) -> Handled:
    """Hand the question itself to an officer: the answer of the machine was not it."""
    asked = asker.recall()
    if asked is None:
        return NOTHING
    words = asking.record_unhelpful(asked.question)
    asker.forget()
    return Handled(is_question=True, words="\n".join(filter(None, (words, message.words))))


def _somebody_spoke(tip: TipReport, since: datetime) -> bool:
    spoken = tip.messages.filter(direction=TipMessage.Direction.OUT, by__isnull=False)
    return spoken.filter(at__gte=since).exists()
