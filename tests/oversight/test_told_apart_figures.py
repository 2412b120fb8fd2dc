"""Figures told by hamlet and by month: they add up to those of the whole."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.roles import Role
from oversight.figures import compute
from oversight.figures.by_hamlet import ACTIVE, ELSEWHERE, HELD
from oversight.periods import Period, month, quarter
from oversight.scopes import scope_of, whole_commune
from tests.factories.accounts import make_user
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_meeting,
    make_ordinary_group,
    make_regulation,
)
from tests.factories.procedures import make_question
from tests.oversight.conftest import at

AUGUST = date(2026, 8, 12)


@pytest.fixture
def scope(commune, hamlet, chief):
    make_hamlet(commune, name="Hai")
    return scope_of(chief)


def told(key, scope, period=month(2026, 8)):  # noqa: B008 -- a frozen span
    return compute(key, scope, period, as_of=timezone.now()).table


def post_by_hand(scope, hamlet, status, commune=None):
    group = make_ordinary_group(hamlet)
    if commune is not None:
        group.hamlet, group.commune = None, commune
        group.save()
    broadcast = make_broadcast(
        scope.commune, status="sending", created_by=scope.reader, scheduled_for=at(AUGUST)
    )
    broadcast.approved_at = at(AUGUST)
    broadcast.save(update_fields=["approved_at"])
    return make_delivery(broadcast, group, status=status)


def test_each_hamlet_stands_at_its_furthest_step(scope, hamlet):
    make_regulation(hamlet, status="issued")
    make_group(hamlet)
    make_meeting(hamlet=hamlet)

    first, second = told("steps_by_hamlet", scope).rows
    columns = told("steps_by_hamlet", scope).columns

    assert first.label == str(hamlet)
    assert dict(zip(columns, first.values, strict=True)) == {
        HELD: 1, "Quy chế đã ban hành": 1, "Đã thống nhất, chưa ban hành": 0,
        "Đang lấy ý kiến": 0, "Mới có dự thảo": 0, "Chưa có quy chế": 0, ACTIVE: 1,
    }  # fmt: skip
    assert dict(zip(columns, second.values, strict=True))["Chưa có quy chế"] == 1


def test_steps_of_the_hamlets_add_up_to_the_regulations_of_the_commune(scope, hamlet):
    make_regulation(hamlet, status="agreed")

    by_hamlet = told("steps_by_hamlet", scope).total.values[1:-1]

    assert by_hamlet == tuple(row.values[0] for row in told("regulations", scope).rows)


def test_posts_by_hand_of_the_hamlets_add_up_to_those_of_the_commune(scope, hamlet):
    post_by_hand(scope, hamlet, "posted")
    post_by_hand(scope, hamlet, "missed")
    post_by_hand(scope, hamlet, "posted", commune=scope.commune)

    table = told("hand_by_hamlet", scope)

    assert table.total.values == tuple(row.values[0] for row in told("hand_posting", scope).rows)
    assert [row.label for row in table.rows][-1] == ELSEWHERE
    assert table.rows[0].values[:2] == (1, 1)


@pytest.mark.parametrize("period", [quarter(2026, 3), Period(date(2026, 7, 15), date(2026, 8, 12))])
def test_months_add_up_to_the_span(scope, tips_of, period):
    tips_of(3, date(2026, 7, 1))
    tips_of(2, date(2026, 7, 20))
    tips_of(4, AUGUST)
    make_question(scope.commune, asked_on=AUGUST)

    tips, questions = (told(f"{what}_by_month", scope, period) for what in ("tips", "questions"))

    assert tips.total.values == told("tips", scope, period).rows[0].values
    assert sum(questions.total.values) == sum(told("questions", scope, period).total.values) == 1
    assert len(tips.rows) == len({(one.year, one.month) for one in (period.first, period.last)}) + (
        period == quarter(2026, 3)
    )


def test_months_of_tips_are_no_second_door_for_outsiders(commune, hamlet, tips_of):
    tips_of(9, AUGUST)
    outside = whole_commune(commune, reader=make_user(commune, Role.PARTY_MEMBER))

    table = told("tips_by_month", outside, quarter(2026, 3))

    assert (table.rows, table.total) == ((), None)
    assert table.note
