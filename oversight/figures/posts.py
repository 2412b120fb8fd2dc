"""Figures of posts: what arrived in how many groups, how soon, what was posted by hand or not."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from broadcasts.models import Delivery, Topic
from oversight.figures.listing import own_list
from oversight.figures.table import Figure, Row, Table, summed
from oversight.periods import Period
from oversight.scopes import Scope

Status, Way = Delivery.Status, Delivery.Way
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
SPEEDS = {
    "soon": "Trong 1 giờ",
    "day": "Trong 24 giờ",
    "later": "Muộn hơn 24 giờ",
    "waiting": "Chưa xong",
    "never": "Không đăng được, bỏ lỡ, đã hủy",
}
VIEW_DELIVERIES = "broadcasts.view_delivery"
WAITING = (Status.QUEUED, Status.SENDING, Status.TO_POST)
BY_HAND = (Status.POSTED, Status.MISSED, Status.TO_POST, Status.CANCELLED)


def arrived_in(scope: Scope, period: Period) -> QuerySet[Delivery]:
    """Deliveries that came to their group in the span."""
    arrived = scope.deliveries().filter(ARRIVED).annotate(at=ARRIVED_AT)
    return arrived.filter(at__gte=period.begins_at, at__lt=period.ends_at)


def _by_topic(scope: Scope, period: Period, as_of: datetime) -> Table:
    found = {
        row["broadcast__topic"]: row
        for row in arrived_in(scope, period)
        .order_by()
        .values("broadcast__topic")
        .annotate(
            posts=Count("broadcast", distinct=True),
            by_api=Count("pk", filter=Q(way=Way.API)),
            by_hand=Count("pk", filter=Q(way=Way.HAND)),
        )
    }
    rows = tuple(
        Row(
            topic.name,
            tuple(found[topic.pk][name] for name in ("posts", "by_api", "by_hand")),
            str(topic.pk),
        )
        for topic in Topic.objects.filter(pk__in=found).order_by("order", "name")
    )
    return summed(Table(("Bài", "Lượt máy gửi", "Lượt đăng tay"), rows))


def due_in(scope: Scope, period: Period) -> QuerySet[Delivery]:
    """Deliveries of posts that were to leave in the span."""
    due = scope.deliveries().annotate(due_at=DUE_AT)
    return due.filter(due_at__gte=period.begins_at, due_at__lt=period.ends_at)


def with_speed(due: QuerySet[Delivery]) -> QuerySet[Any]:
    """With how soon each of them arrived, as a key of `SPEEDS`."""
    speed = Case(
        When(ARRIVED & Q(at__lte=F("due_at") + SOON), then=Value("soon")),
        When(ARRIVED & Q(at__lte=F("due_at") + A_DAY), then=Value("day")),
        When(ARRIVED, then=Value("later")),
        When(status__in=WAITING, then=Value("waiting")),
        When(status=Status.UNCERTAIN, then=Value("waiting")),
        default=Value("never"),
        output_field=CharField(),
    )
    return due.annotate(at=ARRIVED_AT).annotate(speed=speed)


def _speed(scope: Scope, period: Period, as_of: datetime) -> Table:
    found = {
        (row["way"], row["speed"]): row["deliveries"]
        for row in with_speed(due_in(scope, period))
        .order_by()
        .values("way", "speed")
        .annotate(deliveries=Count("pk"))
    }
    rows = tuple(
        Row(str(way.label), tuple(found.get((way.value, key), 0) for key in SPEEDS), way.value)
        for way in Way
    )
    return summed(Table(tuple(SPEEDS.values()), rows))


def _by_hand(scope: Scope, period: Period, as_of: datetime) -> Table:
    due = due_in(scope, period).filter(way=Way.HAND)
    found = dict(due.order_by().values_list("status").annotate(Count("pk")))
    rows = tuple(
        Row(str(status.label), (found.get(status.value, 0),), status.value) for status in BY_HAND
    )
    return summed(Table(("Lượt đăng tay",), rows))


FIGURES = (
    Figure(
        "posts_by_topic", "Bài đăng theo chủ đề và cách đăng", "bài, lượt",
        "Lượt đã tới nhóm trong kỳ: Zalo báo đã nhận, cán bộ khai đã đăng tay, hoặc cán bộ đã xem "
        "thấy trong nhóm. Bài gỡ về sau vẫn tính. Một bài tới nhiều nhóm là một bài, nhiều lượt.",
        "Sổ lượt gửi.",
        _by_topic, own_list("posts_by_topic", VIEW_DELIVERIES),
    ),
    Figure(
        "posts_speed", "Bài tới nhóm nhanh hay chậm", "lượt",
        "Lượt của bài có giờ đăng trong kỳ (giờ hẹn; duyệt sau giờ hẹn thì tính từ lúc duyệt), "
        "theo khoảng từ giờ đó đến lúc tới nhóm.",
        "Sổ lượt gửi.",
        _speed, own_list("posts_speed", VIEW_DELIVERIES),
    ),
    Figure(
        "hand_posting", "Đăng tay vào nhóm thường", "lượt",
        "Lượt đăng tay của bài có giờ đăng trong kỳ, theo tình trạng lúc xem: cán bộ khai đã đăng, "
        "đã bỏ lỡ, còn chờ, đã hủy.",
        "Sổ lượt gửi.",
        _by_hand, own_list("hand_posting", VIEW_DELIVERIES),
    ),
)  # fmt: skip
