"""What happens to the register between the preview of a list and its commit or its undo."""

import pytest

from accounts.services import NotAllowed
from groups.member_list import batches, committing, previewing, undoing
from groups.models import Member
from tests.factories.groups import make_hamlet, make_member
from tests.groups.member_list.uploads import AN, BE, CU, committed, lanes, previewed, write_down


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def said(batch, name):
    return [problem["code"] for problem in batch.rows.get(full_name=name).problems]


def test_whoever_is_gone_since_the_preview_is_told_and_not_called_unchanged(hamlet, head):
    first = committed(hamlet, head, AN)
    second = previewed(hamlet, head, AN, BE)
    assert lanes(second) == {"same": [AN[0]], "new": [BE[0]]}

    batches.undo(first, by=head)
    write_down(second, head)

    assert lanes(second) == {"outdated": [AN[0]], "new": [BE[0]]}
    assert said(second, AN[0]) == ["gone_meanwhile"]
    assert second.counts["same"] == 0
    assert list(Member.objects.values_list("full_name", flat=True)) == [BE[0]]


def test_the_list_sent_again_brings_back_whoever_was_gone(hamlet, head):
    first = committed(hamlet, head, AN)
    second = previewed(hamlet, head, AN)
    batches.undo(first, by=head)
    write_down(second, head)

    third = committed(hamlet, head, AN)

    assert lanes(third) == {"new": [AN[0]]}


def test_whoever_was_added_by_another_list_meanwhile_is_said_to_be_there(hamlet, head):
    first, second = previewed(hamlet, head, AN), previewed(hamlet, head, AN)

    write_down(first, head)
    write_down(second, head)

    assert lanes(second) == {"outdated": [AN[0]]}
    assert said(second, AN[0]) == ["added_meanwhile"]
    assert Member.objects.count() == 1


def test_whoever_moved_away_stays_and_the_reason_says_so(hamlet, head, commune):
    batch = committed(hamlet, head, AN, BE)
    elsewhere = make_hamlet(commune, name="Xa", code="AP99")
    Member.objects.filter(full_name=AN[0]).update(hamlet=elsewhere, team=None)

    done = batches.undo(batch, by=head)

    assert [why for _row, why in done.kept] == [undoing.MOVED]
    assert Member.objects.get().hamlet == elsewhere
    batch.refresh_from_db()
    assert "trừ 1 người được để nguyên" in batch.message


def test_whoever_a_later_list_says_too_goes_only_with_that_list(hamlet, head):
    first = committed(hamlet, head, AN, BE)
    second = committed(hamlet, head, AN, CU)

    plan = batches.undo_plan(first, by=head)
    done = batches.undo(second, by=head)
    after = batches.undo_plan(first, by=head)

    assert (plan.removed, [why for _row, why in plan.kept]) == (1, [undoing.LATER])
    assert (done.removed, done.kept) == (1, [])
    assert (after.removed, after.kept) == (2, [])


def test_what_a_later_list_confirms_does_not_go_back(hamlet, head):
    make_member(hamlet, full_name=AN[0], phone="+84900000001", birth_year=AN[1], address="Cũ")
    first = committed(hamlet, head, AN)
    committed(hamlet, head, AN, CU)

    done = batches.undo(first, by=head)

    assert (done.restored, [why for _row, why in done.kept]) == (0, [undoing.LATER])
    assert Member.objects.get(full_name=AN[0]).address == AN[4]


def test_nothing_is_undone_while_another_list_is_written(hamlet, head):
    first, second = committed(hamlet, head, AN), previewed(hamlet, head, AN, BE)
    batches.commit(second, by=head)

    with pytest.raises(NotAllowed, match="đang nhập một danh sách khác"):
        batches.undo(first, by=head)
    committing.run(second.pk)

    assert set(Member.objects.values_list("full_name", flat=True)) == {AN[0], BE[0]}


def test_a_list_that_is_being_written_cannot_be_undone_or_thrown_away(hamlet, head):
    batch = previewed(hamlet, head, AN)
    batches.commit(batch, by=head)

    for verb in (batches.undo, batches.undo_plan, batches.discard):
        with pytest.raises(NotAllowed, match="Đang nhập"):
            verb(batch, by=head)


def test_an_undo_that_left_nobody_says_nothing_more(hamlet, head):
    batch = committed(hamlet, head, AN)

    batches.undo(batch, by=head)

    batch.refresh_from_db()
    assert batch.message == ""


def test_a_list_thrown_away_while_it_is_read_stays_thrown_away(hamlet, head, monkeypatch):
    batch = batches.start("Họ và tên,Điện thoại\nNgô Văn Nam,0900000001\n".encode(), "ds.csv",
                          hamlet=hamlet, by=head)  # fmt: skip
    read = previewing.read_list

    def read_slowly(*args, **options):
        found = read(*args, **options)
        batches.discard(batch, by=head)
        return found

    monkeypatch.setattr(previewing, "read_list", read_slowly)
    batches.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == ("discarded", 0)
