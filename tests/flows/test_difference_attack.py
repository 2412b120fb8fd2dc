"""Somebody outside the police takes every number of tips there is to see, and calculates.

The attacker opens every figure for every span, on the last days of the months as well as later,
writes down each number as an equation over rows of quarters and over months, and narrows every
unknown between the least and the most it can be. Nothing below five may come out.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from oversight import periods
from oversight.figures.cohorts import COHORTS
from oversight.figures.published import MERGED
from oversight.figures.registry import FIGURES, compute
from oversight.figures.scopes import whole_commune
from oversight.figures.suppression import FEWEST
from reports.models import TipReport
from tests.oversight.conftest import at

YEARS = (2024, 2025)
LATER = at(date(2026, 11, 10))
MOST = 10_000
Unknown = tuple[Any, ...]
Equation = tuple[frozenset[Unknown], int]


def spread(commune, seed: int) -> None:
    """Two years of tips, some months with very few, a few rows with most of them."""
    random = Random(seed)
    kinds, categories = TipReport.Kind.values[1:], TipReport.Category.values[1:]
    ends = ["handled_here", "guided", "unfounded", "diverted"]
    tips: list[TipReport] = []
    for year in YEARS:
        for number in range(1, 13):
            for _tip in range(random.choice([0, 1, 3, 5, 8, 13, 25])):
                day = date(year, number, random.randint(1, 28))
                done = random.random() < 0.7
                closed = {"status": "closed", "disposition": random.choice(ends)} if done else {}
                tips.append(
                    TipReport(
                        commune=commune, code=f"T{len(tips)}", received_at=at(day),
                        kind=random.choice(kinds[:2] * 4 + kinds),
                        category=random.choice(categories[:3] * 6 + categories),
                        channel=random.choice(TipReport.Channel.values[:2] * 5 + ["desk", "paper"]),
                        closed_at=at(day + timedelta(days=random.randint(1, 60))) if done else None,
                        **closed,
                    )
                )  # fmt: skip
    for tip in tips:
        if tip.disposition == "diverted":
            tip.emptied_at = tip.closed_at
    TipReport.objects.bulk_create(tips)


def spans() -> Iterator[periods.Period]:
    for year in YEARS:
        yield from (periods.month(year, number) for number in range(1, 13))
        yield from (periods.quarter(year, number) for number in range(1, 5))
        yield from (periods.half(year, number) for number in (1, 2))
        yield periods.whole_year(year)
    yield periods.Period(date(2024, 1, 1), date(2025, 12, 31))
    yield periods.Period(date(2024, 2, 1), date(2024, 4, 30))
    yield periods.hamlet_year(2025)
    yield periods.commune_year(2025)
    yield periods.Period(date(2024, 3, 5), date(2024, 3, 6))


def months_of(period: periods.Period) -> frozenset[Unknown]:
    return frozenset(("month", one.first) for one in periods.months_in(period))


def equations(scope) -> Iterator[Equation]:
    """All numbers that a person outside the police can get."""
    days = [periods.month(year, number).last for year in YEARS for number in range(1, 13)]
    moments = [*(at(day) for day in days), *(at(day + timedelta(days=1)) for day in days), LATER]
    for period in spans():
        for moment in moments if period.days < 100 else [LATER]:
            table = compute("tips", scope, period, as_of=moment).table
            named = {one.words: one for one in periods.months_in(period)}
            for row in table.rows:
                if row.values[0] is not None:
                    yield months_of(named[row.label]), row.values[0]
            if table.total is not None and table.total.values[0] is not None:
                yield months_of(period), table.total.values[0]
        for cohort in COHORTS:
            yield from _of_split(cohort.key, scope, period)


def _of_split(key: str, scope, period: periods.Period) -> Iterator[Equation]:
    table = compute(key, scope, period, as_of=LATER).table
    whole = table.total.values[0] if table.total is not None else None
    if whole is None:
        return
    quarters = [one.first for one in periods.quarters_in(period)]
    labels = [row.label for row in table.rows if row.label != MERGED]
    hidden = [row.label for row in table.rows if row.values[0] is None]
    for row in table.rows:
        if row.values[0] is not None:
            about = hidden if row.label == MERGED else [row.label]
            yield frozenset((key, name, day) for name in about for day in quarters), row.values[0]
    yield frozenset((key, name, day) for name in labels for day in quarters), whole
    yield months_of(period), whole


def narrowed(known: set[Equation]) -> dict[Unknown, tuple[int, int]]:
    """Between what each unknown must lie, as far as one equation after the other can tell; of two
    that lie in each other, what is left over is an equation, too."""
    rules = known | {
        (more - less, high - low)
        for more, high in known
        for less, low in known
        if less < more
    }  # fmt: skip
    bounds = {one: (0, MOST) for unknowns, _sum in rules for one in unknowns}
    is_moving = True
    while is_moving:
        is_moving = False
        for unknowns, total in rules:
            least = sum(bounds[one][0] for one in unknowns)
            most = sum(bounds[one][1] for one in unknowns)
            for one in unknowns:
                low, high = bounds[one]
                tighter = max(low, total - (most - high)), min(high, total - (least - low))
                if tighter != (low, high):
                    bounds[one], is_moving = tighter, True
                    least, most = least + tighter[0] - low, most + tighter[1] - high
    return bounds


@pytest.mark.parametrize("seed", [1, 3])
def test_nobody_calculates_a_count_of_tips_below_five(commune, party_member, seed):
    spread(commune, seed)

    known = set(equations(whole_commune(commune, reader=party_member)))
    bounds = narrowed(known)

    assert len(known) > 30
    betrayed = {one: low for one, (low, high) in bounds.items() if low == high < FEWEST}
    assert betrayed == {}
    assert {total for _unknowns, total in known if total < FEWEST} == set()


def test_attacker_would_find_what_a_plain_table_betrays():
    """The same calculation on the numbers of a table that hides the small row alone."""
    a, b, c = (("row", name) for name in "abc")

    bounds = narrowed({(frozenset({a, b, c}), 20), (frozenset({a}), 12), (frozenset({b}), 6)})

    assert bounds[c] == (2, 2)


def test_every_sensitive_figure_is_under_attack():
    sensitive = {key for key, figure in FIGURES.items() if figure.is_sensitive}

    police_only = {"tips_by_month", "tip_clocks", "tip_days", "tip_measures", "transfers"}
    assert sensitive == {"tips", *(one.key for one in COHORTS), *police_only}
