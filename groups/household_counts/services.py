"""The number of households of hamlets at a day, and numbers that hold from a stated day on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import takewhile

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from groups.household_counts.models import HouseholdCount
from groups.places.models import Hamlet


def at_end_of(day: date, hamlets: Iterable[Hamlet]) -> dict[int, int]:
    """Households of hamlets at the end of a day, by id; one query.

    Before the first day on record the first number stands in: nobody knows an older one.
    """
    wanted = {hamlet.pk: hamlet.households for hamlet in hamlets}
    rows = HouseholdCount.objects.filter(hamlet__in=list(wanted), team=None)
    found: dict[int, int] = {}
    for pk, since, number in rows.order_by("hamlet", "valid_from").values_list(
        "hamlet", "valid_from", "households"
    ):
        if pk not in found or since <= day:
            found[pk] = number
    return wanted | found


@contextmanager
def stated(on: date | None, *, by: User | None) -> Iterator[None]:
    """Let numbers of households hold from this day on. Call in a transaction."""
    _set(on.isoformat() if on else "", str(by.pk) if by else "")
    yield
    _set("", "")


def _set(on: str, by: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('groups.households_on', %s, true),"
            " set_config('groups.households_by', %s, true)",
            [on, by],
        )


@transaction.atomic
def record(hamlet: Hamlet, households: int, *, on: date, by: User | None) -> HouseholdCount | None:
    """Record that a hamlet has so many households from a day on.

    A stated day takes the place of the days right after it on which nobody stated, but a machine
    dated, the number that it replaces. Another number of a later day stays, and with it the present
    one: the past alone changes, and the first that stays is returned. Raises NotAllowed for a day
    to come.
    """
    if on > timezone.localdate():
        raise NotAllowed("Ngày của số hộ không thể sau hôm nay.")
    row = Hamlet.objects.select_for_update(of=("self",)).get(pk=hamlet.pk)
    later = HouseholdCount.objects.filter(hamlet=row, team=None, valid_from__gt=on)
    later.filter(pk__in=_replaced(row, on, later)).delete()
    with stated(on, by=by):
        if not later.exists():
            Hamlet.objects.filter(pk=row.pk).update(households=households)
            hamlet.households = households
        HouseholdCount.objects.update_or_create(
            hamlet=row, team=None, valid_from=on,
            defaults={
                "households": households, "is_estimated": False, "recorded_by": by,
                "recorded_at": timezone.now(),
            },
        )  # fmt: skip
    stays = later.order_by("valid_from").first()
    return stays if stays is not None and stays.households != households else None


def _replaced(hamlet: Hamlet, on: date, later: QuerySet[HouseholdCount]) -> list[int]:
    """Ids of the days after one that go on with the number of that day, which nobody stated."""
    number = at_end_of(on, [hamlet])[hamlet.pk]
    same = takewhile(
        lambda one: one.is_estimated and one.households == number, later.order_by("valid_from")
    )
    return [one.pk for one in same]
