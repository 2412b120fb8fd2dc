"""The days on which a hamlet head passed something on, apart from every tip.

Were they read from the tips, a line that vanishes or stands there twice would tell the head what
became of one.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from reports.vault.models import PassedOnDays

_FORM = "%Y%m%d"


def days_of(user: User) -> list[date]:
    """The days on which this account passed something on, the newest first."""
    row, _is_new = PassedOnDays.objects.get_or_create(user=user)
    return _recent(_read(row))


@transaction.atomic
def add_day(user: User, *, on: date | None = None) -> None:
    """Note that something was passed on that day; a day stands there once."""
    PassedOnDays.objects.get_or_create(user=user)
    row = PassedOnDays.objects.select_for_update(of=("self",)).get(user=user)
    _write(row, [*_read(row), on or timezone.localdate()])


def with_old_days() -> QuerySet[PassedOnDays]:
    """The rows that hold days which no page shows any more."""
    rows = PassedOnDays.objects.all()
    old = [
        row.pk for row in rows.iterator() if (days := _read(row)) and len(_recent(days)) < len(days)
    ]
    return rows.filter(pk__in=old)


@transaction.atomic
def forget_old_days(rows: QuerySet[PassedOnDays]) -> int:
    """Take the old days out; returns of how many accounts."""
    found = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for row in found:
        _write(row, _read(row))
    return len(found)


def _recent(days: Iterable[date]) -> list[date]:
    oldest = timezone.localdate() - timedelta(days=PassedOnDays.KEEP_DAYS)
    young = {day for day in days if day > oldest}
    return sorted(young, reverse=True)[: PassedOnDays.SHOWN]


def _read(row: PassedOnDays) -> list[date]:
    return [date.fromisoformat(day) for day in row.days.split()]


def _write(row: PassedOnDays, days: Iterable[date]) -> None:
    row.days = " ".join(day.strftime(_FORM) for day in _recent(days))
    row.save(update_fields=["days"])
