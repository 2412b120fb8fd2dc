"""Pages of figures and the accounts that may open them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import Place, WorkItem, WorkList, work_list
from oversight import periods
from oversight.dashboards.period_query import last_month
from oversight.figures.scopes import (
    ALL_COMMUNES,
    ALL_TIPS,
    READ_TIPS,
    VIEW_FIGURES,
    whole_commune,
)
from oversight.indicators import readings, wording
from oversight.periods import Period

VIEW = VIEW_FIGURES
DUTY = ("reports.record_tipreport", "reports.assign_tipreport")
# Accounts that keep the teams of a hamlet answer for the hamlet.
KEEPS_HAMLET = "groups.view_team"


@dataclass(frozen=True)
class FigurePage:
    """A page of figures: name, URL name, a sentence about it, icon, permission."""

    name: str
    view: str
    about: str
    icon: str
    may: Callable[[Any], bool]

    def address(self, period: Period | None = None) -> str:
        days = f"?{urlencode(period.query)}" if period else ""
        return reverse(f"admin:{self.view}") + days


ONE = FigurePage(
    "Một trang", "oversight_one_page", "Xã đang ra sao, đọc trong một phút.", "monitoring",
    lambda user: user.has_perm(VIEW),
)  # fmt: skip
# For readers outside the police.
PARTY = FigurePage(
    "Toàn xã", "oversight_party", "Mô hình của xã đang ra sao, cho cấp ủy và đoàn thể.",
    "monitoring",
    lambda user: user.has_perm(VIEW) and not user.has_perm(READ_TIPS),
)  # fmt: skip
POLICE = FigurePage(
    "Công an xã",
    "oversight_police",
    "Bài, phản ánh, nhóm, hạn xử lý của Công an xã.",
    "monitoring",
    lambda user: user.has_perms((VIEW, ALL_TIPS)),
)
HAMLETS = FigurePage(
    "Ấp, khu phố", "oversight_hamlets", "Từng ấp: nhóm, độ phủ, tin.", "holiday_village",
    lambda user: user.has_perm(VIEW) or user.has_perm(KEEPS_HAMLET),
)  # fmt: skip
COVERAGE = FigurePage(
    "Độ phủ theo tháng", "oversight_coverage_months", "Hai năm: mỗi tháng phủ được bao nhiêu hộ.",
    "trending_up",
    lambda user: user.has_perm(VIEW) or user.has_perm(KEEPS_HAMLET),
)  # fmt: skip
DUTY_PAGE = FigurePage(
    "Trực ban",
    "oversight_duty",
    "Tin của ca trực, việc sắp tới hạn.",
    "support_agent",
    lambda user: user.has_perms(DUTY),
)
ALL = FigurePage(
    "Mọi số liệu",
    "oversight_figures",
    "Các bảng số đầy đủ của một kỳ.",
    "table_chart",
    lambda user: user.has_perm(VIEW),
)
# For accounts without a commune that read of all of them.
CITY = FigurePage(
    "Toàn thành phố", "oversight_city", "Các xã, phường cạnh nhau.", "location_city",
    lambda user: user.commune_id is None and user.has_perm(ALL_COMMUNES),
)  # fmt: skip
# Pages of a commune.
COMMUNE_PAGES = (ONE, PARTY, POLICE, HAMLETS, COVERAGE, DUTY_PAGE, ALL)


def open_to(user: Any) -> list[FigurePage]:
    """Pages of an account, the one that it reads most first."""
    return [entry for entry in (COMMUNE_PAGES if user.commune_id else (CITY,)) if entry.may(user)]


@work_list
def figures(user: Any, now: datetime) -> WorkList | None:
    """Links to the pages of figures of an account."""
    entries = open_to(user)
    if not entries:
        return None
    # Links, no waiting work: the count is 0.
    if PARTY not in entries and CITY not in entries:
        items = [WorkItem(entry.name, entry.address()) for entry in entries]
        return WorkList("Số liệu", items, 0, place=Place.FOOT)
    month = periods.month_of(timezone.localdate(now))
    items = []
    for entry in entries:
        if entry is ONE:
            items.append(WorkItem(_finding_of_last_month(user, now), ONE.address()))
        elif entry in (PARTY, CITY):
            items += [
                WorkItem(f"{entry.name}: số liệu {period.words}", entry.address(period))
                for period in (month, periods.before(month))
            ]
        else:
            items.append(WorkItem(entry.name, entry.address()))
    return WorkList("Số liệu", items, 0, place=Place.READING)


def _finding_of_last_month(user: Any, now: datetime) -> str:
    """The title of the one page of the last month that is over, from frozen numbers alone."""
    period = last_month(timezone.localdate(now))
    scope = whole_commune(user.commune, reader=user)
    found = readings.read(scope, period, now, frozen_only=True)
    return f"{period.words.capitalize()}: {wording.finding(found, period)}"
