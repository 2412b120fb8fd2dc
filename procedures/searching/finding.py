"""From what somebody typed to the procedures that it may mean, with how sure that is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from procedures.models import Edition, Procedure
from procedures.searching.marks import by_marks
from procedures.searching.scoring import Score, scores_of
from procedures.searching.words import MOST_LETTERS, PLAIN, words_of, words_of_question

# What anything that is told needs, and what one clear answer needs: how much speaks for the best,
# and which part of the telling words does.
_LEAST: Final = 0.9
_LEAST_SPOKEN: Final = 0.25
_STRONG: Final = 2.5  # a phrase that needs no more words beside it to be offered
_LEAST_ALONE: Final = 0.4  # where nothing else was said, as in `căn cước`
_SURE: Final = 1.8
_SURE_SPOKEN: Final = 0.6
_BESIDE: Final = 0.7  # what the best needs beside the work of other offices
AHEAD: Final = 0.75  # the second has at most so much of a clear answer
_NEAR: Final = 0.2  # what has less of the best is not told beside it
_IN_LIST: Final = 0.5  # the same for lists, where somebody looks for one


class Kind(StrEnum):
    """Whether one procedure is clearly meant, a few may be, or none is known."""

    SURE = "sure"
    CHOICE = "choice"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure, with the edition in use today if it has one."""

    procedure: Procedure
    edition: Edition | None
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a question may mean, best first; of `NONE` nothing is told."""

    kind: Kind
    hits: tuple[Hit, ...] = ()


def find(text: str, *, today: date, limit: int = 3) -> Found:
    """The procedures in use that a text may mean; never raises.

    Asks the database three times, and once more where the marks that were typed have to decide.
    """
    words = words_of_question(text, today)
    scores = scores_of(words)
    kind = _kind(scores, words)
    if kind is Kind.NONE:
        return Found(kind)
    if kind is Kind.CHOICE:
        scores = by_marks(scores, text[:MOST_LETTERS])
    return Found(kind, _hits(_near(scores, _NEAR)[:limit], today))


def meant(text: str) -> list[int]:
    """The procedures that a text leads to, by number, for lists that somebody searches."""
    scores = scores_of(words_of(text))
    return [row.procedure for row in _near(scores, _IN_LIST) if row.procedure]


def _near(scores: list[Score], part: float) -> list[Score]:
    """What is told of procedures, without what is far behind the best."""
    ours = [row for row in scores if row.procedure is not None]
    return [row for row in ours if row.value >= part * ours[0].value]


def _kind(scores: list[Score], words: list[str]) -> Kind:
    ours = [row for row in scores if row.procedure is not None]
    if not ours:
        return Kind.NONE
    best = ours[0]
    elsewhere = max((row.value for row in scores if row.procedure is None), default=0)
    telling = {place for place, word in enumerate(words, 1) if word not in PLAIN}
    spoken = len(telling & best.places) / len(telling) if telling else 1.0
    least = max(_LEAST_ALONE if spoken == 1 else _LEAST, _BESIDE * elsewhere)
    if best.value < least or (spoken < _LEAST_SPOKEN and best.value < _STRONG):
        return Kind.NONE
    second = max(elsewhere, ours[1].value if len(ours) > 1 else 0)
    is_clear = second <= AHEAD * best.value
    is_strong = best.value >= _SURE and spoken >= _SURE_SPOKEN
    return Kind.SURE if is_clear and is_strong else Kind.CHOICE


def _hits(scores: list[Score], today: date) -> tuple[Hit, ...]:
    wanted = [row.procedure for row in scores if row.procedure is not None]
    current = Edition.objects.current(today).filter(procedure__in=wanted).order_by()
    editions = {row.procedure_id: row for row in current.select_related("procedure__area")}
    procedures = {pk: row.procedure for pk, row in editions.items()}
    if without := [pk for pk in wanted if pk not in editions]:
        others = Procedure.objects.active().filter(pk__in=without).order_by()
        procedures |= {row.pk: row for row in others.select_related("area")}
    return tuple(
        Hit(procedures[row.procedure], editions.get(row.procedure), row.value)
        for row in scores
        if row.procedure in procedures
    )
