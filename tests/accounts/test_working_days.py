"""Counting in working days over weekends, days off and Saturdays worked instead."""

from datetime import date

import pytest

from accounts.communes.working_days import add_working_days
from accounts.models import Holiday


@pytest.mark.parametrize(
    ("start", "count", "wanted"),
    [
        (date(2026, 6, 1), 1, date(2026, 6, 2)),  # Monday
        (date(2026, 6, 5), 1, date(2026, 6, 8)),  # over a weekend
        (date(2026, 6, 6), 2, date(2026, 6, 9)),  # from a Saturday
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 4, 24), 2, date(2026, 4, 29)),  # the day off instead of a Sunday counts
        (date(2026, 11, 23), 2, date(2026, 11, 26)),  # 24/11
    ],
)
def test_working_days_are_added(db, start, count, wanted):
    assert add_working_days(start, count) == wanted


def test_a_saturday_is_worked_when_the_table_says_so(db):
    Holiday.objects.create(day=date(2026, 6, 6), name="Làm bù", kind=Holiday.Kind.WORKED)

    assert add_working_days(date(2026, 6, 5), 1) == date(2026, 6, 6)


def test_a_calendar_without_working_days_is_refused_rather_than_walked_forever(db):
    first = date(2030, 1, 1)
    Holiday.objects.bulk_create(
        Holiday(day=date.fromordinal(first.toordinal() + number), name="Nghỉ")
        for number in range(200)
    )

    with pytest.raises(ValueError, match="no working day"):
        add_working_days(first, 1)
