"""The way to the figures from the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.today import WorkItem, WorkList, work_list
from oversight import periods
from oversight.dashboards import VIEW


@work_list
def figures(user: Any, now: datetime) -> WorkList | None:
    """This month and the last; for whoever reads figures of the commune."""
    if not user.has_perm(VIEW) or user.commune_id is None:
        return None
    today = timezone.localdate(now)
    month = periods.month(today.year, today.month)
    items = [
        WorkItem(f"Số liệu {period.words}", address(period))
        for period in (month, periods.before(month))
    ]
    url = reverse("admin:oversight_figures")
    return WorkList("Số liệu của xã", items, len(items), url=url, icon="monitoring", order=900)


def address(period: periods.Period) -> str:
    days = f"?tu={period.first.isoformat()}&den={period.last.isoformat()}"
    return reverse("admin:oversight_figures") + days
