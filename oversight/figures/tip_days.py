"""Time from receipt of a tip to its result, for the police only."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median

from django.db.models import F, QuerySet

from oversight.figures.listing import Listing, figure
from oversight.figures.scopes import READ_TIPS, Scope
from oversight.figures.table import ALL, Row, Table, no_list
from oversight.figures.tips import FOR_POLICE, HEADINGS, UNSORTED, tip_cells, tip_page
from oversight.periods import Period
from reports.models import TipReport

COLUMNS = ("Có kết quả", "Số giờ ở giữa")
A_MIDDLE = "Số giờ ở giữa là thời gian, không phải số phản ánh; mở cột Có kết quả để xem từng tin."
HOUR = timedelta(hours=1)


def _resolved_in(scope: Scope, period: Period) -> QuerySet[TipReport]:
    return scope.tips().filter(resolved_at__gte=period.begins_at, resolved_at__lt=period.ends_at)


def _count(scope: Scope, period: Period, as_of: datetime) -> Table:
    if not scope.is_police:
        return Table(COLUMNS, note=FOR_POLICE)
    took: dict[str, list[timedelta]] = {}
    spans = _resolved_in(scope, period).order_by().values_list(
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
    return Table(COLUMNS, rows, Row("Tất cả", _middle(everything), ALL) if rows else None)


def _middle(spans: Iterable[timedelta]) -> tuple[int, int]:
    """Number and median hours, rounded up."""
    hours = [span / HOUR for span in spans]
    return (len(hours), math.ceil(median(hours)))


def _rows(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet[TipReport]:
    found = _resolved_in(scope, period).order_by("received_at", "pk")
    return found if line == ALL else found.filter(kind="" if line == UNSORTED else line)


FIGURES = (
    figure(
        "tip_days", _count,
        Listing(
            READ_TIPS, HEADINGS, tip_cells, tip_page, _rows, unlisted={1: A_MIDDLE},
            is_audited=True, is_of_commune=True,
        ),
        behind=no_list("Hãy mở danh sách từ từng số trong bảng."), is_sensitive=True,
    ),
)  # fmt: skip
