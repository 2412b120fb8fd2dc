"""Open occasions, for the queue of the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.work_lists import Act, Level, WorkItem, WorkList, work_list
from duty.occasions import kinds, pages, services, subjects
from duty.occasions.by_hour import LEVELS, note_of, taker_of
from duty.occasions.models import KindChange, Occasion


@work_list(permission=services.RIGHT)
def occasions(user: Any, now: datetime) -> Asking[WorkList | None]:
    rows = yield Later("occasions", lambda: Occasion.objects.to_list(user)[: subjects.MOST])
    found = yield from subjects.openable_asked(rows, user)
    if not found:
        return None
    return WorkList(
        "Việc cần xem",
        [_item(one, user, now) for one in found],
        len(found),
        url=reverse("admin:duty_occasion_list"),
        verb="Mở việc",
        is_said_last=True,
    )


def _item(occasion: Occasion, user: Any, now: datetime) -> WorkItem:
    """Taken ones are opened, free ones taken by one press; a part of one's own is done."""
    is_urgent = occasion.level == kinds.Level.NOW
    is_taken = occasion.is_taken(now)
    taker = taker_of(occasion, user, now)
    address = reverse("duty_occasion", args=[occasion.token])
    acts = []
    if not (is_taken or occasion.all_must_know):
        address_to_take = reverse("duty_occasion_act", args=[occasion.token, "nhan"])
        acts.append(Act("Tôi nhận", address_to_take, posts=True, fields=(("ve", pages.HOME),)))
    return WorkItem(
        str(occasion),
        address,
        note_of(occasion, user, now),
        aside=f"{occasion!s}, {taker}" if occasion.all_must_know else str(occasion),
        taker="" if occasion.all_must_know else taker,
        is_urgent=is_urgent,
        presses=is_urgent and not is_taken,
        key=occasion.subject,
        due_at=occasion.due_at,
        acts=tuple(acts),
        level=LEVELS[kinds.Level(occasion.level)],
        is_taken=is_taken,
        is_others=is_taken and occasion.taken_by_id != user.pk,
    )


@work_list(permission=services.RIGHT)
def muted_kinds(user: Any, now: datetime) -> Asking[WorkList | None]:
    changes = yield Later(
        "muted",
        lambda: KindChange.objects.visible_to(user).filter(muted_until__gt=now).order_by("kind"),
    )
    if not changes:
        return None
    may_edit = user.has_perm("duty.edit_kinds_of_occasion")
    address = reverse("admin:duty_kind_list" if may_edit else "admin:duty_occasion_list")
    items = [
        WorkItem(
            str(change),
            address,
            f"Không báo tới hết {timezone.localtime(change.last_day):%d/%m/%Y}. "
            "Vẫn có trong danh sách “Việc cần xem”.",
        )
        for change in changes
    ]
    return WorkList(
        "Loại việc đang tạm tắt báo", items, len(items), verb="Xem loại việc", level=Level.SHIFT
    )
