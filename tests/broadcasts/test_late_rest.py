"""The rest of a post that stopped half-way: the late rule gives it to a person."""

from collections.abc import Callable, Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Broadcast
from broadcasts.scheduling.late import hold_stalled
from broadcasts.scheduling.tick import lanes_to_drain, run_tick
from broadcasts.services import resend_failed
from groups.models import Hamlet
from tests.factories.accounts import make_profile
from tests.factories.groups import make_group, make_ordinary_group
from tests.zalo.gate import closed_gate
from zalo.models import SendGate

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

type Draft = Callable[..., Broadcast]

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(at(1, 12), tick=False) as traveller:
        yield traveller


@pytest.fixture
def half_sent(hamlet: Hamlet, approved: Draft, clock: Any) -> Callable[..., Broadcast]:
    """A post of 14:00 that the power cut off after its first group; one group is for hands."""

    def make(**fields: Any) -> Broadcast:
        for _number in range(3):
            make_group(hamlet)
        make_ordinary_group(hamlet)
        post = approved(scheduled_for=at(1, 14), **fields)
        clock.move_to(at(1, 14))
        run_tick()
        first = post.deliveries.filter(status="queued").first()
        assert first is not None
        post.deliveries.filter(pk=first.pk).update(
            status="sent", sent_at=at(1, 14, 1), zalo_message_ids=["m1"], parts_sent=1
        )
        return post

    return make


def status_after_tick(post: Broadcast) -> str:
    run_tick()
    post.refresh_from_db()
    return post.status


def counts(post: Broadcast) -> dict[str, int]:
    return dict(post.deliveries.counts_by_status())


def test_rest_of_a_post_cut_off_by_the_power_waits_for_a_person(
    half_sent: Draft, chief: User, clock: Any
) -> None:
    post = half_sent()
    clock.move_to(at(2, 2))

    assert status_after_tick(post) == "sending"  # hands may still post it
    assert counts(post) == {"sent": 1, "failed": 2, "to_post": 1}
    assert lanes_to_drain(timezone.now()) == []
    sentence = (
        "Bài chờ gửi từ 14:01 ngày 01/12/2026. Đến 02:00 ngày 02/12/2026 vẫn chưa gửi, trễ quá 2 "
        "giờ nên máy giữ lại."
    )
    assert set(post.deliveries.failed().values_list("error_text", flat=True)) == {sentence}
    assert post.events.get(kind="held").note == (
        f"2 nhóm chưa nhận. {sentence} Xử lý xong thì bấm “Gửi lại nhóm bị lỗi”."
    )


def test_held_rest_is_sent_when_a_person_sends_it_again(
    half_sent: Draft, chief: User, clock: Any
) -> None:
    post = half_sent()
    clock.move_to(at(2, 2))
    run_tick()

    resend_failed(post, by=chief)
    run_tick()

    assert counts(post) == {"sent": 1, "queued": 2, "to_post": 1}
    assert lanes_to_drain(timezone.now()) == [(post.commune_id, False)]


@pytest.mark.parametrize(
    ("now", "fields", "failed"),
    [
        (at(1, 16, 1), {}, 0),
        (at(1, 16, 1, 1), {}, 2),
        (at(1, 16, 1), {"priority": "urgent"}, 0),
        (at(1, 16, 1, 1), {"priority": "urgent"}, 2),
        (at(1, 16, 1, 1), {"expires_at": at(1, 15)}, 0),
    ],
)
def test_rest_is_held_two_hours_after_the_last_group(
    half_sent: Draft, clock: Any, now: datetime, fields: dict[str, Any], failed: int
) -> None:
    post = half_sent(**fields)
    clock.move_to(now)
    run_tick()

    assert counts(post).get("failed", 0) == failed


def test_post_that_still_moves_goes_on_into_quiet_hours(
    commune: Commune, half_sent: Draft, clock: Any
) -> None:
    make_profile(commune, quiet_from=time(14, 5), quiet_to=time(15))
    post = half_sent()
    found = []
    for minute in (11, 12):
        clock.move_to(at(1, 14, minute))
        run_tick()
        found.append(counts(post).get("failed", 0))

    assert found == [0, 2]


def test_what_waits_for_the_consent_of_the_account_is_held_and_says_both(
    hamlet: Hamlet, approved: Draft, clock: Any
) -> None:
    make_group(hamlet)
    post = approved()
    run_tick()
    post.deliveries.update(error_text="Zalo cần được cấp quyền lại.")
    clock.move_to(at(1, 14, 0, 1))

    assert status_after_tick(post) == "completed"
    sentence = (
        "Zalo cần được cấp quyền lại. Bài chờ gửi từ 12:00 ngày 01/12/2026. Đến 14:00 ngày "
        "01/12/2026 vẫn chưa gửi, trễ quá 2 giờ nên máy giữ lại."
    )
    assert list(post.deliveries.values_list("status", "error_text")) == [("failed", sentence)]


def test_nothing_is_held_while_the_gate_holds_all(half_sent: Draft, clock: Any) -> None:
    post = half_sent()
    clock.move_to(at(2, 2))
    with closed_gate():
        held = hold_stalled(timezone.now())

    assert (held, counts(post)) == (0, {"sent": 1, "queued": 2, "to_post": 1})


def test_what_two_persons_let_go_after_a_restore_leaves_though_it_is_late(
    half_sent: Draft, clock: Any
) -> None:
    post = half_sent()
    clock.move_to(at(2, 2))
    SendGate.objects.update(opened_at=at(2, 1, 59))
    run_tick()

    assert counts(post) == {"sent": 1, "queued": 2, "to_post": 1}
