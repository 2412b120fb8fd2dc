"""Schedules and people: work lists, handovers, mergers, two ticks at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin.work_lists import WorkList
from broadcasts.models import Broadcast, Schedule
from broadcasts.scheduling import work_lists as scheduling_work_lists
from broadcasts.scheduling.materialise import plan_due
from broadcasts.scheduling.tick import run_tick
from groups.handovers import services as handovers
from groups.models import Hamlet, Handover
from tests.broadcasts.test_following import merge
from tests.factories.groups import make_group
from tests.factories.schedules import approved_schedule, draft_schedule

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 12, 1, 12, tzinfo=ZONE)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def lines(made: WorkList | None) -> list[tuple[str, str]]:
    return [(item.title, item.note) for item in made.items] if made else []


@pytest.mark.django_db
def test_an_occurrence_without_approval_is_seen_in_the_week_before(
    commune: Commune, author: User, chief: User, officer_of: Any, hamlet: Hamlet, clock: Any
) -> None:
    make_group(hamlet)
    draft_schedule(commune, author)
    now = timezone.now()

    wanted = [
        (
            "Nhắc khóa cửa",
            "Đến 08:00 Thứ Hai 07/12/2026 mà chưa duyệt thì không đăng.",
        )
    ]
    assert lines(scheduling_work_lists.without_approval(author, now)) == wanted
    assert lines(scheduling_work_lists.without_approval(chief, now)) == wanted
    assert scheduling_work_lists.without_approval(officer_of(hamlet), now) is None
    assert scheduling_work_lists.without_approval(chief, now - timedelta(days=3)) is None


@pytest.mark.django_db
def test_an_approved_schedule_leaves_nobody_anything_to_do(
    commune: Commune, author: User, chief: User, hamlet: Hamlet, clock: Any
) -> None:
    make_group(hamlet)
    approved_schedule(commune, author, chief)
    now = timezone.now()

    for provider in (
        scheduling_work_lists.without_approval,
        scheduling_work_lists.held,
        scheduling_work_lists.to_look_after,
    ):  # fmt: skip assert provider(chief, now) is None
        assert provider(author, now) is None


@pytest.mark.django_db
def test_a_missed_occurrence_waits_on_the_home_page_of_who_may_let_it_go(
    commune: Commune, author: User, chief: User, hamlet: Hamlet, clock: Any
) -> None:
    make_group(hamlet)
    approved_schedule(commune, author, chief)
    clock.move_to(datetime(2026, 12, 7, 13, tzinfo=ZONE))
    run_tick()

    sentence = (
        "Bài chờ gửi từ 08:00 ngày 07/12/2026. Đến 13:00 ngày 07/12/2026 vẫn chưa gửi, trễ quá 2 "
        "giờ nên máy giữ lại. Chưa gửi nhóm nào. Chỉ huy bấm “Gửi tiếp” thì bài gửi ngay, bấm “Hủy "
        "bài” thì không gửi nữa."
    )
    found = scheduling_work_lists.held(chief, timezone.now())
    assert lines(found) == [("Nhắc khóa cửa", sentence)]
    assert scheduling_work_lists.held(author, timezone.now()) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "soon"),
    [
        ({"last_on": date(2026, 12, 14)}, True),
        ({"last_on": date(2026, 12, 31)}, False),
        ({"times": 2}, True),
        ({"times": 3}, False),
        ({}, False),
    ],
)
def test_a_schedule_that_ends_soon_is_told(
    commune: Commune, author: User, chief: User, hamlet: Hamlet, clock: Any,
    fields: dict[str, Any], soon: bool,
) -> None:  # fmt: skip
    make_group(hamlet)
    approved_schedule(commune, author, chief, **fields)

    said = lines(scheduling_work_lists.to_look_after(author, timezone.now()))

    assert bool(said) is soon
    assert not soon or said[0][1].startswith("Đăng lần cuối lúc 08:00 Thứ Hai 14/12/2026.")


@pytest.mark.django_db
def test_an_approver_who_left_is_told_before_dates_go_without(
    commune: Commune, author: User, chief: User, deputy_chief: User, hamlet: Hamlet, clock: Any
) -> None:
    make_group(hamlet)
    approved_schedule(commune, author, chief)
    User.objects.filter(pk=chief.pk).update(is_active=False)

    ((_title, said),) = lines(scheduling_work_lists.to_look_after(deputy_chief, timezone.now()))

    assert "người duyệt lịch này, không còn duyệt bài nữa" in said


@pytest.mark.django_db
def test_a_schedule_of_hamlets_that_merged_keeps_its_groups_and_says_so(
    commune: Commune, author: User, chief: User, hamlet: Hamlet, other_hamlet: Hamlet
) -> None:
    old = make_group(hamlet)
    schedule = approved_schedule(
        commune, author, chief, audience_hamlets=[hamlet.pk],
        first_on=timezone.localdate() + timedelta(days=2),
    )  # fmt: skip
    merge((hamlet, other_hamlet), chief)

    ((_title, said),) = lines(
        scheduling_work_lists.to_look_after(chief, timezone.now() + timedelta(days=1))
    )

    first = schedule.occurrences.earliest("scheduled_for")
    assert "đã hết hiệu lực" in said
    assert first.status == "scheduled"
    assert old.pk is not None


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_each_occurrence_once(
    commune: Commune, author: User, chief: User, hamlet: Hamlet
) -> None:
    make_group(hamlet)
    soon = timezone.localdate() + timedelta(days=1)
    made = [
        approved_schedule(commune, author, chief, freq="daily", weekdays=[], first_on=soon)
        for _number in range(3)
    ]
    Broadcast.objects.filter(schedule__in=made).delete()
    Schedule.objects.update(plan_due_at=timezone.now())
    gate = Barrier(4)

    def tick() -> int:
        gate.wait()
        try:
            return plan_due(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        changed = sum(pool.map(lambda _number: tick(), range(4)))

    keys = list(
        Broadcast.objects.filter(schedule__in=made).values_list("schedule", "occurrence_on")
    )
    assert len(keys) == len(set(keys)) == changed
    assert changed in {3 * 35, 3 * 34}


@pytest.mark.django_db
def test_schedules_go_to_whoever_takes_the_places(
    commune: Commune, author: User, chief: User, hamlet: Hamlet, officer_of: Callable[..., User]
) -> None:
    make_group(hamlet)
    taker = officer_of()
    soon = timezone.localdate() + timedelta(days=1)
    kept = approved_schedule(commune, author, chief, audience_hamlets=[hamlet.pk], first_on=soon)
    drafted = draft_schedule(commune, author, audience_hamlets=[hamlet.pk], first_on=soon)
    handover = handovers.offer(
        Handover(from_officer=author.officer, to_officer=taker.officer, reason="Điều động"),
        [hamlet], [], by=author,
    )  # fmt: skip
    handovers.accept(handover, by=taker)
    run_tick()

    for schedule, status in ((kept, "scheduled"), (drafted, "draft")):
        assert Schedule.objects.get(pk=schedule.pk).pattern.created_by == taker
        states = schedule.occurrences.values_list("created_by", "status").distinct().order_by()
        assert list(states) == [(taker.pk, status)]
