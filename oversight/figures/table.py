"""What a figure is, and the form in which every one of them is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse

from oversight.figures.scopes import Scope
from oversight.periods import Period


@dataclass(frozen=True)
class Row:
    """A line of numbers; None is a number that is not told.

    `key` names the line to the list behind it (`oversight.figures.listing`) and is no part of what
    the line says; without one there is no such list.
    """

    label: str
    values: tuple[int | None, ...]
    key: str = field(default="", compare=False)


@dataclass(frozen=True)
class Table:
    """The numbers of one figure: the same for a screen, a page, a document and a file.

    `note` is for the reader: why there is no number, or what is to be known beside them.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    total: Row | None = None
    note: str = ""


# The key of the line that adds up all others.
ALL = "tat-ca"
Count = Callable[[Scope, Period, datetime], Table]
Behind = Callable[[Scope, Period], str]


@dataclass(frozen=True)
class Figure:
    """A figure of the dictionary: what it is called, what is counted, and from where.

    `is_of_moment`: as things stand when it is counted, whatever the span. `is_sensitive`: of tips.
    """

    key: str
    name: str
    unit: str
    definition: str
    source: str
    count: Count
    behind: Behind
    is_of_moment: bool = False
    is_sensitive: bool = False


@dataclass(frozen=True)
class Counted:
    """A figure with its numbers, the span, and the moment at which they were counted."""

    figure: Figure
    period: Period
    as_of: datetime
    table: Table


class NotListed(Exception):
    """Why there is no list behind a number; the message is for a person."""


def summed(table: Table, label: str = "Cộng") -> Table:
    """With a last line that adds up the rows."""
    sums = tuple(
        sum(row.values[place] or 0 for row in table.rows) for place in range(len(table.columns))
    )
    return replace(table, total=Row(label, sums, ALL))


def admin_list(name: str, right: str, query: str = "") -> Behind:
    """The list of a model, for whoever may see it; `query` may name the first and last day."""

    def behind(scope: Scope, period: Period) -> str:
        if not scope.reader.has_perm(right):
            raise NotListed("Tài khoản này xem số, không xem danh sách.")
        ends = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        return reverse(f"admin:{name}") + query.format(**ends)

    return behind


def no_list(reason: str) -> Behind:
    def behind(scope: Scope, period: Period) -> str:
        raise NotListed(reason)

    return behind
