"""Directions and plans go after ten years, and their results stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.retention import purge_expired
from oversight.models import Milestone, Plan
from tests.factories.direction import make_body, make_issued, make_milestone

pytestmark = pytest.mark.django_db
RULE = "oversight.Plan"


@pytest.fixture
def closed(commune):
    body = make_body(commune)

    def make(days, replaced_by=None):
        on = timezone.localdate() - timedelta(days=days)
        return make_issued(
            body, state="closed", closed_on=on, close_note="Đã xong.", replaced_by=replaced_by
        )

    return make


def test_plans_that_replaced_each_other_go_together(closed):
    last = closed(3651)
    first = closed(3700, replaced_by=closed(3660, replaced_by=last))
    make_milestone(first)

    assert purge_expired(dry_run=True)[RULE] == 3
    assert purge_expired()[RULE] == 3
    assert not Plan.objects.exists()
    assert not Milestone.objects.exists()


def test_a_plan_stays_while_one_that_is_kept_names_it(closed):
    named = closed(3651)
    keeps = closed(3640, replaced_by=named)

    assert purge_expired()[RULE] == 0
    assert set(Plan.objects.all()) == {named, keeps}


def test_a_plan_goes_and_the_one_in_its_place_stays(closed):
    stays = closed(3640)
    closed(3651, replaced_by=stays)

    assert purge_expired()[RULE] == 1
    assert Plan.objects.get() == stays
