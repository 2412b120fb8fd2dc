"""Querysets of deliveries for the figures: arrival, due time, speed, posting by hand."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from broadcasts.models import Delivery
from oversight.figures.clocks import within
from oversight.periods import Period
from zalo.channels import registry

Status = Delivery.Status
# Zalo confirmed it, an officer reported it, or somebody checked and found it.
ARRIVED = Q(status__in=[Status.SENT, Status.POSTED]) | Q(
    status=Status.UNCERTAIN, finding=Delivery.Finding.ARRIVED
)
ARRIVED_AT = Coalesce("sent_at", "posted_at", "settled_at", output_field=DateTimeField())
# Due time of a post: the scheduled minute, or the approval if that was later.
DUE_AT = Coalesce(
    Greatest("broadcast__scheduled_for", "broadcast__approved_at"), "broadcast__started_at",
    output_field=DateTimeField(),
)  # fmt: skip
SOON, A_DAY = timedelta(hours=1), timedelta(hours=24)
WAITING = (Status.QUEUED, Status.SENDING, Status.TO_POST)


def arrivals(deliveries: QuerySet[Delivery], spans: Iterable[Period]) -> QuerySet[Any]:
    """Deliveries that arrived in the spans, with `at`."""
    return deliveries.filter(ARRIVED).annotate(at=ARRIVED_AT).filter(within("at", spans))


def by_topic(arrived: QuerySet[Any]) -> QuerySet[Any, Any]:
    """By commune and topic: posts, deliveries by machine and by hand."""
    return (
        arrived.order_by()
        .values("commune", "broadcast__topic")
        .annotate(
            posts=ArrayAgg("broadcast", distinct=True),
            by_api=Count("pk", filter=Q(way__in=registry.machine_keys())),
            by_hand=Count("pk", filter=Q(way__in=registry.hand_keys())),
        )
    )


def due(deliveries: QuerySet[Delivery], spans: Iterable[Period]) -> QuerySet[Any]:
    """Deliveries of posts due in the spans, with `due_at`.

    The redundant commune of the post lets the database use the index by commune and day.
    """
    own = deliveries.filter(broadcast__commune=F("commune"))
    return own.annotate(due_at=DUE_AT).filter(within("due_at", spans))


def with_speed(found: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `due` deliveries with `speed`, a key of `posts.SPEEDS`."""
    speed = Case(
        When(ARRIVED & Q(at__lte=F("due_at") + SOON), then=Value("soon")),
        When(ARRIVED & Q(at__lte=F("due_at") + A_DAY), then=Value("day")),
        When(ARRIVED, then=Value("later")),
        When(status__in=WAITING, then=Value("waiting")),
        When(status=Status.UNCERTAIN, then=Value("waiting")),
        default=Value("never"),
        output_field=CharField(),
    )
    return found.annotate(at=ARRIVED_AT).annotate(speed=speed)


def by_speed(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Count by commune, channel and speed."""
    timed = with_speed(found).order_by()
    return timed.values("commune", "way", "speed").annotate(deliveries=Count("pk"))


def groups_reached(arrived: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Commune and its groups with an arrival."""
    return (
        arrived.order_by()
        .values_list("commune")
        .annotate(groups=ArrayAgg("zalo_group", distinct=True))
    )


def by_hand_in(found: QuerySet[Any]) -> QuerySet[Any]:
    """Deliveries by hand."""
    return found.filter(way__in=registry.hand_keys())


def by_hand_and_group(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Deliveries by hand: commune, group, status, count."""
    by_hand = by_hand_in(found).order_by()
    return by_hand.values_list("commune", "zalo_group", "status").annotate(Count("pk"))


def by_hand_and_status(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Deliveries by hand, counted by commune and status."""
    by_hand = by_hand_in(found).order_by()
    return by_hand.values("commune", "status").annotate(deliveries=Count("pk"))
