"""A figure as a page shows it: its rows, their bars, and the way to its list."""

from dataclasses import dataclass

from oversight.figures import Counted, NotListed, behind
from oversight.figures.table import Row, Table
from oversight.scopes import Scope

# Of a bar, in the units of its picture.
BAR = 100


@dataclass(frozen=True)
class Line:
    """A row as the page shows it: `bar` is its part of the whole, where that says something."""

    label: str
    values: tuple[int | None, ...]
    bar: int | None = None


@dataclass(frozen=True)
class Shown:
    """A figure with its rows, and the address of its list or the reason why there is none."""

    counted: Counted
    lines: tuple[Line, ...]
    url: str
    reason: str


def shown(counted: Counted, scope: Scope) -> Shown:
    url, reason = "", ""
    try:
        url = behind(counted.figure.key, scope, counted.period)
    except NotListed as why:
        reason = str(why)
    table = counted.table
    lines = tuple(Line(row.label, row.values, _bar(counted, row, table)) for row in table.rows)
    return Shown(counted, lines, url, reason)


def _bar(counted: Counted, row: Row, table: Table) -> int | None:
    """How long the bar of a row is: of a hamlet the households reached, else its part of all."""
    if counted.figure.key == "coverage":
        households, joined = row.values[0], row.values[1]
        return min(BAR * (joined or 0) // households, BAR) if households else None
    if table.total is None or len(row.values) != 1 or row.values[0] is None:
        return None
    total = table.total.values[0]
    return BAR * row.values[0] // total if total else None
