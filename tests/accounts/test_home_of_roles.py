"""The home page of every role over rows of every kind: few round trips, nobody else's rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.users.roles import Role
from config.navigation.sections import address, open_to
from duty.services import open_occasion
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.duty import make_shift
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_meeting,
    make_officer,
    make_ordinary_group,
    make_regulation,
)
from tests.factories.people import make_data_request
from tests.factories.scenes import shared_scene
from tests.factories.tips import make_conflict_proposal, make_message, make_tip, make_triaged
from tests.factories.world import World, make_world

MOST_QUERIES = 15
DAY = timedelta(days=1)


def busy_world() -> World:
    """A world with several rows of what changes daily, so that rows one by one would show."""
    world = make_world()
    commune, hamlet = world.commune, world.own.hamlet
    now = timezone.now()
    chief = make_user(commune, Role.CHIEF)
    make_shift(commune, chief, now)
    for number in range(4):
        tips = [
            make_tip(hamlet=hamlet, urgency="urgent", next_due_at=now + DAY),
            make_triaged(hamlet=hamlet, next_due_at=now - DAY),
        ]
        for tip in tips:
            make_message(tip)
            open_occasion("tip_new", tip, commune=commune, due_at=now + number * DAY)
        make_conflict_proposal(tips[0], chief)
        post = make_broadcast(commune, status="pending_approval", submitted_by=chief)
        open_occasion("approval_routine", post, commune=commune)
        sending = make_broadcast(commune, status="sending", title=f"Bài {number}")
        make_delivery(sending, make_ordinary_group(hamlet), status="to_post")
        make_delivery(sending, make_group(hamlet), status="uncertain")
        open_occasion("hand_routine", sending, commune=commune)
        request = make_data_request(commune, hamlet=hamlet)
        open_occasion("data_request_due", request, commune=commune)
        regulation = make_regulation(hamlet, agreed=False, version=10 + number)
        make_meeting(regulation)
    return world


world = shared_scene(busy_world)


def account(world: World, role: Role) -> User:
    commune = None if role == Role.CITY else world.commune
    user = make_user(commune, role)
    if commune is not None:
        make_assignment(make_officer(commune, user=user), world.own.hamlet)
    return user


def queries_of(client: Any, address: str = "/admin/") -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [row["sql"] for row in asked.captured_queries]


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_home_asks_little_of_the_database(world: World, login: Any, role: Role) -> None:
    client = login(account(world, role))
    client.get("/admin/")

    asked = queries_of(client)

    assert len(asked) <= MOST_QUERIES, "\n".join(sql[:200] for sql in asked)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_pages_of_sections_ask_little_and_name_nothing_of_elsewhere(
    world: World, login: Any, role: Role
) -> None:
    user = account(world, role)
    client = login(user)

    for section in open_to(user)[1:]:
        page = address(section)
        assert "AWAYZ" not in client.get(page).content.decode()
        asked = queries_of(client, page)
        assert len(asked) <= MOST_QUERIES, "\n".join([page, *(sql[:200] for sql in asked)])


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.CHIEF, Role.OFFICER, Role.HAMLET_HEAD])
def test_queue_holds_each_row_once_and_none_of_elsewhere(
    world: World, login: Any, role: Role
) -> None:
    page = login(account(world, role)).get("/admin/")

    cards = [card for hour in page.context["queue"].hours for card in hour.cards]
    addresses = [card.opened_at for card in cards]
    assert len(addresses) > 4
    assert len({(card.title, card.opened_at) for card in cards}) == len(cards)
    assert "AWAYZ" not in page.content.decode()
    if role != Role.CHIEF:
        assert "NEXTZ" not in str([(card.title, card.sentence) for card in cards])
    if role == Role.HAMLET_HEAD:
        assert not [one for one in addresses if "tipreport" in one]
