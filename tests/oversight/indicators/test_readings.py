"""Indicators of a period: shares, comparisons, targets, verdicts, worked out by hand."""

from datetime import date, datetime
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from oversight import periods
from oversight.figures.registry import FIGURES
from oversight.figures.scopes import whole_commune
from oversight.indicators import readings, wording
from oversight.indicators.readings import Verdict
from oversight.indicators.registry import INDICATORS, Share
from oversight.models import Target
from tests.factories.summaries import make_target

OCTOBER = periods.month(2026, 10)
LAST = OCTOBER.last
NOW = datetime(2026, 11, 28, 9, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def scope(commune, chief):
    return whole_commune(commune, reader=chief)


def read(scope, key="coverage", period=OCTOBER, now=NOW):
    return next(one for one in readings.read(scope, period, now) if one.indicator.key == key)


def test_each_indicator_names_lines_and_columns_that_its_figure_has(scope):
    assert len(INDICATORS) <= 8
    for one in INDICATORS:
        how = FIGURES[one.figure.key].at_month_end
        assert how is not None
        table = one.figure.count(scope, OCTOBER, NOW)
        assert set(one.part.columns) | set(one.whole.columns) <= set(one.columns), one.key
        lines = {row.key for row in table.rows} | {""}
        if one.figure.key != "questions" and (one.part.lines or one.whole.lines):
            assert {*one.part.lines, *one.whole.lines} <= lines, one.key


def test_a_share_is_read_from_the_frozen_end_and_compared(scope, freeze):
    freeze(LAST, coverage__households=200, coverage__joined=99)
    freeze(LAST, line="2", coverage__households=100, coverage__joined=0)
    freeze(date(2026, 9, 30), coverage__households=300, coverage__joined=90)
    freeze(date(2025, 10, 31), coverage__households=310, coverage__joined=93)
    found = read(scope)
    assert (found.now, found.before, found.year_before) == (
        Share(99, 300), Share(90, 300), Share(93, 310)
    )  # fmt: skip
    assert wording.value_text(found.now, found.indicator) == "33%"
    assert wording.change(found.now, found.before, found.indicator) == "tăng 3 điểm"
    assert wording.change(found.now, found.year_before, found.indicator) == "tăng 3 điểm"


def test_flows_are_read_of_their_own_period_alone(scope, freeze):
    freeze(LAST, first=OCTOBER.first, posts_speed__soon=15, posts_speed__later=15)
    freeze(LAST, first=date(2026, 8, 1), posts_speed__soon=90, posts_speed__later=0)
    found = read(scope, "posts_in_time")
    assert found.now == Share(15, 30)


def test_small_wholes_are_said_as_so_many_of_so_many(scope, freeze):
    freeze(LAST, coverage__households=19, coverage__joined=7)
    assert wording.value_text(read(scope).now, read(scope).indicator) == "7/19"


@pytest.mark.parametrize(
    ("joined", "verdict"),
    [(80, Verdict.MET), (79, Verdict.NEAR), (72, Verdict.NEAR), (71, Verdict.MISSED)],
)
def test_near_begins_at_nine_tenths_of_the_target(scope, freeze, commune, joined, verdict):
    make_target(commune)
    freeze(LAST, coverage__households=100, coverage__joined=joined)
    assert read(scope).verdict == verdict


def test_a_path_is_a_straight_line_to_its_last_day(commune):
    target = make_target(commune, shape=Target.Shape.PATH, begins_with=20, value=80)
    assert readings.expected_on(target, date(2026, 1, 1)) == 20
    assert readings.expected_on(target, date(2026, 12, 31)) == 80
    gone = Fraction((date(2026, 7, 1) - date(2026, 1, 1)).days, 364)
    assert readings.expected_on(target, date(2026, 7, 1)) == 20 + 60 * gone


def test_a_target_of_the_end_is_not_missed_before_it(scope, freeze, commune):
    make_target(commune, shape=Target.Shape.BY_END)
    freeze(LAST, coverage__households=100, coverage__joined=10)
    assert read(scope).verdict == Verdict.LATER


def test_without_target_number_or_end_there_is_no_judgement(scope, freeze, commune):
    assert read(scope).verdict == Verdict.UNKNOWN
    freeze(LAST, coverage__households=100, coverage__joined=10)
    assert read(scope).verdict == Verdict.NO_TARGET
    make_target(commune)
    running = periods.month_of(timezone.localdate(NOW))
    assert read(scope, "agreed", running).verdict == Verdict.NOTHING
    freeze(date(2026, 9, 30), plan_steps__in_time=0, first=date(2026, 9, 1))
    assert read(scope, "plan_steps", periods.month(2026, 9)).verdict == Verdict.NOTHING


def test_a_running_period_is_never_judged(hamlet, commune, chief):
    make_target(commune)
    scope = whole_commune(commune, reader=chief)
    found = read(scope, period=periods.month_of(timezone.localdate(NOW)))
    assert found.verdict == Verdict.RUNNING
    assert found.now.whole == 120  # of the factory


def test_what_misses_most_stands_first(scope, freeze, commune):
    make_target(commune)
    make_target(commune, "agreed", value=100)
    freeze(LAST, coverage__households=100, coverage__joined=60)
    freeze(LAST, line="issued", regulations__hamlets=1)
    freeze(LAST, line="", regulations__hamlets=4)
    found = readings.read(scope, OCTOBER, NOW)
    assert [one.indicator.key for one in found[:2]] == ["agreed", "coverage"]
    assert wording.finding(found, OCTOBER) == (
        "Mới 1/5 ấp đã thống nhất quy chế (mục tiêu 5/5); mới 60% hộ có người trong nhóm (mục "
        "tiêu 80%)"
    )
    assert wording.counts(found) == "2 chưa đạt"


def test_targets_of_an_indicator_never_overlap(commune):
    make_target(commune, last=date(2026, 6, 30))
    again = Target(
        commune=commune, indicator="coverage", value=90, first=date(2026, 6, 30),
        last=date(2026, 12, 31),
    )  # fmt: skip
    with pytest.raises(ValidationError, match="kết thúc trước"):
        again.full_clean()
    again.first = date(2026, 7, 1)
    again.full_clean()
    Target(
        commune=commune, indicator="agreed", value=90, first=date(2026, 1, 1),
        last=date(2026, 12, 31),
    ).full_clean()  # fmt: skip


def test_words_never_say_a_change_of_nothing(scope):
    coverage, agreed = INDICATORS[0], INDICATORS[1]
    assert wording.change(Share(50, 100), Share(50, 100), coverage) == wording.UNCHANGED
    # A difference below a tenth of a per cent is none in words.
    assert wording.change(Share(50001, 100000), Share(50000, 100000), coverage) == wording.UNCHANGED
    assert wording.change(Share(3, 5), Share(4, 5), agreed) == "giảm 1"
    assert not wording.change(Share(3, 5), None, agreed)
