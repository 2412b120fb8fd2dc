"""Readings of the roster: the persons on duty, their stand-ins, the hours of a commune."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin.asking import Asking, alone
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.request_cache import ahead, once
from accounts.users.roles import MODEL_BACKEND
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


def on_duty_by_seat(commune: Commune, now: datetime) -> dict[str, list[int]]:
    """Seat → the accounts of `on_duty`, for all seats at once."""
    rows = Shift.objects.of_commune(commune).at(now)
    people = list(rows.values_list("seat", "person_id"))
    keepers = alone(keepers_asked({person for _seat, person in people}, now))
    found: dict[str, list[int]] = {}
    for seat, person in people:
        found.setdefault(seat, []).append(keepers[person])
    return found


def with_stand_ins(people: Iterable[int], now: datetime) -> list[int]:
    """The same accounts, with the stand-in of whoever is away in place of that one."""
    return list(dict.fromkeys(alone(keepers_asked(people, now)).values()))


def keepers_asked(people: Iterable[int], now: datetime) -> Asking[dict[int, int]]:
    """Account → who is there in its place, itself where it is not away."""
    found = {one: one for one in people}
    for _hop in range(MOST_HOPS):
        instead = dict((yield _away(tuple(found.values()), now)))
        if not instead:
            break
        found = {one: instead.get(keeper, keeper) for one, keeper in found.items()}
    return found


def _away(people: tuple[int, ...], now: datetime) -> Later:
    """Account and stand-in of those who are away."""

    def away() -> Any:
        rows = Absence.objects.at(now).filter(person__in=people)
        return rows.values_list("person_id", "stand_in_id")

    return Later("away", away, given=people)


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

    return once("on duty", user, lambda: alone(_on_duty_asked(user, at)))


def _on_duty_asked(user: Any, now: datetime) -> Asking[bool]:
    people = Shift.objects.of_commune(user.commune_id).at(now)
    seated = yield people.values_list("person_id", flat=True)
    return user.pk in (yield from keepers_asked(seated, now)).values()


@ahead("on duty")
def is_on_duty_asked(user: Any) -> Asking[bool] | None:
    """Whether the account keeps some seat now; None where it never does."""
    if user.commune_id is None or not user.has_perm(VIEW):
        return None
    return _on_duty_asked(user, timezone.now())


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
    return list(User.objects.chiefs_of(commune_id).values_list("pk", flat=True))


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
