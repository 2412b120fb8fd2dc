"""The breakdowns of one quarter beside each other: the same tips stand in several of them."""

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from oversight.figures.cohorts import (
    CATEGORY,
    CHANNEL,
    COHORTS,
    HANDED_OVER,
    INFORMED,
    KIND,
    OUTCOME,
    TIMELINESS,
)
from oversight.figures.suppression import breakdown_of, quarter
from reports.models import TipReport
from tests.flows.differencing.relations import ELSEWHERE, cell, relations
from tests.flows.differencing.solving import claims

FIRST = date(2026, 7, 1)
ENDS = [row for row in OUTCOME.rows if row]
KINDS, CATEGORIES = ([row for row in one.rows if row] for one in (KIND, CATEGORY))


def some_tips(random):
    """The rows of each tip, by cohort; of each table one row is rare."""
    ends, kinds, categories = (
        [*random.sample(rows, len(rows) - 1) * 4, random.choice(rows)]
        for rows in (ENDS, KINDS, CATEGORIES)
    )
    for _tip in range(random.randint(15, 300)):
        is_sorted, is_known = random.random() < 0.8, random.random() < 0.75
        is_told, is_late = random.random() < 0.8, random.random() < 0.1
        end = random.choice(ends) if is_known else ""
        is_twin = end == TipReport.Disposition.DUPLICATE
        stage = "closed" if is_twin or (is_known and random.random() < 0.8) else "open"
        is_told = is_told and not is_twin
        gone = end in ELSEWHERE or random.random() < 0.03
        yield {
            KIND.key: random.choice(kinds) if is_sorted else "",
            CATEGORY.key: random.choice(categories) if is_sorted else "",
            CHANNEL.key: random.choice(list(CHANNEL.rows)),
            OUTCOME.key: end,
            INFORMED.key: ("told" if is_told else "not_told") if is_known else "no_result",
            TIMELINESS.key: f"{stage}_{'late' if is_late else 'in_time'}",
            HANDED_OVER.key: "handed_over" if gone else "kept",
        }


def told_of(tips, cohorts):
    """Return the quarter as an outsider reads it, as equations."""
    size = len(tips)
    of = quarter((size - 2 * (size // 3), size // 3, size // 3))
    for cohort in cohorts:
        if cohort.police_only:
            continue
        counts = Counter(tip[cohort.key] for tip in tips)
        cells = cohort.for_outsiders({row: counts[row] for row in cohort.rows})
        found = breakdown_of(of, cells, cohort.known)
        if found.rest is None or not found.shown:
            continue
        named = {key: (cohort.key, cohort.label(key), FIRST) for key in cells}
        for key, count in found.shown.items():
            yield frozenset({named[key]}), count
        yield frozenset(named[key] for key in found.merged), found.rest
        yield frozenset(named.values()), size


def betrayed(seed, cohorts):
    found = []
    random = Random(seed)
    for _quarter in range(60):
        found += betrayed_by(list(some_tips(random)), cohorts)
    return found


def betrayed_by(tips, cohorts):
    known = {one for one in told_of(tips, cohorts) if one[0]}
    return claims(known, relations=relations([FIRST], cohorts))


@pytest.mark.parametrize("seed", range(5))
def test_tables_beside_each_other_tell_of_no_small_row(seed):
    assert betrayed(seed, COHORTS) == []


@pytest.mark.parametrize("plain", [(OUTCOME, INFORMED), (CATEGORY,), (HANDED_OVER, OUTCOME)])
def test_equal_rows_in_two_tables_would_be_found(plain):
    """With the rows of some tables as the police have them."""
    cohorts = [
        replace(one, coarse={}, coarse_rows={}, police_only="") if one in plain else one
        for one in COHORTS
    ]

    assert betrayed(1, cohorts)


def test_twins_with_a_row_of_their_own_would_be_found():
    """They are all closed and not told, so they would be taken away from those."""
    duplicate = TipReport.Disposition.DUPLICATE
    coarse = {row: into for row, into in OUTCOME.coarse.items() if row != duplicate}
    plain = [replace(one, coarse=coarse) if one is OUTCOME else one for one in COHORTS]
    random = Random(1)
    tips = [next(one for one in some_tips(random) if one[KIND.key]) for _tip in range(60)]
    for place, tip in enumerate(tips):
        end = "unfounded" if place > 45 else "handled_here"
        tip[OUTCOME.key] = duplicate if place < 10 else end
        tip[INFORMED.key] = "not_told" if place < 12 else "told"
        tip[TIMELINESS.key] = "closed_in_time" if place % 2 else "closed_late"

    assert betrayed_by(tips, plain)
    assert betrayed_by(tips, COHORTS) == []


def test_rows_that_outsiders_get_are_the_cells_of_their_tables():
    assert cell(KIND, "feedback", FIRST) == (KIND.key, KIND.rows["feedback"], FIRST)
    assert cell(INFORMED, "no_result", FIRST)[1] != INFORMED.rows["no_result"]
