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


def _make(scene: DemoScene, text: Text, **rule: Any) -> Schedule:
    pattern = Broadcast(
        commune=scene.commune, title=text.title, text=text.body,
        topic=Topic.objects.get(code=text.topic),
    )  # fmt: skip
    today = timezone.localdate(scene.now)
    schedule = Schedule(first_on=today + timedelta(days=1), **rule)
    return verbs.create(schedule, pattern, by=scene.writer)


def make_schedules(scene: DemoScene) -> None:
    """Two run, with one date left out; the third waits for its approval."""
    weekly = _make(
        scene, texts.LOCK_UP, freq="weekly", weekdays=[0, 4], at=time(19, 30), on_day_off="next"
    )
    lunar = _make(
        scene, texts.INCENSE, freq="lunar", lunar_days=[1, 15], at=time(7, 30), on_day_off="send"
    )
    monthly = _make(
        scene, texts.TENANTS, freq="monthly_day", month_day=-1, at=time(9), on_day_off="before"
    )
    for schedule in (weekly, lunar):
        services.approve(services.submit(schedule.pattern, by=scene.writer), by=scene.chief)
    services.submit(monthly.pattern, by=scene.writer)
    second = list(weekly.occurrences.order_by("occurrence_on"))[1]
    if second.occurrence_on is not None:
        verbs.skip(weekly, second.occurrence_on, by=scene.writer, reason="Tối đó cả xã dự hội nghị")
