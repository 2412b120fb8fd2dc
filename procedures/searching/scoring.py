"""What the words of a question say for each procedure, added up by the database.

Every run of one to six words is looked up as a phrase. A run with a word that nobody knows is also
looked up with one letter more, less, other or swapped; runs of several words also as they sound,
for `ch` and `tr`, `x` and `s` are mixed up everywhere. A word counts once for a procedure, in the
phrase that gives it most.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection

from procedures.searching.indexing import LONGEST_PHRASE, SLIP_FROM, SLIP_TO
from procedures.searching.words import PLAIN

_MOST: Final = 12  # procedures that are told
_SLIP: Final = 0.6  # what a phrase with a slip is worth
_SCORES: Final = """
WITH word AS MATERIALIZED (
    SELECT word, place,
        word <> ALL(%(plain)s)
        AND NOT EXISTS (SELECT FROM procedures_searchterm WHERE key = word) AS is_unknown
    FROM unnest(%(words)s::text[]) WITH ORDINALITY AS said(word, place)
),
run AS MATERIALIZED (
    SELECT first.place AS start, size,
        string_agg(word.word, '' ORDER BY word.place) AS key, bool_or(word.is_unknown) AS is_odd
    FROM word AS first
    CROSS JOIN generate_series(1, %(longest)s) AS size
    JOIN word ON word.place BETWEEN first.place AND first.place + size - 1
    WHERE first.place + size - 1 <= cardinality(%(words)s::text[])
    GROUP BY first.place, size
),
slip AS (
    SELECT DISTINCT start, size, key,
        left(key, letter - 1) || substr(key, letter + 1) AS form
    FROM run, generate_series(1, length(key) + 1) AS letter
    WHERE is_odd AND length(key) BETWEEN %(slip_from)s AND %(slip_to)s
),
told AS (
    SELECT term.procedure_id, start, size, term.value
    FROM run JOIN procedures_searchterm AS term USING (key)
    WHERE term.value > 0
    UNION ALL
    SELECT term.procedure_id, start, size, term.value * %(slip)s
    FROM slip JOIN procedures_searchform AS meant USING (form)
    JOIN procedures_searchterm AS term ON term.key = meant.key
    WHERE term.value > 0
),
best AS (
    SELECT procedure_id, place, max(value) AS value
    FROM told, generate_series(start, start + size - 1) AS place
    GROUP BY procedure_id, place
)
SELECT procedure_id, sum(value), array_agg(place::int)
FROM best GROUP BY procedure_id ORDER BY sum(value) DESC, procedure_id LIMIT %(most)s
"""

_FIXED: Final = {
    "plain": sorted(PLAIN), "longest": LONGEST_PHRASE, "most": _MOST, "slip": _SLIP,
    "slip_from": SLIP_FROM, "slip_to": SLIP_TO,
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
