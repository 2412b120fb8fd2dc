"""Equations over cells that are not told, and what can be calculated from them.

A cell is a count of tips: of a month, or of a row of a quarter. Equations are brought into steps
(Gauss), and whatever lies in an equation is narrowed between the least and the most it can be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from oversight.figures.suppression import FEWEST

MOST = 10_000
Cell = tuple[Any, ...]
Equation = tuple[frozenset[Cell], int]
Line = tuple[dict[Cell, Fraction], Fraction]
Bounds = dict[Cell, tuple[int, int]]


@dataclass(frozen=True)
class Claim:
    """A value that an attacker claims of a hidden cell."""

    cell: Cell
    low: int
    high: int

    def __str__(self) -> str:
        said = f"= {self.low}" if self.low == self.high else f"{self.low} to {self.high}"
        return f"{' '.join(map(str, self.cell))} {said}"


def claims(
    known: Iterable[Equation], at_most: Mapping[Cell, int] | None = None,
    relations: Iterable[Line] = (),
) -> list[Claim]:  # fmt: skip
    """Every cell that is below five for sure and either known or not nought."""
    found = narrowed(set(known), at_most or {}, list(relations))
    return [
        Claim(cell, low, high)
        for cell, (low, high) in sorted(found.items(), key=str)
        if high < FEWEST and (low == high or low > 0)
    ]


def narrowed(
    known: set[Equation], at_most: Mapping[Cell, int], relations: Sequence[Line] = ()
) -> Bounds:
    """Between what each cell must lie. `at_most`: what the rules alone say, which all know.

    Raises ValueError where the numbers contradict each other.
    """
    lines = [_line(cells, total) for cells, total in known | _differences(known)] + [*relations]
    lines += _steps([*(_line(cells, total) for cells, total in known), *relations])
    bounds = {cell: (0, at_most.get(cell, MOST)) for parts, _total in lines for cell in parts}
    is_moving = True
    while is_moving:
        is_moving = False
        for coefficients, total in lines:
            is_moving |= _tightened(bounds, coefficients, total)
    return bounds


def _line(cells: Iterable[Cell], total: int) -> Line:
    return {cell: Fraction(1) for cell in cells}, Fraction(total)


def _differences(known: set[Equation]) -> set[Equation]:
    """Of two equations that lie in each other, what is left over."""
    by_cell: dict[Cell, list[Equation]] = {}
    for one in known:
        for cell in one[0]:
            by_cell.setdefault(cell, []).append(one)
    return {
        (more - less, high - low)
        for less, low in known
        for more, high in by_cell[next(iter(less))]
        if less < more
    }


def _steps(lines: list[Line]) -> list[Line]:
    """Reduced row echelon form; the lines that say anything."""
    done: dict[Cell, Line] = {}
    for line in lines:
        left, total = dict(line[0]), line[1]
        for pivot in [cell for cell in left if cell in done]:
            left, total = _minus(left, total, done[pivot], left.get(pivot, Fraction(0)))
        if not left:
            if total:
                raise ValueError("the numbers contradict each other")
            continue
        pivot = min(left, key=str)
        by = left[pivot]
        left, total = {cell: part / by for cell, part in left.items()}, total / by
        for other, (parts, sum_) in list(done.items()):
            if pivot in parts:
                done[other] = _minus(parts, sum_, (left, total), parts[pivot])
        done[pivot] = (left, total)
    return list(done.values())


def _minus(left: dict[Cell, Fraction], total: Fraction, line: Line, times: Fraction) -> Line:
    if not times:
        return left, total
    found = dict(left)
    for cell, part in line[0].items():
        found[cell] = found.get(cell, Fraction(0)) - times * part
        if not found[cell]:
            del found[cell]
    return found, total - times * line[1]


def _tightened(bounds: Bounds, parts: Mapping[Cell, Fraction], total: Fraction) -> bool:
    least = sum(part * bounds[cell][part < 0] for cell, part in parts.items())
    most = sum(part * bounds[cell][part > 0] for cell, part in parts.items())
    if least > total or most < total:
        raise ValueError("the numbers contradict each other")
    is_moving = False
    for cell, part in parts.items():
        low, high = bounds[cell]
        ends = (
            (total - (most - part * bounds[cell][part > 0])) / part,
            (total - (least - part * bounds[cell][part < 0])) / part,
        )
        tighter = max(low, ceil(min(ends))), min(high, floor(max(ends)))
        if tighter != (low, high):
            least += part * (tighter[part < 0] - bounds[cell][part < 0])
            most += part * (tighter[part > 0] - bounds[cell][part > 0])
            bounds[cell], is_moving = tighter, True
    return is_moving
