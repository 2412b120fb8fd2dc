"""Figures of tips: exact for the police, after suppression for others."""

import math
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from oversight.figures import published
from oversight.figures.clocks import clock_states, within
from oversight.figures.cohorts import (
    COHORTS,
    KIND,
    STAGES,
    Cohort,
    count_each,
)
from oversight.figures.listing import Listing, Page, Rows, figure, page_at
from oversight.figures.models import Subject
from oversight.figures.rollups.reading import Parts, by_row, parts_of
from oversight.figures.scopes import READ_TIPS, Scope
from oversight.figures.table import (
    ALL,
    Ask,
    Figure,
    NotListed,
    Row,
    Table,
    asking,
    no_list,
    summed,
)
from oversight.figures.table import Count as Counting
from oversight.periods import Period, moment_text
from reports.models import Referral, TipReport

COLUMNS = published.COLUMNS
CLOCK_STATES = {
    "met": "Đúng hạn", "late": "Xong, quá hạn", "open": "Chưa xong, còn hạn",
    "overdue": "Chưa xong, quá hạn",
}  # fmt: skip
GONE = tuple(state for state in Referral.State if state != Referral.State.PREPARED)
# Key of the line of unsorted tips, whose value is blank.
UNSORTED = "chua-ro"
FOR_POLICE = "Số này chỉ Công an xã xem."


def received_in(scope: Scope, *spans: Period) -> QuerySet[TipReport]:
    """Tips of the spans visible to the reader."""
    return scope.tips().filter(within("received_at", spans))


def parts_in(part: str, scope: Scope, period: Period, as_of: datetime) -> Parts:
    """Stored months, for readers of all tips."""
    if not scope.sees_all_tips:
        return by_row(period)
    place, barred = scope.commune.pk, scope.barred_months
    return parts_of(Subject.TIPS, part, place, period, as_of, scope.read, barred=barred)


def _counted(cohort: Cohort, scope: Scope, period: Period, as_of: datetime) -> dict[str, int]:
    parts = parts_in(cohort.key, scope, period, as_of)
    found = dict.fromkeys(cohort.rows, 0)
    if parts.rest:
        found |= _by_row(scope, parts.rest, as_of)[cohort.key]
    return parts.add_to(found)


def _by_row(scope: Scope, spans: tuple[Period, ...], as_of: datetime) -> dict[str, dict[str, int]]:
    """Counts of all cohorts, cached for the page."""
    told_apart = scope.read.told_apart
    if (spans, as_of) not in told_apart:
        told_apart[spans, as_of] = count_each(received_in(scope, *spans), as_of)
    return told_apart[spans, as_of]


def _how_many(scope: Scope, period: Period, as_of: datetime) -> Table:
    if not scope.is_police:
        return published.received(scope, period, as_of)
    count = sum(_counted(KIND, scope, period, as_of).values())
    return Table(COLUMNS, (Row(period.words, (count,), ALL),))


def _split(cohort: Cohort) -> Counting:
    def count(scope: Scope, period: Period, as_of: datetime) -> Table:
        if not scope.is_police:
            return published.split(cohort, scope, period, as_of)
        counts = _counted(cohort, scope, period, as_of)
        rows = tuple(
            Row(label, (counts[key],), key or UNSORTED) for key, label in cohort.rows.items()
        )
        return summed(Table(COLUMNS, rows))

    return count


@asking
def _clocks(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    columns = tuple(CLOCK_STATES.values())
    if not scope.is_police:
        return Table(columns, note=FOR_POLICE)
    parts = parts_in("tip_clocks", scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        clocks = clock_states(received_in(scope, *parts.rest), as_of).order_by()
        states = yield clocks.values_list("stage", "stands").annotate(Count("pk"))
        found = {f"{stage} {stands}": number for stage, stands, number in states}
    parts.add_to(found)
    rows = tuple(
        Row(label, tuple(found.get(f"{stage} {key}", 0) for key in CLOCK_STATES), stage)
        for stage, label in STAGES.items()
    )
    return summed(Table(columns, rows))


def handed_over_in(scope: Scope, *spans: Period) -> QuerySet[Referral]:
    """Referrals handed over in the spans, of visible tips."""
    gone = Referral.objects.filter(within("handed_over_at", spans))
    return gone.filter(tip__in=scope.tips().values("pk"))


@asking
def _transfers(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    columns = tuple(str(state.label) for state in GONE)
    if not scope.is_police:
        return Table(columns, note=FOR_POLICE)
    parts = parts_in("transfers", scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        gone = handed_over_in(scope, *parts.rest).order_by().values_list("to", "state")
        slips = yield gone.annotate(Count("pk"))
        found = {f"{to} {state}": number for to, state, number in slips}
    parts.add_to(found)
    rows = tuple(
        Row(
            str(to.label),
            tuple(found.get(f"{to.value} {state.value}", 0) for state in GONE),
            to.value,
        )
        for to in Referral.To
    )
    return summed(Table(columns, rows))


def _register(scope: Scope, period: Period) -> str:
    """Register of the period, for accounts that may print it."""
    if not scope.is_police:
        raise NotListed("Từng phản ánh chỉ Công an xã đọc được.")
    if not scope.reader.has_perm("reports.print_register") or not scope.is_whole:
        raise NotListed("Sổ tiếp nhận cả xã do chỉ huy mở.")
    return f"{reverse('admin:reports_tipreport_register')}?{urlencode(period.query)}"


HEADINGS = ("Mã", "Nhận lúc", "Loại tin", "Trạng thái")


def tip_cells(tip: TipReport) -> tuple[str, ...]:
    """Cells of a tip, as in the register; emptied tips have no kind."""
    kind = "" if tip.disposition in TipReport.EMPTY_ENDS else tip.get_kind_display()
    return (tip.code, moment_text(tip.received_at), kind, tip.get_status_display())


tip_page = page_at("reports_tipreport_show")
_page_of_its_tip = page_at("reports_tipreport_show", "tip_id")


def _all_received(ask: Ask) -> QuerySet:
    return received_in(ask.scope, ask.period).order_by("received_at", "pk")


def _of_cohort(cohort: Cohort) -> Rows:
    def rows(ask: Ask) -> QuerySet:
        found = received_in(ask.scope, ask.period)
        if ask.line != ALL:
            found = cohort.of_row(found, "" if ask.line == UNSORTED else ask.line, ask.as_of)
        return found.order_by("received_at", "pk")

    return rows


def _clock_rows(ask: Ask) -> QuerySet:
    stages = list(STAGES) if ask.line == ALL else [ask.line]
    found = clock_states(received_in(ask.scope, ask.period), ask.as_of).filter(stage__in=stages)
    if ask.column is not None:
        found = found.filter(stands=list(CLOCK_STATES)[ask.column])
    return found.select_related("tip").order_by("tip__received_at", "pk")


def _clock_cells(clock: Any) -> tuple[str, ...]:
    return (
        *tip_cells(clock.tip), STAGES[clock.stage], CLOCK_STATES[clock.stands],
        moment_text(clock.due_at),
    )  # fmt: skip


def _slips(ask: Ask) -> QuerySet:
    places = list(Referral.To) if ask.line == ALL else [ask.line]
    states = GONE if ask.column is None else (GONE[ask.column],)
    found = handed_over_in(ask.scope, ask.period).filter(to__in=places, state__in=states)
    return found.select_related("tip").order_by("handed_over_at", "pk")


def _slip_cells(slip: Any) -> tuple[str, ...]:
    return (
        *tip_cells(slip.tip), slip.get_to_display(), slip.get_state_display(),
        moment_text(slip.handed_over_at),
    )  # fmt: skip


DAYS_COLUMNS = ("Có kết quả", "Số giờ ở giữa")
A_MIDDLE = "Số giờ ở giữa là thời gian, không phải số phản ánh; mở cột Có kết quả để xem từng tin."
HOUR = timedelta(hours=1)


def _resolved_in(scope: Scope, period: Period) -> QuerySet[TipReport]:
    return scope.tips().filter(resolved_at__gte=period.begins_at, resolved_at__lt=period.ends_at)


@asking
def _days(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    if not scope.is_police:
        return Table(DAYS_COLUMNS, note=FOR_POLICE)
    took: dict[str, list[timedelta]] = {}
    spans = yield _resolved_in(scope, period).order_by().values_list(
        "kind", F("resolved_at") - F("received_at")
    )  # fmt: skip
    for kind, span in spans:
        took.setdefault(kind, []).append(span)
    rows = tuple(
        Row(str(kind.label), _middle(took[kind.value]), kind.value or UNSORTED)
        for kind in TipReport.Kind
        if kind.value in took
    )
    everything = [span for spans in took.values() for span in spans]
    return Table(DAYS_COLUMNS, rows, Row("Tất cả", _middle(everything), ALL) if rows else None)


def _middle(spans: Iterable[timedelta]) -> tuple[int, int]:
    """Number and median hours, rounded up."""
    hours = [span / HOUR for span in spans]
    return (len(hours), math.ceil(median(hours)))


def _resolved_rows(ask: Ask) -> QuerySet[TipReport]:
    found = _resolved_in(ask.scope, ask.period).order_by("received_at", "pk")
    return found if ask.line == ALL else found.filter(kind="" if ask.line == UNSORTED else ask.line)


# As a tip came to its end; the blank of tips from before the choice comes last.
WAYS = {value or UNSORTED: str(label) for value, label in TipReport.Measure.choices if value} | {
    UNSORTED: "Chưa ghi"
}


@asking
def _ways(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    if not scope.is_police:
        return Table(COLUMNS, note=FOR_POLICE)
    told_apart = _resolved_in(scope, period).order_by().values_list("measure")
    counted = yield told_apart.annotate(Count("pk"))
    found = {one or UNSORTED: number for one, number in counted}
    return summed(Table(COLUMNS, tuple(Row(WAYS[key], (found.get(key, 0),), key) for key in WAYS)))


def _way_rows(ask: Ask) -> QuerySet[TipReport]:
    found = _resolved_in(ask.scope, ask.period).order_by("received_at", "pk")
    if ask.line == ALL:
        return found
    return found.filter(measure="" if ask.line == UNSORTED else ask.line)


def _listing(
    rows: Rows, cells: Any = tip_cells, page: Page = tip_page, *more_headings: str
) -> Listing:
    headings = (*HEADINGS, *more_headings)
    return Listing(READ_TIPS, headings, cells, page, rows, is_audited=True, is_of_commune=True)


def _figure(key: str, count: Counting, listing: Listing) -> Figure:
    return figure(key, count, listing, behind=_register, is_sensitive=True)


RECEIVED = _listing(_all_received)
FIGURES = (
    _figure("tips", _how_many, RECEIVED),
    *(_figure(one.key, _split(one), _listing(_of_cohort(one))) for one in COHORTS),
    _figure(
        "tip_clocks", _clocks,
        _listing(_clock_rows, _clock_cells, _page_of_its_tip, "Bước", "Tình trạng", "Hạn"),
    ),
    _figure(
        "transfers", _transfers,
        _listing(_slips, _slip_cells, _page_of_its_tip, "Nơi nhận", "Trả lời", "Chuyển lúc"),
    ),
    figure(
        "tip_days", _days, replace(_listing(_resolved_rows), unlisted={1: A_MIDDLE}),
        behind=no_list("Hãy mở danh sách từ từng số trong bảng."), is_sensitive=True,
    ),
    figure("tip_measures", _ways, _listing(_way_rows), is_sensitive=True),
)  # fmt: skip
