"""Breaches of personal data on the home page of whoever settles them."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import WorkItem, short_list, work_list
from groups.personal_data.breaches.models import DataBreach
from groups.personal_data.breaches.occasions import SETTLES, is_waited_for
from groups.personal_data.breaches.services import clock_in_words


def _item(row: DataBreach, now: datetime) -> WorkItem:
    has_hours = is_waited_for(row)
    return WorkItem(
        str(row),
        reverse("admin:groups_databreach_change", args=[row.pk]),
        f"{row.get_status_display()}. {clock_in_words(row, now)}.",
        is_urgent=has_hours,
        key=subject_of(row),
        due_at=row.due_at if has_hours else None,
    )


@work_list(permission=SETTLES)
def breaches_to_settle(user: Any, now: datetime) -> Any:
    """Breaches that are not remedied, the oldest first."""
    return short_list(
        "Sự cố dữ liệu",
        lambda: DataBreach.objects.visible_to(user).open().order_by("found_at", "pk"),
        lambda row: _item(row, now),
        url=reverse("admin:groups_databreach_changelist"),
        verb="Xử lý",
    )
