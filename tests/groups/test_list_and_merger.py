"""A member list that was taken in, the hamlet that merges afterwards, and the list taken back."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import NotAllowed
from groups.member_import import services as member_import
from groups.models import Hamlet, Member, Team
from tests.factories.groups import make_hamlet, make_member, make_team
from tests.groups.member_list.uploads import AN, BE, committed, previewed
from tests.groups.test_hamlet_changes import carry_out, make_change, result


@pytest.fixture
def other(commune):
    return make_hamlet(commune, name="Đồi Chè", code="AP02", households=900)


@pytest.fixture
def merged(commune, hamlet, other, chief):
    """Merges the two hamlets of the test and returns the new one."""

    def merge() -> Hamlet:
        change = make_change("merge", [hamlet, other], [result("Tân Sen", "AP900", 900)], chief)
        carry_out(change, chief)
        return Hamlet.objects.get(code="AP900")

    return merge


def test_list_is_undone_after_the_merger_and_takes_its_people_alone(hamlet, other, chief, merged):
    stays = make_member(other, team=make_team(other, name="Tổ 1"))
    batch = committed(hamlet, chief, AN, BE)
    assert Member.objects.filter(hamlet=hamlet).count() == 2

    new = merged()
    batch.refresh_from_db()
    assert batch.hamlet == new
    assert Member.objects.filter(hamlet=new).count() == 3
    member_import.undo(batch, by=chief)

    assert list(Member.objects.all()) == [stays]
    assert list(Team.objects.filter(members__isnull=False)) == [stays.team]


def test_list_in_preview_for_a_hamlet_of_the_past_is_not_let_through(hamlet, other, chief, merged):
    batch = previewed(hamlet, chief, AN)
    type(batch).objects.filter(pk=batch.pk).update(state="discarded")
    merged()
    type(batch).objects.filter(pk=batch.pk).update(state="preview")
    batch.refresh_from_db()

    with pytest.raises(NotAllowed, match="không còn nữa"):
        member_import.commit(batch, by=chief)
    with pytest.raises(NotAllowed, match="không"):
        member_import.start(b"x", "ds.csv", hamlet=Hamlet.objects.get(pk=hamlet.pk), by=chief)
    assert not Member.objects.filter(hamlet=hamlet).exists()


def test_undo_begun_before_a_merger_is_asked_for_again(hamlet, other, chief, merged):
    asked_before = committed(hamlet, chief, AN)
    new = merged()

    with pytest.raises(NotAllowed, match="vừa được sắp xếp lại"):
        member_import.undo(asked_before, by=chief)

    assert Member.objects.filter(hamlet=new).count() == 1


@pytest.mark.parametrize(
    ("made", "verb"), [(previewed, member_import.commit), (committed, member_import.undo)]
)
def test_hamlet_is_locked_before_its_list_as_a_merger_does_it(made, verb, hamlet, chief):
    batch = made(hamlet, chief, AN)

    with CaptureQueriesContext(connection) as asked:
        verb(batch, by=chief)

    locks = [re.search(r'FOR [A-Z ]*UPDATE OF "(\w+)"', one["sql"]) for one in asked]
    assert [lock[1] for lock in locks if lock][:2] == ["groups_hamlet", "groups_memberimport"]
