"""From what somebody typed to the procedures that it may mean, with how sure that is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db.models import Prefetch

from procedures.models import Edition, Procedure
from procedures.searching.scoring import Score, scores_of
from procedures.searching.words import PLAIN, words_of

# Below the first nothing is told; the others are what one clear answer needs.
_LEAST: Final = 0.9
_SURE: Final = 1.8
_AHEAD: Final = 0.75  # the second has at most so much of the first
_NEAR: Final = 0.5  # who has so much of the first may be offered beside it
_SPOKEN: Final = 0.3  # the part of the telling words that speak for the first


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
    """The procedures in use that a text may mean; never raises, asks the database three times."""
    words = words_of(text)
    scores = scores_of(words)
    kind = _kind(scores, words)
    if kind is Kind.NONE:
        return Found(kind)
    return Found(kind, _hits([row for row in scores if row.procedure][:limit], today))


def _kind(scores: list[Score], words: list[str]) -> Kind:
    if not scores or scores[0].procedure is None or scores[0].value < _LEAST:
        return Kind.NONE
    best = scores[0]
    second = scores[1].value if len(scores) > 1 else 0.0
    telling = {place for place, word in enumerate(words, 1) if word not in PLAIN}
    spoken = len(telling & best.places) / len(telling) if telling else 0.0
    is_clear = best.value >= _SURE and second <= _AHEAD * best.value and spoken >= _SPOKEN
    return Kind.SURE if is_clear else Kind.CHOICE


def _hits(scores: list[Score], today: date) -> tuple[Hit, ...]:
    current = Prefetch(
        "editions", queryset=Edition.objects.current(today), to_attr="current_editions"
    )
    rows: dict[int, Any] = (
        Procedure.objects.active()
        .select_related("area")
        .prefetch_related(current)
        .in_bulk([row.procedure for row in scores])
    )
    return tuple(
        Hit(found, next(iter(found.current_editions), None), row.value)
        for row in scores
        if (found := rows.get(row.procedure or 0)) is not None
    )
