"""Hamlets merge, split and change their names; everything follows in one transaction."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import AuditEvent, User
from accounts.services import NotAllowed
from accounts.users.roles import Role
from groups.hamlet_changes import services as hamlet_changes
from groups.hamlet_changes.moves import MOVES, STAYING
from groups.models import (
    Hamlet,
    HamletAssignment,
    HamletChange,
    HamletChangeResult,
    LinkProposal,
    Member,
    Regulation,
    Team,
    ZaloGroup,
)
from groups.signals import hamlets_changing
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_regulation,
    make_team,
)
from tests.factories.member_imports import make_member_import
from tests.factories.people import make_link_proposal
from tests.factories.zalo import make_follower

Kind = HamletChange.Kind
# Keys to a hamlet in levels above groups, which follow through `hamlets_changing`.
FOLLOWED_ABOVE = {
    "reports.TipReport.hamlet",
    "oversight.Direction.hamlet",
    "oversight.Milestone.hamlet",
    "oversight.PartyOrganisation.hamlet",
    "oversight.Proposal.hamlet",
}
# Keys there that stay: they speak of a year of the hamlet that it was.
KEPT_ABOVE = {
    "oversight.Achievement.hamlet",
    "oversight.MonthEndCount.hamlet",
    "oversight.ReviewEvidence.hamlet",
    "oversight.ReviewHamlet.hamlet",
    "oversight.SafetyChecklist.hamlet",
}


def result(name: str, code: str, households: int = 500, **fields: Any) -> HamletChangeResult:
    return HamletChangeResult(name=name, code=code, households=households, **fields)


def make_change(
    kind: str, sources: list[Hamlet], results: list[HamletChangeResult], by: User, **fields: Any
) -> HamletChange:
    today = timezone.localdate()
    values = {"decision_number": "12/NQ-HĐND", "decision_on": today, "effective_on": today}
    change = HamletChange(commune=sources[0].commune, kind=kind, **(values | fields))
    hamlet_changes.prepare(change, sources, by=by)
    return hamlet_changes.set_results(change, results, by=by)


def carry_out(change: HamletChange, by: User) -> hamlet_changes.Outcome:
    assert hamlet_changes.rehearse(change, by=by).problems == []
    return hamlet_changes.carry_out(change, by=by)


@pytest.fixture
def big(commune):
    return make_hamlet(commune, name="Bàu Sen", code="AP01", households=600)


@pytest.fixture
def small(commune):
    return make_hamlet(commune, name="Đồi Chè", code="AP02", households=300)


@pytest.fixture
def merger(big, small, chief):
    return make_change(Kind.MERGE, [small, big], [result("Tân Sen", "AP03", 900)], chief)


def test_every_key_to_a_hamlet_is_handled():
    """A new foreign key to a hamlet must move with it, or say why it stays."""
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.related_model is Hamlet
    }

    assert found == set(MOVES) | set(STAYING) | FOLLOWED_ABOVE | KEPT_ABOVE


def test_merger_moves_everything_and_keeps_the_old_names(merger, big, small, chief):
    for hamlet in (big, small):
        team = make_team(hamlet)
        group = make_group(hamlet, team=team)
        make_ordinary_group(hamlet)
        make_membership(make_member(hamlet, team=team), group)
        make_member(hamlet, status=Member.Status.LEFT)

    outcome = carry_out(merger, chief)

    new = Hamlet.objects.get(code="AP03")
    assert (str(new), new.households, new.valid_from) == ("Ấp Tân Sen", 900, timezone.localdate())
    assert set(new.predecessors.all()) == {big, small}
    for model, count in ((Team, 2), (ZaloGroup, 4), (Member, 4)):
        assert list(model.objects.values_list("hamlet", flat=True)) == [new.pk] * count
    big.refresh_from_db()
    assert (big.name, big.valid_to) == ("Bàu Sen", timezone.localdate() - timedelta(days=1))
    assert {line.label: line.count for line in outcome.moved} == {
        "Tổ nhân dân": 2, "Thành viên, kể cả người đã thôi tham gia": 4, "Nhóm Zalo": 4,
    }  # fmt: skip
    event = AuditEvent.objects.get(action="hamlet.merge")
    assert (event.actor, event.details) == (
        chief, {"before": ["Ấp Bàu Sen", "Ấp Đồi Chè"], "after": ["Ấp Tân Sen"]},
    )  # fmt: skip


def test_figures_of_before_are_frozen_under_the_old_name(merger, big, chief):
    group = make_group(big)
    make_membership(make_member(big), group)
    make_member(big)

    carry_out(merger, chief)
    Member.objects.all().delete()

    source = big.change_sources.get()
    assert (source.name_then, source.code_then) == ("Ấp Bàu Sen", "AP01")
    assert source.figures == {
        "households": 600, "teams": 0, "members": 2, "people_joined": 1, "joined": 1,
        "through": 0, "groups": 1, "groups_by_api": 1, "groups_by_hand": 0, "groups_active": 1,
    }  # fmt: skip
    assert list(source.groups_then.all()) == [group]


def test_old_names_find_the_new_hamlet(merger, chief):
    carry_out(merger, chief)

    assert set(Hamlet.objects.filter(search_text__contains="bau sen").values_list(
        "code", flat=True)) == {"AP01", "AP03"}  # fmt: skip


def test_rehearsal_shows_what_will_happen_and_changes_nothing(merger, big, small, chief):
    for hamlet in (big, small):
        make_member(hamlet, team=make_team(hamlet))
        make_assignment(make_officer(hamlet.commune), hamlet)
    before = [list(model.objects.order_by("pk").values()) for model in (
        Hamlet, Team, Member, ZaloGroup, HamletAssignment)]  # fmt: skip

    rehearsed = hamlet_changes.rehearse(merger, by=chief)

    assert before == [list(model.objects.order_by("pk").values()) for model in (
        Hamlet, Team, Member, ZaloGroup, HamletAssignment)]  # fmt: skip
    assert not AuditEvent.objects.filter(action="hamlet.merge").exists()
    merger.refresh_from_db()
    assert merger.state == HamletChange.State.REHEARSED
    assert hamlet_changes.carry_out(merger, by=chief) == rehearsed


def test_code_of_an_old_hamlet_goes_on_with_the_new_one(big, small, chief):
    change = make_change(Kind.MERGE, [big, small], [result("Bàu Sen", "AP01", 900)], chief)

    carry_out(change, chief)

    big.refresh_from_db()
    assert Hamlet.objects.get(code="AP01").predecessors.count() == 2
    assert big.code.startswith("AP01/")
    assert big.change_sources.get().code_then == "AP01"


def test_teams_of_one_name_say_whence_they_came(merger, big, small, chief):
    for hamlet in (big, small):
        make_team(hamlet, name="Tổ 1")

    outcome = carry_out(merger, chief)

    assert set(Team.objects.values_list("name", flat=True)) == {"Tổ 1", "Tổ 1 (Đồi Chè)"}
    assert any("Tổ trùng tên" in line for line in outcome.warnings)


def test_households_of_one_code_stay_two(merger, big, small, chief):
    for hamlet in (big, small):
        make_member(hamlet, household_code="H01")

    carry_out(merger, chief)

    assert set(Member.objects.values_list("household_code", flat=True)) == {"H01", "AP02/H01"}


def test_officers_cover_what_came_of_their_hamlets(merger, big, small, chief, officer_of):
    both, one = officer_of(big, small), officer_of(small)
    stranger = officer_of(make_hamlet(big.commune))
    member = make_member(small)

    carry_out(merger, chief)

    for user in (both, one):
        assert list(Member.objects.visible_to(user)) == [member]
        assert Hamlet.objects.visible_to(user).filter(pk=small.pk).exists()
    assert not Member.objects.visible_to(stranger).exists()
    new = Hamlet.objects.get(code="AP03")
    assert new.assignments.count() == 2
    assert set(big.assignments.values_list("valid_to", flat=True)) == {
        timezone.localdate() - timedelta(days=1)
    }


def test_rules_in_force_go_on_and_one_stays_issued(merger, big, small, chief):
    for hamlet in (big, small):
        make_regulation(hamlet, status="superseded", agreed=False)
        make_regulation(hamlet, version=2, status="issued", issued_on=timezone.localdate())

    outcome = carry_out(merger, chief)

    new = Hamlet.objects.get(code="AP03")
    assert list(new.regulations.order_by("version").values_list("version", "status")) == [
        (1, "agreed"), (2, "issued"),
    ]  # fmt: skip
    assert Regulation.objects.filter(status="superseded", hamlet=new).count() == 0
    assert any("nhiều quy chế" in line for line in outcome.warnings)


def test_rename_keeps_the_row_and_the_old_name(big, chief):
    change = make_change(Kind.RENAME, [big], [result("Hòa Bình", "AP01", 0, kind="khu_pho")], chief)

    carry_out(change, chief)

    big.refresh_from_db()
    assert (str(big), big.households, big.valid_to) == ("Khu phố Hòa Bình", 600, None)
    assert "bau sen" in big.search_text
    assert big.change_sources.get().name_then == "Ấp Bàu Sen"


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("Cây Da", "AP09", "Xã đang có Ấp Cây Da. Hãy chọn tên khác."),
        ("Tân Sen", "AP77", "Mã AP77 đã dùng cho ấp khác. Hãy chọn mã khác."),
    ],
)
def test_names_and_codes_of_others_are_refused(big, small, chief, name, code, sentence):
    make_hamlet(big.commune, name="Cây Da", code="AP77")
    change = make_change(Kind.MERGE, [big, small], [result(name, code)], chief)

    assert hamlet_changes.rehearse(change, by=chief).problems == [sentence]


def test_edit_after_the_rehearsal_asks_for_another(merger, chief):
    hamlet_changes.rehearse(merger, by=chief)
    hamlet_changes.set_results(merger, [result("Khác", "AP05")], by=chief)

    with pytest.raises(NotAllowed, match="Hãy chạy thử trước"):
        hamlet_changes.carry_out(merger, by=chief)


def test_change_waits_for_its_first_day(big, small, chief):
    later = timezone.localdate() + timedelta(days=3)
    change = make_change(
        Kind.MERGE, [big, small], [result("Tân Sen", "AP03")], chief, effective_on=later
    )
    assert hamlet_changes.rehearse(change, by=chief).is_possible

    with pytest.raises(NotAllowed, match="có hiệu lực từ"):
        hamlet_changes.carry_out(change, by=chief)


def test_done_is_done(merger, chief):
    carry_out(merger, chief)

    for again in (
        lambda: hamlet_changes.carry_out(merger, by=chief),
        lambda: hamlet_changes.rehearse(merger, by=chief),
        lambda: hamlet_changes.set_results(merger, [], by=chief),
    ):
        with pytest.raises(NotAllowed, match="đã thực hiện"):
            again()


def test_error_of_a_receiver_undoes_everything(merger, big, chief):
    def broken(sender: Any, **kwargs: Any) -> None:
        raise RuntimeError

    hamlet_changes.rehearse(merger, by=chief)
    hamlets_changing.connect(broken)
    try:
        with pytest.raises(RuntimeError):
            hamlet_changes.carry_out(merger, by=chief)
    finally:
        hamlets_changing.disconnect(broken)

    big.refresh_from_db()
    assert big.valid_to is None
    assert not Hamlet.objects.filter(code="AP03").exists()


def test_others_may_not_change_hamlets(merger, big, small, officer_of, other_commune, actor):
    from_elsewhere = make_hamlet(other_commune)
    officer = officer_of(big, small)

    for verb in (hamlet_changes.rehearse, hamlet_changes.carry_out):
        with pytest.raises(NotAllowed):
            verb(merger, by=officer)
    chief = actor(Role.CHIEF)
    with pytest.raises(NotAllowed, match="không thuộc xã này"):
        hamlet_changes.prepare(merger, [big, from_elsewhere], by=chief)


def test_hamlet_of_the_past_takes_nothing_in(merger, big, chief):
    member = make_member(big)
    carry_out(merger, chief)
    big.refresh_from_db()

    for row in (Member(hamlet=big, full_name="A"), Team(hamlet=big, name="B")):
        with pytest.raises(ValidationError, match="đã hết hiệu lực"):
            row.full_clean()
    member.refresh_from_db()
    member.full_clean()
    assert big not in Hamlet.objects.offered()


@pytest.mark.parametrize("state", ["reading", "preview", "committing"])
@pytest.mark.parametrize("kind", [Kind.MERGE, Kind.SPLIT])
def test_member_lists_are_settled_first(big, small, chief, kind, state):
    hamlets = [big, small] if kind == Kind.MERGE else [big]
    results = [result("Tân Sen", "AP03", 900), result("Tân Chè", "AP04", 0)][: 3 - len(hamlets)]
    change = make_change(kind, hamlets, results, chief)
    assert hamlet_changes.rehearse(change, by=chief).is_possible
    make_member_import(big, state=state)

    with pytest.raises(NotAllowed, match=r"danh sách thành viên .* của Ấp Bàu Sen"):
        hamlet_changes.carry_out(change, by=chief)

    assert Hamlet.objects.filter(valid_to=None).count() == 2


def test_committed_list_follows_and_can_be_found_for_its_undo(merger, big, chief):
    batch = make_member_import(
        big, state="committed", committed_at=timezone.now(), undo_until=timezone.now()
    )

    carry_out(merger, chief)

    batch.refresh_from_db()
    assert batch.hamlet == Hamlet.objects.get(code="AP03")


def test_decision_of_the_past_is_carried_out_late_and_says_so(big, small, chief, officer_of):
    day = timezone.localdate() - timedelta(days=60)
    officer_of(big)  # covers since thirty days
    change = make_change(
        Kind.MERGE, [big, small], [result("Tân Sen", "AP03", 900)], chief,
        decision_on=day, effective_on=day,
    )  # fmt: skip

    outcome = carry_out(change, chief)

    new = Hamlet.objects.get(code="AP03")
    big.refresh_from_db()
    assert (new.valid_from, big.valid_to) == (day, day - timedelta(days=1))
    assert new.assignments.get().valid_from == timezone.localdate() - timedelta(days=30)
    assert not big.assignments.exists()
    assert any("đã 60 ngày" in line for line in outcome.warnings)


def test_hamlet_that_is_younger_than_the_decision_is_refused(big, small, chief):
    Hamlet.objects.filter(pk=big.pk).update(valid_from=timezone.localdate())
    change = make_change(Kind.MERGE, [big, small], [result("Tân Sen", "AP03")], chief)

    problems = hamlet_changes.rehearse(change, by=chief).problems

    assert any("mới có từ" in line for line in problems)


def test_second_decision_on_the_same_hamlet_is_refused(merger, big, small, chief):
    other = make_change(Kind.RENAME, [big], [result("Khác", "AP01")], chief)
    hamlet_changes.rehearse(other, by=chief)
    carry_out(merger, chief)

    with pytest.raises(NotAllowed, match="Ấp Bàu Sen đã hết hiệu lực"):
        hamlet_changes.carry_out(other, by=chief)
    assert hamlet_changes.rehearse(other, by=chief).problems == [
        "Ấp Bàu Sen đã hết hiệu lực từ trước."
    ]


@pytest.mark.parametrize("make", [make_team, make_group, make_member])
def test_hamlet_does_not_end_over_the_heads_of_its_people(big, make):
    big.valid_to = timezone.localdate() - timedelta(days=1)
    big.full_clean()
    make(big)

    with pytest.raises(ValidationError, match="Sắp xếp ấp"):
        big.full_clean()


def test_rehearsal_names_what_stays_and_what_posts_do(merger, big, chief):
    make_meeting(None, big)
    make_regulation(big, status="superseded", agreed=False)
    make_assignment(
        make_officer(big.commune), big, valid_to=timezone.localdate() - timedelta(days=9)
    )
    make_broadcast(big.commune, status="scheduled", audience_hamlets=[big.pk])

    outcome = hamlet_changes.rehearse(merger, by=chief)

    assert {line.label: line.count for line in outcome.stays} == {
        "Quy chế đã được thay thế": 1, "Cuộc họp đã họp": 1, "Phân công cán bộ trước đây": 1,
    }  # fmt: skip
    assert {line.label: line.count for line in outcome.moved} == {
        "Bài đã trình giữ nguyên nhóm nhận": 1
    }


def test_merger_takes_along_shares_that_wait_for_a_word(merger, small, chief):
    proposal = make_link_proposal(make_member(small, phone="+84900000321"))
    nobody = LinkProposal.objects.create(
        follower=make_follower(proposal.follower.account), hamlet=small,
        name="Trần Thị Đợi", phone="0900000322", shared_at=timezone.now(),
    )  # fmt: skip

    carry_out(merger, chief)

    merged = Hamlet.objects.get(code="AP03")
    homes = LinkProposal.objects.values_list("pk", "hamlet")
    assert dict(homes) == {proposal.pk: merged.pk, nobody.pk: merged.pk}
