"""When a post leaves: findings about the hour and about how much a group has been told."""

from datetime import datetime, timedelta

from django.utils import timezone

from broadcasts.models import Broadcast, Schedule
from broadcasts.services.dates import HORIZON, calendar_between, dates_between
from broadcasts.services.recurrence import ZONE, Calendar, rule_of, spoken_day
from broadcasts.services.timing import (
    WEEK,
    Conflict,
    Slot,
    audiences,
    conflicts_of,
    limits_of,
    slot_of,
    slots_between,
)
from groups.disclosure.findings import Hit, Level


def _hit(conflict: Conflict, sentence: str = "") -> Hit:
    said = sentence or conflict.sentence
    return Hit(conflict.rule, Level.WARN, conflict.excerpt, said, where="scheduled_for")


def timing(broadcast: Broadcast, now: datetime) -> list[Hit]:
    """Warnings about the moment of a post, or about the coming dates of a schedule."""
    if broadcast.is_urgent or broadcast.commune_id is None:
        return []
    if broadcast.is_pattern:
        return _of_schedule(broadcast, now)
    moment = max(broadcast.started_at or broadcast.scheduled_for or now, now)
    slot = slot_of(broadcast, moment, audiences(broadcast.commune_id)(broadcast))
    others = slots_between(broadcast.commune_id, moment - WEEK, moment + WEEK, now)
    limits = limits_of(broadcast.commune_id)(slot.day)
    return [
        _hit(one)
        for one in conflicts_of(slot, others, limits, calendar_between(slot.day, slot.day))
    ]


def coming_conflicts(
    pattern: Broadcast, moments: list[datetime], schedule: Schedule | None, now: datetime
) -> dict[datetime, list[Conflict]]:
    """What speaks against each of some coming moments of a schedule."""
    if not moments:
        return {}
    commune_id, reached = pattern.commune_id, audiences(pattern.commune_id)(pattern)
    own = set(schedule.occurrences.values_list("pk", flat=True)) if schedule else set()
    others = [
        slot
        for slot in slots_between(commune_id, min(moments) - WEEK, max(moments) + WEEK, now)
        if slot.key[1] not in own
    ]
    limits = limits_of(commune_id)
    calendar: Calendar = calendar_between(now.date(), max(moments).date())
    slots = [_slot(pattern, number, at, reached) for number, at in enumerate(moments)]
    return {
        slot.at: conflicts_of(slot, [*others, *slots], limits(slot.day), calendar) for slot in slots
    }


def _slot(pattern: Broadcast, number: int, at: datetime, groups: frozenset[int]) -> Slot:
    plain = slot_of(pattern, at, groups)
    return Slot(("date", number, ""), at, groups, plain.title, plain.topic_id, plain.topic)


def _of_schedule(pattern: Broadcast, now: datetime) -> list[Hit]:
    """Each kind of conflict once, with the first date that it is about."""
    schedule = Schedule.objects.filter(pattern=pattern.pk).first() if pattern.pk else None
    if schedule is None:
        return []
    today = timezone.localtime(now, ZONE).date()
    calendar = calendar_between(schedule.first_on, today + HORIZON)
    dates = dates_between(
        rule_of(schedule), schedule, today - timedelta(days=1), today + HORIZON, calendar
    )
    moments = [one.at for one in dates if one.at is not None and one.at > now]
    found: dict[str, list[tuple[datetime, Conflict]]] = {}
    for at, conflicts in coming_conflicts(pattern, moments, schedule, now).items():
        for conflict in conflicts:
            found.setdefault(conflict.rule, []).append((at, conflict))
    return [_hit(cases[0][1], _said(cases)) for cases in found.values()]


def _said(cases: list[tuple[datetime, Conflict]]) -> str:
    at, first = cases[0]
    more = f" Còn {len(cases) - 1} lần khác cũng vậy." if len(cases) > 1 else ""
    return f"{spoken_day(timezone.localtime(at, ZONE).date())}: {first.sentence}{more}"
