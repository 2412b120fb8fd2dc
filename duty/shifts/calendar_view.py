"""The roster as pages show it: days with three seats, names of stand-ins, free times."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from duty.roster.models import Absence, DutySettings, Seat, Shift
from duty.roster.services import change_on, hours_of, keepers

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift of a seat on a day. `hours` is blank where they are the usual ones."""

    shift: Shift
    hours: str
    stand_in: User | None
    is_now: bool
    is_over: bool


@dataclass(slots=True)
class SeatOfDay:
    """A seat on one day; `is_empty` where nobody keeps it from that day's change on."""

    seat: str
    label: str
    entries: list[Entry] = field(default_factory=list)
    is_empty: bool = False


@dataclass(slots=True)
class DayOfRoster:
    """A day with its three seats."""

    day: date
    is_today: bool
    is_past: bool
    seats: list[SeatOfDay]


def people_of(commune: Commune) -> QuerySet[User]:
    """Accounts that may keep a shift of a commune, by name."""
    return keepers(commune.pk).order_by("first_name", "last_name", "pk")


def days_with_seats(commune: Commune, days: Sequence[date], now: datetime) -> list[DayOfRoster]:
    """The roster of these days, which follow each other; three queries."""
    hours = hours_of(commune)
    start = timezone.make_aware(datetime.combine(days[0], datetime.min.time()))
    end = change_on(days[-1] + DAY, hours)
    rows = list(
        Shift.objects.of_commune(commune)
        .between(start, end)
        .select_related("person")
        .order_by("starts_at", "pk")
    )
    away = _absences(commune, start, end)
    by_place: dict[tuple[date, str], list[Shift]] = defaultdict(list)
    for row in rows:
        by_place[timezone.localdate(row.starts_at), row.seat].append(row)
    today = timezone.localdate(now)
    return [
        DayOfRoster(
            day, day == today, day < today,
            [_seat(seat, day, by_place, rows, hours, away, now) for seat in Seat],
        )
        for day in days
    ]  # fmt: skip


def _absences(commune: Commune, start: datetime, end: datetime) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    rows = Absence.objects.of_commune(commune).between(start, end).select_related("stand_in")
    for absence in rows:
        found[absence.person_id].append(absence)
    return found


def _seat(
    seat: Seat, day: date, by_place: dict[tuple[date, str], list[Shift]], rows: Iterable[Shift],
    hours: DutySettings, away: dict[int, list[Absence]], now: datetime,
) -> SeatOfDay:  # fmt: skip
    shifts = by_place[day, seat]
    begins, ends = change_on(day, hours), change_on(day + DAY, hours)
    is_covered = any(
        row.seat == seat and row.starts_at < ends and row.ends_at > max(begins, now) for row in rows
    )
    return SeatOfDay(
        seat, str(seat.label), [_entry(shift, begins, ends, away, now) for shift in shifts],
        is_empty=not is_covered and ends > now,
    )  # fmt: skip


def _entry(
    shift: Shift, begins: datetime, ends: datetime, away: dict[int, list[Absence]], now: datetime
) -> Entry:
    moment = now if shift.is_now(now) else shift.starts_at
    stand_in = next(
        (one.stand_in for one in away.get(shift.person_id, ())
         if one.starts_at <= moment < one.ends_at), None,
    )  # fmt: skip
    is_usual = (shift.starts_at, shift.ends_at) == (begins, ends)
    words = "" if is_usual else span_words(shift)
    return Entry(shift, words, stand_in, shift.is_now(now), shift.ends_at <= now)


def span_words(shift: Shift) -> str:
    """From when to when: `07:30–15:00`, with the day where it ends on another one."""
    start, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    last = "" if start.date() == end.date() else f" {end:%d/%m}"
    return f"{start:%H:%M}–{end:%H:%M}{last}"


def until_words(moment: datetime, now: datetime) -> str:
    """`07:30 hôm nay`, `07:30 ngày mai`, else with the date."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    names = {today: "hôm nay", today + DAY: "ngày mai"}
    return f"{local:%H:%M} {names.get(local.date(), f'{local:%d/%m/%Y}')}"
