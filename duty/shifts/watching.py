"""The round of each minute over the shifts: not begun, not reachable, not filled, just changed."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Commune, User
from duty.occasions import shift_change
from duty.occasions.models import Occasion, subject_of
from duty.occasions.services import close_occasions, open_occasion
from duty.roster.models import Seat, Shift, ShiftPattern
from duty.roster.services import unfilled, with_stand_ins
from duty.shifts.beginning import readiness

logger = logging.getLogger(__name__)

LATE: Final = timedelta(minutes=10)
FIRST_CHECK: Final = timedelta(hours=12)
SECOND_CHECK: Final = timedelta(hours=1)
WEEK: Final = timedelta(days=7)
# A change of shift is looked for so far back: longer than the rounds may stand still.
CHANGED_WITHIN: Final = timedelta(hours=1)


def watch(now: datetime | None = None) -> int:
    """Look at all shifts once; returns how many occasions were opened. One fault stops no other."""
    at = now or timezone.now()
    opened = 0
    for look in (_late, _unready, _empty_seats, _changed):
        try:
            opened += look(at)
        except Exception:
            logger.exception("watching shifts broke in %s; it is tried again", look.__name__)
    return opened


def _open_subjects(kind: str) -> set[str]:
    return set(Occasion.objects.open().filter(kind=kind).values_list("subject", flat=True))


def _late(now: datetime) -> int:
    """Shifts of the duty officer that nobody confirmed ten minutes after their start."""
    open_now = _open_subjects("shift_not_begun")
    rows = Shift.objects.at(now).in_seat(Seat.DUTY)
    late = rows.filter(begun_at=None, starts_at__lte=now - LATE).select_related("commune")
    missing = [one for one in late if subject_of(one) not in open_now]
    return _open("shift_not_begun", missing, begun_at=None)


def _open(kind: str, shifts: Iterable[Shift], **still: Any) -> int:
    """Open the kind for shifts of which the columns `still` hold."""
    opened = 0
    for shift in shifts:
        with transaction.atomic():
            if Shift.objects.select_for_update(of=("self",)).filter(pk=shift.pk, **still):
                open_occasion(kind, shift, commune=shift.commune)
                opened += 1
    return opened


def _unready(now: datetime) -> int:
    """Persons of the shifts of the next twelve hours without a device that displays notices, and
    those of whom that is known already, on duty too."""
    opened = {
        one.subject: one for one in Occasion.objects.open().filter(kind="shift_unready")
    }  # fmt: skip
    is_ahead = Q(starts_at__gt=now, starts_at__lte=now + FIRST_CHECK, begun_at=None)
    is_known = Q(pk__in=[one.subject_pk for one in opened.values()], ends_at__gt=now)
    near = Shift.objects.filter(is_ahead | is_known).select_related("commune")
    missing: list[Shift] = []
    for shift in near:
        occasion = opened.get(subject_of(shift))
        if is_reachable(shift, now):
            if occasion is not None:
                close_occasions(shift, "shift_unready")
        elif occasion is None:
            missing.append(shift)
        elif now >= shift.starts_at - SECOND_CHECK > occasion.opened_at:
            # A new round, for nobody is notified twice of a matter that was not looked at.
            close_occasions(shift, "shift_unready", because=Occasion.Ended.REPLACED)
            missing.append(shift)
    return _open("shift_unready", missing)


def is_reachable(shift: Shift, now: datetime) -> bool:
    """Whether a device of the shift's keeper has displayed a notice within seven days."""
    keepers = with_stand_ins([shift.person_id], max(now, shift.starts_at))
    return all(readiness(pk, now).is_ready for pk in keepers)


def has_empty_seats(commune_id: int, now: datetime) -> bool:
    """Whether nobody keeps the duty seat at some time of the coming seven days."""
    return bool(unfilled(commune_id, Seat.DUTY, now, now + WEEK))


def _empty_seats(now: datetime) -> int:
    open_now = _open_subjects("shifts_unfilled")
    opened = 0
    for commune in Commune.objects.filter(pk__in=with_roster()):
        is_open = subject_of(commune) in open_now
        is_empty = has_empty_seats(commune.pk, now)
        if is_empty and not is_open:
            open_occasion("shifts_unfilled", commune, commune=commune)
            opened += 1
        elif is_open and not is_empty:
            close_occasions(commune, "shifts_unfilled")
    return opened


def with_roster() -> set[int]:
    """Communes that have ever drawn up a roster."""
    shifts = Shift.objects.order_by().values_list("commune", flat=True).distinct()
    patterns = ShiftPattern.objects.order_by().values_list("commune", flat=True).distinct()
    return {*shifts, *patterns}


def _changed(now: datetime) -> int:
    """Urgent matters at a change of shift: the new person is notified, the old one released."""
    since = now - CHANGED_WITHIN
    for commune in _with_change(since, now):
        rows = Shift.objects.of_commune(commune)
        keepers = with_stand_ins(rows.at(now).values_list("person_id", flat=True), now)
        for shift in rows.filter(ends_at__gt=since, ends_at__lte=now):
            if shift.person_id not in keepers:
                shift_change.release_leaver(commune, shift.person_id, shift.ends_at, now)
        for shift in rows.at(now).in_seat(Seat.DUTY).filter(starts_at__gt=since):
            for person in User.objects.filter(pk__in=with_stand_ins([shift.person_id], now)):
                shift_change.notify_newcomer(person, shift.starts_at, now)
    return 0


def _with_change(since: datetime, now: datetime) -> Iterable[Commune]:
    changed = Shift.objects.filter(
        Q(starts_at__gt=since, starts_at__lte=now) | Q(ends_at__gt=since, ends_at__lte=now)
    )
    open_now = Occasion.objects.open().filter(level="now").order_by().values("commune")
    return Commune.objects.filter(pk__in=changed.values("commune")).filter(pk__in=open_now)
