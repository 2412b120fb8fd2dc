"""Search of procedures by a question: scores, added up by the database, and a decision.

Every run of one to six words is looked up as a phrase. A run with a word that nobody knows is also
looked up with one letter more, less, other or swapped; runs of several words also as they sound,
for `ch` and `tr`, `x` and `s` are mixed up everywhere. A word counts once for a procedure, in the
phrase that gives it most.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from procedures.asking.models import Synonym
from procedures.editions.models import Edition
from procedures.library.models import Procedure
from procedures.searching.indexing import LONGEST_PHRASE, SLIP_FROM, SLIP_TO, refresh
from procedures.searching.words import MOST_LETTERS, PLAIN, words_of, words_of_question
from vietnamese.text import fold

_MOST: Final = 12  # procedures that are told
# What a phrase is worth with a slip in it, or with a word between its own.
_SLIP: Final = 0.6
_GAP: Final = 0.8
# Each lookup is a subquery of its own, so that it goes by its index whatever the planner believes
# of the tables; arrays stand where it would expect a thousand rows of a series.
_SCORES: Final = """
WITH word AS MATERIALIZED (
    SELECT word, place::int,
        word <> ALL(%(plain)s)
        AND NOT EXISTS (SELECT FROM procedures_searchterm WHERE key = word) AS is_unknown
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS said(word, place)
),
run AS MATERIALIZED (
    SELECT string_agg(word.word, '' ORDER BY word.place) AS key, array_agg(word.place) AS places,
        bool_or(word.is_unknown) AND left_out = 0 AS is_odd,
        CASE WHEN left_out = 0 THEN 1 ELSE %(gap)s END AS worth
    FROM word AS first
    CROSS JOIN unnest(%(sizes)s) AS size
    JOIN unnest(%(sizes)s || 0) AS left_out ON left_out = 0 OR left_out < size - 1 AND size < 6
    JOIN word ON word.place BETWEEN first.place AND first.place + size - 1
        AND (left_out = 0 OR word.place <> first.place + left_out)
    WHERE first.place + size - 1 <= cardinality(%(words)s::text[])
    GROUP BY first.place, size, left_out
),
slip AS (
    SELECT DISTINCT places, left(key, letter - 1) || substr(key, letter + 1) AS form
    FROM run, unnest(%(letters)s) AS letter
    WHERE is_odd AND cardinality(places) <= 5
        AND length(key) BETWEEN %(slip_from)s AND %(slip_to)s AND letter <= length(key) + 1
),
told AS (
    SELECT places, term.procedure_id, term.value * worth AS value
    FROM run, LATERAL (
        SELECT procedure_id, value FROM procedures_searchterm
        WHERE key = run.key AND value > 0 OFFSET 0
    ) AS term
    UNION ALL
    SELECT places, term.procedure_id, term.value * %(slip)s
    FROM slip, LATERAL (
        SELECT key FROM procedures_searchform WHERE form = slip.form OFFSET 0
    ) AS meant, LATERAL (
        SELECT procedure_id, value FROM procedures_searchterm
        WHERE key = meant.key AND value > 0 OFFSET 0
    ) AS term
),
best AS (
    SELECT procedure_id, place, max(value) AS value FROM told, unnest(places) AS place
    GROUP BY procedure_id, place
)
SELECT procedure_id, sum(value), array_agg(place)
FROM best GROUP BY procedure_id ORDER BY sum(value) DESC, procedure_id LIMIT %(most)s
"""
_FIXED: Final[dict[str, Any]] = {
    "plain": sorted(PLAIN), "sizes": list(range(1, LONGEST_PHRASE + 1)), "most": _MOST,
    "slip": _SLIP, "gap": _GAP, "slip_from": SLIP_FROM, "slip_to": SLIP_TO,
    "letters": list(range(1, SLIP_TO + 2)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """A procedure, how much speaks for it, and the places of the words that do.

    Without a procedure: what other offices do.
    """

    procedure: int | None
    value: float
    places: frozenset[int]


def scores_of(words: list[str]) -> list[Score]:
    """Best first, at most twelve; one query."""
    if not words:
        return []
    values = _FIXED | {"words": words}
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, values)
        return [Score(pk, value, frozenset(places)) for pk, value, places in cursor.fetchall()]


AS_LIKELY: Final = 0.95  # what has so much of the best is as likely
_WORD: Final = re.compile(r"[^\W\d_]+")


def by_marks(scores: list[Score], text: str) -> list[Score]:
    """The same scores; those as likely as the best are ordered by the marks that were typed.

    The search compares without marks. A procedure whose own words carry other marks (`hồ sơ` for
    `hộ khẩu`) stands behind one whose words carry the same.

    Asks the database only where there is something to decide.
    """
    typed = [word for word in _words(text) if not word.isascii()]
    ours = [row for row in scores if row.procedure is not None]
    likely = [row for row in ours if row.value >= AS_LIKELY * ours[0].value] if ours else []
    if len(likely) < 2 or not typed:
        return scores
    written = _said_of([row.procedure for row in likely if row.procedure is not None])
    ranked = sorted(likely, key=lambda row: _against(typed, written[row.procedure or 0]))
    places = [place for place, row in enumerate(scores) if row in likely]
    found = list(scores)
    for place, row in zip(places, ranked, strict=True):
        found[place] = row
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def _said_of(procedures: list[int]) -> dict[int, dict[str, set[str]]]:
    """The words of each procedure as they are written, by what they are without marks."""
    names = Procedure.objects.filter(pk__in=procedures).values_list("pk", "name")
    terms = Synonym.objects.filter(procedure__in=procedures, is_active=True)
    written: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for number, text in names.union(terms.values_list("procedure", "term"), all=True):
        for word in _words(text):
            written[number][fold(word)].add(word)
    return written


def _against(typed: list[str], written: dict[str, set[str]]) -> int:
    """How many typed words a procedure only has with other marks, less those that it has as typed.

    What is written without marks agrees with everything.
    """
    found = 0
    for word in typed:
        known = written.get(fold(word), set())
        if word in known:
            found -= 1
        elif known and all(not other.isascii() for other in known):
            found += 1
    return found


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
    """Possible meanings of a question, best first; none for `NONE`."""

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


def matching_ids(text: str) -> list[int]:
    """Ids of the procedures that a text may mean, for searchable lists."""
    scores = scores_of(words_of(text))
    return [row.procedure for row in _near(scores, _IN_LIST) if row.procedure]


def _near(scores: list[Score], part: float) -> list[Score]:
    """Procedures without those far behind the best."""
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


__all__ = ["AHEAD", "Found", "Hit", "Kind", "find", "matching_ids", "refresh"]
