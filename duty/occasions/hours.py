"""Times at which an occasion may be told: nights, the start of a shift, silence of a kind."""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from duty.occasions.kinds import APART, Level
from duty.occasions.models import KindChange, Occasion
from duty.roster.models import DutySettings

# Matters for the start of a shift are told within this time of it.
START_LASTS: Final = timedelta(hours=1)


def later(occasion: Occasion, now: datetime) -> datetime | None:
    """When a step that must wait is due; None where it may be told now."""
    if occasion.level == Level.NOW:
        return None
    at, hours = now, settings_of(occasion.commune_id)
    if until := muted_until(occasion.commune_id, occasion.kind, now):
        at = until
    if occasion.level == Level.SHIFT:
        at = _start_of_shift(hours, at)
    elif (ends := _end_of_night(hours, at)) and not (occasion.due_at and occasion.due_at < ends):
        at = ends
    return at if at > now else None


def settings_of(commune_id: int) -> DutySettings:
    """The hours of a commune, the usual ones where none are set."""
    return DutySettings.objects.filter(commune=commune_id).first() or DutySettings()


def muted_until(commune_id: int, kind: str, now: datetime) -> datetime | None:
    """The end of the silence of a kind, if one lasts."""
    rows = KindChange.objects.filter(commune=commune_id, kind=kind, muted_until__gt=now)
    return None if kind in APART else rows.values_list("muted_until", flat=True).first()


def _end_of_night(hours: DutySettings, at: datetime) -> datetime | None:
    local = timezone.localtime(at)
    moment = local.time()
    if hours.night_from <= hours.night_to:  # a night that begins after midnight
        is_night, is_evening = hours.night_from <= moment < hours.night_to, False
    else:
        is_evening = moment >= hours.night_from
        is_night = is_evening or moment < hours.night_to
    if not is_night:
        return None
    return _at(local.date() + timedelta(days=int(is_evening)), hours.night_to)


def _start_of_shift(hours: DutySettings, at: datetime) -> datetime:
    """This moment within an hour after a shift began, else the start of the next one."""
    day = timezone.localtime(at).date()
    for start in (_at(day - timedelta(days=1), hours.changes_at), _at(day, hours.changes_at)):
        if at < start + START_LASTS:
            return max(at, start)
    return _at(day + timedelta(days=1), hours.changes_at)


def _at(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))
