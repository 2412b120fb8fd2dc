"""Two heads of hamlets at once: neither sees nor touches the people of the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from groups.management.commands import import_members
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.member_import.services import NotAllowed
from groups.models import Member, MemberImport, MemberImportRow
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet, make_member
from tests.groups.member_list.uploads import (
    AN,
    BAD,
    BE,
    book,
    committed,
    lanes,
    many,
    previewed,
    register,
)

VERBS = {
    "remap": lambda batch, by: member_import.remap(batch, mapping={"F": ""}, header_rows={}, by=by),
    "correct": lambda batch, by: member_import.correct(
        batch, batch.rows.first().pk, {"phone": ""}, by=by
    ),
    "repair": lambda batch, by: member_import.repair(batch, "drop_phone", by=by),
    "decide": lambda batch, by: member_import.decide(batch, batch.rows.first().pk, None, by=by),
    "commit": lambda batch, by: member_import.commit(batch, by=by),
    "discard": lambda batch, by: member_import.discard(batch, by=by),
    "marked_workbook": lambda batch, by: member_import.marked_workbook(batch, by=by),
}
AFTERWARDS = {
    "undo_plan": lambda batch, by: member_import.undo_plan(batch, by=by),
    "undo": lambda batch, by: member_import.undo(batch, by=by),
}


def both_at_once(*jobs):
    """Each job in a thread and a transaction of its own, started together."""
    together = Barrier(len(jobs))

    def run(job):
        together.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_two_lists_at_once_go_into_their_own_hamlets(hamlet, other_hamlet, hamlet_head_of):
    heads = [hamlet_head_of(hamlet), hamlet_head_of(other_hamlet)]
    people = many(120)
    for place in (hamlet, other_hamlet):
        make_member(place, full_name=people[0][0], phone="+84900000000", birth_year=1900)

    def job(place, by):
        return lambda: committed(place, by, *people)

    first, second = both_at_once(*map(job, (hamlet, other_hamlet), heads))

    for batch, place in ((first, hamlet), (second, other_hamlet)):
        assert (batch.counts["new"], batch.counts["changed"]) == (119, 1)
        own = set(Member.objects.filter(hamlet=place).values_list("pk", flat=True))
        assert set(batch.rows.exclude(lane="dropped").values_list("member_id", flat=True)) == own
        assert Member.objects.filter(hamlet=place, team__hamlet=place).count() == 120
        assert not Member.objects.filter(hamlet=place, birth_year=1900).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_list_write_everybody_once(hamlet, hamlet_head_of, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", 7)
    head = hamlet_head_of(hamlet)
    batch = previewed(hamlet, head, *many(100))
    member_import.commit(batch, by=head)

    both_at_once(*[lambda: committing.run(batch.pk)] * 3)

    batch.refresh_from_db()
    assert (batch.state, Member.objects.count()) == (MemberImport.State.COMMITTED, 100)
    assert Member.objects.values("full_name", "phone").distinct().count() == 100


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_takes_the_list_of_another_hamlet(verb, hamlet, other_hamlet, hamlet_head_of):
    batch = previewed(hamlet, hamlet_head_of(hamlet), AN, BAD)
    before = list(batch.rows.order_by("pk").values())

    with pytest.raises(NotAllowed, match="địa bàn"):
        VERBS[verb](batch, hamlet_head_of(other_hamlet))

    batch.refresh_from_db()
    assert batch.state == MemberImport.State.PREVIEW
    assert list(batch.rows.order_by("pk").values()) == before


@pytest.mark.parametrize("verb", AFTERWARDS)
def test_nobody_undoes_the_list_of_another_hamlet(verb, hamlet, other_hamlet, hamlet_head_of):
    batch = committed(hamlet, hamlet_head_of(hamlet), AN)
    before = register(hamlet)

    with pytest.raises(NotAllowed, match="địa bàn"):
        AFTERWARDS[verb](batch, hamlet_head_of(other_hamlet))

    assert register(hamlet) == before


def test_a_list_cannot_be_sent_to_another_hamlet(hamlet, other_hamlet, hamlet_head_of, commune):
    for by in (hamlet_head_of(other_hamlet), make_user(commune)):
        with pytest.raises(NotAllowed, match="không nhập được"):
            member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=by)

    assert MemberImport.objects.count() == 0


def test_forged_rows_and_people_are_refused(hamlet, other_hamlet, hamlet_head_of):
    mine, theirs = hamlet_head_of(hamlet), hamlet_head_of(other_hamlet)
    stranger = make_member(other_hamlet, full_name=AN[0], phone="+84900000001")
    make_member(hamlet, full_name=AN[0], phone="", birth_year=1980)
    my_list, their_list = previewed(hamlet, mine, AN), previewed(other_hamlet, theirs, BE)
    my_row, their_row = (one.rows.exclude(lane="dropped").get() for one in (my_list, their_list))

    with pytest.raises(NotAllowed, match="Không còn dòng này"):
        member_import.correct(my_list, their_row.pk, {"phone": ""}, by=mine)
    with pytest.raises(NotAllowed, match="Không còn dòng này"):
        member_import.decide(my_list, their_row.pk, None, by=mine)
    with pytest.raises(NotAllowed, match="không nằm trong"):
        member_import.decide(my_list, my_row.pk, stranger.pk, by=mine)
    with pytest.raises(NotAllowed, match="Không sửa được ô này"):
        member_import.correct(my_list, my_row.pk, {"hamlet_id": str(other_hamlet.pk)}, by=mine)

    their_row.refresh_from_db()
    assert (my_row.lane, their_row.lane, their_row.phone) == ("doubtful", "new", "+84900000002")


def test_a_row_that_names_a_stranger_does_not_change_that_person(
    hamlet, other_hamlet, hamlet_head_of
):
    """Even a row forged in the database itself stays within the hamlet of its list."""
    head = hamlet_head_of(hamlet)
    make_member(hamlet, full_name=AN[0], phone="+84900000001", birth_year=1979)
    stranger = make_member(other_hamlet, full_name="Người Ấp Khác", birth_year=1950)
    batch = previewed(hamlet, head, AN)
    MemberImportRow.objects.filter(batch=batch, lane="changed").update(member=stranger)
    before = register(other_hamlet)

    member_import.commit(batch, by=head)
    committing.run(batch.pk)

    assert register(other_hamlet) == before


def test_people_of_another_hamlet_are_never_candidates(hamlet, other_hamlet, hamlet_head_of):
    make_member(other_hamlet, full_name=AN[0], phone="+84900000001", birth_year=1980)

    batch = previewed(hamlet, hamlet_head_of(hamlet), AN)

    assert lanes(batch) == {"new": [AN[0]]}
    assert batch.rows.get(lane="new").problems is None


def test_lists_of_other_hamlets_are_not_in_sight(hamlet, other_hamlet, hamlet_head_of):
    mine, theirs = hamlet_head_of(hamlet), hamlet_head_of(other_hamlet)
    my_list = previewed(hamlet, mine, AN)
    their_list = previewed(other_hamlet, theirs, BE)

    for user, own in ((mine, my_list), (theirs, their_list)):
        assert list(MemberImport.objects.visible_to(user)) == [own]
        assert set(MemberImportRow.objects.visible_to(user).values_list("batch", flat=True)) == {
            own.pk
        }


def test_the_command_stays_in_its_hamlet(commune):
    hamlet, other = make_hamlet(commune), make_hamlet(commune)
    make_member(other, full_name=AN[0], phone="+84900000001", birth_year=1900)
    before = register(other)

    outcome = import_members.import_members(book(AN, BE), "ds.xlsx", hamlet=hamlet)

    assert (outcome.created, outcome.updated) == (2, 0)
    assert register(other) == before
    assert Member.objects.filter(hamlet=hamlet).count() == 2
