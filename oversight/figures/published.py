"""Numbers of tips for readers outside the police, by quarter and after suppression.

The only source of these numbers. A quarter is published once it is over, as of its last day
(`freezing`), so that comparing two days reveals nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from accounts.models import Commune
from oversight import periods
from oversight.figures.cohorts import Cohort
from oversight.figures.freezing import Standing, standing, standing_of
from oversight.figures.scopes import Scope
from oversight.figures.suppression import Breakdown, added, breakdown_of, quarter
from oversight.figures.table import Row, Table
from oversight.periods import Period

COLUMNS = ("Phản ánh",)
MERGED = "Các dòng “không nêu”, cộng lại"
ONLY_WHOLE = "Số liệu phản ánh chỉ nêu chung cả xã."
ONLY_QUARTERS = (
    "Để không lộ người báo tin, số liệu phản ánh chỉ nêu theo tháng, quý, 6 tháng, năm. Hãy chọn "
    "một trong các kỳ này."
)
BY_QUARTER = "Số theo từng loại nêu theo quý. Hãy chọn quý, 6 tháng hoặc năm."
NOT_OVER = "Kỳ này chưa hết; số liệu phản ánh nêu sau ngày cuối kỳ."
TOO_FEW = "Số quá nhỏ nên không nêu, để không lộ người báo tin."
ALL_MERGED = (
    "Số theo từng dòng quá nhỏ nên không nêu dòng nào, để không lộ người báo tin; xem số chung ở "
    "mục Phản ánh đã nhận."
)
SOME_UNTOLD = (
    "Xã, phường có số nhỏ thì không nêu, để không lộ người báo tin; dòng cuối chỉ cộng các xã đã "
    "nêu."
)
SOME_MERGED = "Dòng có số nhỏ được gộp lại, để không lộ người báo tin."


def received(scope: Scope, period: Period, as_of: datetime) -> Table:
    """Received tips by month."""
    months = _months_of(period)
    if reason := _refusal(scope, period, months, as_of):
        return Table(COLUMNS, note=reason)
    found = _standing(scope, _quarters_of(months), as_of)
    counts = _told_months(months, found)
    if len(months) == 1:
        count = counts[months[0]]
        return Table(COLUMNS, (Row(months[0].words, (count,)),), note="" if count else TOO_FEW)
    total = _total(period, counts, found)
    rows = tuple(Row(one.words, (counts[one],)) for one in months)
    remark = SOME_MERGED if None in counts.values() else ""
    return Table(COLUMNS, rows, Row("Cộng", (total,)), note=remark if total else TOO_FEW)


def received_by_commune(
    communes: Collection[Commune], period: Period, as_of: datetime
) -> tuple[dict[int, int | None], str]:
    """Published numbers of received tips by commune, and a note on missing ones."""
    months = _months_of(period)
    untold: dict[int, int | None] = dict.fromkeys(one.pk for one in communes)
    if reason := _refusal_of_span(period, months, as_of):
        return untold, reason
    found = standing_of(communes, _quarters_of(months), as_of)
    totals = {
        commune: _total(period, _told_months(months, quarters), quarters)
        for commune, quarters in found.items()
    }
    return totals, SOME_UNTOLD if None in totals.values() else ""


def split(cohort: Cohort, scope: Scope, period: Period, as_of: datetime) -> Table:
    """Tips of whole quarters by the rows of a cohort."""
    quarters = periods.quarters_in(period)
    if reason := cohort.police_only or _refusal(scope, period, _months_of(period), as_of):
        return Table(COLUMNS, note=reason)
    if quarters is None:
        return Table(COLUMNS, note=BY_QUARTER)
    found = _standing(scope, quarters, as_of)
    return _table(cohort, added(_split_quarter(cohort, found[one]) for one in quarters))


def _table(cohort: Cohort, found: Breakdown) -> Table:
    if found.rest is None:
        return Table(COLUMNS, note=TOO_FEW)
    if not found.shown:
        return Table(COLUMNS, note=ALL_MERGED)
    known = cohort.for_outsiders(dict.fromkeys(cohort.rows, 0))
    rows = [Row(cohort.label(key), (found.shown.get(key),)) for key in known]
    if found.merged:
        rows.append(Row(MERGED, (found.rest,)))
    remark = SOME_MERGED if found.merged else ""
    return Table(COLUMNS, tuple(rows), Row("Cộng", (found.total,)), note=remark)


def _standing(
    scope: Scope, quarters: Iterable[Period], as_of: datetime
) -> Mapping[Period, Standing]:
    """Standing releases of these quarters, read once for a page."""
    asked, known = (tuple(quarters), as_of), scope.read.published
    if asked not in known:
        known[asked] = standing(scope.commune, asked[0], as_of)
    found: Mapping[Period, Standing] = known[asked]
    return found


def _months_of(period: Period) -> list[Period]:
    """Months of the period; none if it cuts one."""
    return periods.months_in(period) if periods.is_of_months(period) else []


def _quarters_of(months: Iterable[Period]) -> list[Period]:
    """Quarters of the months."""
    return list(dict.fromkeys(periods.quarter_of(one.first) for one in months))


def _refusal(scope: Scope, period: Period, months: list[Period], as_of: datetime) -> str:
    """Reason for no numbers of this place and period; else empty."""
    if not scope.is_whole:
        return ONLY_WHOLE
    return _refusal_of_span(period, months, as_of)


def _refusal_of_span(period: Period, months: list[Period], as_of: datetime) -> str:
    if not months:
        return ONLY_QUARTERS
    return "" if period.is_over(timezone.localdate(as_of)) else NOT_OVER


def _told_months(
    months: Iterable[Period], found: Mapping[Period, Standing]
) -> dict[Period, int | None]:
    counts: dict[Period, int | None] = {}
    for whole, stands in found.items():
        months_told = quarter(stands.months).months
        counts |= dict(zip(periods.months_in(whole), months_told, strict=False))
    return {one: counts[one] for one in months}


def _total(
    period: Period, counts: Mapping[Period, int | None], found: Mapping[Period, Standing]
) -> int | None:
    """Total: sums of whole quarters, else of the published months."""
    quarters = periods.quarters_in(period)
    if quarters is None:
        parts = list(counts.values())
    else:
        parts = [quarter(found[one].months).total for one in quarters]
    return None if None in parts else sum(part or 0 for part in parts)


def _split_quarter(cohort: Cohort, found: Standing) -> Breakdown:
    """Breakdown of a quarter; empty for a newer cohort or when tips are missing."""
    counts = found.cohorts.get(cohort.key)
    if counts is None or sum(counts.values()) != sum(found.months):
        return Breakdown({}, tuple(cohort.rows), None)
    return breakdown_of(quarter(found.months), cohort.for_outsiders(counts), cohort.known)
