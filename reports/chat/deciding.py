"""Whether a text is answered from the library, and with what: the tip first, then the question.

The order is the rule. What is a greeting or a fixed wish is that; what smells of a tip is a tip and
no machine looks further; only then the library is asked. What is left, and is known to it, or names
a paper and asks, is a question; all else is a tip.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from procedures import answering, searching
from procedures.answering import Plan
from procedures.models import Question
from procedures.searching import Kind
from reports.chat import harm, papers, reading
from reports.chat.reading import Meaning

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
    asks, names, words = papers.asks(typed), papers.names_papers(typed), len(typed.split())
    is_short = words <= FEW or (names and words <= FEW_AND_SURE)
    is_sure = found.kind == Kind.SURE and (asks or is_short)
    is_near = found.kind == Kind.CHOICE and names and (asks or words <= FEW)
    if is_sure or is_near:
        return Decision(Meaning.QUESTION, answering.plan(found, today))
    if asks and names:
        return Decision(Meaning.QUESTION, Plan(Question.Outcome.UNANSWERED, found.hits))
    return Decision(Meaning.TIP)
