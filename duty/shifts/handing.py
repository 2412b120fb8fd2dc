"""Giao ca: the keeper of a shift leaves what is open to the next one, who confirms by name."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.occasions import shift_change
from duty.roster.models import HandOver, Shift
from duty.roster.services import keeps, with_stand_ins
from duty.shifts.editing import require_fit

LONGEST: Final = 1000
# A shift may be handed over so long before its end, and so long after it.
BEFORE, AFTER = timedelta(hours=2), timedelta(hours=4)
# The next shift of the seat begins at most so long after.
NEXT: Final = timedelta(hours=12)
TOO_LATE: Final = "Ca này hết đã lâu, không bàn giao được nữa."
TOO_LONG: Final = f"Lời bàn giao dài nhất {LONGEST} chữ cái. Hãy viết gọn lại."


def why_not_give(shift: Shift, user: User, now: datetime) -> str:
    """Sentence why the account cannot hand this shift over now; blank where it can."""
    if not (keeps(shift, user, now) or shift.person_id == user.pk):
        return "Chỉ người trực ca này mới bàn giao được."
    if shift.handed_over_at is not None:
        return "Ca này đã bàn giao xong."
    if now < max(shift.starts_at, shift.ends_at - BEFORE):
        return "Chưa đến giờ bàn giao ca này."
    if now > shift.ends_at + AFTER:
        return TOO_LATE
    return ""


def to_hand_over(user: User, now: datetime) -> list[Shift]:
    """Shifts that the account may hand over now."""
    near = Shift.objects.visible_to(user).between(now - AFTER, now + BEFORE)
    rows = near.filter(handed_over_at=None).select_related("person", "commune")
    return [one for one in rows.order_by("ends_at", "seat") if not why_not_give(one, user, now)]


def successor_of(shift: Shift) -> int | None:
    """The account that keeps the same seat next, or stands in for who does; None without one."""
    following = Shift.objects.of_commune(shift.commune_id).in_seat(shift.seat)
    later = following.filter(starts_at__gte=shift.ends_at, starts_at__lt=shift.ends_at + NEXT)
    found = later.order_by("starts_at").first()
    return None if found is None else with_stand_ins([found.person_id], found.starts_at)[0]


@transaction.atomic
def give(shift: Shift, *, to: User, text: str, by: User) -> HandOver:
    """Offer the shift to a successor, anew until that one confirms it. Raises NotAllowed."""
    workflow.lock_for(shift, by, permission=None)
    if why := why_not_give(shift, by, timezone.now()):
        raise NotAllowed(why)
    if len(text) > LONGEST:
        raise NotAllowed(TOO_LONG)
    if to.pk == by.pk:
        raise NotAllowed("Hãy chọn người nhận ca là người khác.")
    require_fit(to, shift.commune_id)
    offered = HandOver.objects.filter(shift=shift).first() or HandOver(shift=shift)
    offered.given_by, offered.given_to, offered.text = by, to, text.strip()
    offered.given_at = timezone.now()
    offered.save()
    workflow.record(offered, "given", by=by)
    return offered


@transaction.atomic
def confirm(offered: HandOver, *, by: User) -> tuple[int, int]:
    """The successor takes the shift over by name, with the matters that the leaver had taken.

    Returns how many matters went over and how many wait again. Raises NotAllowed.
    """
    workflow.lock_for(
        offered, by, permission=lambda row, user: row.given_to_id == user.pk,
        denied="Chỉ người được giao ca mới nhận được.",
    )  # fmt: skip
    shift, now = workflow.lock(offered.shift), timezone.now()
    if now > shift.ends_at + AFTER:
        raise NotAllowed(TOO_LATE)
    offered.confirmed_at = now
    offered.save(update_fields=["confirmed_at"])
    shift.handed_over_at, shift.handed_over_to = now, by
    shift.save(update_fields=["handed_over_at", "handed_over_to"])
    given, waiting = shift_change.pass_on(offered.given_by, to=by)
    workflow.record(offered, "confirmed", by=by, given=given, waiting=waiting)
    return given, waiting


def may_read(offered: HandOver, user: User) -> bool:
    """The giver, the receiver and those who draw up the roster read the words."""
    return user.pk in {offered.given_by_id, offered.given_to_id} or user.has_perm(
        "duty.edit_roster"
    )


def readable(user: User) -> QuerySet[HandOver]:
    """Hand-overs that the account may read, the newest first."""
    rows = HandOver.objects.visible_to(user)
    if not user.has_perm("duty.edit_roster"):
        rows = rows.filter(Q(given_by=user) | Q(given_to=user))
    return rows.select_related("shift__person", "shift__commune", "given_by", "given_to")


def to_confirm(user: User) -> QuerySet[HandOver]:
    """Hand-overs that wait for this account."""
    recent = timezone.now() - AFTER
    return readable(user).filter(given_to=user, confirmed_at=None, shift__ends_at__gte=recent)


def printed(offered: HandOver, *, by: User) -> None:
    """Write into the trail that the sealed words went onto a printed page."""
    audit.record("shift_handover.printed", by=by, target=offered, commune=offered.shift.commune)
