"""Coverage speaks of the last day of its period: on pages, in lists, in drafts and papers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import Membership
from oversight import periods
from oversight.figures.registry import FIGURES, compute
from oversight.figures.scopes import whole_commune
from oversight.figures.table import Ask
from oversight.summaries import services as summaries
from tests.factories.groups import make_member, make_ordinary_group
from tests.factories.summaries import last_month, make_draft, make_signed

LAST = last_month()
THIS = periods.month(timezone.localdate().year, timezone.localdate().month)


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet)


def place(member, group, joined, left=None):
    state = "left" if left else "joined"
    return Membership.objects.create(
        member=member, group=group, state=state, joined_on=joined, left_on=left
    )


@pytest.fixture
def people(hamlet, group):
    """Two households in all of last month, one until this month, one since this month."""
    homes = [make_member(hamlet, household_code=f"H{number}") for number in range(4)]
    place(homes[0], group, LAST.first)
    place(homes[1], group, LAST.first)
    place(homes[2], group, LAST.first, left=THIS.first)
    place(homes[3], group, THIS.first)
    return homes


def joined(chief, period):
    scope = whole_commune(chief.commune, reader=chief)
    return compute("coverage", scope, period, as_of=timezone.now()).table.total.values[1]


def joined_in(summary):
    counted = {one.figure.key: one for one in summaries.figures_of(summary)}
    return counted["coverage"].table.total.values[1]


def test_a_past_period_counts_its_last_day_and_says_so(people, chief):
    scope = whole_commune(chief.commune, reader=chief)

    table = compute("coverage", scope, LAST, as_of=timezone.now()).table

    assert table.total.values == (120, 3, 0, None, 3)
    assert f"{LAST.last:%d/%m/%Y}" in table.note


def test_the_period_that_goes_on_counts_now(people, chief):
    assert joined(chief, THIS) == 3
    Membership.objects.filter(member=people[3]).update(state="left", left_on=timezone.localdate())

    assert joined(chief, THIS) == 2
    assert joined(chief, LAST) == 3


def test_nobody_is_counted_before_anybody_came(people, chief):
    before = periods.month(LAST.first.year - 1, LAST.first.month)

    assert joined(chief, before) == 0


@pytest.mark.parametrize("column", [1, 4])
def test_the_list_behind_a_past_number_has_as_many_lines(people, chief, column):
    scope = whole_commune(chief.commune, reader=chief)
    asked = Ask(scope, LAST, timezone.now(), column=column)

    assert len(FIGURES["coverage"].listing.rows(asked)) == 3


def test_a_draft_of_last_month_shows_last_month(people, chief):
    assert joined_in(make_draft(chief)) == 3


def test_a_membership_entered_late_changes_a_new_draft_and_no_signed_paper(
    people, hamlet, group, chief
):
    signed = make_signed(chief)
    before = summaries.figures_of(signed)
    late = make_member(hamlet, household_code="H9")

    place(late, group, LAST.last - timedelta(days=3))

    assert summaries.figures_of(signed) == before
    assert joined_in(signed) == 3
    assert joined(chief, LAST) == 4
