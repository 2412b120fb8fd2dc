"""Lists of the records behind the numbers, by figure, line and column.

A `Grid` counts and lists by the same query, so that the two agree.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count as Counted
from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from oversight import data_files
from oversight.figures.scopes import Scope
from oversight.figures.table import (
    ALL,
    Ask,
    AtMonthEnd,
    Behind,
    Count,
    Figure,
    NotListed,
    Row,
    Table,
    asking,
    summed,
)
from oversight.periods import Period

COUNTS_ONLY = "Tài khoản này xem số, không xem danh sách."
HIDDEN = "Số này không nêu, nên không có danh sách."
NO_LINE = "Dòng này không có danh sách riêng."
DICTIONARY = data_files.read("figures")
# Address of the page of a record for an account; empty without permission.
type Page = Callable[[Any, User], str]
type Rows = Callable[[Ask], QuerySet]
# Lines with own records of a reader who does not see all; None for readers who do.
type Own = Callable[[Scope], Collection[str] | None]


@dataclass(frozen=True)
class Listing:
    """List of the records of a figure.

    `rows` returns the records of a line and a column (None: all columns). `sums`: columns that add
    up a field of the records; `unlisted`: columns that count no records, with the reason.
    `is_of_commune`: the police may list the whole commune, as records have no hamlet or restrict
    their readers themselves. `own`: lines with own records, where the list is a part of the number.
    """

    right: str
    headings: tuple[str, ...]
    cells: Callable[[Any], tuple[str, ...]]
    url: Page
    rows: Rows
    sums: Mapping[int, str] = field(default_factory=dict)
    unlisted: Mapping[int, str] = field(default_factory=dict)
    is_audited: bool = False
    is_of_commune: bool = False
    own: Own | None = None

    def is_partial(self, scope: Scope) -> bool:
        """Whether the list holds only a part of the number."""
        return self.own is not None and self.own(scope) is not None

    def shows(self, scope: Scope, line: str) -> bool:
        """Whether the reader sees records of a line, all or own ones."""
        return may_list(scope, self.right, self.own, line)


@dataclass(frozen=True)
class Grid:
    """Records by line and column, counted and listed by the same query.

    `told_apart` annotates `line` and `column`; records outside the grid are ignored.
    """

    lines: Callable[[Scope], Mapping[str, str]]
    columns: Mapping[str, str]
    told_apart: Callable[[Scope, Period, datetime], QuerySet]

    @property
    def at_month_end(self) -> AtMonthEnd:
        return AtMonthEnd(self.columns)

    @property
    def flow(self) -> AtMonthEnd:
        return AtMonthEnd(self.columns, is_flow=True)

    @asking
    def table(self, scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
        told_apart = self.told_apart(scope, period, as_of).order_by().values("line", "column")
        rows = yield told_apart.annotate(records=Counted("pk", distinct=True))
        found = {(row["line"], row["column"]): row["records"] for row in rows}
        rows = tuple(
            Row(label, tuple(found.get((line, column), 0) for column in self.columns), line)
            for line, label in self.lines(scope).items()
        )
        return summed(Table(tuple(self.columns.values()), rows))

    def rows(self, ask: Ask) -> QuerySet:
        found = self.told_apart(ask.scope, ask.period, ask.as_of)
        lines = list(self.lines(ask.scope)) if ask.line == ALL else [ask.line]
        columns = list(self.columns) if ask.column is None else [list(self.columns)[ask.column]]
        return found.filter(line__in=lines, column__in=columns)


def address(key: str, scope: Scope, period: Period, line: str, column: int | None) -> str:
    """Address of a list; names the hamlets unless it is the whole commune."""
    asked = period.query | {"dong": line}
    if column is not None:
        asked["cot"] = str(column + 1)
    if not scope.is_whole:
        asked["ap"] = ",".join(map(str, scope.ids))
    return f"{reverse('admin:oversight_list', args=[key])}?{urlencode(asked)}"


def may_list(scope: Scope, right: str, own: Own | None, line: str) -> bool:
    if not scope.reader.has_perm(right):
        return False
    lines = own(scope) if own is not None else None
    return lines is None or line in lines


def own_list(key: str, right: str, own: Own | None = None) -> Behind:
    """List of everything that a figure counts, for readers of such records."""

    def behind(scope: Scope, period: Period) -> str:
        if not may_list(scope, right, own, ALL):
            raise NotListed(COUNTS_ONLY)
        return address(key, scope, period, ALL, None)

    return behind


def page_at(name: str, key: str = "pk") -> Page:
    """Address of the admin page of a record, by the column `key`."""
    return lambda record, reader: reverse(f"admin:{name}", args=[getattr(record, key)])


def ordered(rows: Rows, *order: str, related: Sequence[str] = ()) -> Rows:
    """The rows in an order, read together with their `related` records."""

    def found(ask: Ask) -> QuerySet:
        records = rows(ask).order_by(*order)
        return records.select_related(*related) if related else records

    return found


def figure(
    key: str, count: Count, listing: Listing, *, behind: Behind | None = None,
    is_of_moment: bool = False, is_sensitive: bool = False,
    at_month_end: AtMonthEnd | None = None, **words: str,
) -> Figure:  # fmt: skip
    """A figure with the words of the dictionary; by default its list is of all that it counts."""
    return Figure(
        key, **DICTIONARY[key] | words, count=count, listing=listing,
        behind=behind or own_list(key, listing.right, listing.own),
        is_of_moment=is_of_moment, is_sensitive=is_sensitive, at_month_end=at_month_end,
    )  # fmt: skip
