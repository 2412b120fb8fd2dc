"""Figures of posts: arrivals, speed, posting by hand."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from broadcasts.models import Broadcast, Delivery, Topic
from oversight.figures.deliveries import (
    Status,
    arrivals,
    by_hand_and_status,
    by_hand_in,
    by_speed,
    by_topic,
    due,
    with_speed,
)
from oversight.figures.listing import Listing, Rows, figure
from oversight.figures.models import Subject
from oversight.figures.rollups.reading import Parts, by_row, parts_of
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Ask, AtMonthEnd, Row, Table, asking, summed
from oversight.periods import Period
from zalo.channels import registry

SPEEDS = {
    "soon": "Trong 1 giờ",
    "day": "Trong 24 giờ",
    "later": "Muộn hơn 24 giờ",
    "waiting": "Chưa xong",
    "never": "Không đăng được, bỏ lỡ, đã hủy",
}
VIEW_DELIVERIES = "broadcasts.view_delivery"
BY_HAND = (Status.POSTED, Status.MISSED, Status.TO_POST, Status.CANCELLED)
HAND_COLUMNS = {"deliveries": "Lượt đăng tay"}


def arrived_in(scope: Scope, *spans: Period) -> QuerySet[Any]:
    """Deliveries that arrived in the spans."""
    return arrivals(scope.deliveries(), spans)


def due_in(scope: Scope, *spans: Period) -> QuerySet[Any]:
    """Deliveries of posts due in the spans."""
    return due(scope.deliveries(), spans)


def parts_in(part: str, scope: Scope, period: Period, as_of: datetime) -> Parts:
    """Stored months for a whole commune; hamlets are counted by row."""
    if not scope.is_whole:
        return by_row(period)
    return parts_of(Subject.POSTS, part, scope.commune.pk, period, as_of, scope.read)


@asking
def _by_topic(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    """A post may arrive in two months: the stored ids let it count once."""
    parts = parts_in("arrived", scope, period, as_of)
    arrived = [(int(topic), *counts) for month in parts.counts for topic, counts in month.items()]
    if parts.rest:
        arrived += [
            (row["broadcast__topic"], row["by_api"], row["by_hand"], row["posts"])
            for row in (yield by_topic(arrived_in(scope, *parts.rest)))
        ]
    posts: dict[int, set[int]] = defaultdict(set)
    by_api: Counter[int] = Counter()
    by_hand: Counter[int] = Counter()
    for topic, api, hand, some in arrived:
        by_api[topic] += api
        by_hand[topic] += hand
        posts[topic].update(some)
    topics = (yield Topic.objects.filter(pk__in=posts).order_by("order", "name")) if posts else []
    rows = tuple(
        Row(
            topic.name,
            (len(posts[topic.pk]), by_api[topic.pk], by_hand[topic.pk]),
            str(topic.pk),
        )
        for topic in topics
    )
    return summed(Table(("Bài", "Lượt máy gửi", "Lượt đăng tay"), rows))


@asking
def _speed(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    parts = parts_in("speed", scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        found = {
            f"{row['way']} {row['speed']}": row["deliveries"]
            for row in (yield by_speed(due_in(scope, *parts.rest)))
        }
    parts.add_to(found)
    rows = tuple(
        Row(
            str(channel.label),
            tuple(found.get(f"{channel.key} {speed}", 0) for speed in SPEEDS),
            channel.key,
        )
        for channel in registry.of_posts()
    )
    return summed(Table(tuple(SPEEDS.values()), rows))


@asking
def _by_hand(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    parts = parts_in("hand", scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        by_status = yield by_hand_and_status(due_in(scope, *parts.rest))
        found = {row["status"]: row["deliveries"] for row in by_status}
    parts.add_to(found)
    rows = tuple(
        Row(str(status.label), (found.get(status.value, 0),), status.value) for status in BY_HAND
    )
    return summed(Table(tuple(HAND_COLUMNS.values()), rows))


HEADINGS = ("Bài đăng", "Nhóm", "Cách đăng", "Tình trạng", "Lúc tới nhóm")


def named(deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
    found = deliveries.select_related("broadcast", "zalo_group")
    return found.order_by("broadcast", "zalo_group__search_text", "pk")


def delivery_cells(record: Any) -> tuple[str, ...]:
    """Cells of a delivery, or of a post counted once."""
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


def _by_topic_rows(ask: Ask) -> QuerySet:
    found = arrived_in(ask.scope, ask.period)
    if ask.line != ALL:
        found = found.filter(broadcast__topic=int(ask.line))
    if ask.column == 0:
        posts = found.order_by().values("broadcast")
        return Broadcast.objects.filter(pk__in=posts).order_by("pk")
    if ask.column is not None:
        ways = (registry.machine_keys(), registry.hand_keys())
        found = found.filter(way__in=ways[ask.column - 1])
    return named(found)


def _speed_rows(ask: Ask) -> QuerySet:
    found = with_speed(due_in(ask.scope, ask.period))
    if ask.line != ALL:
        found = found.filter(way=ask.line)
    if ask.column is not None:
        found = found.filter(speed=list(SPEEDS)[ask.column])
    return named(found)


def _by_hand_rows(ask: Ask) -> QuerySet:
    states = BY_HAND if ask.line == ALL else (ask.line,)
    return named(by_hand_in(due_in(ask.scope, ask.period)).filter(status__in=states))


def _listing(rows: Rows) -> Listing:
    return Listing(VIEW_DELIVERIES, HEADINGS, delivery_cells, delivery_page, rows)


BY_TOPIC = _listing(_by_topic_rows)
FIGURES = (
    figure("posts_by_topic", _by_topic, BY_TOPIC),
    figure(
        "posts_speed", _speed, _listing(_speed_rows),
        at_month_end=AtMonthEnd(SPEEDS, is_flow=True),
    ),
    figure(
        "hand_posting", _by_hand, _listing(_by_hand_rows),
        at_month_end=AtMonthEnd(HAND_COLUMNS, is_flow=True),
    ),
)  # fmt: skip
