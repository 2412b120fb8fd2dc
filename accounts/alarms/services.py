"""Raising an alarm, and acknowledging it."""

from datetime import timedelta
from typing import Final

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.alarms.kinds import KINDS, AlarmKind
from accounts.alarms.models import Alarm
from accounts.alarms.signals import alarm_acknowledged, alarm_raised
from accounts.communes.models import Commune
from accounts.users.models import User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed

ONE_MATTER: Final = timedelta(hours=1)


def raise_alarm(
    kind: str,
    subject: models.Model | str,
    *,
    by: User | None = None,
    second: User | None = None,
) -> Alarm:
    """Tell those whom the kind concerns; the same within an hour counts up until acknowledged.

    Of a row other than an account or a commune only name of its kind and number are kept: an alarm
    never holds what somebody wrote. A text is a network or a place, not words of a person. `by` did
    what it tells of, `second` agreed where it took two: neither acknowledges it.
    """
    kind, now = AlarmKind(kind), timezone.now()
    about = {
        "subject": _label(subject),
        "account": subject if isinstance(subject, User) else None,
        "done_by": by,
        "second_by": second,
        "commune": _commune_of(subject),
    }
    with transaction.atomic():
        _one_at_a_time(kind, about["subject"])
        alarm = (
            Alarm.objects.filter(kind=kind, acknowledged_at=None, **about)
            .filter(raised_at__gt=now - ONE_MATTER)
            .first()
        )
        if alarm is not None:
            alarm.count, alarm.last_at = alarm.count + 1, max(now, alarm.raised_at)
            alarm.save(update_fields=["count", "last_at"])
        else:
            alarm = Alarm.objects.create(kind=kind, raised_at=now, last_at=now, **about)
        alarm_raised.send(Alarm, alarm=alarm)
    return alarm


def _label(subject: models.Model | str) -> str:
    if isinstance(subject, str | User | Commune):
        return str(subject)[:150]
    return f"{subject._meta.verbose_name} số {subject.pk}"


def _commune_of(subject: models.Model | str) -> Commune | None:
    if isinstance(subject, Commune):
        return subject
    commune: Commune | None = getattr(subject, "commune", None)
    return commune


def _one_at_a_time(kind: str, subject: object) -> None:
    """Until the end of the transaction nobody else raises the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"alarm:{kind}:{subject}"]
        )


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: User) -> Alarm:
    """Take an alarm off the home pages; it stays in the list with the name. Raises NotAllowed."""
    workflow.lock_for(alarm, by, permission=None)
    if refusal := why_not_acknowledge(alarm, by):
        raise NotAllowed(refusal)
    alarm.acknowledged_at, alarm.acknowledged_by = timezone.now(), by
    alarm.save(update_fields=["acknowledged_at", "acknowledged_by"])
    workflow.record(alarm, "alarm_acknowledged", by=by, count=alarm.count)
    alarm_acknowledged.send(Alarm, alarm=alarm)
    return alarm


def why_not_acknowledge(alarm: Alarm, by: User) -> str:
    """The sentence for who did what the alarm tells of, or whom it is about; else nothing."""
    if alarm.account_id == by.pk and KINDS[AlarmKind(alarm.kind)].is_act:
        return "Cảnh báo này về chính tài khoản này nên phải do người khác xác nhận."
    if by.pk in {alarm.done_by_id, alarm.second_by_id}:
        return "Người đã làm việc này không tự xác nhận cảnh báo về nó."
    return ""
