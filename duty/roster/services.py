"""Readings of the roster: the persons on duty, their stand-ins, the hours of a commune."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin.request_cache import once
from accounts.users.roles import MODEL_BACKEND, Role
from duty.roster.models import KEEPS_SHIFTS, Absence, DutySettings, Seat, Shift
from duty.roster.spans import Span, gaps

# A stand-in may be away too; so many steps are followed.
MOST_HOPS: Final = 3
VIEW: Final = "duty.view_roster"
_all_seated: ContextVar[bool] = ContextVar("all_seated", default=False)


def on_duty(commune: Commune | int, seat: str, now: datetime) -> list[int]:
    """Accounts that keep a seat at this moment, or stand in for who does."""
    people = Shift.objects.of_commune(commune).in_seat(seat).at(now)
    return with_stand_ins(people.values_list("person_id", flat=True), now)


def with_stand_ins(people: Iterable[int], now: datetime) -> list[int]:
    """The same accounts, with the stand-in of whoever is away in place of that one."""
    found = list(people)
    for _hop in range(MOST_HOPS):
        away = Absence.objects.at(now).filter(person__in=found)
        instead = dict(away.values_list("person_id", "stand_in_id"))
        if not instead:
            break
        found = [instead.get(one, one) for one in found]
    return list(dict.fromkeys(found))


def keeps(shift: Shift, user: User, now: datetime) -> bool:
    """Whether the account keeps this shift at this moment, itself or as a stand-in."""
    return user.pk in with_stand_ins([shift.person_id], now)


def is_on_duty(user: Any, now: datetime | None = None) -> bool:
    """Whether the account keeps some seat at this moment, itself or as a stand-in.

    What the keeper of a seat is told of is in sight for as long as the shift lasts: asked anew each
    time, once for all lists of a page.
    """
    if user.commune_id is None or not user.has_perm(VIEW):
        return False
    if _all_seated.get():
        return True
    at = now or timezone.now()

    def read() -> bool:
        people = Shift.objects.of_commune(user.commune_id).at(at)
        return user.pk in with_stand_ins(people.values_list("person_id", flat=True), at)

    return once("on duty", user, read)


@contextmanager
def all_seated() -> Iterator[None]:
    """For as long as this lasts, everybody who may keep a seat counts as on duty.

    Only for asking what an account could see by keeping one; never around what an account does.
    """
    before = _all_seated.set(True)
    try:
        yield
    finally:
        _all_seated.reset(before)


def keepers(commune_id: int) -> QuerySet[User]:
    """Accounts that may keep a shift of a commune."""
    people: QuerySet[User] = User.objects.filter(commune=commune_id, is_active=True)
    for right in KEEPS_SHIFTS:
        able = User.objects.with_perm(right, include_superusers=False, backend=MODEL_BACKEND)
        people = people.filter(pk__in=able.values("pk"))
    return people.order_by("pk")


def chiefs(commune_id: int) -> list[int]:
    """Accounts of the chief and the deputies."""
    rows = User.objects.filter(commune=commune_id, is_active=True).with_roles([Role.CHIEF])
    return list(rows.order_by("pk").values_list("pk", flat=True))


def leaders_at(commune_id: int, now: datetime, *, but: Iterable[int] = ()) -> list[int]:
    """The leader on duty; without one, or where that is one of `but`, the chiefs."""
    others = set(but)
    found = [one for one in on_duty(commune_id, Seat.LEADER, now) if one not in others]
    return found or chiefs(commune_id)


def hours_of(commune: Commune | int) -> DutySettings:
    """The hours of a commune; unsaved defaults where nothing was set."""
    rows = DutySettings.objects.of_commune(commune)
    pk = commune if isinstance(commune, int) else commune.pk
    return rows.first() or DutySettings(commune_id=pk)


def change_on(day: date, hours: DutySettings) -> datetime:
    """The instant at which the shift changes on a day."""
    return timezone.make_aware(datetime.combine(day, hours.changes_at))


def unfilled(commune: Commune | int, seat: str, start: datetime, end: datetime) -> list[Span]:
    """Times between two instants in which nobody keeps a seat."""
    rows = Shift.objects.of_commune(commune).in_seat(seat).between(start, end)
    return list(gaps(rows.values_list("starts_at", "ends_at"), start, end))


def days_of(first: date, last: date) -> list[date]:
    """All days from one to another, both among them."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
