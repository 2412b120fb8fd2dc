"""A commune whose households come and go over 24 months, and whose number of households grows."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from groups.household_counts import services as household_counts
from groups.models import Membership
from oversight import periods
from oversight.figures.month_ends import keeping
from oversight.figures.registry import compute
from oversight.figures.scopes import whole_commune
from tests.factories.groups import make_member, make_ordinary_group
from tests.factories.summaries import last_month

LAST = last_month()
FIRST = periods.month((LAST.first - timedelta(days=690)).year, (LAST.first - timedelta(690)).month)
SPAN = periods.Period(FIRST.first, LAST.last)
HOMES = 14


def into(group, on, left=None, code="", **fields):
    """A member of a household who is in a group between two days."""
    member = make_member(group.hamlet, household_code=code, **fields)
    Membership.objects.create(
        member=member, group=group, joined_on=on, left_on=left, state="left" if left else "joined"
    )
    return member


def coverage(reader, period, key="coverage"):
    scope = whole_commune(reader.commune, reader=reader)
    return compute(key, scope, period, as_of=timezone.now())


def keep_all(commune):
    return keeping.back_fill(commune, timezone.now())


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet)


@pytest.fixture
def two_years(commune, hamlet, group):
    """Fourteen households in random days of the span, some left; the number of households grew."""
    chance, days = Random(20), SPAN.days
    into(group, FIRST.first, code="H0")
    for number in range(1, HOMES):
        began = FIRST.first + timedelta(days=chance.randrange(days - 60))
        left = began + timedelta(days=chance.randrange(40, 400)) if number % 3 else None
        into(group, began, left if left and left <= LAST.last else None, code=f"h{number // 2}")
    for months, number in ((0, 100), (9, 111), (17, 96)):
        on = (FIRST.first + timedelta(days=31 * months)).replace(day=3)
        household_counts.record(hamlet, number, on=on, by=None)
    return commune


def day_of(months_ago: int, day: int = 10) -> date:
    """A day of a month before the running one."""
    month = LAST
    for _number in range(months_ago):
        month = periods.before(month)
    return month.first.replace(day=day)
