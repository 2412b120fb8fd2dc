"""Kinds of occasions about shifts: not begun, nobody reachable, seats without a person."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from duty.occasions.own_kinds import is_of_commune
from duty.occasions.subjects import Subject, register, seen
from duty.roster import services as roster
from duty.roster.models import Shift
from duty.shifts import watching


def _shifts_of(user: User) -> QuerySet[Shift] | None:
    return Shift.objects.visible_to(user) if user.has_perm("duty.view_roster") else None


def _roster(user: User, pk: int) -> str:
    return reverse("admin:duty_roster_show")


def _begins_unconfirmed(pk: int) -> bool:
    now = timezone.now()
    return Shift.objects.at(now).filter(pk=pk, begun_at=None).exists()


def _is_ahead_unready(pk: int) -> bool:
    now = timezone.now()
    shift = Shift.objects.filter(pk=pk, begun_at=None, starts_at__gt=now).first()
    return shift is not None and not watching.is_reachable(shift, now)


def _leader_of_shift(pk: int, now: datetime) -> Iterable[int]:
    shift = Shift.objects.filter(pk=pk).first()
    if shift is None:
        return ()
    return roster.leaders_at(shift.commune_id, now, but=[shift.person_id])


def _has_empty_seats(pk: int) -> bool:
    return watching.has_empty_seats(pk, timezone.now())


register(
    "shift_not_begun",
    Subject(
        among=seen(_shifts_of), address=_roster, stands=_begins_unconfirmed,
        first=_leader_of_shift,
    ),
)  # fmt: skip
register(
    "shift_unready",
    Subject(
        among=seen(_shifts_of), address=_roster, stands=_is_ahead_unready, first=_leader_of_shift
    ),
)
register(
    "shifts_unfilled",
    Subject(
        may_open=is_of_commune, address=_roster, stands=_has_empty_seats, first=roster.leaders_at
    ),
)
