"""Figures of tips for the police, worked out by hand."""

from datetime import date, timedelta

import pytest

from oversight import periods
from oversight.figures.cohorts import COHORTS
from oversight.figures.registry import compute
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Row
from oversight.periods import Period
from reports.models import Referral, TipClock, TipConflict
from tests.oversight.conftest import at

QUARTER = periods.quarter(2026, 3)
JULY, AUGUST, SEPTEMBER = (periods.month(2026, number) for number in (7, 8, 9))
NOW = at(date(2026, 11, 10))
DAY = timedelta(days=1)


def table_of(key, scope, period=QUARTER, as_of=NOW):
    return compute(key, scope, period, as_of=as_of).table


def numbers(table):
    return {row.label: row.values for row in table.rows if row.values != (0,)}


@pytest.fixture
def police(commune, chief):
    return whole_commune(commune, reader=chief)


@pytest.fixture
def party(commune, party_member):
    return whole_commune(commune, reader=party_member)


def test_tips_are_counted_by_the_day_of_receipt(tips_of, other_commune, police):
    tips_of(2, date(2026, 7, 1))
    tips_of(1, date(2026, 9, 30))
    tips_of(1, date(2026, 10, 1))
    tips_of(1, date(2026, 6, 30))
    tips_of(1, date(2026, 7, 1), commune=other_commune)

    assert table_of("tips", police).rows == (Row("quý III/2026", (3,)),)
    first_day = Period(date(2026, 7, 1), date(2026, 7, 1))
    assert table_of("tips", police, first_day).rows == (Row("ngày 01/07/2026", (2,)),)


def test_ways_to_tell_tips_apart_are_counted_at_once(
    commune, hamlet, chief, tips_of, django_assert_num_queries
):
    tips_of(2, date(2026, 7, 1), hamlet=hamlet)
    scope = Scope(commune, (hamlet,), chief, is_whole=False)
    first = table_of("tips_by_kind", scope)

    with django_assert_num_queries(0):
        others = [table_of(cohort.key, scope) for cohort in COHORTS]

    assert first in others
    assert {table.total.values for table in others} == {(2,)}


def test_tips_are_told_apart_by_kind_category_and_channel(tips_of, police):
    tips_of(2, date(2026, 7, 1), kind="feedback", category="te-nan")
    tips_of(1, date(2026, 7, 2), channel="phone")

    assert numbers(table_of("tips_by_kind", police)) == {
        "Kiến nghị, phản ánh": (2,), "Chưa phân loại": (1,),
    }  # fmt: skip
    assert numbers(table_of("tips_by_category", police)) == {
        "Tệ nạn xã hội": (2,), "Chưa phân loại": (1,),
    }  # fmt: skip
    assert numbers(table_of("tips_by_channel", police)) == {
        "Trang phản ánh": (2,),
        "Điện thoại": (1,),
    }
    assert table_of("tips_by_channel", police).total == Row("Cộng", (3,))


def test_outcome_is_the_one_that_was_known_at_the_moment(tips_of, police):
    done = {"status": "closed", "disposition": "guided"}
    tips_of(1, date(2026, 7, 1), kind="feedback", closed_at=at(date(2026, 7, 3)), **done)
    tips_of(1, date(2026, 7, 1))

    before, after = at(date(2026, 7, 2)), at(date(2026, 7, 4))
    assert numbers(table_of("tips_by_outcome", police, as_of=before)) == {"Chưa có kết quả": (2,)}
    assert numbers(table_of("tips_by_outcome", police, as_of=after)) == {
        "Đã hướng dẫn": (1,), "Chưa có kết quả": (1,),
    }  # fmt: skip


def test_tip_is_late_once_a_clock_of_it_ran_out_open_ones_included(tips_of, police):
    closed_at = at(date(2026, 7, 20))
    end = {"status": "closed", "disposition": "guided", "closed_at": closed_at, "kind": "feedback"}
    in_time, late = tips_of(2, date(2026, 7, 1), **end)
    fresh, overdue = tips_of(2, date(2026, 7, 1))
    for tip, due, stopped in (
        (in_time, 10, 9), (late, 10, 11), (fresh, 25, None), (overdue, 10, None),
    ):  # fmt: skip
        tip.clocks.all().delete()
        _clock(tip, due, stopped)

    table = table_of("tips_in_time", police, as_of=at(date(2026, 7, 21)))

    assert [row.values for row in table.rows] == [(1,), (1,), (1,), (1,)]
    clocks = table_of("tip_clocks", police, as_of=at(date(2026, 7, 21)))
    assert clocks.columns == (
        "Đúng hạn", "Xong, quá hạn", "Chưa xong, còn hạn", "Chưa xong, quá hạn",
    )  # fmt: skip
    assert clocks.total.values == (1, 1, 1, 1)


def _clock(tip, due, stopped):
    rule = TipClock._meta.get_field("rule").related_model.objects.filter(stage="work").first()
    state = "running" if stopped is None else "met" if stopped <= due else "missed"
    stopped_at = at(date(2026, 7, stopped)) if stopped else None
    TipClock.objects.create(
        tip=tip, rule=rule, stage="work", started_at=at(date(2026, 7, 1)),
        due_at=at(date(2026, 7, due)), stopped_at=stopped_at, state=state,
    )  # fmt: skip


def test_told_and_not_told_are_counted_apart(tips_of, police):
    when = {"resolved_at": at(date(2026, 7, 5)), "disposition": "handled_here"}
    tips_of(1, date(2026, 7, 1), kind="feedback", status="resolved", **when)
    tips_of(
        2, date(2026, 7, 1), kind="feedback", status="told", told_at=at(date(2026, 7, 6)), **when
    )
    tips_of(1, date(2026, 7, 1))

    assert [row.values for row in table_of("tips_told", police).rows] == [(2,), (1,), (1,)]


def test_transfers_are_counted_by_receiver_and_answer(tips_of, chief, police):
    gone, stayed = tips_of(2, date(2026, 7, 1))
    slip = {"slip_number": "1", "slip_on": date(2026, 8, 1), "handed_over_at": at(date(2026, 8, 1))}
    Referral.objects.create(
        tip=gone, to="investigating_agency", to_whom="CQĐT", by=chief, state="refused", **slip
    )
    Referral.objects.create(
        tip=gone, to="investigating_agency", to_whom="CQĐT", by=chief, state="accepted", **slip
    )
    Referral.objects.create(tip=stayed, to="other_police", to_whom="Xã bên", by=chief)  # prepared

    transfers = table_of("transfers", police, AUGUST)

    assert transfers.columns == ("Đã chuyển, chờ nhận", "Nơi nhận đã nhận", "Nơi nhận không nhận")
    assert transfers.total.values == (0, 1, 1)
    assert [row.values for row in table_of("tips_handed_over", police).rows] == [(1,), (1,)]


def test_number_tells_a_chief_of_no_tip_about_themselves(tips_of, chief, deputy_chief, police):
    about_chief, *_others = tips_of(3, date(2026, 7, 1))
    TipConflict.objects.create(tip=about_chief, user=chief)

    assert table_of("tips", police).rows[0].values == (2,)
    deputy = whole_commune(police.commune, reader=deputy_chief)
    assert table_of("tips", deputy).rows[0].values == (3,)
