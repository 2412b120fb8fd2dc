"""Two worlds that differ in a cell nobody may know: whoever is outside must see the same of both.

The rules are known to everybody, so a cell stays hidden only where another table gives the same
sight of its quarter. Such a table is looked for by the rules themselves; then a tip is moved so
that it comes true, and every page and file must be what it was, by letter and by length.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from accounts.models import Commune
from oversight import periods
from oversight.figures.cohorts import CATEGORY, CHANNEL, COHORTS, KIND, Cohort
from oversight.figures.freezing import publishable_tips
from oversight.figures.suppression import FEWEST, breakdown_of, quarter
from oversight.periods import Period
from tests.flows.differencing.solving import Cell, Claim
from tests.flows.differencing.world import YEARS

# Cohorts whose rows are a column of the tip, so that one can be moved by writing it.
MOVED = {KIND.key: "kind", CATEGORY.key: "category", CHANNEL.key: "channel"}


@dataclass(frozen=True)
class Twin:
    """One change to one tip, and the cell that becomes another by it."""

    cell: Cell
    tip: int
    write: Mapping[str, Any]


def quarters() -> Iterator[Period]:
    for year in YEARS:
        yield from (periods.quarter(year, number) for number in range(1, 5))


def by_month(commune: Commune, whole: Period) -> list[int]:
    tips = publishable_tips().filter(commune=commune)
    return [
        tips.filter(received_at__gte=one.begins_at, received_at__lt=one.ends_at).count()
        for one in periods.months_in(whole)
    ]


def by_row(cohort: Cohort, commune: Commune, whole: Period) -> dict[str, int]:
    tips = publishable_tips().filter(
        commune=commune, received_at__gte=whole.begins_at, received_at__lt=whole.ends_at
    )
    return cohort.for_outsiders(cohort.count(tips, whole.ends_at))


def betrayed(commune: Commune) -> tuple[list[Claim], int]:
    """Small cells of which the rules leave one value, or none but 1 to 4; and how many stood."""
    found, seen = [], 0
    for whole in quarters():
        months = by_month(commune, whole)
        tables: list[tuple[Cell, list[str], list[int], Callable[[str], Any]]] = [
            (("month",), [str(one) for one in range(3)], months, lambda label: _sight_of_months)
        ]
        for cohort in COHORTS:
            cells = by_row(cohort, commune, whole)
            by_label: Callable[[str], Any] = partial(_sight_for, cohort, months, list(cells))
            tables.append(((cohort.key,), list(cells), list(cells.values()), by_label))
        for name, labels, counts, sight_for in tables:
            for place, label in enumerate(labels):
                if counts[place] >= FEWEST:
                    continue
                seen += 1
                possible = {counts[place], *_others(counts, place, sight_for(label))}
                if len(possible) == 1 or 0 < min(possible) <= max(possible) < FEWEST:
                    cell = (*name, label, whole.first)
                    found.append(Claim(cell, min(possible), max(possible)))
    return found, seen


def _sight_of_months(counts: list[int]) -> Any:
    """Return the figures published as each of the months ended."""
    return [quarter(counts[:over]) for over in (1, 2, 3)]


def _sight_for(cohort: Cohort, months: list[int], keys: list[str], label: str) -> Any:
    """Of whoever hunts for a row: it is not theirs, but they know the others that may be known."""
    return _sight_of_rows(cohort, months, keys, knows=cohort.known - {label})


def _sight_of_rows(
    cohort: Cohort, months: list[int], keys: list[str], knows: Collection[str]
) -> Any:
    of = quarter(months)

    def sight(counts: list[int]) -> Any:
        cells = dict(zip(keys, counts, strict=True))
        return breakdown_of(of, cells, cohort.known), [cells[key] for key in knows]

    return sight


def _others(counts: list[int], place: int, sight: Any) -> Iterator[int]:
    """Other values of a cell in tables that look alike; their sum is the same, or, where no sum is
    told, any."""
    seen = sight(counts)
    for value in range(2 * FEWEST + 1):
        by = value - counts[place]
        for partner in [None, *range(len(counts))]:
            other = list(counts)
            other[place] = value
            if partner not in {None, place}:
                other[partner] -= by
            if by and min(other) >= 0 and _looks(sight, other, seen):
                yield value
                break


def _looks(sight: Any, counts: list[int], seen: Any) -> bool:
    try:
        return bool(sight(counts) == seen)
    except ValueError:  # a breakdown that does not add up to its quarter
        return False


def twins(commune: Commune) -> Iterator[Twin]:
    """Worlds one written tip away, each with a cell below five that is another there."""
    for whole in quarters():
        months = by_month(commune, whole)
        yield from _moved_in_time(commune, whole, months)
        for cohort in COHORTS:
            if cohort.key in MOVED:
                yield from _moved_between_rows(cohort, commune, whole, months)


def _moved_in_time(commune: Commune, whole: Period, months: list[int]) -> Iterator[Twin]:
    spans = periods.months_in(whole)
    for give, take in _pairs(months, _sight_of_months):
        tips = publishable_tips().filter(
            commune=commune, received_at__gte=spans[give].begins_at,
            received_at__lt=spans[give].ends_at,
        )  # fmt: skip
        if tip := tips.first():
            moment = spans[take].begins_at + timedelta(days=9, hours=3)
            yield Twin(("month", spans[give].first), tip.pk, {"received_at": moment})


def _moved_between_rows(
    cohort: Cohort, commune: Commune, whole: Period, months: list[int]
) -> Iterator[Twin]:
    cells = by_row(cohort, commune, whole)
    keys, column = list(cells), MOVED[cohort.key]
    sight = _sight_of_rows(cohort, months, keys, knows=cohort.known)
    for give, take in _pairs(list(cells.values()), sight):
        tips = publishable_tips().filter(
            commune=commune, received_at__gte=whole.begins_at, received_at__lt=whole.ends_at,
            **{column: keys[give]},
        )  # fmt: skip
        if (tip := tips.exclude(status="triaged").first()) and (keys[take] or tip.status == "new"):
            yield Twin((cohort.key, keys[give], whole.first), tip.pk, {column: keys[take]})


def _pairs(counts: list[int], sight: Any) -> Iterator[tuple[int, int]]:
    """From where to where one tip can go unseen, a small cell being one of the two."""
    seen = sight(counts)
    for give, has in enumerate(counts):
        for take, other in enumerate(counts):
            if give != take and has and min(has, other) < FEWEST:
                moved = list(counts)
                moved[give], moved[take] = has - 1, other + 1
                if _looks(sight, moved, seen):
                    yield give, take
