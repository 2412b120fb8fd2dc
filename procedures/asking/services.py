"""Answers to questions about procedures: one message, a choice, or nothing.

Never a guess: where the search is not sure it offers what is near, and where nothing near may be
sent today a person answers.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.audit import services as audit
from accounts.encryption.services import blind_index
from accounts.models import Commune, User
from accounts.workflow.services import lock_for
from procedures.asking.models import Question, Synonym
from procedures.editions.models import Edition
from procedures.editions.rendering import MOST_LETTERS, answer, why_not_sendable
from procedures.editions.services import NotAllowed, check_right
from procedures.library.models import Procedure
from procedures.library.wording import clip
from procedures.searching.services import AHEAD, Found, Hit, Kind, refresh
from vietnamese.text import fold

Outcome = Question.Outcome
ASK_A_PERSON: Final = "GẶP CÁN BỘ"
NOT_RIGHT: Final = f"Chưa đúng điều cần hỏi thì nhắn: {ASK_A_PERSON}."
MOST_OFFERED: Final = 3
# An answer is put together once for everybody who asks the same within this time.
KEPT_S: Final = 60
_PICK: Final = re.compile(
    r"(?:số|so|chọn|chon|câu|cau|mục|muc)?\s*([1-3])\s*(?:[.,!)]|ạ|a|nhé|nhe)?"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Decision about a question: answer with the first hit, offer all hits, or neither."""

    outcome: str
    hits: tuple[Hit, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether a machine has something to say."""
        return self.outcome != Outcome.UNANSWERED

    @property
    def edition(self) -> Edition | None:
        """The answering edition, where it is sure."""
        return self.hits[0].edition if self.outcome == Outcome.ANSWERED else None

    @property
    def likely(self) -> Procedure | None:
        """The likely procedure, where one is well ahead, whether or not it may be sent."""
        if not self.hits or (
            len(self.hits) > 1 and self.hits[1].score > AHEAD * self.hits[0].score
        ):
            return None
        return self.hits[0].procedure

    @property
    def offered(self) -> list[int]:
        """The procedures to choose from, in their order."""
        if self.outcome != Outcome.OFFERED:
            return []
        return [hit.procedure.pk for hit in self.hits]


def plan(found: Found, today: date) -> Plan:
    """Decision for a search result. An edition that may not be sent is never an answer; it
    is offered by name, beside one that may, for it may be what was meant."""
    sendable = [
        hit.edition is not None and not why_not_sendable(hit.edition, today) for hit in found.hits
    ]
    if found.kind == Kind.SURE and sendable[0]:
        return Plan(Outcome.ANSWERED, found.hits[:1])
    if found.kind == Kind.CHOICE and any(sendable[:MOST_OFFERED]):
        return Plan(Outcome.OFFERED, found.hits[:MOST_OFFERED])
    return Plan(Outcome.UNANSWERED, found.hits)


def plan_of(edition: Edition) -> Plan:
    """The answer of a chosen edition."""
    return Plan(Outcome.ANSWERED, (Hit(edition.procedure, edition, 1.0),))


def message(edition_id: int, today: date, commune: Commune | None) -> str:
    """Answer of an edition, cached for a minute. Raises NotSendable."""
    edition = Edition.objects.select_related("procedure").get(pk=edition_id)
    why = why_not_sendable(edition, today)
    key = f"procedures:answer:{edition_id}:{commune.pk if commune else 0}:{today:%y%m%d}"
    if not why and (cached := cache.get(key)):
        return str(cached)
    whole = Edition.objects.with_parts().get(pk=edition_id)
    made = answer(whole, today, commune=commune, closing=NOT_RIGHT)
    cache.set(key, made, timeout=KEPT_S)
    return made


def choice(procedures: Iterable[Procedure]) -> str:
    """Up to three procedures by number."""
    names = [procedure.name for procedure in procedures][:MOST_OFFERED]
    numbers = [str(number) for number in range(1, len(names) + 1)]
    wanted = f"{', '.join(numbers[:-1])} hoặc {numbers[-1]}" if len(numbers) > 1 else "1"
    lines = [f"{number}. {name}" for number, name in zip(numbers, names, strict=True)]
    head = f"Ông (bà) muốn hỏi thủ tục nào? Xin nhắn lại số {wanted}:"
    end = f"Không có trong số này thì nhắn: {ASK_A_PERSON}."
    return clip("\n".join([head, *lines, end]), MOST_LETTERS)


def picked(text: str) -> int:
    """Number chosen in a reply (“2”, “số 2 ạ”); 0 for any other text."""
    match = _PICK.fullmatch(text.strip().lower())
    return int(match[1]) if match else 0


AnswerState = Question.AnswerState
LONGEST: Final = 1000  # letters of a question that are kept
_WORD: Final = re.compile(r"[^\W_]+")
_TERM: Final = 100


def mark_of(text: str) -> str:
    """Keyed hash of a question, the same however it is written."""
    return blind_index(" ".join(_WORD.findall(fold(text))), purpose="questions")


def log(
    commune: Commune,
    text: str,
    channel: str,
    response: Plan,
    *,
    on: date | None = None,
    delivery_state: str = "",
) -> Question:
    """Store a question, its day and the machine's decision; `delivery_state` where its
    answer still has to leave.

    The caller has checked it for secrecy marks.
    """
    edition = response.edition
    editions = [hit.edition for hit in response.hits if response.outcome == Outcome.OFFERED]
    return Question.objects.create(
        commune=commune,
        asked=text.strip()[:LONGEST],
        same_as=mark_of(text[:LONGEST]),
        channel=channel,
        asked_on=on or timezone.localdate(),
        outcome=response.outcome,
        edition=edition,
        offered=[one.pk for one in editions if one is not None],
        told=delivery_state,
    )


def record_choice(question_id: int, edition: Edition) -> bool:
    """Answer a question by the chosen edition; choosing another later changes
    nothing. Whether this was the first choice."""
    unclear = Q(
        outcome=Outcome.UNANSWERED, told=AnswerState.UNCERTAIN
    )  # who picks has seen the choice
    rows = Question.objects.filter(Q(outcome=Outcome.OFFERED) | unclear, pk=question_id)
    return bool(rows.update(outcome=Outcome.ANSWERED, edition=edition, told=AnswerState.WAITING))


def record_sent(questions: Collection[int]) -> None:
    """Zalo took the answers to these questions and named the messages."""
    if questions:
        rows = Question.objects.filter(pk__in=questions, told=AnswerState.WAITING)
        rows.update(told=AnswerState.SENT)


def record_undelivered(questions: Collection[int], delivery_state: str) -> None:
    """The answers to these did not arrive, or nobody knows: they wait for a person."""
    if not questions:
        return
    rows = Question.objects.filter(pk__in=questions)
    rows.filter(outcome__in=[Outcome.ANSWERED, Outcome.OFFERED]).update(
        outcome=Outcome.UNANSWERED, edition=None, told=delivery_state
    )
    rows.filter(outcome=Outcome.UNANSWERED).update(told=delivery_state)


def record_proved(commune: Commune, texts: Iterable[str], edition: Edition) -> None:
    """An uncertain answer arrived after all: of these, the nearest first, the first that
    still waits for that reason is answered. Which of several the same is not known.
    """
    marks = list(dict.fromkeys(mark_of(text[:LONGEST]) for text in texts))
    rows = Question.objects.unanswered().filter(
        commune=commune,
        channel=Question.Channel.CHAT,
        told=AnswerState.UNCERTAIN,
        same_as__in=marks,
    )
    found = {row.same_as: row.pk for row in rows.order_by("-asked_on", "-pk").only("same_as")}
    nearest = [found[mark] for mark in marks if mark in found][:1]
    rows.filter(pk__in=nearest).update(
        outcome=Outcome.ANSWERED, edition=edition, told=AnswerState.SENT
    )


def record_unhelpful(question_id: int) -> str:
    """The machine's answer did not help: the question waits for a person.

    Returns its words; empty where it is gone.
    """
    question = Question.objects.select_for_update(of=("self",)).filter(pk=question_id).first()
    if question is None:
        return ""
    if question.outcome in (Outcome.ANSWERED, Outcome.OFFERED):
        question.outcome, question.edition = Outcome.UNANSWERED, None
        question.save(update_fields=["outcome", "edition"])
    return str(question.asked)


def note_answered(commune: Commune, texts: Collection[str], edition: Edition, *, by: User) -> None:
    """An officer answered somebody who asked these from the library: one question of each is
    settled. Which of several the same is not known, for none says who asked it.
    """
    marks = {mark_of(text[:LONGEST]) for text in texts}
    rows = Question.objects.unanswered().filter(commune=commune, same_as__in=marks)
    oldest = {row.same_as: row.pk for row in rows.order_by("-asked_on", "-pk").only("same_as")}
    if oldest:
        _end(Question.objects.filter(pk__in=oldest.values()), Outcome.SETTLED, by, edition)


def read(questions: Iterable[Question], *, by: User) -> list[Question]:
    """Questions with their words, for an account that sees them; the look is written down."""
    found = list(questions)
    if found:
        audit.record("question.read", by=by, commune=by.commune, count=len(found))
    return found


@transaction.atomic
def settle(question: Question, *, by: User, edition: Edition | None = None) -> int:
    """Settle this question and all equal ones: by an edition that answers them,
    or as none about procedures. Returns how many. Raises NotAllowed.
    """
    lock_for(question, by, permission="procedures.change_question")
    rows = Question.objects.filter(commune=question.commune_id, same_as=question.same_as)
    waiting = rows.unanswered()
    if edition is None:
        return _end(waiting, Outcome.SET_ASIDE, by, None)
    if edition.status != Edition.Status.PUBLISHED:
        raise NotAllowed(f"{edition} không phải là bản đang dùng.")
    return _end(waiting, Outcome.SETTLED, by, edition)


@transaction.atomic
def teach(question: Question, term: str, procedure: Procedure, *, by: User) -> Synonym:
    """From now on these words of residents lead to the procedure. Raises NotAllowed."""
    lock_for(question, by, permission="procedures.change_question")
    check_right(by, "add_synonym")
    words = " ".join(term.split())
    if not words or len(words) > _TERM:
        raise NotAllowed(f"Hãy ghi từ bà con hay nói, tối đa {_TERM} chữ.")
    try:
        with transaction.atomic():
            made = Synonym.objects.create(term=words, procedure=procedure)
    except IntegrityError:
        raise NotAllowed("Từ này đã có cho thủ tục đó.") from None
    audit.record("procedure.synonym_changed", by=by, target=made, fields=["term", "procedure"])
    refresh()
    return made


def _end(rows: Any, outcome: str, by: User, edition: Edition | None) -> int:
    done = int(
        rows.update(outcome=outcome, edition=edition, settled_by=by, settled_at=timezone.now())
    )
    if done:
        named: dict[str, Any] = {"edition": str(edition)} if edition else {}
        audit.record(f"question.{outcome}", by=by, commune=by.commune, count=done, **named)
    return done
