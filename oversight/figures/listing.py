"""The list behind a number: the records that were counted, each leading to its page.

A list is asked for by figure, line and column. Where it can, a figure counts what its list holds
(`Grid`), so that the two cannot disagree.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from accounts.models import User
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Behind, NotListed, Row, Table, summed
from oversight.periods import Period

COUNTS_ONLY = "Tài khoản này xem số, không xem danh sách."
HIDDEN = "Số này không nêu, nên không có danh sách."
NO_LINE = "Dòng này không có danh sách riêng."
# The page of a record for an account; empty where it may not open one.
type Page = Callable[[Any, User], str]
type Rows = Callable[[Scope, Period, datetime, str, int | None], QuerySet]
# The lines in which an account that does not see all records has its own; None for one that does.
type Own = Callable[[Scope], Collection[str] | None]


@dataclass(frozen=True)
class Listing:
    """What stands behind the numbers of one figure.

    `rows` gives what was counted in a line and a column, of all columns where that is None. `sums`
    names the columns whose number adds up a column of the records; `unlisted` those that count no
    records, each with the reason. `is_of_commune`: of records that belong to no hamlet, or whose
    readers the records themselves know, so that the police list those of the whole commune. `own`:
    of records that are the reader's or somebody else's, where the list holds a part of the number.
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
        """Whether the number counts what the list leaves to others."""
        return self.own is not None and self.own(scope) is not None

    def shows(self, scope: Scope, line: str) -> bool:
        """Whether the reader sees records of a line, all of them or their own."""
        return may_list(scope, self.right, self.own, line)


@dataclass(frozen=True)
class Grid:
    """Records told apart by line and column: counted and listed by the same query.

    `told_apart` annotates `line` and `column`; whatever is in no line or column of this grid is
    neither counted nor listed.
    """

    lines: Callable[[Scope], Mapping[str, str]]
    columns: Mapping[str, str]
    told_apart: Callable[[Scope, Period, datetime], QuerySet]

    def table(self, scope: Scope, period: Period, as_of: datetime) -> Table:
        found = {
            (row["line"], row["column"]): row["records"]
            for row in self.told_apart(scope, period, as_of)
            .order_by()
            .values("line", "column")
            .annotate(records=Count("pk", distinct=True))
        }
        rows = tuple(
            Row(label, tuple(found.get((line, column), 0) for column in self.columns), line)
            for line, label in self.lines(scope).items()
        )
        return summed(Table(tuple(self.columns.values()), rows))

    def rows(
        self, scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
    ) -> QuerySet:
        found = self.told_apart(scope, period, as_of)
        lines = list(self.lines(scope)) if line == ALL else [line]
        columns = list(self.columns) if column is None else [list(self.columns)[column]]
        return found.filter(line__in=lines, column__in=columns)


def address(key: str, scope: Scope, period: Period, line: str, column: int | None) -> str:
    """Of the list behind a number; places are named where they are not the whole commune."""
    asked = period.query | {"dong": line}
    if column is not None:
        asked["cot"] = str(column + 1)
    if not scope.is_whole:
        asked["ap"] = ",".join(map(str, scope.ids))
    return f"{reverse('admin:oversight_list', args=[key])}?{urlencode(asked)}"


def cell_behind(
    listing: Listing, key: str, scope: Scope, period: Period, row: Row, column: int
) -> str:
    """The address of the list behind one number of a line. Raises NotListed, with the reason."""
    if row.values[column] is None:
        raise NotListed(HIDDEN)
    if not row.key:
        raise NotListed(NO_LINE)
    if column in listing.unlisted:
        raise NotListed(listing.unlisted[column])
    if not listing.shows(scope, row.key):
        raise NotListed(COUNTS_ONLY)
    return address(key, scope, period, row.key, column)


def may_list(scope: Scope, right: str, own: Own | None, line: str) -> bool:
    if not scope.reader.has_perm(right):
        return False
    lines = own(scope) if own is not None else None
    return lines is None or line in lines


def own_list(key: str, right: str, own: Own | None = None) -> Behind:
    """The list of everything that a figure counts, for whoever may read such records."""

    def behind(scope: Scope, period: Period) -> str:
        if not may_list(scope, right, own, ALL):
            raise NotListed(COUNTS_ONLY)
        return address(key, scope, period, ALL, None)

    return behind
