"""The first card of the home page: alarms that wait for a person."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.alarms.models import Alarm
from accounts.alarms.querysets import AlarmQuerySet
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    WorkItem,
    short_list,
    work_list,
)


def _waiting(user: Any, now: datetime) -> AlarmQuerySet:
    return Alarm.objects.waiting_for(user, now).order_by("-last_at", "-pk")


@work_list
def alarms(user: Any, now: datetime) -> Any:
    address = reverse("admin:alarms_show")
    return short_list(
        "Cảnh báo an toàn",
        lambda: _waiting(user, now),
        lambda alarm: WorkItem(
            str(alarm),
            address,
            f"{timezone.localtime(alarm.last_at):%H:%M %d/%m}, {alarm.count} lần.",
            is_urgent=alarm.is_grave,
            key=subject_of(alarm),
        ),
        url=address,
        verb="Xem cảnh báo",
    )
