"""Officers hand over hamlets and groups: two signatures, everything at once, covers that end."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.services import NotAllowed
from accounts.users.roles import Role
from groups.hamlet_changes import services as hamlet_changes
from groups.handovers import moves
from groups.handovers import services as handovers
from groups.models import Handover, HandoverGroup, Member, Officer, ZaloGroup
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_officer,
    make_ordinary_group,
)
from tests.groups.test_hamlet_changes import carry_out, make_change, result

Kind, State = Handover.Kind, Handover.State


@pytest.fixture
def giver(officer_of, hamlet):
    return officer_of(hamlet, username="giao")


@pytest.fixture
def taker(officer_of):
    return officer_of(username="nhan")


def draft(giver: Any, taker: Any, **fields: Any) -> Handover:
    return Handover(
        from_officer=giver.officer, to_officer=taker.officer,
        **({"reason": "Điều động công tác"} | fields),
    )  # fmt: skip


def offered(giver: Any, taker: Any, hamlets: Any, groups: Any = (), **fields: Any) -> Handover:
    by = fields.pop("by", giver)
    return handovers.offer(draft(giver, taker, **fields), hamlets, groups, by=by)


def cover(giver: Any, taker: Any, hamlets: Any, first: int, last: int) -> Handover:
    today = timezone.localdate()
    return offered(
        giver, taker, hamlets, kind=Kind.COVER, starts_on=today + timedelta(days=first),
        ends_on=today + timedelta(days=last), reason="Nghỉ phép",
    )  # fmt: skip


def days_later(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def sees(user: Any) -> set[Member]:
    return set(Member.objects.visible_to(user))


def test_everything_moves_at_the_second_signature(giver, taker, hamlet):
    member = make_member(hamlet)
    group = make_group(
        hamlet, owner=giver.officer, officer_inside=giver.officer,
        officer_inside_on=timezone.localdate(),
    )  # fmt: skip
    handover = offered(giver, taker, [hamlet], [group])
    assert (sees(giver), sees(taker)) == ({member}, set())

    outcome = handovers.accept(handover, by=taker)

    assert (sees(giver), sees(taker)) == (set(), {member})
    group.refresh_from_db()
    assert (group.owner, group.officer_inside) == (taker.officer, None)
    assert {line.label: line.count for line in outcome.moved} == {
        "Ấp, khu phố": 1, "Nhóm Zalo của các ấp": 1, "Thành viên": 1,
        "Nhóm Zalo đổi trưởng nhóm": 1,
    }  # fmt: skip
    handover.refresh_from_db()
    assert (handover.state, handover.accepted_by) == (State.ACCEPTED, taker)
    assert handover.record["moved"][0] == {"label": "Ấp, khu phố", "count": 1}
    trail = AuditEvent.objects.filter(action__startswith="handover.").order_by("sequence")
    assert [event.action for event in trail] == ["handover.given", "handover.accepted"]


def test_rehearsal_tells_the_same_and_changes_nothing(giver, taker, hamlet):
    other = make_hamlet(hamlet.commune)
    make_assignment(giver.officer, other)
    make_member(hamlet)
    group = make_group(hamlet, owner=giver.officer)
    left = make_group(other, owner=giver.officer)

    before = handovers.rehearse_offer(draft(giver, taker), [hamlet], [group], by=giver)
    assert not Handover.objects.exists()
    handover = offered(giver, taker, [hamlet], [group])
    rehearsed = handovers.rehearse(handover, by=taker)

    group.refresh_from_db()
    assert group.owner == giver.officer
    assert sees(taker) == set()
    assert [(line.label, line.count) for line in rehearsed.stays] == [
        ("Ấp, khu phố vẫn phụ trách", 1), ("Nhóm Zalo vẫn làm trưởng nhóm", 1),
    ]  # fmt: skip
    assert before == rehearsed == handovers.accept(handover, by=taker)
    assert left.owner == giver.officer


def test_drafts_go_on_with_the_taker_and_waiting_work_is_counted(giver, taker, hamlet, chief):
    group = make_ordinary_group(hamlet)
    post = make_broadcast(
        hamlet.commune, created_by=giver, status="draft", audience_hamlets=[hamlet.pk]
    )
    other = make_broadcast(hamlet.commune, created_by=giver, status="draft")
    waiting = make_broadcast(hamlet.commune, status="sending", audience_hamlets=[hamlet.pk])
    make_delivery(waiting, group, status="to_post")
    make_broadcast(hamlet.commune, status="scheduled", audience_hamlets=[hamlet.pk])

    outcome = handovers.accept(offered(giver, taker, [hamlet]), by=taker)

    post.refresh_from_db()
    other.refresh_from_db()
    assert (post.created_by, other.created_by) == (taker, giver)
    counted = {line.label: line.count for line in outcome.moved}
    assert counted["Bài nháp"] == 1
    assert counted["Bài đã trình, chờ gửi tới các nơi này"] == 1
    assert counted["Việc đăng tay đang chờ"] == 1


def test_two_different_people_sign(giver, taker, hamlet, chief, officer_of):
    handover = offered(giver, taker, [hamlet])
    stranger = officer_of(make_hamlet(hamlet.commune))

    for by in (giver, chief, stranger):
        with pytest.raises(NotAllowed):
            handovers.accept(handover, by=by)
    assert sees(taker) == set()


def test_chief_signs_for_an_officer_who_is_gone(giver, taker, hamlet, chief):
    Officer.objects.filter(pk=giver.officer.pk).update(is_active=False, user=None)
    giver.officer.refresh_from_db()
    handover = handovers.offer(draft(giver, taker), [hamlet], [], by=chief)

    handovers.accept(handover, by=taker)

    assert moves.hamlets_held(taker.officer, timezone.localdate()).get() == hamlet


def test_nobody_gives_what_is_not_theirs(giver, taker, hamlet, officer_of, hamlet_head_of, chief):
    foreign = make_hamlet(hamlet.commune)
    group = make_group(foreign)
    head = hamlet_head_of(hamlet)

    with pytest.raises(NotAllowed, match="không còn phụ trách"):
        offered(giver, taker, [foreign])
    with pytest.raises(NotAllowed, match="không còn là trưởng nhóm"):
        offered(giver, taker, [], [group])
    with pytest.raises(NotAllowed, match="của người khác"):
        offered(giver, taker, [hamlet], by=officer_of(hamlet))
    with pytest.raises(NotAllowed, match="của người khác"):
        offered(head, taker, [hamlet], by=head)
    with pytest.raises(NotAllowed, match="ít nhất một"):
        offered(giver, taker, [])


def test_taker_must_be_able_to_take(giver, hamlet, actor, other_commune):
    no_account = make_officer(hamlet.commune)
    elsewhere = make_officer(other_commune, user=actor(Role.OFFICER, username="xa.khac"))
    clerk = actor(Role.DUTY_OFFICER, username="truc")
    make_officer(hamlet.commune, user=clerk)

    for officer, said in (
        (no_account, "có tài khoản"), (elsewhere, "cùng xã"), (clerk.officer, "chưa phụ trách"),
    ):  # fmt: skip
        handover = Handover(from_officer=giver.officer, to_officer=officer, reason="x")
        with pytest.raises(NotAllowed, match=said):
            handovers.offer(handover, [hamlet], [], by=giver)


def test_what_waits_is_not_offered_again(giver, taker, hamlet, officer_of):
    offered(giver, taker, [hamlet])

    with pytest.raises(NotAllowed, match="Đã có bàn giao chờ ký"):
        offered(giver, officer_of(username="khac"), [hamlet])


def test_signed_twice_moves_once(giver, taker, hamlet):
    handover = offered(giver, taker, [hamlet])
    handovers.accept(handover, by=taker)

    with pytest.raises(NotAllowed, match="không còn chờ ký"):
        handovers.accept(handover, by=taker)
    with pytest.raises(NotAllowed, match="không còn chờ ký"):
        handovers.decline(handover, by=taker, answer="Bận")
    assert taker.officer.assignments.count() == 1


def test_declined_and_withdrawn_change_nothing(giver, taker, hamlet):
    handover = offered(giver, taker, [hamlet])
    with pytest.raises(NotAllowed, match="lý do"):
        handovers.decline(handover, by=taker, answer=" ")
    handovers.decline(handover, by=taker, answer="Đang đi học")
    again = offered(giver, taker, [hamlet])
    with pytest.raises(NotAllowed):
        handovers.withdraw(again, by=taker)
    handovers.withdraw(again, by=giver)

    assert list(Handover.objects.order_by("pk").values_list("state", flat=True)) == [
        State.DECLINED, State.WITHDRAWN,
    ]  # fmt: skip
    assert not taker.officer.assignments.exists()


def test_merger_in_between_leads_the_handover_to_the_new_hamlet(giver, taker, hamlet, chief):
    other = make_hamlet(hamlet.commune)
    handover = offered(giver, taker, [hamlet])
    change = make_change("merge", [hamlet, other], [result("Tân Sen", "AP900", 900)], chief)
    carry_out(change, chief)

    handovers.accept(handover, by=taker)

    held = moves.hamlets_held(taker.officer, timezone.localdate())
    assert [row.code for row in held] == ["AP900"]


def test_cover_lends_for_its_days_and_ends_by_itself(giver, taker, hamlet):
    member = make_member(hamlet)
    group = make_group(hamlet, owner=giver.officer)
    handover = cover(giver, taker, [hamlet], 1, 3)
    handovers.accept(handover, by=taker)

    seen = []
    for day in range(5):
        with days_later(day):
            assert sees(giver) == {member}
            seen.append(bool(sees(taker)))

    assert seen == [False, True, True, True, False]
    group.refresh_from_db()
    assert group.owner == giver.officer


def test_cover_ends_early_at_once(giver, taker, hamlet, officer_of):
    make_member(hamlet)
    handover = cover(giver, taker, [hamlet], 0, 5)
    handovers.accept(handover, by=taker)
    assert sees(taker)
    with pytest.raises(NotAllowed):
        handovers.end_cover(handover, by=officer_of(hamlet))

    handovers.end_cover(handover, by=giver)

    assert sees(taker) == set()
    with pytest.raises(NotAllowed, match="đã kết thúc"):
        handovers.end_cover(handover, by=giver)


def test_cover_follows_a_merger_and_still_ends_early(giver, taker, hamlet, chief):
    make_member(hamlet)
    handover = cover(giver, taker, [hamlet], 0, 5)
    handovers.accept(handover, by=taker)
    change = make_change(
        "merge", [hamlet, make_hamlet(hamlet.commune)], [result("Tân Sen", "AP900", 900)], chief
    )
    carry_out(change, chief)
    assert sees(taker)

    handovers.end_cover(handover, by=giver)

    assert sees(taker) == set()
    assert sees(giver)


@pytest.mark.parametrize(
    ("first", "last", "said"), [(-1, 3, "quá khứ"), (3, 1, "trước ngày bắt đầu")]
)
def test_cover_of_impossible_days_is_refused(giver, taker, hamlet, first, last, said):
    with pytest.raises(NotAllowed, match=said):
        cover(giver, taker, [hamlet], first, last)


def test_cover_signed_too_late_is_refused(giver, taker, hamlet):
    handover = cover(giver, taker, [hamlet], 0, 1)

    with days_later(3), pytest.raises(NotAllowed, match="đã qua"):
        handovers.accept(handover, by=taker)


def test_what_is_only_covered_cannot_be_given_on(giver, taker, hamlet, officer_of):
    handovers.accept(cover(giver, taker, [hamlet], 0, 5), by=taker)

    with pytest.raises(NotAllowed, match="không còn phụ trách"):
        offered(taker, officer_of(username="nua"), [hamlet])


def test_transfer_to_whoever_covers_makes_it_theirs(giver, taker, hamlet):
    handovers.accept(cover(giver, taker, [hamlet], 0, 5), by=taker)
    handovers.accept(offered(giver, taker, [hamlet]), by=taker)

    held = moves.hamlets_held(taker.officer, timezone.localdate() + timedelta(days=30))
    assert list(held) == [hamlet]


def test_owner_on_zalo_is_marked_by_the_taker(giver, taker, hamlet):
    group = make_group(hamlet, owner=giver.officer)
    handover = offered(giver, taker, [hamlet], [group])
    item = HandoverGroup.objects.get()
    with pytest.raises(NotAllowed):
        handovers.mark_changed_on_zalo(item, by=taker)
    handovers.accept(handover, by=taker)
    with pytest.raises(NotAllowed):
        handovers.mark_changed_on_zalo(item, by=giver)

    handovers.mark_changed_on_zalo(item, by=taker)

    item.refresh_from_db()
    assert item.changed_on_zalo_by == taker
    assert ZaloGroup.objects.get().owner == taker.officer


def test_others_do_not_see_it(giver, taker, hamlet, officer_of, chief, actor, other_commune):
    handover = offered(giver, taker, [hamlet])
    stranger = officer_of(hamlet)
    away = actor(Role.CHIEF, username="xa.khac")
    away.commune = other_commune
    away.save()

    for user, seen in ((giver, 1), (taker, 1), (chief, 1), (stranger, 0), (away, 0)):
        assert Handover.objects.visible_to(user).count() == seen, user
    with pytest.raises(NotAllowed):
        handovers.rehearse(handover, by=stranger)


def test_rehearsed_merger_names_waiting_handovers(giver, taker, hamlet, chief):
    offered(giver, taker, [hamlet])
    change = make_change(
        "merge", [hamlet, make_hamlet(hamlet.commune)], [result("Tân Sen", "AP900", 900)], chief
    )

    moved = {row.label: row.count for row in hamlet_changes.rehearse(change, by=chief).moved}

    assert moved["Bàn giao đang chờ ký"] == 1
