"""Relations follow from the rules alone: the same tips stand in rows of several tables.

A tip without a kind has no category, one without a result is told to nobody, and so on. Each
relation is a line of cells with their signs that adds up to nought.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from oversight.figures.cohorts import (
    CATEGORY,
    COHORTS,
    HANDED_OVER,
    INFORMED,
    KIND,
    OUTCOME,
    TIMELINESS,
    Cohort,
)
from reports.models import TipReport
from tests.flows.differencing.solving import Cell, Line

Disposition = TipReport.Disposition
ELSEWHERE = (Disposition.INVESTIGATING_AGENCY.value, Disposition.OTHER_AUTHORITY.value)


def relations(quarters: Iterable[date], cohorts: Sequence[Cohort] = COHORTS) -> Iterator[Line]:
    """Of each quarter, by its first day."""
    by_key = {cohort.key: cohort for cohort in cohorts}
    for first in quarters:
        for cohort in cohorts:
            yield from _folded(cohort, first)
        yield from _between(by_key, first)


def cell(cohort: Cohort, row: str, first: date) -> Cell:
    """A row of the police: where outsiders get it by itself, the cell of their table."""
    if row in cohort.coarse or row in cohort.coarse_rows:
        return (cohort.key, f"{row or '–'} alone", first)
    return (cohort.key, cohort.label(row), first)


def _folded(cohort: Cohort, first: date) -> Iterator[Line]:
    for target in cohort.coarse_rows:
        rows = [row for row in cohort.rows if cohort.coarse.get(row, row) == target]
        yield _nought(
            [(cohort.key, cohort.label(target), first)], [cell(cohort, row, first) for row in rows]
        )


def _between(by_key: dict[str, Cohort], first: date) -> Iterator[Line]:
    kind, category, outcome, told, timely, over = (
        by_key[one.key] for one in (KIND, CATEGORY, OUTCOME, INFORMED, TIMELINESS, HANDED_OVER)
    )
    known = [cell(outcome, row, first) for row in outcome.rows if row]
    yield _nought([cell(category, "", first)], [cell(kind, "", first)])
    yield _nought([cell(told, "no_result", first)], [cell(outcome, "", first)])
    yield _nought([cell(told, row, first) for row in ("told", "not_told")], known)
    closed = [cell(timely, row, first) for row in ("closed_in_time", "closed_late")]
    yield _nought([*closed, ("known and open", first)], known)
    twice = cell(outcome, Disposition.DUPLICATE, first)
    yield _nought([twice, ("closed, no twin", first)], closed)
    untold = [cell(told, row, first) for row in ("not_told", "no_result")]
    yield _nought([twice, ("not told, no twin", first)], untold)
    gone = [cell(outcome, row, first) for row in ELSEWHERE]
    yield _nought([*gone, ("gone, not ended so", first)], [cell(over, "handed_over", first)])


def _nought(plus: Iterable[Cell], minus: Iterable[Cell]) -> Line:
    return {one: Fraction(1) for one in plus} | {one: Fraction(-1) for one in minus}, Fraction(0)
