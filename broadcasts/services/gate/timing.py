"""When a post leaves: findings about the hour and about how much a group has been told."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from broadcasts.models import Broadcast, Delivery
from broadcasts.services.gate.findings import Hit, Level

QUIET_FROM, QUIET_TO = time(21, 30), time(6, 30)
WEEKLY_CAP = 7


def _in_quiet_hours(moment: datetime) -> bool:
    local = timezone.localtime(moment).time()
    return local >= QUIET_FROM or local < QUIET_TO


def timing(broadcast: Broadcast, now: datetime) -> list[Hit]:
    moment = max(broadcast.scheduled_for or now, now)
    hits = []
    if not broadcast.is_urgent and _in_quiet_hours(moment):
        hits.append(
            Hit(
                "quiet_hours",
                Level.WARN,
                f"{timezone.localtime(moment):%H:%M}",
                f"Giờ gửi {timezone.localtime(moment):%H:%M} là giờ nghỉ (21:30–06:30). "
                "Bài thường nên gửi ban ngày.",
            )
        )
    busiest = (
        Delivery.objects.filter(
            commune=broadcast.commune_id,
            broadcast__started_at__gt=moment - timedelta(days=7),
            status__in=[Delivery.Status.SENT, Delivery.Status.POSTED],
        )
        .values("zalo_group")
        .annotate(posts=Count("pk"))
        .filter(~Q(posts__lt=WEEKLY_CAP))
        .count()
    )
    if busiest and not broadcast.is_urgent:
        hits.append(
            Hit(
                "weekly_cap",
                Level.WARN,
                f"{busiest} nhóm",
                f"{busiest} nhóm đã nhận từ {WEEKLY_CAP} bài trong 7 ngày. Gửi nhiều quá người dân "
                "dễ tắt thông báo.",
            )
        )
    return hits
