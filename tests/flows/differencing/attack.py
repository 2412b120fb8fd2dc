"""An attacker puts the haul of a robbery together."""

from collections.abc import Iterable, Iterator, Mapping

from django.db import transaction

from reports.models import TipReport
from tests.flows.differencing.reading import TOLD, Table, by_rule, equations_of
from tests.flows.differencing.solving import Cell, Equation
from tests.flows.differencing.taking import Haul, Taker
from tests.flows.differencing.twins import Twin
from tests.flows.differencing.world import LATER


def equations(taken: Iterable[Table]) -> set[Equation]:
    """Of all tables together, whoever took them."""
    return {one for table in taken if table.key in TOLD for one in equations_of(table)}


def with_rules(taken: Iterable[Table]) -> Mapping[Cell, int]:
    """Return the most that each hidden cell of all tables can be by the rules."""
    return {
        cell: most for table in taken if table.key in TOLD for cell, most in by_rule(table).items()
    }


def outside_the_door(taken: Iterable[Table]) -> Iterator[str]:
    """Numbers of figures that are for the police alone."""
    for table in taken:
        if table.key not in TOLD and table.numbers:
            yield f"{table.where}: {table.key} told"


def changed(twin: Twin, taker: Taker, *, was: Haul, seed: int, most_pages: int) -> list[str]:
    """Pages that are not the same in the other world."""
    with transaction.atomic():
        TipReport.objects.filter(pk=twin.tip).update(**twin.write)
        now = taker.collect(LATER, most_pages=most_pages, seed=seed)
        transaction.set_rollback(True)
    cell = " ".join(map(str, twin.cell))
    return [
        f"{cell} in {where}: {_difference(page, now.pages.get(where, b''))}"
        for where, page in was.pages.items()
        if page != now.pages.get(where)
    ]


def moved(before: Haul, after: Haul) -> list[str]:
    """Numbers of days long past that are other ones now: each move tells of a tip or a few."""
    was, now = _numbers(before), _numbers(after)
    return [
        f"{' '.join(map(str, one))}: {was[one]} to {now.get(one)}"
        for one in was
        if was[one] != now.get(one)
    ]


def _numbers(haul: Haul) -> dict[tuple[str, str, str], int | None]:
    found: dict[tuple[str, str, str], int | None] = {}
    for table in haul.taken:
        for label, value in (*table.rows, ("total", table.total)):
            found[(table.key, table.span.words, label)] = value
    return found


def _difference(was: bytes, now: bytes) -> str:
    pairs = zip(was.split(b"\n"), now.split(b"\n"), strict=False)
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), (b"(longer)", b""))
    place = next(
        (at for at, two in enumerate(zip(one, other, strict=False)) if two[0] != two[1]), 0
    )
    begin = max(0, place - 30)
    return f"{one[begin : place + 40]!r} to {other[begin : place + 40]!r}"
