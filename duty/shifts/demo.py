"""The roster of the demo: eight weeks for three seats, with the duty officer at work now."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts import demo
from accounts.demo import DemoPart, Place
from duty.roster.models import HandOver, Seat, Shift
from duty.roster.services import change_on, hours_of
from duty.shifts import patterns, swapping

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
HANDED_OVER = (
    "Bài nhắc khóa cửa còn hai nhóm chưa đăng tay. Một bà con hẹn gọi lại trước 9 giờ. Đèn đường ở "
    "ngã ba hỏng, đã báo Ủy ban."
)
TURNS = {
    Seat.DUTY: ("canbo.diaban2", "canbo.diaban3", "truc.ban", "canbo.diaban4"),
    Seat.LEADER: ("pho.congan", "truong.congan"),
    Seat.SECOND: ("canbo.diaban5", "canbo.diaban6", "canbo.diaban", "canbo.diaban7"),
}
NOW = {Seat.DUTY: "truc.ban", Seat.LEADER: "truong.congan", Seat.SECOND: "canbo.diaban"}


def register_part() -> None:
    """Among the parts of `seed_demo`."""
    demo.register("roster", DemoPart(make, "Lịch trực đã xếp cho 8 tuần; truc.ban đang trực."))


def make(place: Place) -> None:
    """The shifts of today, begun and handed over; patterns from then on; one question to swap."""
    commune, users, today = place.commune, place.users, timezone.localdate(place.now)
    hours = hours_of(commune)
    start = change_on(today, hours)
    if start > place.now:
        start = change_on(today - DAY, hours)
    for seat, name in NOW.items():
        Shift.objects.create(
            commune=commune, seat=seat, person=users[name], starts_at=start, ends_at=start + DAY,
            is_edited=True, begun_at=start + 2 * MINUTE,
        )  # fmt: skip
    for seat, names in TURNS.items():
        patterns.set_pattern(
            commune, seat=seat, people=[users[name] for name in names], starts_on=today,
            by=users["truong.congan"],
        )  # fmt: skip
    _hand_over(place, start)
    _ask_to_swap(place)


def _hand_over(place: Place, at: datetime) -> None:
    giver, taker, taken_at = place.users["canbo.diaban4"], place.users["truc.ban"], at + MINUTE
    shift = Shift.objects.create(
        commune=place.commune, seat=Seat.DUTY, person=giver, starts_at=at - DAY, ends_at=at,
        is_edited=True, begun_at=at - DAY + MINUTE, handed_over_at=taken_at, handed_over_to=taker,
    )  # fmt: skip
    HandOver.objects.create(
        shift=shift, given_by=giver, given_to=taker, given_at=at - 5 * MINUTE,
        confirmed_at=taken_at, text=HANDED_OVER,
    )  # fmt: skip


def _ask_to_swap(place: Place) -> None:
    ahead = Shift.objects.of_commune(place.commune).in_seat(Seat.DUTY)
    asking = place.users["canbo.diaban4"]
    shift = ahead.filter(person=asking, starts_at__gt=place.now + 2 * DAY).first()
    if shift is not None:
        swapping.ask(shift, of=place.users["truc.ban"], by=asking)
