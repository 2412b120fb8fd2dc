"""The late rule: what missed its moment by too much waits for a person, whatever kind of post."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast
from broadcasts.scheduling import work_lists
from broadcasts.scheduling.late import why_late
from broadcasts.scheduling.quiet_hours import Limits
from broadcasts.scheduling.tick import run_tick
from broadcasts.services import pause, resume
from groups.models import Hamlet, ZaloGroup
from tests.factories.accounts import make_profile
from tests.factories.groups import make_group

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
USUAL = Limits(time(21, 30), time(6, 30), 2, 7)
HOURS = "trễ quá 2 giờ"
QUIET = "đã vào giờ nghỉ (21:30–06:30)"
WHAT_TO_DO = (
    "nên máy giữ lại. Chưa gửi nhóm nào. Chỉ huy bấm “Gửi tiếp” thì bài gửi ngay, bấm “Hủy bài” "
    "thì không gửi nữa."
)

type Draft = Callable[..., Broadcast]


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "now", "urgent", "why"),
    [
        (at(1, 14), at(1, 14), False, ""),
        (at(1, 14), at(1, 16), False, ""),
        (at(1, 14), at(1, 16, 0, 1), False, HOURS),
        (at(1, 14), at(2, 2), False, HOURS),
        # into quiet hours
        (at(1, 21, 20), at(1, 21, 30), False, ""),
        (at(1, 21, 20), at(1, 21, 30, 1), False, QUIET),
        (at(1, 21), at(1, 22, 30), False, QUIET),
        (at(1, 21), at(1, 23, 0, 1), False, HOURS),
        # quiet at its own moment: a person wanted it so
        (at(2, 2), at(2, 2), False, ""),
        (at(1, 23, 50), at(2, 0, 30), False, ""),
        (at(1, 23, 50), at(2, 1, 50, 1), False, HOURS),
        # out of quiet hours
        (at(2, 6), at(2, 7), False, ""),
        # urgent
        (at(1, 21), at(1, 22), True, ""),
        (at(1, 21), at(1, 23), True, ""),
        (at(1, 21), at(1, 23, 0, 1), True, HOURS),
        # the clock was set back since
        (at(1, 14), at(1, 13), False, ""),
        (at(2, 14), at(1, 23), False, ""),
        # the same moment in other zones
        (at(1, 14).astimezone(ZoneInfo("UTC")), at(1, 16), False, ""),
        (at(1, 21).astimezone(ZoneInfo("UTC")), at(1, 21, 40), False, QUIET),
    ],
)
def test_what_is_late(moment: datetime, now: datetime, urgent: bool, why: str) -> None:
    assert why_late(moment, now, is_urgent=urgent, limits=lambda _day: USUAL) == why


def test_quiet_hours_are_those_of_the_day() -> None:
    """The commune went to bed at nine from the second of the month on."""
    early = Limits(time(21), time(6, 30), 2, 7)

    def limits(day: date) -> Limits:
        return early if day.day >= 2 else USUAL

    answers = [
        why_late(at(day, 20, 55), at(day, 21, 10), is_urgent=False, limits=limits) for day in (1, 2)
    ]

    assert answers == ["", "đã vào giờ nghỉ (21:00–06:30)"]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(1, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def group(hamlet: Hamlet) -> ZaloGroup:
    return make_group(hamlet)


def after_tick(post: Broadcast) -> str:
    run_tick()
    post.refresh_from_db()
    return post.status


def last_note(post: Broadcast) -> str:
    event = post.events.last()
    assert event is not None
    return event.note


pytestmark = pytest.mark.usefixtures("clock")
needs_rows = pytest.mark.django_db


@needs_rows
def test_warning_approved_at_two_at_night_for_now_leaves_at_once(
    group: ZaloGroup, approved: Draft, clock: Any
) -> None:
    clock.move_to(at(2, 2))

    posts = [approved(), approved(scheduled_for=at(1, 14))]

    assert [after_tick(post) for post in posts] == ["sending", "sending"]


@needs_rows
@pytest.mark.parametrize("fields", [{}, {"scheduled_for": at(1, 14)}])
def test_post_that_waited_since_two_in_the_afternoon_is_held(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any, fields: dict[str, Any]
) -> None:
    """Without a set time it was to leave with its approval."""
    clock.move_to(at(1, 14) if not fields else at(1, 12))
    post = approved(**fields)
    clock.move_to(at(2, 2))

    assert (after_tick(post), post.deliveries.count()) == ("paused", 0)
    assert last_note(post) == (
        f"Bài chờ gửi từ 14:00 ngày 01/12/2026. Đến 02:00 ngày 02/12/2026 vẫn chưa gửi, {HOURS} "
        f"{WHAT_TO_DO}"
    )
    held = work_lists.held(chief, timezone.now())
    assert held is not None
    assert [(item.title, item.note) for item in held.items] == [(post.title, last_note(post))]


@needs_rows
def test_routine_post_that_slipped_into_quiet_hours_is_held(
    commune: Commune, group: ZaloGroup, approved: Draft, clock: Any
) -> None:
    make_profile(commune, quiet_from=time(20), quiet_to=time(5))
    posts = [
        approved(scheduled_for=at(1, 19, 45)),
        approved(scheduled_for=at(1, 19, 45), priority="urgent"),
        approved(scheduled_for=at(1, 19, 55)),
        approved(scheduled_for=at(1, 20)),
    ]
    clock.move_to(at(1, 20, 5))

    assert [after_tick(post) for post in posts] == ["paused", "sending", "sending", "sending"]
    assert "vẫn chưa gửi, đã vào giờ nghỉ (20:00–05:00) nên máy giữ lại." in last_note(posts[0])


@needs_rows
def test_urgent_post_leaves_after_an_hour_and_is_held_after_two(
    group: ZaloGroup, approved: Draft, clock: Any
) -> None:
    clock.move_to(at(2, 1))
    post = approved(priority="urgent")
    clock.move_to(at(2, 2))
    other = approved(priority="urgent", scheduled_for=at(2, 2, 30))

    assert after_tick(post) == "sending"
    clock.move_to(at(2, 4, 30, 1))
    assert after_tick(other) == "paused"


@needs_rows
def test_person_lets_it_go_and_it_leaves_at_once(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    post = approved(scheduled_for=at(1, 14))
    clock.move_to(at(2, 2))
    assert after_tick(post) == "paused"

    resume(post, by=chief)

    assert after_tick(post) == "sending"


@needs_rows
def test_decision_of_a_person_is_a_moment_of_its_own(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    """Let go in the afternoon, then the power failed again until night: nobody meant the night."""
    post = approved(scheduled_for=at(1, 14))
    clock.move_to(at(1, 17))
    assert after_tick(post) == "paused"
    resume(post, by=chief)
    clock.move_to(at(1, 18, 30))
    waits = after_tick(Broadcast.objects.get(pk=post.pk))

    again = approved(scheduled_for=at(1, 19))
    clock.move_to(at(1, 22))
    after_tick(again)
    resume(again, by=chief)
    clock.move_to(at(2, 2))

    assert (waits, after_tick(again)) == ("sending", "paused")
    assert last_note(again).startswith("Bài chờ gửi từ 22:00 ngày 01/12/2026.")


@needs_rows
def test_post_that_a_person_paused_over_its_time_leaves_when_resumed(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    post = approved(scheduled_for=at(1, 14))
    pause(post, by=chief)
    clock.move_to(at(1, 23))
    not_held = work_lists.held(chief, timezone.now())
    resume(post, by=chief)

    assert (not_held, after_tick(post)) == (None, "sending")


@needs_rows
def test_post_resumed_before_its_time_is_still_held_when_it_misses_it(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    post = approved(scheduled_for=at(1, 14))
    resume(pause(post, by=chief), by=chief)
    clock.move_to(at(2, 2))

    assert after_tick(post) == "paused"


@needs_rows
def test_paused_by_a_person_after_it_was_let_go_it_is_no_longer_held(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    post = approved(scheduled_for=at(1, 14))
    clock.move_to(at(1, 17))
    after_tick(post)
    pause(resume(post, by=chief), by=chief)

    assert work_lists.held(chief, timezone.now()) is None


@needs_rows
def test_expired_post_is_closed_and_not_held(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    post = approved(scheduled_for=at(1, 14), expires_at=at(1, 20))
    other = approved(scheduled_for=at(1, 14), expires_at=at(2, 3))
    clock.move_to(at(2, 2))
    assert [after_tick(one) for one in (post, other)] == ["cancelled", "paused"]

    clock.move_to(at(2, 7))
    resume(other, by=chief)

    assert after_tick(other) == "cancelled"
    assert last_note(other) == "Đã quá giờ cho phép nên không gửi tới nhóm nào."


@needs_rows
def test_held_post_without_a_group_left_is_closed_when_it_is_let_go(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    post = approved(scheduled_for=at(1, 14))
    ZaloGroup.objects.update(status=ZaloGroup.Status.CLOSED)
    clock.move_to(at(1, 17))
    assert after_tick(post) == "paused"

    resume(post, by=chief)

    assert after_tick(post) == "cancelled"
    assert last_note(post) == "Không còn nhóm nào hoạt động nên không gửi tới đâu."


@needs_rows
def test_held_post_says_on_its_page_since_when_why_and_what_to_press(
    group: ZaloGroup, approved: Draft, chief: User, author: User, clock: Any,
    login: Callable[[User], Client],
) -> None:  # fmt: skip
    post = approved(scheduled_for=at(1, 14))
    clock.move_to(at(2, 2))
    after_tick(post)
    address = reverse("admin:broadcasts_broadcast_review", args=[post.pk])

    pages = {user: login(user).get(address).content.decode() for user in (chief, author)}

    for page in pages.values():
        assert page.count("Bài chờ gửi từ 14:00 ngày 01/12/2026.") == 2  # above, and in the history
        assert "Máy giữ lại 02:00 hôm nay, chờ quyết định" in page
    assert ["/gui-tiep/" in pages[user] for user in (chief, author)] == [True, False]


@needs_rows
def test_set_forward_clock_holds_what_was_not_due(
    group: ZaloGroup, approved: Draft, chief: User, clock: Any
) -> None:
    """A clock that jumped to next week sends nothing of this week."""
    post = approved(scheduled_for=at(3, 14))
    clock.move_to(at(9, 10))

    assert after_tick(post) == "paused"
    clock.move_to(at(1, 12, 5))
    resume(post, by=chief)
    assert after_tick(post) == "scheduled"
    clock.move_to(at(3, 14))
    assert after_tick(post) == "sending"
