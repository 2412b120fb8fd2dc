"""Spans of days: their names, their ends, what they are made of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight import periods
from oversight.periods import Period


@pytest.mark.parametrize(
    ("period", "first", "last", "words"),
    [
        (periods.month(2026, 11), date(2026, 11, 1), date(2026, 11, 30), "tháng 11/2026"),
        (periods.month(2028, 2), date(2028, 2, 1), date(2028, 2, 29), "tháng 2/2028"),
        (periods.quarter(2026, 4), date(2026, 10, 1), date(2026, 12, 31), "quý IV/2026"),
        (periods.half(2026, 1), date(2026, 1, 1), date(2026, 6, 30), "6 tháng đầu năm 2026"),
        (periods.half(2026, 2), date(2026, 7, 1), date(2026, 12, 31), "6 tháng cuối năm 2026"),
        (periods.whole_year(2026), date(2026, 1, 1), date(2026, 12, 31), "năm 2026"),
        (
            periods.hamlet_year(2026), date(2025, 11, 1), date(2026, 10, 31),
            "năm xét ấp, khu phố an toàn 2026",
        ),
        (
            periods.commune_year(2026), date(2025, 11, 16), date(2026, 11, 15),
            "năm xét xã an toàn 2026",
        ),
        (
            Period(date(2026, 11, 3), date(2026, 11, 9)), date(2026, 11, 3), date(2026, 11, 9),
            "từ 03/11/2026 đến 09/11/2026",
        ),
        (Period(date(2026, 11, 3), date(2026, 11, 3)), date(2026, 11, 3), date(2026, 11, 3),
         "ngày 03/11/2026"),
    ],
)  # fmt: skip
def test_period_has_days_and_a_name(period, first, last, words):
    assert (period.first, period.last, period.words) == (first, last, words)


def test_period_in_the_wrong_order_is_refused():
    with pytest.raises(ValueError, match="Ngày cuối"):
        Period(date(2026, 11, 2), date(2026, 11, 1))


def test_period_begins_and_ends_at_midnight_of_viet_nam():
    period = periods.month(2026, 11)

    assert period.begins_at.isoformat() == "2026-11-01T00:00:00+07:00"
    assert period.ends_at.isoformat() == "2026-12-01T00:00:00+07:00"


def test_period_is_over_on_the_day_after():
    period = periods.month(2026, 11)

    assert not period.is_over(date(2026, 11, 30))
    assert period.is_over(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (periods.month(2026, 1), periods.month(2025, 12)),
        (periods.month(2026, 3), periods.month(2026, 2)),
        (periods.quarter(2026, 1), periods.quarter(2025, 4)),
        (periods.half(2026, 2), periods.half(2026, 1)),
        (periods.whole_year(2026), periods.whole_year(2025)),
        (periods.hamlet_year(2026), periods.hamlet_year(2025)),
        (periods.commune_year(2026), periods.commune_year(2025)),
        (periods.hamlet_year(2028), periods.hamlet_year(2027)),  # with a 29th of February
        (periods.commune_year(2029), periods.commune_year(2028)),
        (
            Period(date(2026, 11, 8), date(2026, 11, 14)),
            Period(date(2026, 11, 1), date(2026, 11, 7)),
        ),
    ],
)
def test_span_before_is_of_the_same_kind(period, earlier):
    assert periods.before(period) == earlier


def test_year_is_made_of_four_quarters_and_twelve_months():
    year = periods.whole_year(2026)

    assert periods.quarters_in(year) == [periods.quarter(2026, number) for number in range(1, 5)]
    assert periods.months_in(year) == [periods.month(2026, number) for number in range(1, 13)]


@pytest.mark.parametrize("period", [periods.month(2026, 1), periods.hamlet_year(2026)])
def test_span_that_cuts_quarters_is_made_of_none(period):
    assert periods.quarters_in(period) is None


def test_presets_name_running_spans_and_those_before():
    assert [period.words for period in periods.presets(date(2026, 11, 16))] == [
        "tháng 11/2026", "tháng 10/2026", "quý IV/2026", "quý III/2026",
        "6 tháng cuối năm 2026", "6 tháng đầu năm 2026", "năm 2026", "năm 2025",
        "năm xét ấp, khu phố an toàn 2027", "năm xét ấp, khu phố an toàn 2026",
        "năm xét xã an toàn 2027", "năm xét xã an toàn 2026",
    ]  # fmt: skip


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_presets_hold_a_finished_span_of_every_kind_on_any_day(day):
    presets = periods.presets(day)

    assert presets[1::2] == [one for one in presets if one.is_over(day)]
    assert [one.last + timedelta(days=1) for one in presets[1::2]] == [
        one.first for one in presets[::2]
    ]


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_quarters_follow_each_other_without_a_gap(day):
    quarter = periods.quarter_of(day)

    assert quarter.first <= day <= quarter.last
    assert periods.before(quarter).last == quarter.first - timedelta(days=1)
    assert periods.quarter_of(quarter.last + timedelta(days=1)) != quarter
