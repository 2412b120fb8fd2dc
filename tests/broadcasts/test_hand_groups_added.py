"""Groups handed to people while an urgent post goes on: their owners hear of it at once."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from broadcasts import services
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import to_manual
from duty.models import Occasion
from duty.occasions.services import claim, note_seen
from groups.models import Hamlet
from tests.factories.duty import Hours, everybody_is_reached, hours
from tests.factories.groups import make_group, make_ordinary_group
from tests.factories.zalo import make_official_account

NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hours]:
    everybody_is_reached(monkeypatch)
    with hours(NOON) as clock:
        yield clock


@pytest.fixture
def head(hamlet: Hamlet, hamlet_head_of: Callable[..., User]) -> User:
    return hamlet_head_of(hamlet, username="truong.ap")


@pytest.fixture
def other_head(other_hamlet: Hamlet, hamlet_head_of: Callable[..., User]) -> User:
    return hamlet_head_of(other_hamlet, username="truong.ap.kia")


@pytest.fixture
def urgent(
    day: Hours, draft: Any, author: User, chief: User, head: User, hamlet: Hamlet
) -> Callable[[], Broadcast]:
    """An urgent post with a group of this hamlet to post to by hand, of which its owners heard."""

    def make() -> Broadcast:
        make_ordinary_group(hamlet)
        services.approve(services.submit(draft(priority="urgent"), by=author), by=chief)
        run_tick()
        assert day.after() == sorted([author.username, head.username])
        return Broadcast.objects.get()

    return make


def test_owner_of_a_new_group_hears_at_once_and_those_of_the_old_one_do_not(
    day, urgent, chief, other_head, other_hamlet, author, head
):
    post = urgent()
    for seconds in (180, 120, 300):
        day.after(seconds)
    make_ordinary_group(other_hamlet)

    services.send_to_new(post, by=chief)

    assert day.after() == []  # the notice was made in the same transaction
    [told] = Occasion.objects.open().get().notices.filter(made_at=NOON.replace(minute=10),
                                                          user=other_head)  # fmt: skip
    assert told.text == "now"
    both = sorted([author.username, head.username, other_head.username])
    assert day.after(180) == both
    assert Occasion.objects.open().get().step == 2


def test_owner_who_is_at_work_on_the_old_group_hears_of_a_further_one(
    day, urgent, chief, head, author, hamlet, other_head, other_hamlet
):
    post = urgent()
    occasion = Occasion.objects.open().get()
    claim(occasion, by=chief)
    note_seen(occasion, head)
    note_seen(occasion, author)
    assert day.after(180) == []
    make_ordinary_group(hamlet)

    services.send_to_new(post, by=chief)

    fresh = occasion.notices.filter(made_at=NOON.replace(minute=3))
    assert {one.user for one in fresh} == {head, author}


def test_groups_that_the_machine_may_not_post_to_any_more_are_their_owners(
    day, urgent, commune, other_hamlet, other_head
):
    account = make_official_account(commune, connected_at=NOON)
    account.capabilities = {"groups": {"state": "yes", "code": 0}}
    account.save()
    make_group(other_hamlet)
    urgent()
    day.after(180)
    waiting = Delivery.objects.get(status="queued")
    before = set(Occasion.objects.open().get(kind="hand_urgent").notices.values_list("user"))

    assert to_manual(commune.pk, waiting.way, "Đăng tay.") == 1

    after = Occasion.objects.open().get(kind="hand_urgent").notices.values_list("user", flat=True)
    assert (other_head.pk,) not in before
    assert list(after).count(other_head.pk) == 1


def test_nobody_of_the_new_group_reached_goes_on_to_the_steps(
    day, urgent, chief, other_head, other_hamlet, monkeypatch
):
    post = urgent()
    for seconds in (180, 120, 300):
        day.after(seconds)
    other_head.groups.clear()
    other_head.user_permissions.clear()
    make_ordinary_group(other_hamlet)

    services.send_to_new(post, by=chief)

    assert chief.username in day.after(180) + day.after(120) + day.after(300)


def test_group_added_before_the_first_step_is_left_to_it(
    day, draft, author, chief, head, hamlet, other_head, other_hamlet
):
    make_ordinary_group(hamlet)
    services.approve(services.submit(draft(priority="urgent"), by=author), by=chief)
    run_tick()
    make_ordinary_group(other_hamlet)

    services.send_to_new(Broadcast.objects.get(), by=chief)

    assert day.after() == sorted([author.username, head.username, other_head.username])
