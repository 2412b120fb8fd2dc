"""Figures and their tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from accounts.scoped_admin.asking import Asking, alone
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


def asking(ask: Callable[..., Asking[Table]]) -> Any:
    """A count that asks its questions by `yield`, so that those of many figures are put together.

    Called by itself it answers at once; `counting` asks with others.
    """

    @wraps(ask)
    def count(*args: Any) -> Table:
        return alone(ask(*args))

    count.asked = ask  # type: ignore[attr-defined]
    return count


def counting(count: Count, scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    """The table of a count, asked together with others where it can be (`asking`)."""
    ask = getattr(count, "asked", None)
    if ask is None:
        return count(scope, period, as_of)
    owner = getattr(count, "__self__", None)
    return (yield from ask(*(() if owner is None else (owner,)), scope, period, as_of))


@dataclass(frozen=True)
class AtMonthEnd:
    """How a figure is frozen at the end of each month (`oversight.figures.month_ends`).

    `columns`: words of the columns by key. `parts_of`: columns that are a part of another.
    `is_dated`: the count of a past period gives its last day, from dated facts. `is_flow`: it
    counts what happened in a period, so it is frozen for each usual period that ends that day, and
    read for that period alone. `count`: instead of that of the figure; of one that is no flow only
    in the first hour, where more is known than of a past day. `seen`: cuts the table for a reader.
    """

    columns: Mapping[str, str]
    parts_of: Mapping[int, int] = field(default_factory=dict)
    is_dated: bool = False
    is_flow: bool = False
    count: "Count | None" = None
    seen: "Callable[[Scope, Table], Table] | None" = None


@dataclass(frozen=True)
class Figure:
    """A figure: name, unit, definition, source, count.

    `is_of_moment`: counts the present state, whatever the period; a frozen past month shows
    its end. `is_sensitive`: counts tips.
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
    at_month_end: AtMonthEnd | None = None


@dataclass(frozen=True)
class Counted:
    """A figure with its numbers, period and moment of counting.

    `is_frozen`: the numbers of the end of the month, frozen then; `as_of` is the moment of keeping.
    """

    figure: Figure
    period: Period
    as_of: datetime
    table: Table
    is_frozen: bool = field(default=False, compare=False)


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
