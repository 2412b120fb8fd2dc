"""Three posts that come again: each week, each month, and by the lunar calendar."""

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from broadcasts import services
from broadcasts.demo import texts
from broadcasts.demo.posts import DemoScene
from broadcasts.demo.texts import Text
from broadcasts.models import Broadcast, Schedule, Topic
from broadcasts.scheduling import verbs


def _make(desk: DemoScene, text: Text, **rule: Any) -> Schedule:
    pattern = Broadcast(
        commune=desk.commune, title=text.title, text=text.body,
        topic=Topic.objects.get(code=text.topic),
    )  # fmt: skip
    today = timezone.localdate(desk.now)
    schedule = Schedule(first_on=today + timedelta(days=1), **rule)
    return verbs.create(schedule, pattern, by=desk.writer)


def make_schedules(desk: DemoScene) -> None:
    """Two run, with one date left out; the third waits for its approval."""
    weekly = _make(
        desk, texts.LOCK_UP, freq="weekly", weekdays=[0, 4], at=time(19, 30), on_day_off="next"
    )
    lunar = _make(
        desk, texts.INCENSE, freq="lunar", lunar_days=[1, 15], at=time(7, 30), on_day_off="send"
    )
    monthly = _make(
        desk, texts.TENANTS, freq="monthly_day", month_day=-1, at=time(9), on_day_off="before"
    )
    for schedule in (weekly, lunar):
        services.approve(services.submit(schedule.pattern, by=desk.writer), by=desk.chief)
    services.submit(monthly.pattern, by=desk.writer)
    second = list(weekly.occurrences.order_by("occurrence_on"))[1]
    if second.occurrence_on is not None:
        verbs.skip(weekly, second.occurrence_on, by=desk.writer, reason="Tối đó cả xã dự hội nghị")
