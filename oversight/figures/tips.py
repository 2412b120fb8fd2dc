"""Figures of tips: exact for the police, after suppression for others."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from oversight.figures import published
from oversight.figures.clocks import clock_states, within
from oversight.figures.cohorts import (
    CATEGORY,
    CHANNEL,
    COHORTS,
    HANDED_OVER,
    INFORMED,
    KIND,
    OUTCOME,
    STAGES,
    TIMELINESS,
    Cohort,
    count_each,
)
from oversight.figures.listing import Listing, Rows
from oversight.figures.models import Subject
from oversight.figures.rollups.reading import Parts, by_row, parts_of
from oversight.figures.scopes import READ_TIPS, Scope
from oversight.figures.table import ALL, Figure, NotListed, Row, Table, summed
from oversight.figures.table import Count as Counting
from oversight.periods import Period
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


def clocks_in(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    """Clocks of the tips of the period, with `stands`."""
    return clock_states(received_in(scope, period), as_of)


def _clocks(scope: Scope, period: Period, as_of: datetime) -> Table:
    columns = tuple(CLOCK_STATES.values())
    if not scope.is_police:
        return Table(columns, note=FOR_POLICE)
    parts = parts_in("tip_clocks", scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        clocks = clock_states(received_in(scope, *parts.rest), as_of).order_by()
        states = clocks.values_list("stage", "stands").annotate(Count("pk"))
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


def _transfers(scope: Scope, period: Period, as_of: datetime) -> Table:
    columns = tuple(str(state.label) for state in GONE)
    if not scope.is_police:
        return Table(columns, note=FOR_POLICE)
    parts = parts_in("transfers", scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        slips = handed_over_in(scope, *parts.rest).order_by().values_list("to", "state")
        found = {f"{to} {state}": number for to, state, number in slips.annotate(Count("pk"))}
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


IN_SPAN = "Phản ánh nhận trong kỳ (theo ngày nhận), mỗi phản ánh đếm một lần, "
FOR_OTHERS = (
    " Người ngoài Công an xem số của quý đã hết, tính đến ngày cuối quý, không kể câu hỏi thủ tục "
    "(xem mục Hỏi thủ tục hành chính); số dưới 5 và số suy ra được số dưới 5 thì gộp."
)
SOURCE = "Sổ tiếp nhận phản ánh."


def _cohort_figure(cohort: Cohort, name: str, how: str) -> Figure:
    others = f" {cohort.police_only}" if cohort.police_only else FOR_OTHERS
    return Figure(
        cohort.key, name, "phản ánh", f"{IN_SPAN}{how}.{others}", SOURCE, _split(cohort),
        _register, is_sensitive=True,
    )  # fmt: skip


FIGURES = (
    Figure(
        "tips", "Phản ánh đã nhận", "phản ánh", f"{IN_SPAN}kể cả trùng.{FOR_OTHERS}", SOURCE,
        _how_many, _register, is_sensitive=True,
    ),
    _cohort_figure(KIND, "Phản ánh theo loại tin", "theo loại tin lúc xem"),
    _cohort_figure(CATEGORY, "Phản ánh theo lĩnh vực", "theo lĩnh vực lúc xem"),
    _cohort_figure(CHANNEL, "Phản ánh theo nơi nhận", "theo cách tin đến"),
    _cohort_figure(OUTCOME, "Phản ánh theo kết quả", "theo kết quả đã ghi lúc xem"),
    _cohort_figure(
        TIMELINESS, "Phản ánh đúng hạn, quá hạn",
        "theo đã đóng hay chưa và có bước nào đã quá hạn hay không; bước chưa xong mà quá hạn cũng "
        "tính",
    ),
    _cohort_figure(
        INFORMED, "Thông báo kết quả cho người báo tin", "theo đã ghi thông báo hay chưa"
    ),
    _cohort_figure(
        HANDED_OVER, "Phản ánh chuyển nơi khác",
        "theo đã có phiếu chuyển đi hay chưa (cơ quan điều tra, công an nơi khác, cơ quan khác)",
    ),
    Figure(
        "tip_clocks", "Từng bước đúng hạn, quá hạn", "bước",
        "Mỗi bước có hạn của phản ánh nhận trong kỳ, trừ bước không còn áp dụng và lời nhắc hỏi "
        "nơi nhận. Bước chưa xong mà đã qua hạn là quá hạn, dù chưa ai ghi.",
        "Hạn của từng phản ánh.", _clocks, _register, is_sensitive=True,
    ),
    Figure(
        "transfers", "Lần chuyển nơi khác", "lần chuyển",
        "Lần chuyển có giờ chuyển trong kỳ, theo nơi nhận và trả lời của nơi nhận lúc xem. Một "
        "phản ánh chuyển hai lần đếm hai.",
        "Phiếu chuyển của phản ánh.", _transfers, _register, is_sensitive=True,
    ),
)  # fmt: skip


HEADINGS = ("Mã", "Nhận lúc", "Loại tin", "Trạng thái")


def tip_cells(tip: TipReport) -> tuple[str, ...]:
    """Cells of a tip, as in the register; emptied tips have no kind."""
    kind = "" if tip.disposition in TipReport.EMPTY_ENDS else tip.get_kind_display()
    return (tip.code, _moment(tip.received_at), kind, tip.get_status_display())


def tip_page(tip: TipReport, reader: User) -> str:
    return reverse("admin:reports_tipreport_show", args=[tip.pk])


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M %d/%m/%Y}"


def _all_received(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    return received_in(scope, period).order_by("received_at", "pk")


def _of_cohort(cohort: Cohort) -> Rows:
    def rows(
        scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
    ) -> QuerySet:
        found = received_in(scope, period)
        if line != ALL:
            found = cohort.of_row(found, "" if line == UNSORTED else line, as_of)
        return found.order_by("received_at", "pk")

    return rows


def _clock_rows(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    stages = list(STAGES) if line == ALL else [line]
    found = clocks_in(scope, period, as_of).filter(stage__in=stages)
    if column is not None:
        found = found.filter(stands=list(CLOCK_STATES)[column])
    return found.select_related("tip").order_by("tip__received_at", "pk")


def _clock_cells(clock: Any) -> tuple[str, ...]:
    return (
        *tip_cells(clock.tip), STAGES[clock.stage], CLOCK_STATES[clock.stands],
        _moment(clock.due_at),
    )  # fmt: skip


def _slips(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    places = list(Referral.To) if line == ALL else [line]
    states = GONE if column is None else (GONE[column],)
    found = handed_over_in(scope, period).filter(to__in=places, state__in=states)
    return found.select_related("tip").order_by("handed_over_at", "pk")


def _slip_cells(slip: Any) -> tuple[str, ...]:
    return (
        *tip_cells(slip.tip), slip.get_to_display(), slip.get_state_display(),
        _moment(slip.handed_over_at),
    )  # fmt: skip


def _page_of_its_tip(part: Any, reader: User) -> str:
    return tip_page(part.tip, reader)


def _tips(rows: Rows) -> Listing:
    return Listing(
        READ_TIPS, HEADINGS, tip_cells, tip_page, rows, is_audited=True, is_of_commune=True
    )


LISTINGS = {
    "tips": _tips(_all_received),
    **{cohort.key: _tips(_of_cohort(cohort)) for cohort in COHORTS},
    "tip_clocks": Listing(
        READ_TIPS, (*HEADINGS, "Bước", "Tình trạng", "Hạn"), _clock_cells, _page_of_its_tip,
        _clock_rows, is_audited=True, is_of_commune=True,
    ),
    "transfers": Listing(
        READ_TIPS, (*HEADINGS, "Nơi nhận", "Trả lời", "Chuyển lúc"), _slip_cells,
        _page_of_its_tip, _slips, is_audited=True, is_of_commune=True,
    ),
}  # fmt: skip
