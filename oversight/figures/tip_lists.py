"""What stands behind the figures of tips, for the police: the tips by code, kind and stage.

No more than the register says to the same reader, who sees each tip here or does not see it at all.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from oversight.figures.cohorts import COHORTS, STAGES, Cohort
from oversight.figures.listing import Listing, Rows
from oversight.figures.table import ALL
from oversight.figures.tips import (
    CLOCK_STATES,
    GONE,
    UNSORTED,
    clocks_in,
    handed_over_in,
    received_in,
)
from oversight.periods import Period
from oversight.scopes import READ_TIPS, Scope
from reports.models import Referral, TipReport

HEADINGS = ("Mã", "Nhận lúc", "Loại tin", "Trạng thái")


def tip_cells(tip: TipReport) -> tuple[str, ...]:
    """Of a tip that keeps a single line, that there is one."""
    kind = "" if tip.disposition in TipReport.EMPTY_ENDS else tip.get_kind_display()
    return (tip.code, _said(tip.received_at), kind, tip.get_status_display())


def tip_page(tip: TipReport, reader: User) -> str:
    return reverse("admin:reports_tipreport_show", args=[tip.pk])


def _said(moment: datetime) -> str:
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


def _clocks(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    stages = list(STAGES) if line == ALL else [line]
    found = clocks_in(scope, period, as_of).filter(stage__in=stages)
    if column is not None:
        found = found.filter(stands=list(CLOCK_STATES)[column])
    return found.select_related("tip").order_by("tip__received_at", "pk")


def _clock_cells(clock: Any) -> tuple[str, ...]:
    return (
        *tip_cells(clock.tip), STAGES[clock.stage], CLOCK_STATES[clock.stands], _said(clock.due_at),
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
        _said(slip.handed_over_at),
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
        _clocks, is_audited=True, is_of_commune=True,
    ),
    "transfers": Listing(
        READ_TIPS, (*HEADINGS, "Nơi nhận", "Trả lời", "Chuyển lúc"), _slip_cells,
        _page_of_its_tip, _slips, is_audited=True, is_of_commune=True,
    ),
}  # fmt: skip
