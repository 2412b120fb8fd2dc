"""“Không đăng được” on the last group of an urgent post is heard of until it is settled."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from broadcasts import services
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from duty.models import Occasion, Seat
from duty.occasions import subjects
from groups.models import Hamlet, ZaloGroup
from tests.factories.duty import Hours, ends, everybody_is_reached, hours, make_shift, open_kinds
from tests.factories.groups import make_ordinary_group

NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
WHY = "Mất mạng"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hours]:
    everybody_is_reached(monkeypatch)
    with hours(NOON) as clock:
        yield clock


@pytest.fixture
def group(hamlet: Hamlet) -> ZaloGroup:
    return make_ordinary_group(hamlet)


@pytest.fixture
def begin(draft: Any, author: User, chief: User, group: ZaloGroup) -> Callable[..., Broadcast]:
    """A post that was approved and has begun."""

    def make(priority: str = "urgent", **fields: Any) -> Broadcast:
        post = services.submit(draft(priority=priority, **fields), by=author)
        services.approve(post, by=chief)
        run_tick()
        post.refresh_from_db()
        return post

    return make


@pytest.fixture
def given_up(day: Hours, begin: Callable[..., Broadcast], author: User) -> Delivery:
    """The one group of an urgent post, to which its officer could not post."""
    begin()
    assert day.after() == [author.username]
    return services.mark_missed(Delivery.objects.get(), by=author, reason=WHY)


def test_leader_and_approver_hear_at_once_and_go_on_hearing(
    day, begin, author, chief, deputy_chief, commune
):
    make_shift(commune, deputy_chief, NOON, Seat.LEADER)
    begin()
    assert day.after() == [author.username]
    before = set(Occasion.objects.open().get().notices.values_list("pk", flat=True))

    services.mark_missed(Delivery.objects.get(), by=author, reason=WHY)

    occasion = Occasion.objects.open().get()
    fresh = occasion.notices.exclude(pk__in=before)
    assert {one.user for one in fresh} == {chief, deputy_chief}
    run_tick()
    assert Broadcast.objects.get().status == "completed"
    assert open_kinds() == ["hand_urgent"]
    assert day.after(180) == sorted([chief.username, deputy_chief.username])


@pytest.mark.parametrize(
    ("finding", "status"), [("arrived", "posted"), ("not_arrived", "missed")]
)  # fmt: skip
def test_chief_who_says_what_is_in_the_group_ends_it(given_up, chief, login, finding, status):
    client = login(chief)
    occasion = Occasion.objects.open().get()
    address = subjects.subject(occasion).address(chief, occasion.subject_pk)
    page = client.get(address).content.decode()
    assert WHY in page
    assert "Không có trong nhóm" in page

    settle = reverse("admin:broadcasts_broadcast_settle", args=[given_up.pk])
    client.post(settle, {"finding": finding})

    given_up.refresh_from_db()
    assert given_up.status == status
    assert ends()[-1] == ("hand_urgent", "done")
    assert "Không có trong nhóm</button>" not in client.get(address).content.decode()


def test_officer_who_gave_up_ends_nothing(given_up, author):
    assert author.has_perm("broadcasts.settle_delivery")

    with pytest.raises(NotAllowed):
        services.settle(given_up, by=author, arrived=False)

    assert open_kinds() == ["hand_urgent"]


def test_approver_who_leads_nobody_may_open_and_settle_it(given_up, author, officer_of, hamlet):
    approver = officer_of(hamlet)
    occasion = Occasion.objects.open().get()
    assert not subjects.may_open(occasion, approver)
    Broadcast.objects.update(approved_by=approver)

    assert subjects.may_open(occasion, approver)
    services.settle(given_up, by=approver, arrived=True)
    assert open_kinds() == []


def test_task_taken_back_is_for_its_owner_again(day, given_up, author):
    services.take_back(given_up, by=author)
    assert subjects.subject(Occasion.objects.open().get()).first(given_up.broadcast_id, NOON) == [
        author.pk
    ]

    services.mark_posted(given_up, by=author)

    assert open_kinds() == []


def test_other_group_posted_last_leaves_those_given_up_open(day, begin, author, hamlet, group):
    other = make_ordinary_group(hamlet)
    begin()
    day.after()
    services.mark_missed(Delivery.objects.get(zalo_group=group), by=author, reason=WHY)

    services.mark_posted(Delivery.objects.get(zalo_group=other), by=author)

    run_tick()
    assert open_kinds() == ["hand_urgent"]


def test_hour_of_the_post_ends_it(day, begin, author):
    begin(expires_at=NOON + timedelta(hours=1))
    day.after()
    services.mark_missed(Delivery.objects.get(), by=author, reason=WHY)

    day.after(3601)

    assert open_kinds() == []


def test_routine_post_is_done(day, begin, author):
    post = begin(priority="routine")
    services.mark_missed(Delivery.objects.get(), by=author, reason=WHY)
    run_tick()

    post.refresh_from_db()
    assert post.status == "completed"
    assert open_kinds() == []
