"""The first card of the home page: what somebody must see, urgent matters before all."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, work_list
from duty.occasions import services, subjects
from duty.occasions.by_hour import note_of
from duty.occasions.kinds import Level
from duty.occasions.models import KindChange, Occasion
from duty.occasions.querysets import OccasionQuerySet


def _open(user: Any, now: datetime) -> OccasionQuerySet:
    return Occasion.objects.to_list(user)


@work_list(asks=_open, permission=services.RIGHT)
def occasions(user: Any, now: datetime) -> WorkList | None:
    found = subjects.openable(_open(user, now), user)
    if not found:
        return None
    return WorkList(
        "Việc cần xem",
        [_item(one, user, now) for one in found[:MOST]],
        len(found),
        url=reverse("admin:duty_occasion_list"),
        icon="notification_important",
        order=-10,
    )


def _item(occasion: Occasion, user: Any, now: datetime) -> WorkItem:
    is_urgent = occasion.level == Level.NOW
    return WorkItem(
        str(occasion),
        reverse("duty_occasion", args=[occasion.token]),
        note_of(occasion, user, now),
        is_urgent=is_urgent,
        presses=is_urgent and not occasion.is_taken(now),
    )


def _muted(user: Any, now: datetime) -> Any:
    return KindChange.objects.visible_to(user).filter(muted_until__gt=now).order_by("kind")


@work_list(asks=_muted, permission=services.RIGHT)
def muted_kinds(user: Any, now: datetime) -> WorkList | None:
    changes = list(_muted(user, now))
    may_edit = user.has_perm("duty.edit_kinds_of_occasion")
    address = reverse("admin:duty_kind_list" if may_edit else "admin:duty_occasion_list")
    return (
        WorkList(
            "Loại việc đang tạm tắt báo",
            [
                WorkItem(
                    str(change),
                    address,
                    f"Không báo tới hết {timezone.localtime(change.last_day):%d/%m/%Y}. "
                    "Vẫn có trong danh sách “Việc cần xem”.",
                )
                for change in changes
            ],
            0,
            icon="notifications_off",
            order=5,
        )
        if changes
        else None
    )
