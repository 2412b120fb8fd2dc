"""Kinds that duty itself opens: devices, drills, and many matters at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from duty.occasions.kinds import DRILL, MANY, MANY_OWN, OWN_TRIAL, REPLY, TRIAL
from duty.occasions.models import Occasion
from duty.occasions.subjects import Subject, register, seen
from duty.ways.models import Device, Notice

DRILL_LASTS: Final = timedelta(hours=1)


def _owner(pk: int, now: datetime) -> Iterable[int]:
    return Device.objects.filter(pk=pk).values_list("user_id", flat=True)


_own_device: Final = seen(lambda user: Device.objects.filter(user=user))


def _devices(user: User, pk: int) -> str:
    return reverse("admin:duty_device_show")


def is_of_commune(user: User, pk: int) -> bool:
    return user.commune_id == pk and user.has_perm("duty.view_roster")


register(
    TRIAL,
    Subject(among=_own_device, address=_devices, stands=lambda pk: False, first=_owner),
)
register(
    "device_lost",
    Subject(
        among=_own_device,
        address=_devices,
        stands=lambda pk: Device.objects.filter(pk=pk).exclude(off_at=None).exists(),
        first=_owner,
    ),
)


def _of_flood(commune_id: int) -> Any:
    rows = Occasion.objects.open().of_commune(commune_id)
    return rows.filter(folded_into__kind=MANY, folded_into__closed_at=None)


def _list(user: User, pk: int) -> str:
    return reverse("admin:duty_occasion_list")


def _has_folded(pk: int) -> bool:
    folded = Notice.objects.filter(user=pk, state=Notice.State.FOLDED)
    rows = Occasion.objects.waiting().filter(pk__in=folded.values("occasion"))
    return rows.exclude(sights__user=pk).exists()


def _is_running(pk: int) -> bool:
    begun = timezone.now() - DRILL_LASTS
    drills = Occasion.objects.open().of_commune(pk).filter(kind=DRILL)
    return drills.filter(opened_at__gt=begun).exists()


# Who may open a flood follows from what is in it (`subjects.openable_asked`).
register(
    MANY,
    Subject(
        may_open=lambda user, pk: False, address=_list, stands=lambda pk: _of_flood(pk).exists()
    ),
)
register(
    MANY_OWN,
    Subject(
        may_open=lambda user, pk: user.pk == pk,
        address=_list,
        stands=_has_folded,
        first=lambda pk, now: (pk,),
    ),
)
register(
    DRILL,
    Subject(
        may_open=is_of_commune,
        address=lambda user, pk: (
            reverse("admin:duty_drill_show")
            if user.has_perm("duty.edit_kinds_of_occasion")
            else reverse("admin:index")
        ),
        stands=_is_running,
    ),
)
# Nothing stands behind a trial of one's own ways: the round that comes to it closes it.
register(
    OWN_TRIAL,
    Subject(
        may_open=lambda user, pk: user.pk == pk,
        address=lambda user, pk: reverse("admin:duty_ways_own"),
        stands=lambda pk: False,
    ),
)
# An answer in Zalo is for Zalo alone: it stands in no list and has no page.
register(
    REPLY,
    Subject(may_open=lambda user, pk: False, address=_list, stands=lambda pk: False),
)
