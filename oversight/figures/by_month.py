"""Figures by month."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from accounts.scoped_admin.asking import Asking
from groups.consultation.thresholds import nearest
from oversight import periods
from oversight.figures import posts, questions, tips
from oversight.figures.listing import Listing, figure
from oversight.figures.month_ends import reading as month_ends
from oversight.figures.place import COVERAGE, COVERED_LIST, NOT_RECORDS
from oversight.figures.place import COVERAGE_COLUMNS as COVERED
from oversight.figures.rollups.reading import Parts
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Ask, Row, Table, asking, summed
from oversight.periods import Period

TOLD_ELSEWHERE = "Số của từng tháng nêu ở mục Phản ánh đã nhận."


def key_of(month: Period) -> str:
    """Key of the line of a month."""
    return f"{month.first:%Y-%m}"


def _by_month(
    parts: Parts,
    number_of: Callable[[Any], int],
    rows_of: Callable[..., QuerySet[Any]],
    day: str,
    period: Period,
    column: str,
) -> Asking[Table]:
    """Counts by month of a period, from stored counts and one query for the rest."""
    found = {(month.year, month.month): number_of(counts) for month, counts in parts.months.items()}
    if parts.rest:
        rows = rows_of(*parts.rest).order_by().annotate(month=TruncMonth(day))
        for month, count in (yield rows.values_list("month").annotate(Count("pk"))):
            found[month.year, month.month] = count
    lines = tuple(
        Row(month.words, (found.get((month.first.year, month.first.month), 0),), key_of(month))
        for month in periods.months_in(period)
    )
    return summed(Table((column,), lines))


@asking
def _posts(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    parts = posts.parts_in("arrived", scope, period, as_of)
    rows_of = partial(posts.arrived_in, scope)
    return (yield from _by_month(parts, _arrivals, rows_of, "at", period, "Lượt tới nhóm"))


def _arrivals(by_topic: dict[str, list[Any]]) -> int:
    return sum(api + hand for api, hand, _posts in by_topic.values())


def _sum(numbers: dict[str, int]) -> int:
    return sum(numbers.values())


@asking
def _tips(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    if not scope.is_police:
        return Table(("Phản ánh",), note=TOLD_ELSEWHERE)
    parts = tips.parts_in("tips_by_kind", scope, period, as_of)
    rows_of = partial(tips.received_in, scope)
    return (yield from _by_month(parts, _sum, rows_of, "received_at", period, "Phản ánh"))


@asking
def _questions(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    if not scope.is_whole:
        reason = "Câu hỏi không ghi ấp, khu phố, nên chỉ có số của cả xã."
        return Table(("Câu hỏi",), note=reason)
    parts = questions.parts_in(scope, period, as_of)
    rows_of = partial(questions.asked_in, scope)
    table = yield from _by_month(parts, _sum, rows_of, "asked_on", period, "Câu hỏi")
    return summed(replace(table, rows=tuple(_frozen_questions(scope, period, table.rows))))


def _frozen_questions(scope: Scope, period: Period, rows: Iterable[Row]) -> Iterator[Row]:
    """Months as they were frozen: questions are deleted after a year, their numbers are not."""
    spans = {key_of(one): _span(period, key_of(one)) for one in periods.months_in(period)}
    month_ends.load(scope, list(spans.values()), questions.QUESTIONS_ASKED)
    for row in rows:
        frozen = month_ends.frozen_of(questions.QUESTIONS_ASKED, scope, spans[row.key])
        if frozen is not None:
            asked = sum(sum(filter(None, line.numbers.values())) for line in frozen.lines)
            row = replace(row, values=(asked,))
        yield row


def _cut(whole: Listing) -> Listing:
    def rows(ask: Ask) -> QuerySet:
        return whole.rows(Ask(ask.scope, _span(ask.period, ask.line), ask.as_of))

    return replace(whole, rows=rows, sums={}, unlisted={})


def _span(period: Period, line: str) -> Period:
    """Days of the period in the month of a line."""
    if line == ALL:
        return period
    month = next(one for one in periods.months_in(period) if key_of(one) == line)
    return Period(max(month.first, period.first), min(month.last, period.last))


COVERAGE_COLUMNS = (*COVERED[:3], COVERED[4], "Độ phủ, %")
# Columns of the list of coverage, by those here.
LISTED = {None: None, 1: 1, 2: 2, 3: 4}
SHARE, OUT_OF = 4, 100
A_SHARE = "Tỷ lệ tính từ hai cột đầu, không phải một danh sách."
ESTIMATED = "Số ước tính, dựng lại từ ngày vào nhóm, rời nhóm đã ghi: {}."


def _coverage(scope: Scope, period: Period, as_of: datetime) -> Table:
    """Coverage at the end of each month that has begun: sums over hamlets, never over months."""
    today = timezone.localdate(as_of)
    spans = [_span(period, key_of(one)) for one in periods.months_in(period) if one.first <= today]
    month_ends.load(scope, spans, COVERAGE)
    rows, estimated = [], []
    for span in spans:
        month = periods.month_of(span.first)
        total = month_ends.counted_of(COVERAGE, scope, span, as_of).table.total
        all_homes, joined, through, _members, people = total.values if total else (0,) * 5
        share = nearest(joined or 0, all_homes, out_of=OUT_OF) if all_homes else None
        rows.append(Row(month.words, (all_homes, joined, through, people, share), key_of(month)))
        frozen = month_ends.frozen_of(COVERAGE, scope, span)
        if frozen is not None and frozen.is_estimated:
            estimated.append(month)
    return Table(COVERAGE_COLUMNS, tuple(rows), note=_estimated(estimated))


def _estimated(months: list[Period]) -> str:
    if not months:
        return ""
    first, last = months[0].words, months[-1].words
    return ESTIMATED.format(first if first == last else f"{first} đến {last}")


def _covered_rows(ask: Ask) -> QuerySet:
    span = _span(ask.period, ask.line)
    return COVERED_LIST.rows(Ask(ask.scope, span, ask.as_of, column=LISTED[ask.column]))


FIGURES = (
    figure(
        "coverage_by_month", _coverage,
        replace(
            COVERED_LIST, rows=_covered_rows,
            unlisted={0: NOT_RECORDS, SHARE: A_SHARE},
        ),
    ),
    figure("posts_by_month", _posts, _cut(posts.BY_TOPIC)),
    figure("tips_by_month", _tips, _cut(tips.RECEIVED), is_sensitive=True),
    figure("questions_by_month", _questions, _cut(questions.LISTED)),
)  # fmt: skip
