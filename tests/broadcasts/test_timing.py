"""Quiet hours, caps and posts that collide: counted over what was sent and what is planned."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import Commune, User
from broadcasts.models import Broadcast, Topic
from broadcasts.scheduling.calendar import calendar_between
from broadcasts.scheduling.quiet_hours import Limits, Slot, conflicts_of, limits_of
from broadcasts.services import check, submit
from groups.models import Hamlet
from tests.factories.accounts import make_profile
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group
from tests.factories.schedules import approved_schedule, draft_schedule

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)
USUAL = Limits(time(21, 30), time(6, 30), 2, 7)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def group(hamlet: Hamlet) -> Any:
    return make_group(hamlet)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZONE)


def planned(commune: Commune, *moments: datetime, **fields: Any) -> list[Broadcast]:
    return [
        make_broadcast(commune, status="scheduled", scheduled_for=moment, **fields)
        for moment in moments
    ]


def rules(post: Broadcast) -> list[str]:
    return [hit.rule for hit in check(post)]


def one_at(commune: Commune, moment: datetime, **fields: Any) -> Broadcast:
    return make_broadcast(
        commune, scheduled_for=moment, topic=Topic.objects.get(code="pccc"), **fields
    )


def test_a_quiet_day_has_nothing_against_it(commune: Commune) -> None:
    assert rules(one_at(commune, at(3, 9))) == []


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(21, 29, False), (21, 30, True), (0, 0, True), (6, 29, True), (6, 30, False)],
)
def test_quiet_hours_of_the_usual_night(hour: int, minute: int, quiet: bool) -> None:
    assert USUAL.is_quiet(at(3, hour, minute)) is quiet


def test_quiet_hours_within_one_day() -> None:
    noon = Limits(time(11, 30), time(13), 2, 7)

    assert [noon.is_quiet(at(3, hour)) for hour in (11, 12, 13)] == [False, True, False]


def test_limits_are_those_of_the_commune_on_that_day(commune: Commune) -> None:
    make_profile(commune, valid_from=date(2026, 12, 10), quiet_from=time(20), weekly_cap=3)
    limits = limits_of(commune.pk)

    assert limits(date(2026, 12, 9)) == USUAL
    assert limits(date(2026, 12, 10)) == Limits(time(20), time(6, 30), 2, 3)


def test_the_gate_warns_by_the_hours_of_the_commune(commune: Commune) -> None:
    make_profile(commune, quiet_from=time(20), quiet_to=time(5))

    (hit,) = check(one_at(commune, at(3, 20, 15)))

    assert (hit.rule, hit.level) == ("quiet_hours", "warn")
    assert "(20:00–05:00)" in hit.sentence


def test_two_posts_within_an_hour_to_the_same_group(commune: Commune) -> None:
    planned(commune, at(3, 9))

    assert rules(one_at(commune, at(3, 9, 59))) == ["close"]
    assert rules(one_at(commune, at(3, 8, 1))) == ["close"]
    assert rules(one_at(commune, at(3, 10))) == []


def test_posts_to_other_groups_do_not_collide(
    commune: Commune, hamlet: Hamlet, other_hamlet: Hamlet
) -> None:
    make_group(other_hamlet)
    planned(commune, at(3, 9), audience_hamlets=[other_hamlet.pk])

    assert rules(one_at(commune, at(3, 9), audience_hamlets=[hamlet.pk])) == []
    assert rules(one_at(commune, at(3, 9))) == ["close"]


def test_the_third_routine_post_of_a_day(commune: Commune) -> None:
    planned(commune, at(3, 8), at(3, 19))

    (hit,) = check(one_at(commune, at(3, 14)))

    assert hit.rule == "daily_cap"
    assert hit.sentence == (
        "Ngày 03/12 có 1 nhóm nhận 3 bài thường; xã đặt nhiều nhất 2 bài mỗi ngày."
    )


def test_urgent_posts_are_neither_warned_nor_counted(commune: Commune) -> None:
    planned(commune, at(3, 8), at(3, 9), at(3, 10), priority="urgent")

    assert rules(one_at(commune, at(3, 9))) == []
    assert rules(one_at(commune, at(3, 23), priority="urgent")) == []


def test_the_weekly_cap_counts_what_was_sent_and_what_is_planned(
    commune: Commune, group: Any
) -> None:
    for day in (27, 28, 29, 30):
        sent = make_broadcast(
            commune, status="completed", started_at=datetime(2026, 11, day, 9, tzinfo=ZONE)
        )
        make_delivery(sent, group, status="sent")
    planned(commune, at(2, 8))
    assert rules(one_at(commune, at(3, 8))) == []

    planned(commune, at(2, 17), at(3, 17))

    assert rules(one_at(commune, at(3, 8))) == ["weekly_cap"]


def test_the_weekly_cap_looks_ahead_as_well(commune: Commune) -> None:
    """Seven posts from the 8th to the 14th: one more on the 8th is one too many."""
    planned(commune, *(at(day, 9) for day in range(8, 15)))

    assert rules(one_at(commune, at(8, 15))) == ["weekly_cap"]
    assert rules(one_at(commune, at(6, 15))) == []


def test_a_group_that_did_not_get_a_post_is_not_counted(commune: Commune, group: Any) -> None:
    missed = make_broadcast(commune, status="completed", started_at=at(1, 11, 30))
    make_delivery(missed, group, status="failed")

    assert rules(one_at(commune, at(1, 12))) == []


def test_the_same_topic_twice_a_day(commune: Commune) -> None:
    planned(commune, at(3, 8), topic=Topic.objects.get(code="pccc"))

    assert rules(one_at(commune, at(3, 15))) == ["same_topic"]
    assert rules(one_at(commune, at(4, 8))) == []


def test_a_post_on_a_day_off(commune: Commune) -> None:
    post = one_at(commune, datetime(2027, 1, 1, 9, tzinfo=ZONE))

    (hit,) = check(post)

    assert (hit.rule, hit.sentence) == ("day_off", "Ngày 01/01 là ngày nghỉ: Tết Dương lịch.")


def test_called_off_and_unfinished_posts_do_not_count(commune: Commune) -> None:
    for status in ("draft", "returned", "rejected", "cancelled"):
        make_broadcast(commune, status=status, scheduled_for=at(3, 9))

    assert rules(one_at(commune, at(3, 9, 10))) == []


def test_occurrences_of_a_schedule_count_before_they_are_approved(
    commune: Commune, author: User
) -> None:
    draft_schedule(commune, author)

    assert rules(one_at(commune, at(7, 8, 30))) == ["close"]


def test_a_schedule_is_warned_about_its_coming_dates(
    commune: Commune, author: User, chief: User
) -> None:
    planned(commune, at(7, 8, 30), at(14, 8, 30))
    schedule = draft_schedule(commune, author)

    hits = check(schedule.pattern)

    assert [hit.rule for hit in hits] == ["close"]
    assert hits[0].sentence == (
        "Thứ Hai 07/12/2026: 1 nhóm có bài thường khác lúc 08:30, cách chưa đến một giờ. "
        "Còn 1 lần khác cũng vậy."
    )


def test_warnings_stand_in_the_history_of_what_was_submitted(
    commune: Commune, author: User, draft: Callable[..., Broadcast]
) -> None:
    planned(commune, at(3, 9))
    post = submit(draft(scheduled_for=at(3, 9, 30)), by=author)

    assert post.events.get(kind="submitted").snapshot["warnings"] == [
        "1 nhóm có bài thường khác lúc 09:00, cách chưa đến một giờ."
    ]


def test_an_occurrence_does_not_collide_with_itself(
    commune: Commune, author: User, chief: User
) -> None:
    schedule = approved_schedule(commune, author, chief)

    assert rules(schedule.occurrences.earliest("scheduled_for")) == []


def test_a_hundred_posts_are_looked_at_in_few_queries(
    commune: Commune, hamlet: Hamlet, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        make_group(hamlet)
    planned(commune, *(at(1 + n % 14, 8 + n % 10, n % 60) for n in range(100)))
    post = one_at(commune, at(8, 9))

    with django_assert_max_num_queries(8):
        check(post)


def test_slots_of_one_post_meet_nobody_else() -> None:
    slot = Slot(("post", 1, ""), NOON, frozenset({1}))

    assert conflicts_of(slot, [slot], USUAL, calendar_between(slot.day, slot.day)) == []


def test_seven_posts_in_seven_days_are_within_the_cap() -> None:
    others = [Slot(("post", n, ""), NOON + timedelta(days=n), frozenset({1})) for n in range(1, 7)]
    slot = Slot(("post", 99, ""), NOON, frozenset({1}))

    found = conflicts_of(slot, others, USUAL, calendar_between(slot.day, slot.day))

    assert [one.rule for one in found] == []
