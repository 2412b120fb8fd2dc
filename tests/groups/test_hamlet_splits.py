"""Splits: teams, hands and households say who goes where; the rules go with both parts."""

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from groups.hamlet_changes import services as hamlet_changes
from groups.models import Hamlet, HamletChange, HamletChangeResult
from tests.factories.groups import (
    make_acknowledgement,
    make_group,
    make_hamlet,
    make_member,
    make_regulation,
    make_team,
)
from tests.groups.test_hamlet_changes import carry_out, make_change, result

Kind = HamletChange.Kind


@pytest.fixture
def big(commune):
    return make_hamlet(commune, name="Bàu Sen", code="AP01", households=600)


@pytest.fixture
def small(commune):
    return make_hamlet(commune, name="Đồi Chè", code="AP02", households=300)


def split_of(big: Hamlet, chief: User) -> tuple[HamletChange, HamletChangeResult]:
    change = make_change(
        Kind.SPLIT, [big], [result("Bàu Sen 1", "AP01"), result("Bàu Sen 2", "AP09", 100)], chief
    )
    return change, change.results.get(code="AP09")


def test_split_follows_teams_hands_and_households(big, chief):
    first, second = make_team(big), make_team(big)
    follows = make_member(big, team=second)
    make_member(big, team=first)
    by_hand, left = make_member(big), make_member(big)
    at_home = make_member(big, household_code="h7")
    make_member(big, team=second, household_code="H7")
    team_group, group, other = make_group(big, team=second), make_group(big), make_group(big)
    make_regulation(big)
    change, part = split_of(big, chief)
    rest = change.results.get(code="AP01")
    hamlet_changes.place(
        change,
        {
            "team": {first.pk: rest.pk, second.pk: part.pk},
            "member": {by_hand.pk: part.pk},
            "group": {group.pk: part.pk},
        },
        by=chief,
    )

    outcome = carry_out(change, chief)

    there = Hamlet.objects.get(code="AP09")
    assert set(there.members.all()) >= {follows, by_hand, at_home}
    assert there.members.count() == 4
    assert set(there.zalo_groups.all()) == {team_group, group}
    here = Hamlet.objects.get(code="AP01")
    assert set(here.zalo_groups.all()) == {other}
    assert left in here.members.all()
    assert [row.regulations.get().status for row in (here, there)] == ["agreed", "agreed"]
    assert any("100 hộ, ít hơn mức tối thiểu 400" in line for line in outcome.warnings)
    assert any("1 người chưa có tổ" in line for line in outcome.warnings)


def test_split_keeps_who_knows_the_rules_and_where_they_are_pinned(big, chief):
    first, second = make_team(big), make_team(big)
    rules = make_regulation(big)
    here, there = make_member(big, team=first), make_member(big, team=second)
    for member in (here, there):
        make_acknowledgement(member, rules, chief)
    pinned = {"rules_pinned": rules, "rules_pinned_by": chief}
    group = make_group(big, team=second, rules_pinned_on=timezone.localdate(), **pinned)
    change, part = split_of(big, chief)
    rest = change.results.get(code="AP01")
    hamlet_changes.place(change, {"team": {first.pk: rest.pk, second.pk: part.pk}}, by=chief)

    carry_out(change, chief)

    for member in (here, there):
        member.refresh_from_db()
        assert member.acknowledgements.get().regulation == member.hamlet.regulations.get()
    group.refresh_from_db()
    assert group.rules_pinned == there.hamlet.regulations.get()


def test_split_needs_every_team_placed(big, chief):
    make_team(big)
    change, _part = split_of(big, chief)

    outcome = hamlet_changes.rehearse(change, by=chief)

    assert outcome.problems == ["Còn 1 tổ chưa chia về ấp nào."]
    with pytest.raises(NotAllowed, match="chạy thử"):
        hamlet_changes.carry_out(change, by=chief)


def test_placing_rows_of_elsewhere_is_refused(big, small, chief):
    change, part = split_of(big, chief)
    foreign = make_team(small)

    with pytest.raises(NotAllowed, match="không thuộc ấp đang chia"):
        hamlet_changes.place(change, {"team": {foreign.pk: part.pk}}, by=chief)
