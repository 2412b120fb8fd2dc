"""Figures for pages: rows, bars, links to lists."""

from dataclasses import dataclass

from oversight.figures.registry import behind_row
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Counted, NotListed, Row, Table
from vietnamese.text import grouped

# Length of a full bar, in the units of its picture.
BAR = 100


@dataclass(frozen=True)
class Cell:
    """A number and the address of its list; no address for 0 or without permission."""

    value: int | None
    url: str = ""

    @property
    def text(self) -> str:
        return "không nêu" if self.value is None else grouped(self.value)


@dataclass(frozen=True)
class Line:
    """A row of a page; `bar` is its share of the total, if that is meaningful."""

    label: str
    cells: tuple[Cell, ...]
    bar: int | None = None


@dataclass(frozen=True)
class FigureView:
    """A figure with its rows, and the address of its list or the reason for none.

    `late`: how the numbers of a frozen period differ from the records of today.
    """

    counted: Counted
    lines: tuple[Line, ...]
    total: Line | None
    url: str
    reason: str
    late: str = ""


def figure_view(counted: Counted, scope: Scope, late: str = "") -> FigureView:
    url, reason = "", ""
    try:
        url = counted.figure.behind(scope, counted.period)
    except NotListed as why:
        reason = str(why)
    table = counted.table
    lines = tuple(_line(counted, row, scope, _bar(counted, row, table)) for row in table.rows)
    total = _line(counted, table.total, scope) if table.total is not None else None
    return FigureView(counted, lines, total, url, reason, late)


def frozen_view(counted: Counted) -> FigureView:
    """A signed figure, without links: the records have changed since."""
    table = counted.table
    lines = tuple(_numbers(row) for row in table.rows)
    total = _numbers(table.total) if table.total is not None else None
    return FigureView(counted, lines, total, "", "")


def _numbers(row: Row) -> Line:
    return Line(row.label, tuple(Cell(value) for value in row.values))


def _line(counted: Counted, row: Row, scope: Scope, bar: int | None = None) -> Line:
    cells = (
        Cell(value, _list_of(counted, row, scope, place) if value else "")
        for place, value in enumerate(row.values)
    )
    return Line(row.label, tuple(cells), bar)


def _list_of(counted: Counted, row: Row, scope: Scope, place: int) -> str:
    """Address of the list; frozen numbers of how things stood have one for hamlets of today."""
    how = counted.figure.at_month_end
    stood = counted.is_frozen and not (how is not None and how.is_flow)
    is_past = stood and row.key not in {ALL, *map(str, scope.ids)}
    if is_past or counted.figure.listing is None:
        return ""
    try:
        return behind_row(counted.figure.key, scope, counted.period, row, place)
    except NotListed:
        return ""


def _bar(counted: Counted, row: Row, table: Table) -> int | None:
    """Length of a bar: share of the households reached, else share of the total."""
    if counted.figure.key == "coverage":
        households, joined = row.values[0], row.values[1]
        return min(BAR * (joined or 0) // households, BAR) if households else None
    if table.total is None or len(row.values) != 1 or row.values[0] is None:
        return None
    total = table.total.values[0]
    return BAR * row.values[0] // total if total else None
