"""Tables of a past period from the numbers frozen at its end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from accounts.scoped_admin.asking import Asking, alone
from groups.models import Hamlet
from groups.places.querysets import GENERATIONS
from oversight.figures.month_ends.models import MonthEndCount
from oversight.figures.scopes import Scope
from oversight.figures.table import (
    ALL,
    AtMonthEnd,
    Counted,
    Figure,
    Row,
    Table,
    counting,
    no_list,
)
from oversight.periods import ONE_DAY, Period

NO_LIST = "Số đã chốt cuối kỳ; danh sách chỉ có của lúc xem."
ESTIMATED = "Số ước tính, dựng lại từ ngày vào nhóm, rời nhóm đã ghi."
COUNTED_LATE = "Số đếm lúc {0:%H:%M} ngày {0:%d/%m/%Y}, không phải lúc hết tháng."
CLOSED = "Số đã chốt lúc hết kỳ, ngày {:%d/%m/%Y}."
EVERY = ""  # in place of a figure: all figures of that day are known
SEEN_AT, ENDED_AT = "lúc xem", "lúc hết kỳ"


@dataclass(frozen=True)
class Line:
    """Numbers of a row of then, by the key of their column."""

    key: str
    label: str
    hamlet: int | None
    numbers: dict[str, int | None]


@dataclass(frozen=True)
class MonthEnd:
    """Lines of a figure at the end of a month."""

    lines: Sequence[Line]
    frozen_at: datetime
    is_estimated: bool


def is_month_end(day: date) -> bool:
    return (day + ONE_DAY).day == 1


def counted_of(figure: Figure, scope: Scope, period: Period, as_of: datetime) -> Counted:
    """A figure of a period: of its frozen end, or counted."""
    return alone(counted_asked(figure, scope, period, as_of))


def counted_asked(figure: Figure, scope: Scope, period: Period, as_of: datetime) -> Asking[Counted]:
    """The same, read together with other figures."""
    frozen = frozen_of(figure, scope, period)
    if frozen is None or figure.at_month_end is None:
        table = yield from counting(figure.count, scope, period, as_of)
        return Counted(figure, period, as_of, table)
    table = _table(frozen, figure.at_month_end, period.last)
    if figure.at_month_end.seen is not None:
        table = figure.at_month_end.seen(scope, table)
    if figure.is_of_moment:
        figure = as_frozen(figure)
    return Counted(figure, period, frozen.frozen_at, table, is_frozen=True)


def frozen_of(figure: Figure, scope: Scope, period: Period) -> MonthEnd | None:
    """Lines of the scope at the end of a period; None if it was not frozen.

    A hamlet of today reads its own line, or those of the hamlets from which it came. Lines of no
    hamlet are of the whole commune.
    """
    if figure.at_month_end is None or not is_month_end(period.last):
        return None
    first = period.first if figure.at_month_end.is_flow else None
    read, commune = scope.read.month_ends, scope.commune.pk
    place = (commune, period.last, first, figure.key)
    if place not in read and (commune, period.last, None, EVERY) not in read:
        load(scope, [period])
    frozen: MonthEnd | None = read.setdefault(place, None)
    if frozen is None or scope.is_whole:
        return frozen
    if all(line.hamlet is None for line in frozen.lines):
        return None
    own = _own_lines(scope, frozen.lines)
    return replace(frozen, lines=own) if own else None


def load(scope: Scope, spans: Sequence[Period], figure: Figure | None = None) -> None:
    """Read the lines of these periods into the cache of the page: of one figure or of all."""
    days = [one.last for one in spans]
    rows = MonthEndCount.objects.filter(commune=scope.commune, month_end__in=days)
    read, commune = scope.read.month_ends, scope.commune.pk
    if all((commune, day, None, EVERY) in read for day in days):
        return
    if figure is not None and figure.at_month_end is not None:
        rows = rows.filter(indicator__startswith=f"{figure.key}.")
        is_flow = figure.at_month_end.is_flow
        read.update(
            {(commune, one.last, one.first if is_flow else None, figure.key): None for one in spans}
        )
    else:
        read.update({(commune, day, None, EVERY): None for day in days})
    read.update({(commune, *place): frozen for place, frozen in _frozen_rows(rows)})


type _Place = tuple[date, date | None, str]


def _frozen_rows(rows: QuerySet[MonthEndCount]) -> Iterable[tuple[_Place, MonthEnd]]:
    """Lines of one commune by last day, first day and figure, in the order of keeping."""
    found: dict[_Place, tuple[dict[str, Line], datetime, bool]] = {}
    for row in rows.order_by("pk"):
        key, _dot, column = row.indicator.partition(".")
        lines, _frozen_at, _is_estimated = found.setdefault(
            (row.month_end, row.first, key), ({}, row.frozen_at, row.is_estimated)
        )
        line = lines.setdefault(row.line, Line(row.line, row.label, row.hamlet_id, {}))
        line.numbers[column] = row.numerator
    for place, (lines, frozen_at, is_estimated) in found.items():
        yield place, MonthEnd(tuple(lines.values()), frozen_at, is_estimated)


def coverage_of(communes: Sequence[int], day: date) -> dict[int, tuple[int, int, int]]:
    """Hamlets, households and households reached of communes that froze the end of this day."""
    sums = _of(communes, day, indicator="coverage.joined").annotate(
        Count("pk"), Sum("denominator"), Sum("numerator")
    )
    return {pk: (hamlets, homes or 0, joined or 0) for pk, hamlets, homes, joined in sums}


def sums_of(communes: Sequence[int], day: date, **asked: Q) -> dict[str, dict[int, int]]:
    """Frozen numbers summed, of each condition by commune that froze such at the end of this day;
    one query."""
    sums = {name: Sum("numerator", filter=rows) for name, rows in asked.items()}
    found: dict[str, dict[int, int]] = {name: {} for name in asked}
    for commune, *numbers in _of(communes, day).annotate(**sums):
        for name, number in zip(asked, numbers, strict=True):
            if number is not None:
                found[name][commune] = number
    return found


def _of(communes: Sequence[int], day: date, **asked: Any) -> QuerySet[Any, Any]:
    rows = MonthEndCount.objects.filter(commune__in=communes, month_end=day, **asked)
    return rows.order_by().values_list("commune")


def as_frozen(figure: Figure) -> Figure:
    """A figure of the moment, in the words of a past one: it has no list any more."""
    return replace(
        figure, is_of_moment=False, listing=None, behind=no_list(NO_LIST),
        definition=figure.definition.replace(SEEN_AT, ENDED_AT),
    )  # fmt: skip


def _own_lines(scope: Scope, lines: Sequence[Line]) -> list[Line]:
    there = {line.hamlet for line in lines}
    wanted, unknown = set(), set(scope.ids)
    links = Hamlet.predecessors.through.objects
    for _generation in range(GENERATIONS):
        wanted |= unknown & there
        unknown -= there
        if not unknown:
            break
        before = links.filter(from_hamlet__in=unknown).values_list("to_hamlet", flat=True)
        unknown = set(before)
    wanted |= unknown & there
    return [line for line in lines if line.hamlet in wanted]


def _table(frozen: MonthEnd, at_end: AtMonthEnd, day: date) -> Table:
    rows = tuple(
        Row(line.label, tuple(line.numbers.get(column) for column in at_end.columns), line.key)
        for line in frozen.lines
    )
    remark = CLOSED.format(day) if at_end.is_flow else f"Tính đến hết ngày {day:%d/%m/%Y}."
    if frozen.is_estimated and at_end.is_dated:
        remark = f"{remark} {ESTIMATED}"
    elif frozen.is_estimated:
        remark = COUNTED_LATE.format(timezone.localtime(frozen.frozen_at))
    return Table(tuple(at_end.columns.values()), rows, _total(rows, len(at_end.columns)), remark)


def _total(rows: Sequence[Row], width: int) -> Row:
    """Sums of the lines; a number that one of them lacks has none."""
    columns = [[row.values[place] for row in rows] for place in range(width)]
    sums = tuple(
        None if any(value is None for value in column) else sum(value or 0 for value in column)
        for column in columns
    )
    return Row("Cộng", sums, ALL)
