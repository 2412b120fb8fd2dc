"""Lists of the home page: the own shift, the persons on duty, swaps that the leader looks at."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.work_lists import (
    Act,
    Level,
    Place,
    WorkItem,
    WorkList,
    short_list,
    state_line,
    work_list,
)
from duty.occasions import steps
from duty.roster.models import Seat, Shift, Swap
from duty.roster.services import keepers_asked
from duty.shifts import beginning, handing, swapping
from duty.shifts.calendar_view import span_words, until_words

RECENT = timedelta(days=2)
VIEW, EDIT = "duty.view_roster", "duty.edit_roster"


@work_list(permission=VIEW)
def own_shift(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Matters of the roster that wait for this account: a shift to confirm, swaps, hand-overs."""
    address = reverse("admin:duty_shift_mine")
    near, swaps, given = yield [
        Later("near shifts", lambda: beginning.near_shifts(user, now)),
        Later("swaps", lambda: swapping.open_swaps(user, now)),
        Later("handed over", lambda: handing.to_confirm(user)),
    ]
    keepers = yield from keepers_asked([shift.person_id for shift in near], now)
    items = [
        WorkItem(
            f"Nhận ca {shift.get_seat_display()}",
            address,
            f"Ca {span_words(shift)}.",
            True,
            key=subject_of(shift),
            due_at=shift.starts_at,
            acts=(Act("Nhận ca", reverse("admin:duty_shift_begin", args=[shift.pk]), posts=True),),
        )
        for shift in near
        if shift.begun_at is None and keepers[shift.person_id] == user.pk
    ]
    items += [
        WorkItem(
            f"{one.asked_by} xin đổi ca", address, f"{one.shift}.", key=subject_of(one),
            due_at=one.shift.starts_at, acts=(Act("Trả lời", address),),
        )
        for one in swaps
        if one.asked_of_id == user.pk
    ]  # fmt: skip
    items += [
        WorkItem(
            f"{one.given_by} giao ca cho đồng chí",
            reverse("admin:duty_shift_handover", args=[one.pk]), "", True, key=subject_of(one),
            acts=(
                Act("Đọc và nhận", reverse("admin:duty_shift_handover", args=[one.pk])),
            ),
        )
        for one in given
    ]  # fmt: skip
    return WorkList("Ca trực của đồng chí", items, len(items), url=address) if items else None


@work_list(permission=VIEW)
def on_duty_now(user: Any, now: datetime) -> Asking[WorkList | None]:
    """“Ai đang trực”: names and until when. No list of work, so without a number."""
    if user.commune_id is None:
        return None
    address = reverse("admin:duty_roster_show")

    def shifts() -> Any:
        seated = Shift.objects.visible_to(user).at(now)
        return seated.select_related("person").order_by("starts_at")

    rows = yield Later("seats", shifts)
    keepers = yield from keepers_asked([row.person_id for row in rows], now)
    instead = {keeper for person, keeper in keepers.items() if keeper != person}
    people = (yield User.objects.filter(pk__in=instead)) if instead else []
    names = {one.pk: str(one) for one in people}
    items = [
        WorkItem(
            f"{seat.label}: {_keeper(row, keepers, names)}", address,
            f"đến {until_words(row.ends_at, now)}",
        )
        for seat in Seat
        for row in rows
        if row.seat == seat
    ]  # fmt: skip
    if all(row.seat != Seat.DUTY for row in rows):
        items.insert(
            0, WorkItem("Trực ban: chưa có người", address, "Lúc này không ai trực ban.", True)
        )
    return WorkList("Đang trực", items, 0, url=address, place=Place.LINE)


@work_list(permission=VIEW)
def next_shift(user: Any, now: datetime) -> Asking[WorkList | None]:
    """The own shift that comes next."""

    def ahead() -> Any:
        rows = Shift.objects.visible_to(user).filter(person=user, starts_at__gt=now)
        return rows.order_by("starts_at")[:1]

    rows = yield Later("next shift", ahead)
    address = reverse("admin:duty_shift_mine")
    items = [
        WorkItem(
            f"Ca tới của đồng chí: {row.get_seat_display()}", address,
            f"từ {until_words(row.starts_at, now)}",
        )
        for row in rows
    ]  # fmt: skip
    return WorkList("Ca tới", items, 0, url=address, place=Place.NEXT) if items else None


def _keeper(shift: Shift, keepers: dict[int, int], names: dict[int, str]) -> str:
    keeper = keepers[shift.person_id]
    return f"{names[keeper]} (thay {shift.person})" if keeper in names else str(shift.person)


@work_list(permission=EDIT)
def swapped(user: Any, now: datetime) -> Any:
    """Swaps of the last two days, for those who draw up the roster."""
    address = reverse("admin:duty_roster_show")

    def rows() -> Any:
        agreed = Swap.objects.visible_to(user).filter(state=Swap.State.AGREED)
        recent = agreed.filter(answered_at__gt=now - RECENT)
        return recent.select_related("shift__person", "asked_by", "asked_of")

    return short_list(
        "Ca vừa đổi",
        rows,
        lambda one: WorkItem(
            f"{one.asked_by} ↔ {one.asked_of}", address, str(one.shift),
            key=subject_of(one),
        ),
        url=address,
        verb="Xem lịch trực",
        level=Level.SHIFT,
    )  # fmt: skip


@state_line(permission=VIEW)
def called_in_turn(user: Any, now: datetime) -> WorkItem | None:
    """The order in which people are told of an urgent matter that opens now."""
    if user.commune_id is None:
        return None
    words = "; ".join(steps.turn_words(one) for one in steps.turns(user.commune, user, now))
    return WorkItem(
        "Việc khẩn lúc này báo ai trước",
        reverse("admin:duty_roster_show"),
        f"{words[:1].upper()}{words[1:]}." if words else "Chưa có ai để báo: hãy xếp lịch trực.",
        is_urgent=not words,
    )
