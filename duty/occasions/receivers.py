"""Alarms of accounts, which stand below duty, as occasions of those whom they concern."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts.alarms.kinds import KINDS, AlarmKind
from accounts.alarms.querysets import ON_HOME
from accounts.alarms.signals import alarm_acknowledged, alarm_raised
from accounts.models import Alarm, Commune, User
from accounts.users.roles import Role
from duty.occasions.kinds import Level
from duty.occasions.services import close_occasions, open_occasion
from duty.occasions.subjects import Subject, register, seen

OF_ALARMS: Final[dict[str, str]] = {
    AlarmKind.SPRAY: "spray",
    AlarmKind.EVERYONE_SHUT_OUT: "account_reset",
    AlarmKind.SECOND_STEP_RESET: "account_reset",
    AlarmKind.PASSWORD_ISSUED: "account_reset",
    AlarmKind.PEOPLE_EXPORTED: "people_exported",
    AlarmKind.VAULT_FORGED: "vault_alarm",
    AlarmKind.VAULT_LIMIT: "vault_alarm",
    AlarmKind.VAULT_REFUSED: "vault_alarm",
    AlarmKind.VAULT_PROOF: "vault_alarm",
    AlarmKind.VAULT_BUSY: "vault_alarm",
    AlarmKind.PUSH_REFUSED: "push_refused",
}
# What cannot wait for the morning.
AT_ONCE: Final = frozenset({AlarmKind.EVERYONE_SHUT_OUT, AlarmKind.VAULT_FORGED})


@receiver(alarm_raised)
def somebody_hears_of_an_alarm(sender: Any, *, alarm: Alarm, **kwargs: Any) -> None:
    """Open it where the alarm is; one that names no commune, in each with somebody concerned.

    What comes again within the hour opens nothing: whoever guesses must not make work by it.
    """
    if alarm.count > 1:
        return
    level = Level.NOW if alarm.kind in AT_ONCE else ""
    for commune in _communes_of(alarm):
        open_occasion(OF_ALARMS[alarm.kind], alarm, commune=commune, level=level)


@receiver(alarm_acknowledged)
def alarm_is_known(sender: Any, *, alarm: Alarm, **kwargs: Any) -> None:
    close_occasions(alarm)


def _communes_of(alarm: Alarm) -> Iterable[Commune]:
    if alarm.commune is not None:
        return [alarm.commune]
    concerned = _concerned(alarm).exclude(commune=None)
    return Commune.objects.filter(pk__in=concerned.values("commune")).order_by("pk")


def _concerned(alarm: Alarm) -> Any:
    """Accounts with a role that hears of the kind; which of them may acknowledge is asked later."""
    about = KINDS[AlarmKind(alarm.kind)]
    roles: set[Role] = {*about.roles, *(role for role, _others in about.hears_of)}
    people = User.objects.with_roles(roles).filter(is_active=True)
    return people if alarm.commune_id is None else people.filter(commune=alarm.commune_id)


def _first(pk: int, now: datetime) -> Iterable[int]:
    alarm = Alarm.objects.filter(pk=pk).first()
    return () if alarm is None else _concerned(alarm).values_list("pk", flat=True)


_acknowledged: Final = seen(lambda user: Alarm.objects.waiting_for(user, timezone.now()))


def _waits(pk: int) -> bool:
    recent = timezone.now() - ON_HOME
    return Alarm.objects.filter(pk=pk, acknowledged_at=None, last_at__gt=recent).exists()


for _kind in sorted(set(OF_ALARMS.values())):
    register(
        _kind,
        Subject(
            among=_acknowledged,
            address=lambda user, pk: reverse("admin:alarms_show"),
            stands=_waits,
            first=_first,
        ),
    )
