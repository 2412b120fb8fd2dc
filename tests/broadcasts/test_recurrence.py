"""When a schedule posts: every kind of rule on real calendars, month ends and Tết included."""

from datetime import date, time, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.communes.shipped_holidays import DAYS
from accounts.models import Holiday
from broadcasts.scheduling.lunar import lunar_days_from
from broadcasts.scheduling.rules import Calendar, Occurrence, Rule, describe, occurrences

OFFICIAL = Calendar(
    {day: "off" for day, _name, _provisional in DAYS},
    {day: name for day, name, _provisional in DAYS},
)
EIGHT = time(8)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def rule(freq: str, first: str, **fields: Any) -> Rule:
    dates = {
        name: date.fromisoformat(value) if isinstance(value, str) else value
        for name, value in fields.items()
        if name == "last_on"
    }
    return Rule(freq=freq, at=EIGHT, first_on=date.fromisoformat(first), **(fields | dates))


def posted(one: Rule, count: int, calendar: Calendar = OFFICIAL, **options: Any) -> list[str]:
    """The days on which something is posted, among the first dates of the rule."""
    found = islice(occurrences(one, calendar, **options), count)
    return [occurrence.at.date().isoformat() for occurrence in found if occurrence.at]


def days(text: str) -> list[str]:
    return text.split()


# freq, first day, the rest of the rule, the dates posted among as many dates of the rule as named
ORDINARY = [
    ("daily", "2026-12-30", {}, "2026-12-30 2026-12-31 2027-01-01 2027-01-02"),
    ("daily", "2028-02-28", {}, "2028-02-28 2028-02-29 2028-03-01"),
    ("daily", "2027-02-27", {}, "2027-02-27 2027-02-28 2027-03-01"),
    ("daily", "2026-12-01", {"interval": 3}, "2026-12-01 2026-12-04 2026-12-07 2026-12-10"),
    ("daily", "2026-12-30", {"interval": 2}, "2026-12-30 2027-01-01 2027-01-03"),
    ("daily", "2026-12-01", {"interval": 60}, "2026-12-01 2027-01-30 2027-03-31"),
    ("weekly", "2026-12-01", {"weekdays": (MON,)}, "2026-12-07 2026-12-14 2026-12-21 2026-12-28"),
    ("weekly", "2026-12-07", {"weekdays": (MON,)}, "2026-12-07 2026-12-14"),
    ("weekly", "2026-12-08", {"weekdays": (MON,)}, "2026-12-14 2026-12-21"),
    ("weekly", "2026-12-28", {"weekdays": (SUN,)}, "2027-01-03 2027-01-10"),
    ("weekly", "2026-12-01", {"weekdays": (TUE, FRI)}, "2026-12-01 2026-12-04 2026-12-08"),
    ("weekly", "2026-12-02", {"weekdays": (TUE, FRI)}, "2026-12-04 2026-12-08 2026-12-11"),
    (
        "weekly", "2026-12-01", {"weekdays": (MON,), "interval": 2},
        "2026-12-07 2026-12-21 2027-01-04",
    ),
    (
        "weekly", "2026-12-02", {"weekdays": (MON, FRI), "interval": 2},
        "2026-12-04 2026-12-14 2026-12-18 2026-12-28",
    ),
    (
        "weekly", "2026-12-06", {"weekdays": (SUN,), "interval": 3},
        "2026-12-06 2026-12-27 2027-01-17",
    ),
    (
        "weekly", "2026-12-04", {"weekdays": tuple(range(7))},
        "2026-12-04 2026-12-05 2026-12-06 2026-12-07",
    ),
    ("monthly_day", "2026-12-01", {"month_day": 1}, "2026-12-01 2027-01-01 2027-02-01 2027-03-01"),
    ("monthly_day", "2026-12-02", {"month_day": 1}, "2027-01-01 2027-02-01"),
    ("monthly_day", "2026-12-01", {"month_day": 15}, "2026-12-15 2027-01-15 2027-02-15"),
    ("monthly_day", "2026-12-01", {"month_day": 28}, "2026-12-28 2027-01-28 2027-02-28"),
    ("monthly_day", "2027-01-01", {"month_day": 29}, "2027-01-29 2027-02-28 2027-03-29"),
    ("monthly_day", "2028-01-01", {"month_day": 29}, "2028-01-29 2028-02-29 2028-03-29"),
    ("monthly_day", "2027-01-01", {"month_day": 30}, "2027-01-30 2027-02-28 2027-03-30"),
    ("monthly_day", "2028-01-01", {"month_day": 30}, "2028-01-30 2028-02-29 2028-03-30"),
    (
        "monthly_day", "2027-01-01", {"month_day": 31},
        "2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31 2027-06-30",
    ),
    ("monthly_day", "2028-02-01", {"month_day": 31}, "2028-02-29 2028-03-31"),
    ("monthly_day", "2027-01-01", {"month_day": -1}, "2027-01-31 2027-02-28 2027-03-31"),
    ("monthly_day", "2028-02-01", {"month_day": -1}, "2028-02-29 2028-03-31 2028-04-30"),
    (
        "monthly_day", "2026-12-20", {"month_day": 15, "interval": 2},
        "2027-01-15 2027-03-15 2027-05-15",
    ),
    (
        "monthly_day", "2026-11-30", {"month_day": 31, "interval": 3},
        "2026-11-30 2027-02-28 2027-05-31 2027-08-31",
    ),
    (
        "monthly_weekday", "2026-12-01", {"weekdays": (MON,), "week": 1},
        "2026-12-07 2027-01-04 2027-02-01 2027-03-01",
    ),
    (
        "monthly_weekday", "2026-12-08", {"weekdays": (MON,), "week": 1},
        "2027-01-04 2027-02-01",
    ),
    (
        "monthly_weekday", "2026-12-01", {"weekdays": (TUE,), "week": 1},
        "2026-12-01 2027-01-05",
    ),
    (
        "monthly_weekday", "2026-12-01", {"weekdays": (SAT,), "week": 2},
        "2026-12-12 2027-01-09 2027-02-13",
    ),
    (
        "monthly_weekday", "2026-12-01", {"weekdays": (FRI,), "week": -1},
        "2026-12-25 2027-01-29 2027-02-26",
    ),
    (
        "monthly_weekday", "2027-01-01", {"weekdays": (SUN,), "week": -1},
        "2027-01-31 2027-02-28 2027-03-28",
    ),
    (
        "monthly_weekday", "2026-12-01", {"weekdays": (WED,), "week": 4, "interval": 2},
        "2026-12-23 2027-02-24 2027-04-28",
    ),
    ("yearly", "2026-12-01", {"month": 8, "month_day": 19}, "2027-08-19 2028-08-19 2029-08-19"),
    ("yearly", "2026-08-19", {"month": 8, "month_day": 19}, "2026-08-19 2027-08-19"),
    (
        "yearly", "2026-12-01", {"month": 2, "month_day": 29},
        "2027-02-28 2028-02-29 2029-02-28 2030-02-28 2031-02-28 2032-02-29",
    ),
    ("yearly", "2026-12-01", {"month": 2, "month_day": -1}, "2027-02-28 2028-02-29"),
    ("yearly", "2026-12-01", {"month": 4, "month_day": 31}, "2027-04-30 2028-04-30"),
    ("yearly", "2026-12-01", {"month": 12, "month_day": 31}, "2026-12-31 2027-12-31"),
    (
        "yearly", "2026-12-01", {"month": 10, "month_day": 4, "interval": 2},
        "2027-10-04 2029-10-04",
    ),
    ("lunar", "2026-11-26", {"lunar_days": (1,)}, "2026-12-09 2027-01-08 2027-02-06 2027-03-08"),
    ("lunar", "2026-11-26", {"lunar_days": (15,)}, "2026-12-23 2027-01-22 2027-02-20"),
    ("lunar", "2026-12-09", {"lunar_days": (1, 15)}, "2026-12-09 2026-12-23 2027-01-08"),
    ("lunar", "2026-12-10", {"lunar_days": (1, 15)}, "2026-12-23 2027-01-08"),
    ("lunar", "2025-07-01", {"lunar_days": (15,)}, "2025-07-09 2025-08-08 2025-09-06"),
]  # fmt: skip


@pytest.mark.parametrize(("freq", "first", "fields", "expected"), ORDINARY)
def test_rule_names_these_days(
    freq: str, first: str, fields: dict[str, Any], expected: str
) -> None:
    wanted = days(expected)

    assert posted(rule(freq, first, **fields), len(wanted), Calendar()) == wanted


# Ends: every date that is posted, and none after it
ENDING = [
    ("daily", "2026-12-01", {"last_on": "2026-12-03"}, "2026-12-01 2026-12-02 2026-12-03"),
    ("daily", "2026-12-01", {"last_on": "2026-12-01"}, "2026-12-01"),
    ("daily", "2026-12-01", {"times": 1}, "2026-12-01"),
    ("daily", "2026-12-01", {"times": 4, "interval": 10},
     "2026-12-01 2026-12-11 2026-12-21 2026-12-31"),
    ("weekly", "2026-12-01", {"weekdays": (MON,), "last_on": "2026-12-13"}, "2026-12-07"),
    ("weekly", "2026-12-01", {"weekdays": (MON,), "last_on": "2026-12-14"},
     "2026-12-07 2026-12-14"),
    ("weekly", "2026-12-01", {"weekdays": (MON,), "last_on": "2026-12-05"}, ""),
    ("monthly_day", "2026-12-01", {"month_day": 31, "times": 3},
     "2026-12-31 2027-01-31 2027-02-28"),
    ("yearly", "2026-12-01", {"month": 2, "month_day": 29, "times": 2}, "2027-02-28 2028-02-29"),
    ("lunar", "2026-11-26", {"lunar_days": (1, 15), "times": 3},
     "2026-12-09 2026-12-23 2027-01-08"),
]  # fmt: skip


@pytest.mark.parametrize(("freq", "first", "fields", "expected"), ENDING)
def test_rule_ends(freq: str, first: str, fields: dict[str, Any], expected: str) -> None:
    assert posted(rule(freq, first, **fields), 50, Calendar()) == days(expected)


# Days off of 2026 and 2027: what becomes of each of the first dates of the rule
DAYS_OFF = [
    ("send", "weekly", "2027-02-01", {"weekdays": (MON,)}, 3, "2027-02-01 2027-02-08 2027-02-15"),
    ("skip", "weekly", "2027-02-01", {"weekdays": (MON,)}, 3, "2027-02-01 2027-02-15"),
    # Mùng 3 and the two days made up for: the first working day is Friday the 12th.
    ("next", "weekly", "2027-02-01", {"weekdays": (MON,)}, 3, "2027-02-01 2027-02-12 2027-02-15"),
    ("before", "weekly", "2027-02-01", {"weekdays": (MON,)}, 3, "2027-02-01 2027-02-04 2027-02-15"),
    # A weekly post on Friday: moved on to the 12th, which has one of its own.
    ("next", "weekly", "2027-01-29", {"weekdays": (FRI,)}, 3, "2027-01-29 2027-02-12"),
    ("before", "weekly", "2027-01-29", {"weekdays": (FRI,)}, 3, "2027-01-29 2027-02-04 2027-02-12"),
    # Monday and Wednesday of Tết both move to the 12th: one post.
    ("next", "weekly", "2027-02-05", {"weekdays": (MON, WED)}, 3, "2027-02-12 2027-02-15"),
    # Wednesday and Thursday: Wednesday the 10th and Thursday the 11th are days made up for.
    ("next", "weekly", "2027-02-08", {"weekdays": (WED, THU)}, 3, "2027-02-12 2027-02-17"),
    ("next", "daily", "2027-02-04", {}, 10, "2027-02-04 2027-02-12 2027-02-13"),
    ("skip", "daily", "2027-02-04", {}, 10, "2027-02-04 2027-02-12 2027-02-13"),
    ("before", "daily", "2027-02-04", {}, 10, "2027-02-04 2027-02-12 2027-02-13"),
    ("send", "daily", "2027-02-04", {}, 3, "2027-02-04 2027-02-05 2027-02-06"),
    # 1 January is a Friday; the next working day is Monday.
    ("next", "monthly_day", "2026-12-01", {"month_day": 1}, 2, "2026-12-01 2027-01-04"),
    ("before", "monthly_day", "2026-12-01", {"month_day": 1}, 2, "2026-12-01 2026-12-31"),
    ("skip", "monthly_day", "2026-12-01", {"month_day": 1}, 3, "2026-12-01 2027-02-01"),
    # 30 April 2027 is a Friday, 1 May a Saturday made up for on Monday.
    ("next", "monthly_day", "2027-03-01", {"month_day": 31}, 2, "2027-03-31 2027-05-04"),
    ("before", "monthly_day", "2027-03-01", {"month_day": -1}, 2, "2027-03-31 2027-04-29"),
    ("next", "yearly", "2027-01-01", {"month": 9, "month_day": 2}, 1, "2027-09-06"),
    ("before", "yearly", "2027-01-01", {"month": 9, "month_day": 2}, 1, "2027-09-01"),
    ("skip", "yearly", "2027-01-01", {"month": 9, "month_day": 2}, 1, ""),
    ("next", "lunar", "2027-02-01", {"lunar_days": (1,)}, 1, "2027-02-12"),
    ("skip", "lunar", "2027-02-01", {"lunar_days": (1,)}, 2, "2027-03-08"),
    # An ordinary Saturday or Sunday is no day off: who chose it meant it.
    ("next", "weekly", "2026-12-01", {"weekdays": (SAT, SUN)}, 2, "2026-12-05 2026-12-06"),
    # Past the end or before the start nothing is posted.
    ("next", "weekly", "2027-02-01", {"weekdays": (MON,), "last_on": "2027-02-10"}, 9,
     "2027-02-01"),
    ("before", "weekly", "2027-02-05", {"weekdays": (MON,)}, 2, "2027-02-15"),
    # What falls away by itself does not count towards the number of times.
    ("skip", "weekly", "2027-02-01", {"weekdays": (MON,), "times": 3}, 9,
     "2027-02-01 2027-02-15 2027-02-22"),
    ("next", "weekly", "2027-02-01", {"weekdays": (MON,), "times": 3}, 9,
     "2027-02-01 2027-02-12 2027-02-15"),
    ("next", "daily", "2027-02-04", {"times": 3}, 20, "2027-02-04 2027-02-12 2027-02-13"),
]  # fmt: skip


@pytest.mark.parametrize(("handling", "freq", "first", "fields", "count", "expected"), DAYS_OFF)
def test_days_off_are_handled_as_chosen(
    handling: str, freq: str, first: str, fields: dict[str, Any], count: int, expected: str
) -> None:
    one = rule(freq, first, on_day_off=handling, **fields)

    assert posted(one, count) == days(expected)


def test_a_saturday_that_is_worked_takes_what_moves() -> None:
    calendar = Calendar(
        {**OFFICIAL.kinds, date(2027, 2, 12): "off", date(2027, 2, 13): Holiday.Kind.WORKED},
        {**OFFICIAL.names, date(2027, 2, 12): "Nghỉ thêm", date(2027, 2, 13): "Làm bù"},
    )
    one = rule("weekly", "2027-02-08", weekdays=(MON,), on_day_off="next")

    assert posted(one, 1, calendar) == ["2027-02-13"]


def test_a_date_left_out_is_told_and_counts_as_one_of_the_times() -> None:
    one = rule("weekly", "2026-12-01", weekdays=(MON,), times=3)

    found = list(occurrences(one, OFFICIAL, {date(2026, 12, 14): "Trùng hội nghị"}))

    assert [(str(o.on), o.at is None, o.is_skipped) for o in found] == [
        ("2026-12-07", False, False),
        ("2026-12-14", True, True),
        ("2026-12-21", False, False),
    ]
    assert found[1].note == "Bỏ lần này: Trùng hội nghị"


def test_what_moves_onto_a_date_left_out_is_not_posted_there() -> None:
    one = rule("weekly", "2027-02-05", weekdays=(MON, FRI), on_day_off="next")
    skips = {date(2027, 2, 12): "Cả xã dự lễ"}

    found = list(islice(occurrences(one, OFFICIAL, skips), 3))

    assert [occurrence.at for occurrence in found] == [None, None, None]


@pytest.mark.parametrize(
    ("handling", "note"),
    [
        ("send", "Trúng ngày nghỉ: Tết Nguyên đán (mùng 3)."),
        ("skip", "Trúng ngày nghỉ (Tết Nguyên đán (mùng 3)) nên bỏ lần này."),
        (
            "next",
            "Trúng ngày nghỉ (Tết Nguyên đán (mùng 3)) nên lùi tới Thứ Sáu 12/02/2027.",
        ),
        (
            "before",
            "Trúng ngày nghỉ (Tết Nguyên đán (mùng 3)) nên đăng sớm vào Thứ Năm 04/02/2027.",
        ),
    ],
)
def test_what_happens_on_a_day_off_is_said(handling: str, note: str) -> None:
    one = rule("weekly", "2027-02-02", weekdays=(MON,), on_day_off=handling)

    assert next(occurrences(one, OFFICIAL)).note == note


def test_moments_keep_the_hour_of_vietnam_all_year() -> None:
    one = rule("monthly_day", "2026-12-01", month_day=5)

    moments = [o.at for o in islice(occurrences(one, Calendar()), 24) if o.at]

    assert {moment.utcoffset() for moment in moments} == {timedelta(hours=7)}
    assert {(moment.hour, moment.minute) for moment in moments} == {(8, 0)}


SHORT_MONTH = "Tháng không có ngày 31 thì đăng vào ngày cuối tháng."
SAID = [
    (rule("daily", "2026-12-01"), "Hằng ngày lúc 08:00, từ 01/12/2026."),
    (rule("daily", "2026-12-01", interval=3), "3 ngày một lần lúc 08:00, từ 01/12/2026."),
    (
        rule("weekly", "2026-12-01", weekdays=(MON,), last_on="2026-12-31"),
        "Thứ Hai hằng tuần lúc 08:00, từ 01/12/2026 đến 31/12/2026.",
    ),
    (
        rule("weekly", "2026-12-01", weekdays=(MON, WED, FRI), interval=2, times=5),
        "Thứ Hai, Thứ Tư và Thứ Sáu, 2 tuần một lần lúc 08:00, từ 01/12/2026, 5 lần.",
    ),
    (
        rule("monthly_day", "2026-12-01", month_day=31),
        f"Ngày 31 hằng tháng lúc 08:00, từ 01/12/2026. {SHORT_MONTH}",
    ),
    (
        rule("monthly_day", "2026-12-01", month_day=-1),
        "Ngày cuối tháng hằng tháng lúc 08:00, từ 01/12/2026.",
    ),
    (
        rule("monthly_weekday", "2026-12-01", weekdays=(FRI,), week=-1),
        "Thứ Sáu cuối cùng của mỗi tháng lúc 08:00, từ 01/12/2026.",
    ),
    (
        rule("yearly", "2026-12-01", month=2, month_day=29),
        "Ngày 29 tháng 2 hằng năm lúc 08:00, từ 01/12/2026. Năm không nhuận thì đăng ngày 28/2.",
    ),
    (
        rule("lunar", "2026-12-01", lunar_days=(1, 15)),
        "Mùng một và Rằm âm lịch lúc 08:00, từ 01/12/2026.",
    ),
]


@pytest.mark.parametrize(("one", "sentence"), SAID)
def test_a_rule_is_said_in_one_sentence(one: Rule, sentence: str) -> None:
    assert describe(one) == sentence


TET = (
    "2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17 "
    "2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31 2015-02-19 "
    "2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 "
    "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02"
)


@pytest.mark.parametrize("tet", TET.split())
def test_every_tet_of_thirty_years_is_a_first_of_the_lunar_month(tet: str) -> None:
    """2007 and 2030 among them, in which the Chinese calendar begins a day later."""
    first = date.fromisoformat(tet)

    assert next(lunar_days_from(first, (1,))) == first
    assert next(lunar_days_from(first - timedelta(days=20), (1,))) == first


@st.composite
def rules(draw: Any) -> Rule:
    freq = draw(st.sampled_from(["daily", "weekly", "monthly_day", "monthly_weekday", "yearly"]))
    chosen = st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True).map(sorted).map(tuple)
    one_day = st.integers(0, 6).map(lambda day: (day,))
    return Rule(
        freq=freq,
        at=EIGHT,
        first_on=draw(st.dates(date(2026, 1, 1), date(2027, 12, 31))),
        interval=draw(st.integers(1, 12)),
        weekdays=draw(one_day if freq == "monthly_weekday" else chosen),
        week=draw(st.sampled_from([1, 2, 3, 4, -1])),
        month_day=draw(st.sampled_from([-1, *range(1, 32)])),
        month=draw(st.integers(1, 12)),
        times=draw(st.none() | st.integers(1, 40)),
        on_day_off=draw(st.sampled_from(["send", "skip", "next", "before"])),
    )


@given(rules())
def test_no_rule_posts_twice_on_a_day_nor_on_a_day_off_unless_asked(one: Rule) -> None:
    found: list[Occurrence] = list(islice(occurrences(one, OFFICIAL), 60))
    at = [occurrence.at.date() for occurrence in found if occurrence.at]

    assert len(set(at)) == len(at)
    assert all(earlier.on < later.on for earlier, later in pairwise(found))
    assert one.on_day_off == "send" or not [day for day in at if OFFICIAL.day_off(day)]
    assert one.times is None or len(at) <= one.times
