"""Patterns: persons who keep a seat in turn, turned into rows for eight weeks."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import DutySettings, Shift, ShiftPattern
from duty.roster.services import change_on, days_of
from duty.roster.spans import gaps
from duty.shifts.editing import (
    lock_roster,
    require_editor,
    require_fit,
    why_unfit,
    withdraw_swaps,
)

AHEAD: Final = timedelta(weeks=8)
MOST_PEOPLE: Final = 12
MOST_DAYS: Final = 31
DAY: Final = timedelta(days=1)


@transaction.atomic
def set_pattern(
    commune: Commune, *, seat: str, people: Sequence[User], starts_on: date, by: User,
    ends_on: date | None = None, days: int = 1,
) -> ShiftPattern:  # fmt: skip
    """Have persons keep a seat in turn from a day on; it replaces the pattern before from then on.

    Rows changed by hand stay. Raises NotAllowed.
    """
    require_editor(commune, by)
    hours = lock_roster(commune)
    now = timezone.now()
    _require_sound(people, starts_on, ends_on, days, timezone.localdate(now))
    for person in people:
        require_fit(person, commune)
    for before in _running(commune, starts_on).filter(seat=seat):
        _end(before, starts_on - DAY, now)
    pattern = ShiftPattern.objects.create(
        commune=commune, seat=seat, people=[person.pk for person in people],
        starts_on=starts_on, ends_on=ends_on, days=days,
    )  # fmt: skip
    made = fill(pattern, hours, now)
    workflow.record(pattern, "set", by=by, people=[str(one) for one in people], shifts=made)
    return pattern


def _require_sound(
    people: Sequence[User], starts_on: date, ends_on: date | None, days: int, today: date
) -> None:
    if not people:
        raise NotAllowed("Hãy chọn ít nhất một người.")
    if len(people) > MOST_PEOPLE or len({person.pk for person in people}) < len(people):
        raise NotAllowed(f"Chọn mỗi người một lần, nhiều nhất {MOST_PEOPLE} người.")
    if starts_on < today:
        raise NotAllowed("Nếp trực bắt đầu từ hôm nay trở đi.")
    if ends_on is not None and ends_on < starts_on:
        raise NotAllowed("Ngày cuối phải sau ngày đầu.")
    if not 1 <= days <= MOST_DAYS:
        raise NotAllowed(f"Mỗi lượt trực từ 1 đến {MOST_DAYS} ngày.")


@transaction.atomic
def end_pattern(pattern: ShiftPattern, *, by: User, reason: str = "") -> None:
    """Make no more rows from tomorrow on, and remove those not changed by hand. NotAllowed."""
    lock_roster(pattern.commune)
    workflow.lock_for(pattern, by, permission="duty.edit_roster")
    now = timezone.now()
    _end(pattern, timezone.localdate(now), now)
    workflow.record(pattern, "ended", by=by, text=reason)


@transaction.atomic
def set_change_time(commune: Commune, *, changes_at: time, by: User) -> DutySettings:
    """Set the hour at which shifts change; rows of patterns to come follow. Raises NotAllowed."""
    require_editor(commune, by)
    hours = lock_roster(commune)
    if hours.changes_at == changes_at:
        return hours
    before, now = hours.changes_at, timezone.now()
    hours.changes_at = changes_at
    hours.save(update_fields=["changes_at"])
    for pattern in _running(commune, timezone.localdate(now)).order_by("pk"):
        _drop(_ahead(pattern, now), now)
        pattern.made_to = None
        fill(pattern, hours, now)
    workflow.record(hours, "changed", by=by, text=f"{before:%H:%M} → {changes_at:%H:%M}")
    return hours


def fill_all(now: datetime | None = None) -> int:
    """Make the rows of all patterns up to eight weeks from now; returns how many."""
    at = now or timezone.now()
    made = 0
    for commune in Commune.objects.filter(
        pk__in=_current(ShiftPattern.objects.all(), timezone.localdate(at)).values("commune")
    ):
        with transaction.atomic():
            hours = lock_roster(commune)
            for pattern in _running(commune, timezone.localdate(at)).order_by("pk"):
                made += fill(pattern, hours, at)
    return made


def _current(rows: QuerySet[ShiftPattern], day: date) -> QuerySet[ShiftPattern]:
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=day))


def _running(commune: Commune, day: date) -> QuerySet[ShiftPattern]:
    return _current(ShiftPattern.objects.of_commune(commune), day)


def _end(pattern: ShiftPattern, last: date, now: datetime) -> None:
    """The pattern's last day; rows after it go, unless they were changed by hand."""
    pattern.ends_on = last
    pattern.save(update_fields=["ends_on"])
    after = timezone.make_aware(datetime.combine(last + DAY, time()))
    _drop(_ahead(pattern, max(now, after)), now)


def _drop(rows: QuerySet[Shift], now: datetime) -> None:
    withdraw_swaps(rows.values_list("pk", flat=True), now)
    rows.delete()


def _ahead(pattern: ShiftPattern, now: datetime) -> QuerySet[Shift]:
    return Shift.objects.filter(
        pattern=pattern, starts_at__gt=now, is_edited=False, begun_at=None, handover=None
    )


def fill(pattern: ShiftPattern, hours: DutySettings, now: datetime) -> int:
    """Make the missing rows of a pattern, a row a day; returns how many.

    Only times in which nobody keeps the seat, and no day for which rows were made before. A person
    without the right to keep a shift is left out: the seat stays empty, which an occasion says.
    Call with the roster locked.
    """
    today = timezone.localdate(now)
    first = max(pattern.starts_on, today - DAY, (pattern.made_to or date.min) + DAY)
    last = min(pattern.ends_on or date.max, today + AHEAD)
    if last < first:
        return 0
    days = days_of(first, last)
    people = User.objects.in_bulk(pattern.people)
    fit = {pk for pk, one in people.items() if not why_unfit(one, pattern.commune_id)}
    seat = Shift.objects.of_commune(pattern.commune_id).in_seat(pattern.seat)
    start, end = change_on(first, hours), change_on(last + DAY, hours)
    busy = list(seat.between(start, end).values_list("starts_at", "ends_at"))
    made: list[Shift] = []
    for day in days:
        person = pattern.people[
            (day - pattern.starts_on).days // pattern.days % len(pattern.people)
        ]
        begins, ends = max(change_on(day, hours), now), change_on(day + DAY, hours)
        if person not in fit or begins >= ends:
            continue
        for free_from, free_to in gaps(busy, begins, ends):
            if not _went_on(pattern, person, free_from, free_to):
                made.append(
                    Shift(
                        commune_id=pattern.commune_id, seat=pattern.seat, person_id=person,
                        starts_at=free_from, ends_at=free_to, pattern=pattern,
                    )
                )  # fmt: skip
    Shift.objects.bulk_create(made)
    pattern.made_to = last
    pattern.save(update_fields=["made_to"])
    return len(made)


def _went_on(pattern: ShiftPattern, person: int, start: datetime, end: datetime) -> bool:
    """Lengthen a row of the same person that ends where a short time is free, if there is one."""
    if end - start >= DAY:
        return False
    rows = Shift.objects.filter(
        commune=pattern.commune_id, seat=pattern.seat, pattern=pattern, person=person, ends_at=start
    )
    return bool(rows.update(ends_at=end))
