"""A month of posts with three recurrences, Tết inside, in seconds.

Real rows, the real tick and the real sending over HTTP to the simulator; only the clock jumps from
one minute to the next at which something could happen.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from broadcasts.models import Broadcast, Delivery, Schedule, Topic
from broadcasts.scheduling import verbs
from broadcasts.scheduling.tick import lanes_to_drain, run_tick
from broadcasts.sending.delivery import drain
from broadcasts.services import approve, create, submit
from groups.models import ZaloGroup
from tests.factories.schedules import approved_schedule
from tests.flows import harness
from zalo_simulator.server import Simulator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, LAST = date(2027, 1, 20), date(2027, 2, 20)
TET = {date(2027, 2, day) for day in range(5, 12)}
LEFT_OUT = date(2027, 1, 25)
WEEKLY, DAILY, MONTHLY = "Nhắc khóa cửa.", "Tắt bếp trước khi ngủ.", "Đóng sổ tháng."
ONCE = "Tối nay cúp điện từ 19 giờ."
GROUPS = 4


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(FIRST, 7), tick=True) as traveller:
        yield traveller


@pytest.fixture
def simulator(clock: Any, settings: Any) -> Iterator[Simulator]:
    harness.forget_redis()
    running = harness.new_simulator()
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = running.url
    settings.ZALO_RATE_PER_MIN = 60_000
    yield running
    running.stop()


@pytest.fixture
def scene(simulator: Simulator) -> harness.Scene:
    made = harness.Scene(simulator)
    made.add_groups(GROUPS)
    return made


def plan_the_month(scene: harness.Scene) -> Schedule:
    """Three schedules and one post of its own; returns the daily one."""
    by, chief, commune = scene.author, scene.chief, scene.commune
    approved_schedule(
        commune, by, chief, text=WEEKLY, weekdays=[0], at=time(8), first_on=FIRST,
        on_day_off="next",
    )  # fmt: skip
    daily = approved_schedule(
        commune, by, chief, freq="daily", weekdays=[], text=DAILY, at=time(18), first_on=FIRST,
        on_day_off="skip", last_on=LAST,
    )  # fmt: skip
    approved_schedule(
        commune, by, chief, freq="monthly_day", weekdays=[], month_day=10, text=MONTHLY,
        at=time(16, 30), first_on=FIRST, on_day_off="before",
    )  # fmt: skip
    once = Broadcast(
        commune=commune, title="Cúp điện", text=ONCE, topic=Topic.objects.get(code="pccc"),
        scheduled_for=at(date(2027, 2, 6), 9),
    )  # fmt: skip
    approve(submit(create(once, by=by), by=by), by=chief)
    verbs.skip(daily, LEFT_OUT, by=by, reason="Cả xã dự lễ")
    return daily


def wanted() -> list[tuple[str, datetime]]:
    """Written down by hand from the calendar, not computed by the product."""
    weekly = [date(2027, 1, 25), date(2027, 2, 1), date(2027, 2, 12), date(2027, 2, 15)]
    days = [FIRST + timedelta(days=number) for number in range(32)]
    daily = [day for day in days if day not in TET | {LEFT_OUT}]
    return [
        *((WEEKLY, at(day, 8)) for day in weekly),
        *((DAILY, at(day, 18)) for day in daily),
        (MONTHLY, at(date(2027, 2, 4), 16, 30)),
        (ONCE, at(date(2027, 2, 6), 9)),
    ]


def moments() -> list[datetime]:
    """Just before and at every minute of every day at which something might leave."""
    found = []
    for number in range(33):
        day = FIRST + timedelta(days=number)
        found.append(at(day, 0, 1))
        for hour, minute in ((8, 0), (9, 0), (16, 30), (18, 0)):
            found += [at(day, hour, minute) - timedelta(seconds=20), at(day, hour, minute)]
    return found


def work(scene: harness.Scene) -> None:
    """Run the workers once: a tick, perhaps doubled, and the sending of its posts."""
    did = [run_tick(), run_tick()]
    for commune_id, urgent in lanes_to_drain(timezone.now()):
        drain(commune_id, urgent=urgent)
    if any(count for one in did for count in one.values()):
        run_tick()


def test_a_month_of_posts_arrives_once_each_at_its_minute_in_every_group(
    scene: harness.Scene, clock: time_machine.Traveller
) -> None:
    plan_the_month(scene)

    for moment in moments():
        if moment > at(FIRST, 7):
            clock.move_to(moment)
            work(scene)

    arrived = Counter(
        (message.group_id, message.text, minute_of(message.at))
        for message in scene.simulator.state.messages_of()
    )
    ids = ZaloGroup.objects.values_list("zalo_group_id", flat=True)
    assert arrived == Counter((group, text, minute) for group in ids for text, minute in wanted())
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}
    assert not Broadcast.objects.filter(status__in=["sending", "paused"]).exists()


def minute_of(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, ZONE).replace(second=0, microsecond=0)


def test_three_days_without_power_hold_what_was_missed_and_repeat_nothing(
    scene: harness.Scene, clock: time_machine.Traveller
) -> None:
    """Down from the 21st to the 24th: what is long gone waits, what is fresh leaves."""
    plan_the_month(scene)
    clock.move_to(at(FIRST, 18))
    work(scene)

    clock.move_to(at(date(2027, 1, 23), 18, 40))
    work(scene)

    held = Broadcast.objects.filter(held_at__isnull=False).order_by("scheduled_for")
    assert [post.occurrence_on for post in held] == [date(2027, 1, 21), date(2027, 1, 22)]
    assert {post.status for post in held} == {"paused"}
    assert Counter(message.text for message in scene.simulator.state.messages_of()) == {
        DAILY: 2 * GROUPS
    }
