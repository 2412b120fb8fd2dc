"""A register may change between the preview of a list and its commit or its undo."""

from contextlib import suppress

import pytest
from django.db import IntegrityError

from accounts.services import NotAllowed
from groups.member_import import committing, previewing, undoing
from groups.member_import import services as member_import
from groups.models import Member, MemberImport, Team
from tests.factories.groups import make_hamlet, make_member
from tests.groups.member_list.test_two_heads import both_at_once
from tests.groups.member_list.uploads import (
    AN,
    BE,
    CU,
    committed,
    lanes,
    many,
    previewed,
    write_down,
)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def problems_of(batch, name):
    return [problem["code"] for problem in batch.rows.get(full_name=name).problems]


def test_whoever_is_gone_since_the_preview_is_told_and_not_called_unchanged(hamlet, head):
    first = committed(hamlet, head, AN)
    second = previewed(hamlet, head, AN, BE)
    assert lanes(second) == {"same": [AN[0]], "new": [BE[0]]}

    member_import.undo(first, by=head)
    write_down(second, head)

    assert lanes(second) == {"outdated": [AN[0]], "new": [BE[0]]}
    assert problems_of(second, AN[0]) == ["gone_meanwhile"]
    assert second.counts["same"] == 0
    assert list(Member.objects.values_list("full_name", flat=True)) == [BE[0]]


def test_the_list_sent_again_brings_back_whoever_was_gone(hamlet, head):
    first = committed(hamlet, head, AN)
    second = previewed(hamlet, head, AN)
    member_import.undo(first, by=head)
    write_down(second, head)

    third = committed(hamlet, head, AN)

    assert lanes(third) == {"new": [AN[0]]}


def test_whoever_was_added_by_another_list_meanwhile_is_said_to_be_there(hamlet, head):
    first, second = previewed(hamlet, head, AN), previewed(hamlet, head, AN)

    write_down(first, head)
    write_down(second, head)

    assert lanes(second) == {"outdated": [AN[0]]}
    assert problems_of(second, AN[0]) == ["added_meanwhile"]
    assert Member.objects.count() == 1


def test_whoever_moved_away_stays_and_the_reason_says_so(hamlet, head, commune):
    batch = committed(hamlet, head, AN, BE)
    elsewhere = make_hamlet(commune, name="Xa", code="AP99")
    Member.objects.filter(full_name=AN[0]).update(hamlet=elsewhere, team=None)

    done = member_import.undo(batch, by=head)

    assert [why for _row, why in done.kept] == [undoing.MOVED]
    assert Member.objects.get().hamlet == elsewhere
    batch.refresh_from_db()
    assert "trừ 1 người được để nguyên" in batch.message


def test_a_team_that_went_with_another_list_is_made_again(hamlet, head):
    first = committed(hamlet, head, AN)
    second = previewed(hamlet, head, ("Đỗ Văn Mới", 1988, "Nam", "0900000009", "", AN[5]))

    member_import.undo(first, by=head)
    assert not Team.objects.filter(name=AN[5]).exists()
    write_down(second, head)
    member_import.undo(second, by=head)

    assert second.counts["new"] == 1
    assert (second.state, Team.objects.count(), Member.objects.count()) == ("undone", 0, 0)


def test_a_team_that_was_made_again_by_somebody_else_is_used(hamlet, head):
    first = committed(hamlet, head, AN)
    known = make_member(hamlet, full_name=BE[0], phone="+84900000002", birth_year=BE[1], address="")
    second = previewed(hamlet, head, (*BE[:5], AN[5]))
    member_import.undo(first, by=head)
    team = Team.objects.create(hamlet=hamlet, name=AN[5])

    write_down(second, head)

    known.refresh_from_db()
    assert (known.team, second.new_teams) == (team, {})


def test_whose_team_of_before_is_gone_stays_and_is_told(hamlet, head):
    old = Team.objects.create(hamlet=hamlet, name="Tổ 9")
    make_member(hamlet, full_name=AN[0], phone="+84900000001", birth_year=AN[1], team=old)
    batch = committed(hamlet, head, AN)
    old.delete()

    done = member_import.undo(batch, by=head)

    assert [why for _row, why in done.kept] == [undoing.NO_TEAM]


def test_a_list_that_the_database_refuses_does_not_stand_in_the_way(hamlet, head, monkeypatch):
    batch = previewed(hamlet, head, AN)
    member_import.commit(batch, by=head)
    monkeypatch.setattr(committing, "_write_chunk", refuse)

    with pytest.raises(IntegrityError):
        committing.run(batch.pk)
    monkeypatch.undo()
    batch.refresh_from_db()
    said = batch.message
    write_down(batch, head)

    assert said == committing.BROKE
    assert (batch.state, Member.objects.count()) == ("committed", 1)


def refuse(_batch, _numbers):
    raise IntegrityError("a team that is not there")


def test_whoever_a_later_list_says_too_goes_only_with_that_list(hamlet, head):
    first = committed(hamlet, head, AN, BE)
    second = committed(hamlet, head, AN, CU)

    plan = member_import.undo_plan(first, by=head)
    done = member_import.undo(second, by=head)
    after = member_import.undo_plan(first, by=head)

    assert (plan.removed, [why for _row, why in plan.kept]) == (1, [undoing.LATER])
    assert (done.removed, done.kept) == (1, [])
    assert (after.removed, after.kept) == (2, [])


def test_what_a_later_list_confirms_does_not_go_back(hamlet, head):
    make_member(hamlet, full_name=AN[0], phone="+84900000001", birth_year=AN[1], address="Cũ")
    first = committed(hamlet, head, AN)
    committed(hamlet, head, AN, CU)

    done = member_import.undo(first, by=head)

    assert (done.restored, [why for _row, why in done.kept]) == (0, [undoing.LATER])
    assert Member.objects.get(full_name=AN[0]).address == AN[4]


def test_nothing_is_undone_while_another_list_is_written(hamlet, head):
    first, second = committed(hamlet, head, AN), previewed(hamlet, head, AN, BE)
    member_import.commit(second, by=head)

    with pytest.raises(NotAllowed, match="đang nhập một danh sách khác"):
        member_import.undo(first, by=head)
    committing.run(second.pk)

    assert set(Member.objects.values_list("full_name", flat=True)) == {AN[0], BE[0]}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_an_undo_beside_a_commit_never_makes_the_numbers_a_lie(hamlet, head, turn):
    people = many(60)
    first, second = committed(hamlet, head, *people), previewed(hamlet, head, *people, BE)

    def undo():
        with suppress(NotAllowed):
            member_import.undo(MemberImport.objects.get(pk=first.pk), by=head)

    def write():
        write_down(MemberImport.objects.get(pk=second.pk), head)

    both_at_once(undo, write)

    second.refresh_from_db()
    assert second.state == "committed"
    there = second.counts["same"] + second.counts["new"]
    assert Member.objects.filter(hamlet=hamlet).count() == there


def test_a_list_that_is_being_written_cannot_be_undone_or_thrown_away(hamlet, head):
    batch = previewed(hamlet, head, AN)
    member_import.commit(batch, by=head)

    for verb in (member_import.undo, member_import.undo_plan, member_import.discard):
        with pytest.raises(NotAllowed, match="Đang nhập"):
            verb(batch, by=head)


def test_an_undo_that_left_nobody_says_nothing_more(hamlet, head):
    batch = committed(hamlet, head, AN)

    member_import.undo(batch, by=head)

    batch.refresh_from_db()
    assert batch.message == ""


def test_a_list_thrown_away_while_it_is_read_stays_thrown_away(hamlet, head, monkeypatch):
    batch = member_import.start("Họ và tên,Điện thoại\nNgô Văn Nam,0900000001\n".encode(), "ds.csv",
                          hamlet=hamlet, by=head)  # fmt: skip
    read = previewing.read_list

    def read_slowly(*args, **options):
        found = read(*args, **options)
        member_import.discard(batch, by=head)
        return found

    monkeypatch.setattr(previewing, "read_list", read_slowly)
    member_import.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("discarded", 0)
