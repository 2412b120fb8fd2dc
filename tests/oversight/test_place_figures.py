"""Figures of the place, worked out by hand beside the rows."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.users.roles import Role
from groups.models import Regulation, ZaloGroup
from oversight import periods
from oversight.figures.registry import FIGURES, behind, compute
from oversight.figures.scopes import scope_of, whole_commune
from oversight.figures.table import NotListed, Row
from procedures.asking import services as asking
from procedures.models import Question
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
    make_ordinary_group,
    make_regulation,
)
from tests.factories.procedures import make_question

NOVEMBER = periods.month(2026, 11)
# Of which each number has a list, and all of them together have none.
# Nobody has a list of days; those of direction are for the Party.
OF_PARTY = {"directions", "plan_steps", "proposals", "spreading"}
WITHOUT_LIST = {"tip_days"} | OF_PARTY


def table_of(key, scope, period=NOVEMBER):
    return compute(key, scope, period, as_of=timezone.now()).table


def numbers(table):
    return {row.label: row.values for row in table.rows}


def ended_by(user, outcome):
    return {"outcome": outcome, "settled_by": user, "settled_at": timezone.now()}


@pytest.fixture
def scope(commune, chief):
    return whole_commune(commune, reader=chief)


def test_coverage_counts_households_by_hamlet_in_the_order_of_codes(commune, chief):
    second = make_hamlet(commune, name="Hai", code="B", households=50)
    first = make_hamlet(commune, name="Một", code="A", households=100)
    group = make_group(first)
    for code in ("H1", "H1", "H2"):  # two people of one household are one household
        make_membership(make_member(first, household_code=code), group)
    make_member(first, household_code="H3")
    make_member(second, household_code="H1")

    running = periods.month_of(timezone.localdate())
    table = table_of("coverage", whole_commune(commune, reader=chief), running)

    assert table.rows == (
        Row("Ấp Một", (100, 2, 0, 4, 3)),
        Row("Ấp Hai", (50, 0, 0, 1, 0)),
    )
    assert table.total == Row("Cộng", (150, 2, 0, 5, 3))


def test_groups_are_counted_by_way_and_state_and_not_those_of_another_commune(
    hamlet, commune, other_commune, scope
):
    make_group(hamlet)
    make_group(hamlet, status="closed")
    make_ordinary_group(None, commune=commune)
    make_group(make_hamlet(other_commune))

    table = table_of("groups", scope)

    states, kinds = ZaloGroup.Status, ZaloGroup.Kind
    in_service = table.columns.index(str(states.ACTIVE.label))
    assert table.total.values[in_service] == 2
    assert sum(table.total.values) == 3
    assert sum(numbers(table)[str(kinds.OA.label)]) == 2


def test_meetings_of_the_span_that_were_held_are_counted_by_level(commune, hamlet, scope):
    regulation = make_regulation(hamlet, agreed=False)
    make_meeting(regulation, held_on=date(2026, 11, 1), households=100, agree=60, disagree=5)
    make_meeting(regulation, held_on=date(2026, 11, 30), households=100, agree=0)  # planned
    make_meeting(regulation, held_on=date(2026, 12, 1), households=100, agree=70)

    table = table_of("meetings", scope)

    assert numbers(table) == {
        "Họp cấp xã": (0, 0, 0), "Họp ấp, khu phố": (1, 65, 60), "Họp tổ": (0, 0, 0),
    }  # fmt: skip


def test_each_hamlet_is_counted_once_by_its_furthest_regulation(commune, hamlet, scope):
    make_regulation(hamlet, agreed=False, version=2, status=Regulation.Status.CONSULTING)
    make_regulation(hamlet, version=1)
    make_hamlet(commune)

    table = table_of("regulations", whole_commune(commune, reader=scope.reader))

    assert numbers(table) == {
        "Quy chế đã ban hành": (0,), "Đã thống nhất, chưa ban hành": (1,),
        "Đang lấy ý kiến": (0,), "Mới có dự thảo": (0,), "Chưa có quy chế": (1,),
    }  # fmt: skip
    assert table.total == Row("Cộng", (2,))


def test_questions_of_the_span_are_counted_by_result_and_way(commune, other_commune, scope):
    make_question(commune, asked_on=date(2026, 11, 1))
    make_question(commune, asked_on=date(2026, 11, 30), channel="page")
    make_question(commune, asked_on=date(2026, 12, 1))
    make_question(other_commune, asked_on=date(2026, 11, 1))

    table = table_of("questions", scope)

    assert table.columns == ("Zalo OA", "Trang thủ tục", "Tại trụ sở, điện thoại")
    assert numbers(table)["Chưa có câu trả lời"] == (1, 1, 0)
    assert table.total == Row("Cộng", (1, 1, 0))


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT])
def test_outsiders_number_of_questions_counts_no_tips_that_came_as_one(commune, chief, role):
    """A question that turns out a tip leaves the outsiders' number, so nobody learns how many."""
    for _number in range(3):
        make_question(commune, asked_on=date(2026, 11, 2), **ended_by(chief, "settled"))
    question = make_question(commune, asked_on=date(2026, 11, 2))
    outside = whole_commune(commune, reader=make_user(commune, role))
    waiting = table_of("questions", outside)

    asking.settle(question, by=chief)
    aside = table_of("questions", outside)
    Question.objects.filter(pk=question.pk).update(outcome="settled")

    assert (aside, aside.total) == (table_of("questions", outside), waiting.total)
    assert numbers(aside)["Cán bộ đã xem, đã trả lời"] == (4, 0, 0)
    assert "Không phải câu hỏi thủ tục" not in numbers(aside)


def test_police_are_told_which_questions_were_none(commune, chief, scope):
    make_question(commune, asked_on=date(2026, 11, 2), **ended_by(chief, "set_aside"))

    assert numbers(table_of("questions", scope))["Không phải câu hỏi thủ tục"] == (1, 0, 0)


def test_officer_is_told_of_own_hamlets_alone(commune, hamlet, officer_of):
    make_group(hamlet)
    make_group(make_hamlet(commune))

    scope = scope_of(officer_of(hamlet))

    assert scope.hamlets == (hamlet,)
    assert sum(table_of("groups", scope).total.values) == 1
    assert table_of("questions", scope).note != ""


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.FRONT, Role.TECH_ADMIN])
def test_account_without_places_has_no_scope(commune, hamlet, role):
    assert scope_of(make_user(commune, role)) is None


def test_account_that_was_locked_has_no_scope(hamlet, chief):
    assert scope_of(chief) is not None
    chief.is_active = False

    assert scope_of(chief) is None


@pytest.mark.parametrize("key", FIGURES)
def test_every_figure_says_what_it_is_and_leads_to_a_list_or_says_why_not(key, scope, login):
    figure = FIGURES[key]
    assert figure.key == key
    assert all([figure.name, figure.unit, figure.definition.endswith("."), figure.source])

    if key in WITHOUT_LIST:
        with pytest.raises(NotListed, match=r"\.$"):
            behind(key, scope, NOVEMBER)
    else:
        page = login(scope.reader).get(behind(key, scope, NOVEMBER))
        assert page.status_code == 200


@pytest.mark.parametrize("key", [key for key in FIGURES if key not in OF_PARTY])
def test_list_behind_is_closed_to_who_sees_counts_only(key, commune, party_member):
    with pytest.raises(NotListed):
        behind(key, whole_commune(commune, reader=party_member), NOVEMBER)
