"""Covers and transfers that meet, and decisions whose year was mistyped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.hamlet_changes import services as hamlet_changes
from groups.handovers import services as handovers
from groups.models import HamletAssignment
from tests.factories.groups import make_assignment, make_hamlet, make_member
from tests.groups.test_hamlet_changes import make_change, result
from tests.groups.test_handovers import cover, days_later, offered, sees


@pytest.fixture
def giver(officer_of, hamlet):
    return officer_of(hamlet, username="giao")


@pytest.fixture
def taker(officer_of):
    return officer_of(username="nhan")


def test_cover_whose_days_were_moved_by_hand_still_ends_early(giver, taker, hamlet):
    make_member(hamlet)
    handover = cover(giver, taker, [hamlet], 0, 5)
    handovers.accept(handover, by=taker)
    HamletAssignment.objects.filter(is_cover=True).update(
        valid_to=timezone.localdate() + timedelta(days=40)
    )

    handovers.end_cover(handover, by=giver)

    assert sees(taker) == set()
    assert sees(giver)


def test_ending_one_of_two_covers_leaves_the_other(giver, taker, hamlet):
    make_member(hamlet)
    made = []
    for days in ((0, 3), (6, 9)):
        made.append(cover(giver, taker, [hamlet], *days))
        handovers.accept(made[-1], by=taker)

    handovers.end_cover(made[0], by=giver)

    assert sees(taker) == set()
    with days_later(7):
        assert sees(taker)


def test_assignment_of_ones_own_outlives_a_cover(giver, taker, hamlet):
    make_member(hamlet)
    handover = cover(giver, taker, [hamlet], 0, 5)
    handovers.accept(handover, by=taker)
    make_assignment(taker.officer, hamlet, valid_from=timezone.localdate() - timedelta(days=2))

    handovers.end_cover(handover, by=giver)

    assert sees(taker)


def test_transfer_names_who_goes_on_covering(giver, taker, hamlet, officer_of):
    handover = cover(giver, taker, [hamlet], 0, 5)
    handovers.accept(handover, by=taker)
    third = officer_of(username="ba")

    outcome = handovers.accept(offered(giver, third, [hamlet]), by=third)

    last = timezone.localdate() + timedelta(days=5)
    assert outcome.warnings == [
        f"{taker.officer.full_name} còn trực thay {hamlet} đến hết {last:%d/%m/%Y}."
    ]


@pytest.mark.parametrize(("days", "is_possible"), [(366, True), (367, False)])
def test_decision_with_a_mistyped_year_rewrites_no_history(commune, chief, days, is_possible):
    day = timezone.localdate() - timedelta(days=days)
    hamlets = [make_hamlet(commune), make_hamlet(commune)]
    change = make_change(
        "merge", hamlets, [result("Mới", "AP801", 900)], chief, decision_on=day, effective_on=day
    )

    outcome = hamlet_changes.rehearse(change, by=chief)

    assert outcome.is_possible is is_possible
    if not is_possible:
        assert outcome.problems == [
            f"Ngày có hiệu lực {day:%d/%m/%Y} đã quá một năm. Hãy xem lại năm."
        ]
