"""The person on duty posts what is left of an urgent post by hand, while the shift lasts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from broadcasts import services
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from duty.models import Absence, Occasion, Seat, Shift
from duty.occasions import subjects
from groups.models import Hamlet, ZaloGroup
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.duty import Hours, everybody_is_reached, hours, make_shift
from tests.factories.groups import make_ordinary_group

NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
LIST = "admin:broadcasts_delivery_hand_list"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hours]:
    everybody_is_reached(monkeypatch)
    with hours(NOON) as clock:
        yield clock


@pytest.fixture
def group(hamlet: Hamlet) -> ZaloGroup:
    return make_ordinary_group(hamlet)


@pytest.fixture
def urgent(group: ZaloGroup, draft: Any, author: User, chief: User) -> Callable[..., Broadcast]:
    """A post that was approved and has begun."""

    def make(priority: str = "urgent") -> Broadcast:
        post = services.submit(draft(priority=priority), by=author)
        services.approve(post, by=chief)
        run_tick()
        post.refresh_from_db()
        return post

    return make


@pytest.fixture
def duty_keeper(duty_officer: User) -> User:
    """An account with the role of the desk alone."""
    return duty_officer


@pytest.fixture(params=["desk", "officer of elsewhere"])
def keeper(
    request: pytest.FixtureRequest, duty_keeper: User, officer_of: Any, other_hamlet: Hamlet
) -> User:
    return duty_keeper if request.param == "desk" else officer_of(other_hamlet, username="ap.khac")


def open_to(user: User) -> bool:
    return subjects.may_open(Occasion.objects.open().get(kind="hand_urgent"), user)


def task_of(post: Broadcast) -> Delivery:
    return Delivery.objects.get(broadcast=post)


def tasks_of(user: User) -> list[Delivery]:
    return list(Delivery.objects.visible_to(user))


def test_desk_is_told_after_five_minutes_and_led_to_the_groups_left(
    day, urgent, keeper, author, commune, login
):
    make_shift(commune, keeper, NOON)
    post = urgent()
    assert day.after() == [author.username]
    assert day.after(180) == [author.username]

    assert keeper.username in day.after(120)

    occasion = Occasion.objects.open().get(kind="hand_urgent")
    address = subjects.subject(occasion).address(keeper, occasion.subject_pk)
    assert address == reverse(LIST)
    page = login(keeper).get(address).content.decode()
    assert post.title in page
    assert reverse("admin:broadcasts_delivery_hand_task", args=[task_of(post).pk]) in page


def test_keeper_posts_and_it_is_written_down_as_the_keepers(urgent, keeper, commune, login):
    make_shift(commune, keeper, NOON)
    post = urgent()
    address = reverse("admin:broadcasts_delivery_hand_task", args=[task_of(post).pk])
    client = login(keeper)
    assert client.get(address).status_code == 200

    client.post(address, {"posted": "1"})

    assert (task_of(post).status, task_of(post).posted_by) == ("posted", keeper)
    assert not Occasion.objects.open().filter(kind="hand_urgent").exists()


def test_keeper_takes_back_the_own_tick_alone(urgent, keeper, commune, login, author):
    make_shift(commune, keeper, NOON)
    done = services.mark_posted(task_of(urgent()), by=keeper)
    assert tasks_of(keeper) == [done]

    services.take_back(done, by=keeper)
    services.mark_posted(done, by=author)

    assert tasks_of(keeper) == []


def test_nobody_off_duty_sees_or_posts_it(day, urgent, keeper, commune, login):
    shift = make_shift(commune, keeper, NOON)
    post = urgent()
    assert open_to(keeper)
    day.clock.move_to(shift.ends_at + timedelta(seconds=1), tick=False)

    assert not open_to(keeper)
    assert tasks_of(keeper) == []
    address = reverse("admin:broadcasts_delivery_hand_task", args=[task_of(post).pk])
    assert login(keeper).get(address).status_code in {302, 404}
    with pytest.raises(NotAllowed):
        services.mark_posted(task_of(post), by=keeper)


def test_routine_post_is_nothing_for_the_desk(urgent, duty_keeper, commune):
    make_shift(commune, duty_keeper, NOON)
    urgent(priority="routine")

    assert tasks_of(duty_keeper) == []


def test_post_that_was_called_off_is_out_of_sight(urgent, duty_keeper, commune, chief):
    make_shift(commune, duty_keeper, NOON)
    post = urgent()
    services.pause(post, by=chief)
    assert len(tasks_of(duty_keeper)) == 1

    services.cancel(post, by=chief)

    assert tasks_of(duty_keeper) == []


@pytest.mark.parametrize("seat", list(Seat))
def test_each_seat_sees_it(urgent, duty_keeper, commune, seat):
    make_shift(commune, duty_keeper, NOON, seat)
    urgent()

    assert open_to(duty_keeper)


def test_stand_in_sees_it_and_who_is_away_does_not(
    urgent, duty_keeper, keeper, commune, chief, actor
):
    other = actor(Role.DUTY_OFFICER)
    make_shift(commune, duty_keeper, NOON)
    Absence.objects.create(
        commune=commune, person=duty_keeper, stand_in=other, starts_at=NOON - timedelta(hours=1),
        ends_at=NOON + timedelta(hours=5), written_by=chief,
    )  # fmt: skip
    urgent()

    assert open_to(other)
    assert not open_to(duty_keeper)


def test_post_of_another_commune_stays_there(duty_keeper, commune, other_commune, urgent):
    make_shift(commune, duty_keeper, NOON)
    post: Any = make_broadcast(other_commune, status="sending", priority="urgent")
    make_delivery(post, make_ordinary_group(commune=other_commune), status="to_post")

    assert tasks_of(duty_keeper) == []


def test_desk_on_duty_reads_no_other_page_of_posts(urgent, duty_keeper, commune, login):
    make_shift(commune, duty_keeper, NOON)
    task = task_of(urgent())
    client = login(duty_keeper)

    for page in (
        reverse("admin:broadcasts_broadcast_changelist"),
        reverse("admin:broadcasts_delivery_changelist"),
        reverse("admin:broadcasts_broadcast_library"),
        reverse("admin:broadcasts_delivery_proof", args=[task.pk]),
        reverse("admin:broadcasts_broadcast_log", args=[task.broadcast_id]),
    ):
        assert client.get(page).status_code == 403, page


def test_list_asks_no_more_with_more_groups(
    urgent, duty_keeper, commune, hamlet, login, django_assert_max_num_queries
):
    make_shift(commune, duty_keeper, NOON)
    for _number in range(3):
        make_ordinary_group(hamlet)
    urgent()

    assert Shift.objects.count() == 1
    with django_assert_max_num_queries(6):
        assert len(tasks_of(duty_keeper)) == 4
