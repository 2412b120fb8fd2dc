"""The way to the figures from the home page."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.today import WorkItem, WorkList, work_list
from oversight import periods
from oversight.dashboards import doors


@work_list
def figures(user: Any, now: datetime) -> WorkList | None:
    """The pages of figures of an account, the one made for it first."""
    open_doors = doors.open_to(user)
    if not open_doors:
        return None
    today = timezone.localdate(now)
    month = periods.month(today.year, today.month)
    first, *others = open_doors
    if first is doors.DESK:
        items = [WorkItem("Bàn trực ban hôm nay", first.address())]
    else:
        items = [
            WorkItem(f"{first.name}: số liệu {period.words}", first.address(period))
            for period in (month, periods.before(month))
        ]
    items += [WorkItem(door.name, door.address()) for door in others]
    # Ways to go, none of them work that waits: no number stands beside them.
    return WorkList("Số liệu", items, 0, icon="monitoring", order=900)
