"""Swaps: asked by the keeper of a shift, accepted or declined by the other person."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import Shift, Swap
from duty.shifts.editing import lock_roster, require_fit, withdraw_swaps

State = Swap.State
CHANGED = "Lịch đã đổi từ khi hỏi, nên không đổi ca theo lời hỏi này được nữa. Hãy hỏi lại."


@transaction.atomic
def ask(shift: Shift, *, of: User, by: User, in_return: Shift | None = None) -> Swap:
    """Ask another person to keep a shift, or to exchange it for one of theirs. NotAllowed."""
    lock_roster(shift.commune)
    workflow.lock_for(shift, by, permission=lambda row, user: row.person_id == user.pk,
                      denied="Chỉ người trực mới xin đổi được ca của mình.")  # fmt: skip
    now = timezone.now()
    _require_ahead(shift, now)
    if of.pk == by.pk:
        raise NotAllowed("Hãy chọn một người khác.")
    require_fit(of, shift.commune_id)
    if in_return is not None:
        workflow.lock_for(in_return, by, permission=lambda row, user: row.person_id == of.pk,
                          denied=f"Ca đổi lại phải là ca của {of}.")  # fmt: skip
        _require_ahead(in_return, now)
    if shift.swaps.filter(state=State.ASKED).exists():
        raise NotAllowed("Đồng chí đang hỏi đổi ca này rồi. Hãy thôi lời hỏi trước.")
    swap = Swap.objects.create(
        shift=shift, in_return=in_return, asked_by=by, asked_of=of, asked_at=now
    )
    workflow.record(swap, "asked", by=by, shift=str(shift), in_return=str(in_return or ""))
    return swap


def _require_ahead(shift: Shift, now: datetime) -> None:
    if shift.starts_at <= now:
        raise NotAllowed("Ca đã bắt đầu thì không đổi được nữa; hãy báo chỉ huy đổi người.")


@transaction.atomic
def accept(swap: Swap, *, by: User) -> Swap:
    """Both shifts change hands in one transaction, so that no time is without a keeper.

    Raises NotAllowed, also where the roster has changed since it was asked.
    """
    lock_roster(swap.shift.commune)
    workflow.lock_for(swap, by, permission=_is_asked)
    workflow.move(swap, State.AGREED)
    now = timezone.now()
    shift = workflow.lock(swap.shift, missing=CHANGED)
    other = None if swap.in_return is None else workflow.lock(swap.in_return, missing=CHANGED)
    is_as_asked = shift.person_id == swap.asked_by_id and (
        other is None or other.person_id == swap.asked_of_id
    )
    if not is_as_asked:
        raise NotAllowed(CHANGED)
    words = f"{shift}" if other is None else f"{shift} ↔ {other}"
    _give(shift, swap.asked_of, now)
    if other is not None:
        _give(other, swap.asked_by, now)
    swap.answered_at = now
    swap.save(update_fields=["state", "answered_at"])
    withdraw_swaps([shift.pk, *([other.pk] if other else [])], now)
    workflow.record(swap, "agreed", by=by, text=words[:200])
    return swap


def _give(shift: Shift, person: User, now: datetime) -> None:
    _require_ahead(shift, now)
    require_fit(person, shift.commune_id)
    shift.person, shift.is_edited, shift.begun_at = person, True, None
    shift.save(update_fields=["person", "is_edited", "begun_at"])


@transaction.atomic
def decline(swap: Swap, *, by: User) -> Swap:
    """The other person cannot; nothing changes. Raises NotAllowed."""
    return _end(swap, State.DECLINED, "declined", by=by, is_asker=False)


@transaction.atomic
def withdraw(swap: Swap, *, by: User) -> Swap:
    """The asking person needs it no more. Raises NotAllowed."""
    return _end(swap, State.WITHDRAWN, "withdrawn", by=by, is_asker=True)


def _end(swap: Swap, state: str, kind: str, *, by: User, is_asker: bool) -> Swap:
    workflow.lock_for(swap, by, permission=_is_asking if is_asker else _is_asked)
    workflow.move(swap, state)
    swap.answered_at = timezone.now()
    swap.save(update_fields=["state", "answered_at"])
    workflow.record(swap, kind, by=by)
    return swap


def _is_asked(swap: Swap, user: User) -> bool:
    return swap.asked_of_id == user.pk


def _is_asking(swap: Swap, user: User) -> bool:
    return swap.asked_by_id == user.pk


def open_swaps(user: User, now: datetime) -> QuerySet[Swap]:
    """Swaps of shifts ahead in which the account asks or is asked."""
    rows = Swap.objects.visible_to(user).filter(state=State.ASKED, shift__starts_at__gt=now)
    mine = rows.filter(Q(asked_by=user) | Q(asked_of=user))
    return mine.select_related("shift__person", "in_return__person", "asked_by", "asked_of")
