"""What the portal answers to a question about papers: one message, a choice, or nothing.

Never a guess: where the search is not sure it offers what is near, and where nothing near may be
told today a person answers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache

from accounts.models import Commune
from procedures.models import Edition, Procedure, Question
from procedures.rendering import MOST_LETTERS, answer, why_not_sendable
from procedures.searching import AHEAD, Found, Hit, Kind
from procedures.wording import clip

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
    """What to do about a question: answer with the first hit, offer all of them, or neither."""

    outcome: str
    hits: tuple[Hit, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether a machine has something to say."""
        return self.outcome != Outcome.UNANSWERED

    @property
    def edition(self) -> Edition | None:
        """What answers the question, where that is sure."""
        return self.hits[0].edition if self.outcome == Outcome.ANSWERED else None

    @property
    def likely(self) -> Procedure | None:
        """Which procedure is meant, where one is well ahead, whether or not it may be told."""
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
    """What may be done with what was found. An edition that no machine may tell is never told; it
    is offered by name, beside one that may, for it may be what was meant."""
    told = [
        hit.edition is not None and not why_not_sendable(hit.edition, today) for hit in found.hits
    ]
    if found.kind == Kind.SURE and told[0]:
        return Plan(Outcome.ANSWERED, found.hits[:1])
    if found.kind == Kind.CHOICE and any(told[:MOST_OFFERED]):
        return Plan(Outcome.OFFERED, found.hits[:MOST_OFFERED])
    return Plan(Outcome.UNANSWERED, found.hits)


def plan_of(edition: Edition) -> Plan:
    """The answer that somebody chose."""
    return Plan(Outcome.ANSWERED, (Hit(edition.procedure, edition, 1.0),))


def message(edition_id: int, today: date, commune: Commune | None) -> str:
    """The answer that an edition gives, asked anew whether it may be told. Raises NotSendable."""
    edition = Edition.objects.select_related("procedure").get(pk=edition_id)
    why = why_not_sendable(edition, today)
    key = f"procedures:answer:{edition_id}:{commune.pk if commune else 0}:{today:%y%m%d}"
    if not why and (kept := cache.get(key)):
        return str(kept)
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
    """Which number somebody chose (“2”, “số 2 ạ”); 0 where the words are anything else."""
    match = _PICK.fullmatch(text.strip().lower())
    return int(match[1]) if match else 0
