"""What stands behind the figures of posts: the posts, and what became of them in each group."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from broadcasts.models import Broadcast, Delivery
from oversight.figures.deliveries import by_hand_in, with_speed
from oversight.figures.listing import Listing
from oversight.figures.posts import (
    BY_HAND,
    SPEEDS,
    VIEW_DELIVERIES,
    arrived_in,
    due_in,
)
from oversight.figures.table import ALL
from oversight.periods import Period
from oversight.scopes import Scope
from zalo.channels import registry

HEADINGS = ("Bài đăng", "Nhóm", "Cách đăng", "Tình trạng", "Lúc tới nhóm")


def named(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    found = deliveries.select_related("broadcast", "zalo_group")
    return found.order_by("broadcast", "zalo_group__search_text", "pk")


def delivery_cells(record: Any) -> tuple[str, ...]:
    """Of a delivery, or of a post that was counted once."""
    if isinstance(record, Broadcast):
        return (record.title, "", "", record.get_status_display(), "")
    at = record.sent_at or record.posted_at or record.settled_at
    return (
        record.broadcast.title,
        record.zalo_group.name,
        record.get_way_display(),
        record.get_status_display(),
        f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else "",
    )


def delivery_page(record: Any, reader: User) -> str:
    if isinstance(record, Broadcast):
        may_open = reader.has_perm("broadcasts.view_broadcast")
        return reverse("admin:broadcasts_broadcast_change", args=[record.pk]) if may_open else ""
    return reverse("admin:broadcasts_delivery_change", args=[record.pk])


def _by_topic(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    found = arrived_in(scope, period)
    if line != ALL:
        found = found.filter(broadcast__topic=int(line))
    if column == 0:
        posts = found.order_by().values("broadcast")
        return Broadcast.objects.filter(pk__in=posts).order_by("pk")
    if column is not None:
        ways = (registry.machine_keys(), registry.hand_keys())
        found = found.filter(way__in=ways[column - 1])
    return named(found)


def _speed(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    found = with_speed(due_in(scope, period))
    if line != ALL:
        found = found.filter(way=line)
    if column is not None:
        found = found.filter(speed=list(SPEEDS)[column])
    return named(found)


def _by_hand(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet:
    states = BY_HAND if line == ALL else (line,)
    return named(by_hand_in(due_in(scope, period)).filter(status__in=states))


LISTINGS = {
    key: Listing(VIEW_DELIVERIES, HEADINGS, delivery_cells, delivery_page, rows)
    for key, rows in {
        "posts_by_topic": _by_topic, "posts_speed": _speed, "hand_posting": _by_hand,
    }.items()
}  # fmt: skip
