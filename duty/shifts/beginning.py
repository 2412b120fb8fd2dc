"""Báo danh: the keeper of a shift confirms on the phone that it has begun."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.occasions.services import close_occasions
from duty.roster.models import Shift
from duty.roster.services import keeps
from duty.ways import choice
from duty.ways.models import Device
from duty.ways.push import keys

EARLY: Final = timedelta(minutes=30)
PROVED: Final = timedelta(days=7)
NOT_YOURS: Final = "Ca này không phải của đồng chí."


@dataclass(frozen=True, slots=True)
class Readiness:
    """Devices of a person that pushes reach, and when one of them last displayed one."""

    devices: int
    displayed_at: datetime | None

    @property
    def is_ready(self) -> bool:
        return self.displayed_at is not None


def readiness(person: User | int, now: datetime) -> Readiness:
    """Whether a device of the person took and displayed a notice within seven days."""
    pk = person if isinstance(person, int) else person.pk
    rows = Device.objects.reached_from(keys.made_for()).filter(user=pk)
    devices = list(rows) if choice.uses(pk, "push") else []
    since = now - PROVED
    displayed = [
        one.shown_at
        for one in devices
        if one.shown_at and one.shown_at >= since and one.accepted_at and one.accepted_at >= since
    ]
    return Readiness(len(devices), max(displayed, default=None))


def why_not_begin(shift: Shift, user: User, now: datetime) -> str:
    """Sentence why the account cannot confirm the shift now; blank where it can."""
    if not keeps(shift, user, now):
        return NOT_YOURS
    if shift.begun_at is not None:
        return f"Ca này đã báo danh lúc {timezone.localtime(shift.begun_at):%H:%M}."
    if now >= shift.ends_at:
        return "Ca này đã hết."
    if now < shift.starts_at - EARLY:
        start = timezone.localtime(shift.starts_at)
        return f"Ca bắt đầu lúc {start:%H:%M %d/%m/%Y}; nhận ca được từ 30 phút trước đó."
    return ""


@transaction.atomic
def begin(shift: Shift, *, by: User) -> Shift:
    """“Nhận ca”: the keeper, or the stand-in, is at work. Raises NotAllowed.

    It proves nothing of a phone: `shift_unready` stays until a device has displayed a notice.
    """
    workflow.lock_for(shift, by, permission=None)
    now = timezone.now()
    if why := why_not_begin(shift, by, now):
        raise NotAllowed(why)
    shift.begun_at = now
    shift.save(update_fields=["begun_at"])
    close_occasions(shift, "shift_not_begun")
    workflow.record(shift, "begun", by=by, has_displayed=readiness(by, now).is_ready)
    return shift


def own_shifts(user: User, now: datetime) -> list[Shift]:
    """Shifts that the account keeps now or within half an hour, also as a stand-in."""
    return [shift for shift in near_shifts(user, now) if keeps(shift, user, now)]


def near_shifts(user: User, now: datetime) -> QuerySet[Shift]:
    """Everybody's shifts now or within half an hour."""
    near = Shift.objects.visible_to(user).between(now, now + EARLY)
    return near.select_related("person", "commune").order_by("starts_at", "seat")
