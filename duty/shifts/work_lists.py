"""Lists of the home page: the own shift, the persons on duty, swaps that the leader looks at."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.scoped_admin.work_lists import WorkItem, WorkList, short_list, work_list
from duty.roster.models import Seat, Shift, Swap
from duty.roster.services import with_stand_ins
from duty.shifts import beginning, handing, swapping
from duty.shifts.calendar_view import span_words, until_words

RECENT = timedelta(days=2)
VIEW, EDIT = "duty.view_roster", "duty.edit_roster"


@work_list(permission=VIEW)
def own_shift(user: Any, now: datetime) -> WorkList | None:
    """Matters of the roster that wait for this account: a shift to confirm, swaps, hand-overs."""
    address = reverse("admin:duty_shift_mine")
    items, actions = [], []
    for shift in beginning.own_shifts(user, now):
        if shift.begun_at is None:
            items.append(
                WorkItem(f"Nhận ca {shift.get_seat_display()}", address, span_words(shift), True)
            )
            actions = [WorkItem("Nhận ca", address)]
    items += [
        WorkItem(f"{one.asked_by} xin đổi ca", address, str(one.shift))
        for one in swapping.open_swaps(user, now)
        if one.asked_of_id == user.pk
    ]
    items += [
        WorkItem(f"{one.given_by} giao ca cho đồng chí",
                 reverse("admin:duty_shift_handover", args=[one.pk]), "", True)
        for one in handing.to_confirm(user)
    ]  # fmt: skip
    if not items:
        return None
    return WorkList(
        "Ca trực của đồng chí", items[:5], len(items), url=address, icon="badge", order=2,
        actions=actions,
    )  # fmt: skip


@work_list(permission=VIEW)
def on_duty_now(user: Any, now: datetime) -> WorkList | None:
    """“Ai đang trực”: names and until when. No list of work, so without a number."""
    if user.commune_id is None:
        return None
    address = reverse("admin:duty_roster_show")
    rows = list(
        Shift.objects.visible_to(user).at(now).select_related("person").order_by("starts_at")
    )
    names = {seat: [row for row in rows if row.seat == seat] for seat in Seat}
    items = [
        WorkItem(f"{Seat(seat).label}: {_keeper(row, now)}", address,
                 f"đến {until_words(row.ends_at, now)}")
        for seat, found in names.items()
        for row in found
    ]  # fmt: skip
    if not names[Seat.DUTY]:
        items.insert(
            0, WorkItem("Trực ban: chưa có người", address, "Lúc này không ai trực ban.", True)
        )
    return WorkList("Đang trực", items, 0, url=address, icon="local_police", order=5)


def _keeper(shift: Shift, now: datetime) -> str:
    keepers = with_stand_ins([shift.person_id], now)
    if keepers == [shift.person_id]:
        return str(shift.person)
    stand_in = User.objects.filter(pk__in=keepers).first()
    return f"{stand_in} (thay {shift.person})"


def _recent(user: Any, now: datetime) -> Any:
    return Swap.objects.visible_to(user).filter(
        state=Swap.State.AGREED, answered_at__gt=now - RECENT
    )


@work_list(asks=_recent, permission=EDIT)
def swapped(user: Any, now: datetime) -> WorkList | None:
    """Swaps of the last two days, for those who draw up the roster."""
    address = reverse("admin:duty_roster_show")
    return short_list(
        "Ca vừa đổi",
        _recent(user, now).select_related("shift__person", "asked_by", "asked_of"),
        lambda one: WorkItem(f"{one.asked_by} ↔ {one.asked_of}", address, str(one.shift)),
        url=address,
        icon="swap_horiz",
        order=45,
    )
