"""Dates that a person has taken in hand, when their schedule is parted, stopped or changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Schedule
from broadcasts.scheduling import verbs
from broadcasts.scheduling.materialise import plan
from broadcasts.scheduling.tick import run_tick
from broadcasts.services import approve, cancel, edit, pause, resume, submit
from groups.models import Hamlet
from tests.factories.accounts import make_commune
from tests.factories.groups import make_group
from tests.factories.schedules import approved_schedule

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)
MONDAYS = [datetime(2026, 12, day, 8, tzinfo=ZONE) for day in (7, 14, 21, 28)]
FIRST, SECOND, THIRD, FOURTH = (moment.date() for moment in MONDAYS)
SOON_AFTER = timedelta(seconds=5)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def group(hamlet: Hamlet) -> Any:
    return make_group(hamlet)


@pytest.fixture
def running(commune: Commune, author: User, chief: User) -> Schedule:
    return approved_schedule(commune, author, chief)


def on(schedule: Schedule, day: Any) -> Broadcast:
    return schedule.occurrences.get(occurrence_on=day)


def edited(schedule: Schedule, day: Any, by: User, chief: User) -> Broadcast:
    """One date with words of its own, approved by itself."""
    post = on(schedule, day)
    post.text = "Tuần này thêm: không đốt rác."
    edit(post, by=by)
    return approve(submit(post, by=by), by=chief)


def reworded(schedule: Schedule, by: User, chief: User) -> None:
    pattern = Broadcast.objects.get(pk=schedule.pattern_id)
    pattern.text = "Bà con nhớ khóa cửa sổ."
    verbs.edit(Schedule.objects.get(pk=schedule.pk), pattern, by=by)
    approve(submit(Broadcast.objects.get(pk=schedule.pattern_id), by=by), by=chief)


def left() -> list[str]:
    posts = Broadcast.objects.filter(started_at__isnull=False).order_by("started_at", "pk")
    return list(posts.values_list("text", flat=True))


def test_a_date_with_words_of_its_own_leaves_once_after_a_split(
    running: Schedule, author: User, chief: User, clock: Any
) -> None:
    own = edited(running, FOURTH, author, chief)
    following = verbs.split(running, THIRD, by=author)
    approve(submit(following.pattern, by=author), by=chief)
    clock.move_to(MONDAYS[3] + SOON_AFTER)
    run_tick()

    own.refresh_from_db()
    assert (own.schedule, own.status) == (following, "sending")
    assert left() == [own.text]


def test_what_was_called_off_or_left_out_stays_so_after_a_split(
    running: Schedule, author: User, chief: User
) -> None:
    cancel(on(running, THIRD), by=chief)
    verbs.skip(running, FOURTH, by=author, reason="Trùng hội nghị")

    following = verbs.split(running, SECOND, by=author)

    states = dict(following.occurrences.values_list("occurrence_on", "status"))
    assert (states[SECOND], states[THIRD], states.get(FOURTH)) == ("draft", "cancelled", None)
    assert list(following.skips.values_list("on", flat=True)) == [FOURTH]


def test_a_split_keeps_the_number_of_times(commune: Commune, author: User, chief: User) -> None:
    five = approved_schedule(commune, author, chief, times=5)

    following = verbs.split(five, THIRD, by=author)

    assert following.times == 3


def test_a_paused_schedule_posts_no_date_edited_alone(
    running: Schedule, author: User, chief: User, clock: Any
) -> None:
    own = edited(running, FIRST, author, chief)
    verbs.pause(running, by=author, reason="Chờ số liệu")
    clock.move_to(MONDAYS[0] + SOON_AFTER)
    run_tick()
    assert left() == []

    verbs.resume(running, by=author)
    run_tick()

    own.refresh_from_db()
    assert (own.status, left()) == ("paused", [])
    resume(own, by=chief)
    run_tick()
    assert left() == [own.text]


def test_an_ended_schedule_calls_off_what_was_edited_or_held(
    running: Schedule, author: User, chief: User, clock: Any
) -> None:
    own = edited(running, SECOND, author, chief)
    held = on(running, FIRST)
    pause(held, by=chief)

    verbs.end(running, by=author, reason="Hết mùa khô")
    clock.move_to(MONDAYS[1] + SOON_AFTER)
    run_tick()

    own.refresh_from_db()
    held.refresh_from_db()
    assert (own.status, held.status, left()) == ("cancelled", "cancelled", [])


def test_a_held_date_whose_approval_was_voided_meanwhile_does_not_leave(
    running: Schedule, author: User, chief: User, clock: Any
) -> None:
    held = on(running, FIRST)
    pause(held, by=chief)
    clock.shift(timedelta(hours=1))
    reworded(running, author, chief)
    clock.move_to(MONDAYS[0] + SOON_AFTER)

    resume(held, by=chief)
    run_tick()

    held.refresh_from_db()
    assert (held.status, held.approved_by, left()) == ("draft", None, [])


def test_an_approver_who_serves_elsewhere_lends_no_approval_to_new_dates(
    running: Schedule, chief: User
) -> None:
    chief.commune = make_commune()
    chief.save()

    plan(running, NOON + timedelta(days=7))

    assert running.occurrences.latest("occurrence_on").status == "draft"
