"""Households reached, by hamlet and team: sums that add up, and pages that stay in their scope."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.users.roles import Role
from groups.coverage import households as coverage_households
from groups.models import Hamlet, Member
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_team,
)

PAGE = reverse("admin:groups_hamlet_coverage")
PAPER = reverse("admin:groups_hamlet_coveragepaper")


def households(hamlet: Hamlet) -> str:
    return reverse("admin:groups_hamlet_households", args=[hamlet.pk])


def figures(row: coverage_households.Coverage) -> tuple[Any, ...]:
    return row.households, row.joined, row.through, row.missing


@pytest.fixture
def group(hamlet):
    return make_group(hamlet)


def join(hamlet: Hamlet, group: Any, **fields: Any) -> Member:
    member = make_member(hamlet, **fields)
    make_membership(member, group)
    return member


@pytest.fixture
def place(hamlet, group):
    """120 households: team 1 of 30, team 2 of 40, the rest in no team."""
    first = make_team(hamlet, name="Tổ 1", households=30)
    second = make_team(hamlet, name="Tổ 2", households=40)
    parent = join(hamlet, group, team=first, household_code="H1", full_name="Lê Thị Trong")
    make_member(hamlet, team=first, household_code="h1", is_representative=False)
    make_member(hamlet, team=first, household_code="H2", reached_through=parent)
    make_member(hamlet, team=second, household_code="H3", full_name="Trần Văn Chưa")
    join(hamlet, group, team=second)
    join(hamlet, group)  # a household in no team, known by its representative alone
    make_member(hamlet, is_representative=False)  # nobody's household
    make_member(hamlet, team=second, household_code="H4", status="left")
    return hamlet


def test_teams_and_the_rest_add_up_to_the_hamlet(place):
    shown = coverage_households.by_team([place])[0]

    assert [(row.label, *figures(row)) for row in shown.teams] == [
        ("Tổ 1", 30, 1, 1, 28), ("Tổ 2", 40, 1, 0, 39), ("Chưa xếp tổ", 50, 1, 0, 49),
    ]  # fmt: skip
    assert figures(shown.total) == (120, 3, 1, 116)
    for name in ("households", *coverage_households.COUNTED, "missing"):
        parts = [getattr(row, name) for row in shown.teams]
        assert sum(parts) == getattr(shown.total, name), name
    assert shown.total.unreached_listed == 1


def test_household_in_two_teams_counts_once(hamlet, group):
    first, second = make_team(hamlet, name="Tổ 1"), make_team(hamlet, name="Tổ 2")
    make_member(hamlet, team=first, household_code="H1")
    join(hamlet, group, team=second, household_code="H1")

    shown = coverage_households.by_team([hamlet])[0]

    assert [row.joined for row in shown.teams] == [1, 0, 0]
    assert shown.total.joined == 1


def test_team_without_a_number_leaves_its_part_to_the_rest(hamlet, group):
    team = make_team(hamlet, households=0)
    join(hamlet, group, team=team)
    make_team(hamlet, households=100)

    shown = coverage_households.by_team([hamlet])[0]

    assert [row.missing for row in shown.teams] == [None, 100, 19]
    assert sum(row.missing or 0 for row in shown.teams) == shown.total.missing == 119
    assert "Chưa ghi số hộ" in shown.teams[0].warning


def test_teams_larger_than_the_hamlet_are_named(hamlet):
    make_team(hamlet, households=200)

    shown = coverage_households.by_team([hamlet])[0]

    assert (shown.teams[-1].households, shown.teams[-1].missing) == (-80, -80)
    assert "nhiều hơn số hộ của ấp" in shown.teams[-1].warning


def test_more_joined_than_households_shows_a_minus_and_says_so(hamlet, group):
    Hamlet.objects.filter(pk=hamlet.pk).update(households=1)
    hamlet.refresh_from_db()
    for _number in range(3):
        join(hamlet, group)

    total = coverage_households.by_hamlet([hamlet])[hamlet.pk]

    assert figures(total) == (1, 3, 0, -2)
    assert "Nhiều hơn số hộ đã ghi" in total.warning


def test_through_ends_when_the_other_leaves_or_the_group_closes(place, group):
    before = coverage_households.by_hamlet([place])[place.pk]
    Member.objects.filter(full_name="Lê Thị Trong").update(status="left")
    without = coverage_households.by_hamlet([place])[place.pk]
    group.status = "closed"
    group.save()

    after = coverage_households.by_hamlet([place])[place.pk]

    assert [(row.joined, row.through) for row in (before, without, after)] == [
        (3, 1), (2, 0), (0, 0),
    ]  # fmt: skip


def test_people_behind_a_figure_are_those_that_it_counts(place):
    total = coverage_households.by_hamlet([place])[place.pk]
    for reach, wanted in (
        ("joined", total.joined), ("through", total.through), ("none", total.unreached_listed),
    ):  # fmt: skip
        rows = coverage_households.household_reach(Member.objects.all(), reach).filter(
            is_representative=True
        )
        assert rows.count() == wanted, reach


def test_counts_take_few_queries_however_many_hamlets(place, django_assert_num_queries):
    hamlets = [place, *(make_hamlet(place.commune) for _number in range(4))]

    with django_assert_num_queries(3):
        coverage_households.by_team(hamlets)


# Pages


def test_screen_and_paper_show_the_same_figures(login, officer_of, place):
    client = login(officer_of(place))

    shown = client.get(PAGE)
    printed = client.get(PAPER)

    assert figures(shown.context["sum"]) == figures(printed.context["sum"]) == (120, 3, 1, 116)
    for page in (shown, printed):
        assert "Chưa xếp tổ" in page.content.decode()
    assert "Trần Văn Chưa" not in printed.content.decode()


def test_officer_sees_the_own_hamlets_alone(login, officer_of, place, other_hamlet):
    client = login(officer_of(place))

    assert [row.hamlet for row in client.get(PAGE).context["places"]] == [place]
    for address in (PAGE, PAPER):
        assert client.get(address, {"ap": other_hamlet.pk}).status_code == 404
    assert client.get(households(other_hamlet)).status_code == 404


def test_chief_sees_the_commune_and_no_other(login, chief, place, other_hamlet, other_commune):
    foreign = make_hamlet(other_commune)
    client = login(chief)

    assert {row.hamlet for row in client.get(PAGE).context["places"]} == {place, other_hamlet}
    assert client.get(PAGE, {"ap": foreign.pk}).status_code == 404
    assert client.get(PAGE, {"xa": other_commune.pk}).context["commune"] == place.commune
    assert client.get(households(foreign)).status_code == 404


def test_city_account_chooses_the_commune(login, superuser, place, other_commune):
    foreign = make_hamlet(other_commune)
    client = login(superuser)

    shown = client.get(PAGE, {"xa": other_commune.pk}).context["places"]

    assert [row.hamlet for row in shown] == [foreign]
    assert client.get(PAGE, {"xa": "999999"}).status_code == 404


@pytest.mark.parametrize(
    "role", [Role.DUTY_OFFICER, Role.PARTY_MEMBER, Role.FRONT, Role.TECH_ADMIN]
)
def test_others_find_no_page(login, actor, place, role):
    client = login(actor(role))

    for address in (PAGE, PAPER, households(place)):
        assert client.get(address).status_code == 403


def test_names_come_without_phone_and_address(login, hamlet_head_of, place):
    Member.objects.update(address="12 đường Hoa", phone="+84900000123")
    client = login(hamlet_head_of(place))

    page = client.get(households(place), {"nhan": "chua"}).content.decode()

    assert "Trần Văn Chưa" in page
    for hidden in ("12 đường Hoa", "900000123", "0900 000 123"):
        assert hidden not in page


def test_who_passes_word_on_is_named_only_within_the_own_hamlet(
    login, officer_of, place, other_hamlet
):
    stranger = join(other_hamlet, make_group(other_hamlet), full_name="Ngô Văn Ngoài")
    make_member(place, reached_through=stranger, full_name="Vũ Thị Nhờ")
    client = login(officer_of(place))

    page = client.get(households(place), {"nhan": "qua-nguoi"}).content.decode()

    assert "Vũ Thị Nhờ" in page
    assert "Lê Thị Trong" in page
    assert "Ngô Văn Ngoài" not in page
    assert "người ở nơi khác" in page


def test_forged_team_of_another_hamlet_is_not_found(login, officer_of, place, other_hamlet):
    client = login(officer_of(place))

    assert client.get(households(place), {"to": make_team(other_hamlet).pk}).status_code == 404
    assert client.get(households(place), {"nhan": "gì đó"}).status_code == 404
    assert client.get(households(place), {"to": "0"}).status_code == 200
