"""The factories make rows that the database accepts, in every state."""

import pytest

from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group, make_member, make_membership, make_ordinary_group
from tests.factories.zalo import make_official_account


@pytest.mark.parametrize("status", Broadcast.Status.values)
def test_broadcast_factory_makes_every_state(commune, status):
    made = make_broadcast(commune, status=status)

    made.full_clean()
    assert made.status == status


@pytest.mark.parametrize("status", Delivery.Status.values)
def test_delivery_factory_makes_every_state(commune, hamlet, status):
    by_hand = status in {"to_post", "posted", "missed"}
    group = make_ordinary_group(hamlet) if by_hand else make_group(hamlet)

    made = make_delivery(make_broadcast(commune, status="sending"), group, status=status)

    made.full_clean()
    assert made.status == status


def test_official_account_factory_seals_its_tokens(commune):
    made = make_official_account(commune)
    made.refresh_from_db()

    assert made.access_token.startswith("access-")


def test_officer_of_covers_the_hamlet(officer_of, hamlet, other_hamlet):
    user = officer_of(hamlet)

    assert list(type(hamlet).objects.visible_to(user)) == [hamlet]


def test_membership_factory_joins_a_member(hamlet):
    made = make_membership(make_member(hamlet), make_group(hamlet))

    assert made.state == "joined"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_roles_and_topics_survive_transactional_tests(commune, chief, round_):
    assert chief.has_perm("broadcasts.approve_broadcast")
    assert make_broadcast(commune).topic.code == "thong-bao-antt"
    assert Role.CHIEF.label
