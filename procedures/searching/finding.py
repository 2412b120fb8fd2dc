"""From what somebody typed to the procedures that it may mean, with how sure that is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Greatest

from accounts.vietnamese import fold
from procedures.models import Edition, Procedure

LONGEST: Final = 400  # letters of a question that are read
_SURE, _NEAR, _AHEAD = 0.75, 0.45, 0.15


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
    """The active procedures that a text may mean; never raises, asks the database twice."""
    words = fold(text.replace("\x00", " ")[:LONGEST])
    if not words:
        return Found(Kind.NONE)
    current = Prefetch(
        "editions", queryset=Edition.objects.current(today), to_attr="current_editions"
    )
    rows = (
        Procedure.objects.active()
        .select_related("area")
        .prefetch_related(current)
        .annotate(score=_likeness(words))
        .order_by("-score", "area__order", "order")[:limit]
    )
    hits = tuple(
        Hit(row, row.current_editions[0] if row.current_editions else None, row.score)
        for row in rows
        if row.score >= _NEAR
    )
    if not hits:
        return Found(Kind.NONE)
    is_ahead = len(hits) == 1 or hits[0].score - hits[1].score >= _AHEAD
    is_sure = hits[0].score >= _SURE and is_ahead
    return Found(Kind.SURE if is_sure else Kind.CHOICE, hits)


def _likeness(words: str) -> Any:
    return Greatest(
        TrigramWordSimilarity(words, "folded_name"), TrigramWordSimilarity(words, "area__slug")
    )


def narrow(rows: QuerySet[Any], text: str, *, procedure: str = "pk") -> QuerySet[Any]:
    """Rows whose procedure a text may mean; `procedure` is the path to its number."""
    words = fold(text.replace("\x00", " ")[:LONGEST])
    meant = Procedure.objects.annotate(score=_likeness(words)).filter(score__gte=_NEAR)
    return rows.filter(**{f"{procedure}__in": meant.values("pk")})
