"""Open work of a hamlet goes on in the hamlet that follows it."""

from datetime import timedelta

from django.utils import timezone

from groups.models import HamletChange
from oversight.direction.services import direction_follows_hamlets
from oversight.models import Body
from tests.factories.direction import (
    make_body,
    make_direction,
    make_milestone,
    make_organisation,
    make_plan,
    make_proposal,
)
from tests.factories.groups import make_hamlet


def change_of(commune):
    today = timezone.localdate()
    return HamletChange(
        commune=commune, kind=HamletChange.Kind.MERGE, decision_number="12/NQ-HĐND",
        decision_on=today, effective_on=today,
    )  # fmt: skip


def carried(commune, successors):
    lines = direction_follows_hamlets(None, change=change_of(commune), successors=successors)
    return {line.label: line.count for line in lines if line.count}


def test_what_waits_goes_to_the_first_hamlet_and_what_is_done_stays(commune, hamlet):
    new, second = make_hamlet(commune), make_hamlet(commune)
    today = timezone.localdate()
    plan = make_plan(make_body(commune, kind=Body.Kind.POLICE))
    waits = [
        make_direction(hamlet), make_milestone(plan, hamlet=hamlet), make_proposal(hamlet),
        make_organisation(commune, hamlet=hamlet),
    ]  # fmt: skip
    stays = [
        make_milestone(plan, hamlet=hamlet, state="done", done_on=today),
        make_organisation(commune, name="Chi bộ cũ", hamlet=hamlet, valid_to=today - timedelta(1)),
    ]

    moved = carried(commune, {hamlet.pk: [new.pk, second.pk]})

    for row in [*waits, *stays]:
        row.refresh_from_db()
    assert {row.hamlet for row in waits} == {new}
    assert {row.hamlet for row in stays} == {hamlet}
    assert set(moved.values()) == {1}
    assert len(moved) == 4


def test_a_new_name_moves_nothing(commune, hamlet):
    row = make_direction(hamlet)

    assert carried(commune, {hamlet.pk: [hamlet.pk]}) == {}
    row.refresh_from_db()
    assert row.hamlet == hamlet
