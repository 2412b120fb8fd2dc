"""What the words of a question say for each procedure, added up by the database.

Every run of one to six words is looked up as a phrase. A run with a word that nobody knows is also
looked up with one letter more, less, other or swapped; runs of several words also as they sound,
for `ch` and `tr`, `x` and `s` are mixed up everywhere. A word counts once for a procedure, in the
phrase that gives it most.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from procedures.searching.indexing import LONGEST_PHRASE, SLIP_FROM, SLIP_TO
from procedures.searching.words import PLAIN

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
