"""Changing single shifts of the roster by hand."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Commune, User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.occasions.models import Occasion
from duty.occasions.services import close_occasions
from duty.roster.models import DutySettings, Shift, Swap

EDIT: Final = "duty.edit_roster"
LONGEST: Final = timedelta(days=7)
KINDS_OF_SHIFT: Final = ("shift_not_begun", "shift_unready")
PAST: Final = "Ca này đã qua nên giữ nguyên trong lịch."


def require_editor(commune: Commune, by: User) -> None:
    """The account may draw up the roster of this commune. Raises NotAllowed."""
    if by.commune_id not in {None, commune.pk} or not by.has_perm(EDIT):
        raise NotAllowed(Shift.workflow.denied)


def why_unfit(person: User, commune: Commune | int) -> str:
    """Sentence why an account keeps no shift of a commune; blank where it may."""
    pk = commune if isinstance(commune, int) else commune.pk
    if person.commune_id != pk:
        return "Người này không phải của xã, phường này."
    if not person.is_active:
        return f"Tài khoản của {person} đang khóa nên không xếp trực được."
    if not person.has_perm("duty.take_occasion"):
        return f"{person} chưa có quyền nhận việc nên không xếp trực được."
    if not person.has_perm("duty.view_roster"):
        return f"{person} không thuộc những người trực (chưa có quyền xem lịch trực)."
    return ""


def require_fit(person: User, commune: Commune | int) -> None:
    """The account may keep a shift of this commune. Raises NotAllowed."""
    if why := why_unfit(person, commune):
        raise NotAllowed(why)


def lock_roster(commune: Commune) -> DutySettings:
    """Lock the roster of a commune against other changes; returns its hours."""
    DutySettings.objects.get_or_create(commune=commune)
    return DutySettings.objects.select_for_update(of=("self",)).get(commune=commune)


def store(shift: Shift) -> Shift:
    """Save a shift; an overlap is refused by the constraint's own sentence. Raises NotAllowed."""
    try:
        with transaction.atomic():
            shift.save()
    except IntegrityError as error:
        raise NotAllowed(_sentence_of(error)) from None
    return shift


def _sentence_of(error: IntegrityError) -> str:
    broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    for constraint in Shift._meta.constraints:
        if constraint.name == broken:
            return str(constraint.violation_error_message)
    raise error


@transaction.atomic
def add_shift(
    commune: Commune, *, seat: str, person: User, starts_at: datetime, ends_at: datetime, by: User
) -> Shift:
    """Put a person into a seat by hand. Raises NotAllowed."""
    require_editor(commune, by)
    lock_roster(commune)
    require_fit(person, commune)
    if ends_at <= timezone.now():
        raise NotAllowed("Giờ này đã qua nên không xếp ca được nữa.")
    if ends_at - starts_at > LONGEST:
        raise NotAllowed(f"Một ca dài nhất {LONGEST.days} ngày.")
    shift = store(
        Shift(
            commune=commune, seat=seat, person=person, starts_at=starts_at, ends_at=ends_at,
            is_edited=True,
        )
    )  # fmt: skip
    workflow.record(shift, "added", by=by)
    return shift


@transaction.atomic
def change_person(shift: Shift, *, person: User, by: User) -> Shift:
    """Give a shift to another person; one that has begun ends now and goes on under the other.

    Returns the shift of that person. Raises NotAllowed.
    """
    lock_roster(shift.commune)
    workflow.lock_for(shift, by, permission=EDIT)
    now = timezone.now()
    if shift.ends_at <= now:
        raise NotAllowed(PAST)
    if shift.person_id == person.pk:
        return shift
    require_fit(person, shift.commune_id)
    before, changed = shift.person, shift
    if shift.starts_at < now:
        changed = Shift(
            commune_id=shift.commune_id, seat=shift.seat, person=person, starts_at=now,
            ends_at=shift.ends_at, pattern=shift.pattern, is_edited=True,
        )  # fmt: skip
        shift.ends_at, shift.is_edited = now, True
        store(shift)
    else:
        shift.person, shift.is_edited, shift.begun_at = person, True, None
    store(changed)
    let_go(shift, now)
    workflow.record(changed, "person_changed", by=by, text=f"{before} → {person}")
    return changed


@transaction.atomic
def remove_shift(shift: Shift, *, by: User, reason: str = "") -> None:
    """Take a shift off the roster; one that has begun ends now. Raises NotAllowed."""
    lock_roster(shift.commune)
    workflow.lock_for(shift, by, permission=EDIT)
    now = timezone.now()
    if shift.ends_at <= now:
        raise NotAllowed(PAST)
    let_go(shift, now)
    workflow.record(shift, "removed", by=by, text=reason)
    if shift.starts_at < now:
        shift.ends_at, shift.is_edited = now, True
        store(shift)
    else:
        shift.delete()


def let_go(shift: Shift, now: datetime) -> None:
    """End what hung on the person who kept a shift: alarms about it, open questions to swap it."""
    close_occasions(shift, *KINDS_OF_SHIFT, because=Occasion.Ended.GONE)
    withdraw_swaps([shift.pk], now)


def withdraw_swaps(shifts: Iterable[int], now: datetime) -> int:
    """End open questions that offer one of these shifts or ask for it; returns how many."""
    ids = list(shifts)
    involved = Q(shift__in=ids) | Q(in_return__in=ids)
    asked = Swap.objects.filter(involved, state=Swap.State.ASKED)
    return asked.update(state=Swap.State.WITHDRAWN, answered_at=now)
