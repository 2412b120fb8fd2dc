"""Deliveries as the figures tell them apart, whoever asks: when due, when there, how soon."""

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
# Zalo named the message, an officer says that it stands there, or one looked and found it.
ARRIVED = Q(status__in=[Status.SENT, Status.POSTED]) | Q(
    status=Status.UNCERTAIN, finding=Delivery.Finding.ARRIVED
)
ARRIVED_AT = Coalesce("sent_at", "posted_at", "settled_at", output_field=DateTimeField())
# When a post was to leave: its minute, or at once where that had passed when it was approved.
DUE_AT = Coalesce(
    Greatest("broadcast__scheduled_for", "broadcast__approved_at"), "broadcast__started_at",
    output_field=DateTimeField(),
)  # fmt: skip
SOON, A_DAY = timedelta(hours=1), timedelta(hours=24)
WAITING = (Status.QUEUED, Status.SENDING, Status.TO_POST)


def arrivals(deliveries: QuerySet[Delivery], spans: Iterable[Period]) -> QuerySet[Any]:
    """Those that came to their group in the spans."""
    return deliveries.filter(ARRIVED).annotate(at=ARRIVED_AT).filter(within("at", spans))


def by_topic(arrived: QuerySet[Any]) -> QuerySet[Any, Any]:
    """By commune and topic: the posts, and how many deliveries by machines and by hand."""
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
    """Those of posts that were to leave in the spans.

    A delivery is of the commune of its post; said, so that posts are looked up by commune and day.
    """
    own = deliveries.filter(broadcast__commune=F("commune"))
    return own.annotate(due_at=DUE_AT).filter(within("due_at", spans))


def with_speed(found: QuerySet[Any]) -> QuerySet[Any]:
    """With how soon each of those that were `due` arrived, as a key of `SPEEDS` of the posts."""
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
    """By commune, way and how soon they were there."""
    timed = with_speed(found).order_by()
    return timed.values("commune", "way", "speed").annotate(deliveries=Count("pk"))


def groups_reached(arrived: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Commune and the groups that something came to."""
    return (
        arrived.order_by()
        .values_list("commune")
        .annotate(groups=ArrayAgg("zalo_group", distinct=True))
    )


def by_hand_in(found: QuerySet[Any]) -> QuerySet[Any]:
    """Those to be posted by hand."""
    return found.filter(way__in=registry.hand_keys())


def by_hand_and_group(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Those to be posted by hand: commune, group, how they stand, how many."""
    by_hand = by_hand_in(found).order_by()
    return by_hand.values_list("commune", "zalo_group", "status").annotate(Count("pk"))


def by_hand_and_status(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Those to be posted by hand, by commune and how they stand."""
    by_hand = by_hand_in(found).order_by()
    return by_hand.values("commune", "status").annotate(deliveries=Count("pk"))
