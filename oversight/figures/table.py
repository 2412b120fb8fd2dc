"""Figures and their tables."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from oversight.figures.scopes import Scope
from oversight.periods import Period

if TYPE_CHECKING:
    from oversight.figures.listing import Listing


@dataclass(frozen=True)
class Row:
    """A line of numbers; None is a suppressed number.

    `key` names the line to its list (`oversight.figures.listing`); no list without a key.
    """

    label: str
    values: tuple[int | None, ...]
    key: str = field(default="", compare=False)


@dataclass(frozen=True)
class Table:
    """Numbers of a figure; `note` explains them, or why there are none."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    total: Row | None = None
    note: str = ""


# Key of the total.
ALL = "tat-ca"
Count = Callable[[Scope, Period, datetime], Table]


@dataclass(frozen=True)
class Ask:
    """Records asked for: those of a figure in a line and a column (None: all columns)."""

    scope: Scope
    period: Period
    as_of: datetime
    line: str = ALL
    column: int | None = None


Behind = Callable[[Scope, Period], str]


@dataclass(frozen=True)
class Figure:
    """A figure: name, unit, definition, source, count.

    `is_of_moment`: counts the present state, whatever the period. `is_sensitive`: counts tips.
    """

    key: str
    name: str
    unit: str
    definition: str
    source: str
    count: Count
    behind: Behind
    listing: "Listing | None" = None
    is_of_moment: bool = False
    is_sensitive: bool = False


@dataclass(frozen=True)
class Counted:
    """A figure with its numbers, period and moment of counting."""

    figure: Figure
    period: Period
    as_of: datetime
    table: Table


class NotListed(Exception):
    """No list behind a number; the message is for a person."""


def summed(table: Table, label: str = "Cộng") -> Table:
    """Add a total of the rows."""
    sums = tuple(
        sum(row.values[place] or 0 for row in table.rows) for place in range(len(table.columns))
    )
    return replace(table, total=Row(label, sums, ALL))


def admin_list(name: str, right: str) -> Behind:
    """List of a model, for readers with the permission."""

    def behind(scope: Scope, period: Period) -> str:
        if not scope.reader.has_perm(right):
            raise NotListed("Tài khoản này xem số, không xem danh sách.")
        return reverse(f"admin:{name}")

    return behind


def no_list(reason: str) -> Behind:
    def behind(scope: Scope, period: Period) -> str:
        raise NotListed(reason)

    return behind
