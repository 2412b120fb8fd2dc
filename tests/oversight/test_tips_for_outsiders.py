"""Figures of tips as readers outside the police get them, of one quarter with tips."""

from copy import deepcopy
from datetime import date

import pytest

from accounts.models import Commune
from accounts.users.roles import Role
from oversight import periods
from oversight.figures.published import (
    ALL_MERGED,
    BY_QUARTER,
    MERGED,
    NOT_OVER,
    ONLY_QUARTERS,
    ONLY_WHOLE,
    TOO_FEW,
)
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Row
from oversight.figures.tips import FOR_POLICE
from oversight.periods import Period
from tests.factories.accounts import make_commune, make_user
from tests.factories.scenes import shared_scene
from tests.factories.tips import make_triaged
from tests.oversight.conftest import at
from tests.oversight.test_tip_figures import AUGUST, DAY, JULY, NOW, QUARTER, SEPTEMBER, table_of


def make_quarter() -> Commune:
    """July 7, August 3, September 9: 19 tips; 8 of disorder, 6 of social evils, 5 of accidents."""
    commune = make_commune()
    for count, day, category in (
        (4, date(2026, 7, 1), "ttatxh"),
        (3, date(2026, 7, 31), "te-nan"),
        (3, date(2026, 8, 15), "te-nan"),
        (4, date(2026, 9, 1), "ttatxh"),
        (5, date(2026, 9, 30), "tai-nan"),
    ):
        for _number in range(count):
            make_triaged(commune, received_at=at(day), category=category, kind="feedback")
    return commune


quarter = shared_scene(make_quarter)


@pytest.fixture
def commune(quarter, db):
    return deepcopy(quarter)


@pytest.fixture
def police(commune, chief):
    return whole_commune(commune, reader=chief)


@pytest.fixture
def party(commune, party_member):
    return whole_commune(commune, reader=party_member)


def test_outsider_is_told_of_months_that_hide_each_other(party, police):
    table = table_of("tips", party)

    assert table.rows == (
        Row("tháng 7/2026", (7,)), Row("tháng 8/2026", (None,)), Row("tháng 9/2026", (None,)),
    )  # fmt: skip
    assert table.total == Row("Cộng", (19,))
    assert table_of("tips", party, JULY).rows == (Row("tháng 7/2026", (7,)),)
    for hidden in (AUGUST, SEPTEMBER):
        assert table_of("tips", party, hidden).rows[0].values == (None,)
        assert table_of("tips", party, hidden).note == TOO_FEW
    assert table_of("tips", police).rows[0].values == (19,)


def test_outsider_gets_rows_of_a_quarter_with_small_ones_merged(party):
    table = table_of("tips_by_category", party)

    shown = {row.label: row.values[0] for row in table.rows if row.values[0] is not None}
    # all other rows are empty, so that the last two that could be told go with them
    assert shown == {"Trật tự, an toàn xã hội": 8, MERGED: 11}
    assert table.total == Row("Cộng", (19,))
    assert "Liên quan an ninh quốc gia" not in {row.label for row in table.rows}


def test_outsider_is_told_why_no_row_is_told(party):
    table = table_of("tips_by_channel", party)

    assert (table.rows, table.note) == ((), ALL_MERGED)


def test_rows_of_an_outsider_stand_in_the_order_of_the_list(party):
    labels = [row.label for row in table_of("tips_by_category", party).rows]

    assert labels[0] == "Trật tự, an toàn xã hội"
    assert labels[-3:] == ["Tin giả, mạo danh", "Góp ý, hỏi đáp, khác, chưa phân loại", MERGED]


def test_what_happens_after_the_quarter_changes_no_number_of_an_outsider(
    tips_of, commune, party, police
):
    end = {"kind": "feedback", "status": "closed", "disposition": "guided"}
    tips_of(12, date(2026, 9, 2), closed_at=at(date(2026, 9, 20)), **end)
    before = table_of("tips_by_outcome", party)
    assert Row("Đã hướng dẫn", (12,)) in before.rows

    open_one = commune.tips.filter(closed_at=None).first()
    open_one.status, open_one.disposition = "closed", "guided"
    open_one.closed_at = at(date(2026, 10, 2))
    open_one.save()

    assert Row("Đã hướng dẫn", (13,)) in table_of("tips_by_outcome", police).rows
    assert table_of("tips_by_outcome", party, as_of=NOW + DAY) == before


@pytest.mark.parametrize(
    ("key", "period", "as_of", "note"),
    [
        ("tips", Period(date(2026, 7, 1), date(2026, 9, 29)), NOW, ONLY_QUARTERS),
        ("tips", QUARTER, at(date(2026, 9, 30)), NOT_OVER),
        ("tips", SEPTEMBER, at(date(2026, 9, 30)), NOT_OVER),
        ("tips_by_kind", JULY, NOW, BY_QUARTER),
        ("tips_by_kind", Period(date(2026, 7, 2), date(2026, 7, 2)), NOW, ONLY_QUARTERS),
        ("tips_by_kind", periods.hamlet_year(2026), NOW, BY_QUARTER),
        ("tips_by_kind", periods.commune_year(2025), NOW, ONLY_QUARTERS),
        ("tips_by_kind", periods.quarter(2026, 2), NOW, TOO_FEW),
        ("tip_clocks", QUARTER, NOW, FOR_POLICE),
        ("transfers", QUARTER, NOW, FOR_POLICE),
    ],
)
def test_outsider_gets_a_reason_in_place_of_a_number(party, key, period, as_of, note):
    table = table_of(key, party, period, as_of)

    assert (table.rows, table.total, table.note) == ((), None, note)


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT])
def test_no_role_outside_the_police_gets_the_bare_numbers(commune, role):
    scope = whole_commune(commune, reader=make_user(commune, role))

    assert not scope.is_police
    assert list(scope.tips()) == []
    assert table_of("tips", scope, AUGUST).rows[0].values == (None,)


def test_hamlet_head_gets_no_number_of_tips(commune, hamlet, hamlet_head_of):
    own = Scope(commune, (hamlet,), hamlet_head_of(hamlet), is_whole=False)

    assert table_of("tips", own).note == ONLY_WHOLE
    assert table_of("tips_by_kind", own).note == ONLY_WHOLE
