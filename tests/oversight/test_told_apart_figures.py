"""Figures told by hamlet and by month: they add up to those of the whole."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.users.roles import Role
from groups.oa_groups.receivers import close_dissolved
from groups.services import close
from oversight.figures.registry import LISTINGS, compute
from oversight.figures.scopes import scope_of, whole_commune
from oversight.figures.table import Ask
from oversight.periods import Period, month, month_of, quarter
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_meeting,
    make_regulation,
)
from tests.factories.procedures import make_question
from zalo.inbox.events import GroupChange

AUGUST = date(2026, 8, 12)


@pytest.fixture
def scope(commune, hamlet, chief):
    make_hamlet(commune, name="Hai")
    return scope_of(chief)


def table_of(key, scope, period=month(2026, 8)):  # noqa: B008 -- a frozen span
    return compute(key, scope, period, as_of=timezone.now()).table


def test_each_hamlet_stands_at_its_furthest_step(scope, hamlet):
    make_meeting(hamlet=hamlet)

    table = table_of("consulted_by_hamlet", scope)
    first, second = table.rows

    assert first.label == str(hamlet)
    assert dict(zip(table.columns, first.values, strict=True)) == {
        "Đã thống nhất": 0, "Đã họp, chưa thống nhất": 1,
        "Đã định ngày họp, chưa ghi kết quả": 0, "Chưa họp": 0,
    }  # fmt: skip
    assert second.values == (0, 0, 0, 1)


def test_steps_of_the_hamlets_add_up_to_those_of_the_commune(scope, hamlet):
    make_regulation(hamlet, status="agreed")

    by_hamlet = table_of("consulted_by_hamlet", scope).total.values

    assert by_hamlet == tuple(row.values[0] for row in table_of("hamlets_consulted", scope).rows)


def test_groups_of_the_hamlets_add_up_to_those_of_the_commune(scope, hamlet):
    make_group(hamlet)
    make_group(hamlet, status="paused")
    make_group(commune=scope.commune)

    by_hamlet = table_of("groups_by_hamlet", scope).total.values

    assert by_hamlet == table_of("groups", scope).total.values
    assert sum(by_hamlet) == 3


def test_a_group_that_zalo_dissolved_is_closed_as_one_closed_by_hand(scope, hamlet, chief):
    by_hand, dissolved = make_group(hamlet), make_group(hamlet)
    make_group(hamlet)
    close(by_hand, by=chief, reason="Gộp với nhóm khác.")
    change = GroupChange("0a0b0c", GroupChange.Kind.DISSOLVED, (), timezone.now())
    close_dissolved(dissolved, change)
    today = month_of(timezone.localdate())

    moved = {row.key: row.values for row in table_of("groups_moved", scope, today).rows}
    behind = LISTINGS["groups_moved"].rows(Ask(scope, today, timezone.now(), "closed", 0))

    assert moved == {"begun": (0,), "rearranged": (0,), "closed": (2,)}
    assert set(behind) == {by_hand, dissolved}


@pytest.mark.parametrize("period", [quarter(2026, 3), Period(date(2026, 7, 15), date(2026, 8, 12))])
def test_months_add_up_to_the_span(scope, tips_of, period):
    tips_of(3, date(2026, 7, 1))
    tips_of(2, date(2026, 7, 20))
    tips_of(4, AUGUST)
    make_question(scope.commune, asked_on=AUGUST)

    tips, questions = (
        table_of(f"{what}_by_month", scope, period) for what in ("tips", "questions")
    )

    assert tips.total.values == table_of("tips", scope, period).rows[0].values
    assert (
        sum(questions.total.values) == sum(table_of("questions", scope, period).total.values) == 1
    )
    assert len(tips.rows) == len({(one.year, one.month) for one in (period.first, period.last)}) + (
        period == quarter(2026, 3)
    )


def test_months_of_tips_are_no_second_door_for_outsiders(commune, hamlet, tips_of):
    tips_of(9, AUGUST)
    outside = whole_commune(commune, reader=make_user(commune, Role.PARTY_MEMBER))

    table = table_of("tips_by_month", outside, quarter(2026, 3))

    assert (table.rows, table.total) == ((), None)
    assert table.note
