"""Each account sees its rows, and finds members among them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from accounts.users.roles import Role
from groups.models import (
    ConsultationMeeting,
    Hamlet,
    HamletAssignment,
    Member,
    Membership,
    Officer,
    ZaloGroup,
)
from oversight.figures.scopes import whole_commune
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
    make_officer,
)


@pytest.fixture
def far_hamlet(other_commune):
    return make_hamlet(other_commune)


def seen(model, user) -> set:
    return set(model.objects.visible_to(user))


def test_officer_sees_own_hamlets_only(officer_of, hamlet, other_hamlet, far_hamlet):
    user = officer_of(hamlet)

    assert seen(Hamlet, user) == {hamlet}


def test_officer_of_two_hamlets_sees_both(officer_of, hamlet, other_hamlet, far_hamlet):
    assert seen(Hamlet, officer_of(hamlet, other_hamlet)) == {hamlet, other_hamlet}


def test_chief_sees_the_commune(chief, hamlet, other_hamlet, far_hamlet):
    assert seen(Hamlet, chief) == {hamlet, other_hamlet}


def test_superuser_without_commune_sees_all(superuser, hamlet, far_hamlet):
    assert seen(Hamlet, superuser) == {hamlet, far_hamlet}


def test_superuser_of_a_commune_sees_that_commune(commune, hamlet, far_hamlet):
    assert seen(Hamlet, make_user(commune, is_superuser=True)) == {hamlet}


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.PARTY_MEMBER, Role.TECH_ADMIN])
def test_roles_without_hamlets_see_none(actor, role, hamlet):
    make_member(hamlet)

    assert seen(Hamlet, actor(role)) == set()
    assert seen(Member, actor(role)) == set()


def test_account_without_commune_sees_nothing(hamlet):
    assert seen(Hamlet, make_user(None, Role.CHIEF)) == set()


def test_anonymous_and_disabled_accounts_see_nothing(chief, hamlet):
    make_officer(hamlet.commune)
    chief.is_active = False

    assert seen(Hamlet, AnonymousUser()) == set()
    assert seen(Hamlet, chief) == set()
    assert seen(Officer, chief) == set()


def test_assignment_counts_from_its_first_to_its_last_day(commune, hamlet):
    user = make_user(commune, Role.OFFICER)
    officer = make_officer(commune, user=user)
    today = timezone.localdate()
    assignment = make_assignment(officer, hamlet, valid_from=today, valid_to=today)
    assert seen(Hamlet, user) == {hamlet}

    for first, last in ((today + timedelta(1), None), (today - timedelta(9), today - timedelta(1))):
        HamletAssignment.objects.filter(pk=assignment.pk).update(valid_from=first, valid_to=last)
        assert seen(Hamlet, user) == set()


def test_officer_who_left_sees_nothing(officer_of, hamlet):
    user = officer_of(hamlet)
    Officer.objects.filter(user=user).update(is_active=False)

    assert seen(Hamlet, user) == set()


def test_group_of_the_whole_commune_is_for_the_chief_and_its_owner(
    officer_of, chief, commune, hamlet
):
    group = make_group(commune=commune)
    user = officer_of(hamlet)
    assert seen(ZaloGroup, chief) == {group}
    assert seen(ZaloGroup, user) == set()

    group.owner = user.officer
    group.save()
    assert seen(ZaloGroup, user) == {group}


def test_membership_is_seen_where_both_ends_are(officer_of, hamlet, other_hamlet):
    user = officer_of(hamlet)
    own = make_membership(make_member(hamlet), make_group(hamlet))
    make_membership(make_member(hamlet), make_group(other_hamlet))
    make_membership(make_member(other_hamlet), make_group(hamlet))

    assert seen(Membership, user) == {own}


# Finding members


@pytest.fixture
def people(hamlet):
    return {
        name: make_member(hamlet, full_name=name, phone=phone)
        for name, phone in (
            ("Nguyễn Văn An", "0900000111"),
            ("Nguyễn Thị Ân", "0900000222"),
            ("Điểu Hòa", "0900100111"),
            ("Lê Thúy", ""),
        )
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("nguyen", {"Nguyễn Văn An", "Nguyễn Thị Ân"}),
        ("NGUYỄN VĂN AN", {"Nguyễn Văn An"}),
        ("an nguyen van", {"Nguyễn Văn An"}),
        ("Nguyê\u0303n Thi", {"Nguyễn Thị Ân"}),
        ("dieu hoa", {"Điểu Hòa"}),
        ("Điểu Hoà", {"Điểu Hòa"}),
        ("le thuy", {"Lê Thúy"}),
        ("khong co ai", set()),
        ("111", {"Nguyễn Văn An", "Điểu Hòa"}),
        ("000 111", {"Nguyễn Văn An"}),
        ("0900.000.222", {"Nguyễn Thị Ân"}),
        ("+84 900 000 222", {"Nguyễn Thị Ân"}),
        ("900", set()),
        ("%", set()),
        ("_", set()),
    ],
)
def test_members_are_found_by_name_or_end_of_phone(people, asked, names):
    assert {member.full_name for member in Member.objects.search(asked)} == names


def plan(rows) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()


def test_search_by_phone_uses_the_reversed_index(people):
    assert "member_phone_reversed" in plan(Member.objects.search("000111").order_by())


def test_search_by_name_uses_the_trigram_index(people):
    assert "member_search_trgm" in plan(Member.objects.search("nguyen van").order_by())


def test_officer_reads_the_past_of_the_past(commune, officer_of):
    """Two rearrangements back as well; of the neighbours nothing."""
    yesterday = timezone.localdate() - timedelta(days=1)
    oldest, older = (make_hamlet(commune, valid_to=yesterday) for _ in range(2))
    now, next_door = make_hamlet(commune), make_hamlet(commune)
    older.predecessors.add(oldest)
    now.predecessors.add(older)
    meetings = [make_meeting(hamlet=place) for place in (oldest, older, now)]
    make_meeting(hamlet=next_door)
    user = officer_of(now)

    assert seen(Hamlet, user) == {oldest, older, now}
    assert seen(ConsultationMeeting, user) == set(meetings)


@pytest.mark.parametrize("asked", ["commune", "hamlets", "figures"])
def test_groups_of_a_place_are_found_by_two_indexes(commune, hamlet, other_commune, chief, asked):
    own, whole = make_group(hamlet), make_group(commune=commune)
    make_group(make_hamlet(other_commune))
    make_group(commune=other_commune)
    rows = {
        "commune": ZaloGroup.objects.of_commune(commune),
        "hamlets": ZaloGroup.objects.of_hamlets([hamlet.pk]),
        "figures": whole_commune(commune, reader=chief).groups(),
    }[asked]

    with connection.cursor() as cursor:  # one bitmap an index is the only cheap way left
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    plan = rows.explain()

    assert set(rows) == ({own} if asked == "hamlets" else {own, whole})
    assert "BitmapOr" in plan
