"""Schedules: by the services as people would make them, or as plain rows."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Schedule, Topic
from broadcasts.scheduling import verbs
from broadcasts.services import approve, submit
from tests.factories.broadcasts import make_broadcast

CONTENT = {"title", "text", "topic", "audience_hamlets", "audience_groups", "image"}
MONDAY = 0


def draft_schedule(commune: Commune, by: User, **fields: Any) -> Schedule:
    """Mondays at eight from the first of December 2026, by the services."""
    said = {
        "title": "Nhắc khóa cửa", "text": "Bà con nhớ khóa cửa, tắt bếp trước khi đi ngủ.",
        "topic": Topic.objects.get(code="phong-ngua"),
    }  # fmt: skip
    rule = {
        "freq": "weekly", "weekdays": [MONDAY], "at": time(8), "first_on": date(2026, 12, 1),
        "on_day_off": "next",
    }  # fmt: skip
    content = {name: value for name, value in fields.items() if name in CONTENT}
    others = {name: value for name, value in fields.items() if name not in CONTENT}
    pattern = Broadcast(commune=commune, **(said | content))
    return verbs.create(Schedule(**(rule | others)), pattern, by=by)


def approved_schedule(commune: Commune, by: User, chief: User, **fields: Any) -> Schedule:
    """Submitted by its author and approved by the chief."""
    schedule = draft_schedule(commune, by, **fields)
    approve(submit(schedule.pattern, by=by), by=chief)
    schedule.refresh_from_db()
    return schedule


def make_schedule(commune: Commune, **fields: Any) -> Schedule:
    """A row that begins in a year, so that no post of it is due."""
    content = {name: fields.pop(name) for name in list(fields) if name in CONTENT}
    pattern = fields.pop("pattern", None) or make_broadcast(commune, is_pattern=True, **content)
    values = {
        "freq": "weekly", "weekdays": [MONDAY], "at": time(8),
        "first_on": timezone.localdate() + timedelta(days=365),
    }  # fmt: skip
    return Schedule.objects.create(commune=commune, pattern=pattern, **(values | fields))
