"""Pages of groups ask as much of the database for many people as for few."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from groups.models import Member, Membership
from tests.factories.groups import make_group, make_member, make_membership, make_team

pytestmark = pytest.mark.django_db
MOST = 25


def asked_by(client: Any, address: str) -> tuple[int, str]:
    """Queries of a page, and the page."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(asked), answer.content.decode()


def test_form_of_a_group_names_its_people_by_one_query(login, chief, hamlet) -> None:
    group, client = make_group(hamlet), login(chief)
    people = [make_member(hamlet) for _number in range(12)]
    make_membership(people[0], group)
    address = reverse("admin:groups_zalogroup_change", args=[group.pk])
    client.get(address)
    few, _page = asked_by(client, address)

    for person in people[1:]:
        make_membership(person, group)
    many, page = asked_by(client, address)

    assert [
        person.full_name for person in people if f">{person.full_name}</option>" not in page
    ] == []
    assert many == few <= MOST


def test_form_of_a_member_names_its_groups_by_one_query(login, chief, hamlet) -> None:
    member, client = make_member(hamlet), login(chief)
    groups = [make_group(hamlet, name=f"Nhóm số {number}") for number in range(6)]
    make_membership(member, groups[0])
    address = reverse("admin:groups_member_change", args=[member.pk])
    client.get(address)
    few, _page = asked_by(client, address)

    for group in groups[1:]:
        make_membership(member, group)
    many, page = asked_by(client, address)

    assert [group.name for group in groups if f">{group.name}</option>" not in page] == []
    assert many == few <= MOST


def test_group_out_of_sight_is_not_named_in_the_form_of_its_member(
    login, officer_of, hamlet, other_hamlet
) -> None:
    member = make_member(hamlet)
    make_membership(member, make_group(hamlet, name="Nhóm ấp nhà"))
    make_membership(member, make_group(other_hamlet, name="Nhóm ấp bên"))

    address = reverse("admin:groups_member_change", args=[member.pk])
    _asked, page = asked_by(login(officer_of(hamlet)), address)

    assert ">Nhóm ấp nhà</option>" in page
    assert ">Nhóm ấp bên</option>" not in page
    assert Membership.objects.count() == 2


def test_page_that_deletes_a_team_asks_once_for_all_its_people(login, chief, hamlet) -> None:
    team, client = make_team(hamlet), login(chief)
    for _number in range(2):
        make_member(hamlet, team=team)
    address = reverse("admin:groups_team_delete", args=[team.pk])
    client.get(address)
    few, _page = asked_by(client, address)

    for _number in range(10):
        make_member(hamlet, team=team)
    many, _page = asked_by(client, address)

    assert Member.objects.filter(team=team).count() == 12
    assert many == few <= MOST
