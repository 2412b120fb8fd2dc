"""Leaders of teams: own people by name and household, their roll, a tip to pass on; no more."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.scoped_admin.work_lists import lists_for
from accounts.users.roles import Role, permissions_of
from groups.models import Member, Membership
from groups.roll_call import services
from groups.roll_call.querysets import roll_groups
from groups.roll_call.roll import roll_of
from reports.intake import Person, TipContent
from reports.models import TipReport
from reports.recording import services as recording
from reports.tips.errors import NotAllowed
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_member,
    make_officer,
    make_ordinary_group,
    make_team,
)

PEOPLE = reverse("admin:groups_member_changelist")


@pytest.fixture
def team(hamlet):
    return make_team(hamlet, name="Tổ 3")


@pytest.fixture
def leader(leader_of, team):
    return leader_of(team)


@pytest.fixture
def mate(hamlet, team):
    return make_member(
        hamlet, team=team, full_name="Đỗ Người Mình", phone="+84900000456", address="Số 9 hẻm nhỏ",
        household_code="H9", birth_year=1961,
    )  # fmt: skip


@pytest.fixture
def neighbour(hamlet):
    return make_member(hamlet, team=make_team(hamlet, name="Tổ 4"), full_name="Hồ Tổ Bên")


def text_of(answer):
    return answer.content.decode()


def test_role_holds_nothing_but_names_roll_and_passing_on():
    assert permissions_of(Role.TEAM_LEADER) == {
        "groups.view_member", "groups.call_roll", "groups.lead_team", "reports.relay_tipreport",
    }  # fmt: skip


def test_sees_the_people_of_the_own_team_alone(leader, mate, neighbour, hamlet):
    make_member(hamlet, full_name="Không Tổ")

    assert list(Member.objects.visible_to(leader)) == [mate]


def test_loses_sight_with_the_office(leader, mate, team, hamlet):
    leader.officer.is_active = False
    leader.officer.save()
    assert not Member.objects.visible_to(leader).exists()

    leader.officer.is_active = True
    leader.officer.save()
    team.leader = make_officer(hamlet.commune)
    team.save()

    assert not Member.objects.visible_to(leader).exists()


def test_leading_a_team_without_the_role_shows_nobody(actor, team, mate):
    user = actor(Role.DUTY_OFFICER)
    team.leader = make_officer(team.hamlet.commune, user=user)
    team.save()

    assert not Member.objects.visible_to(user).exists()


def test_head_who_leads_a_team_elsewhere_sees_both(hamlet_head_of, hamlet, other_hamlet, mate):
    user = hamlet_head_of(other_hamlet)
    own = make_member(other_hamlet)
    mate.team.leader = user.officer
    mate.team.save()
    assert set(Member.objects.visible_to(user)) == {own}, "the role lends sight, not the team"

    user.groups.add(*_groups_of(Role.TEAM_LEADER))
    user = type(user).objects.get(pk=user.pk)

    assert set(Member.objects.visible_to(user)) == {own, mate}


def _groups_of(role):
    from django.contrib.auth.models import Group  # noqa: PLC0415 -- leaf

    return Group.objects.filter(name=str(role.label))


def test_list_and_page_show_name_and_household_alone(login, leader, mate, neighbour):
    client = login(leader)

    listed = text_of(client.get(PEOPLE))
    page = text_of(client.get(reverse("admin:groups_member_change", args=[mate.pk])))

    for text in (listed, page):
        assert "Đỗ Người Mình" in text
        assert "H9" in text
        assert not [word for word in ("456", "hẻm", "1961", "Hồ Tổ Bên") if word in text]
    closed = client.get(reverse("admin:groups_member_change", args=[neighbour.pk]))
    assert closed.status_code in (302, 404)


@pytest.mark.parametrize(
    "query",
    ["?birth_year=1961", "?phone__endswith=456", "?household_code=H9", "?team__id__exact=1"],
)
def test_nothing_is_guessed_in_the_address(login, leader, mate, query):
    answer = login(leader).get(f"{PEOPLE}{query}")

    assert answer.status_code == 302 or "Đỗ Người Mình" not in text_of(answer)


def test_a_phone_is_not_found_by_trying(login, leader, mate):
    assert "Đỗ Người Mình" not in text_of(login(leader).get(PEOPLE, {"q": "456"}))


@pytest.mark.parametrize(
    "name",
    ["groups_memberimport_upload", "groups_member_add", "groups_zalogroup_changelist",
     "groups_team_changelist", "groups_hamlet_coverage", "reports_tipreport_changelist",
     "reports_tipreport_record", "groups_membership_changelist"],
)  # fmt: skip
def test_other_doors_are_shut(login, leader, name):
    assert login(leader).get(reverse(f"admin:{name}")).status_code in (302, 403)


def test_the_roll_shows_the_own_team_in_groups_of_hamlet_and_team(
    login, leader, mate, neighbour, hamlet, team
):
    whole, own = make_ordinary_group(hamlet), make_ordinary_group(hamlet, team=team)
    make_ordinary_group(hamlet, team=neighbour.team)
    make_ordinary_group(make_hamlet(hamlet.commune))
    make_group(hamlet)

    page = text_of(login(leader).get(reverse("admin:groups_zalogroup_roll", args=[whole.pk])))

    assert set(roll_groups(leader)) == {whole, own}
    assert "Đỗ Người Mình" in page
    assert "Hồ Tổ Bên" not in page


@pytest.mark.parametrize("page", ["roll", "paste", "savepasted"])
def test_rolls_of_other_teams_are_not_found(login, leader, neighbour, hamlet, page):
    other = make_ordinary_group(hamlet, team=neighbour.team)
    address = reverse(f"admin:groups_zalogroup_{page}", args=[other.pk])

    assert login(leader).post(address, {"seen": f"{neighbour.pk}:0"}).status_code == 404


def test_a_forged_save_writes_nobody_of_another_team(leader, mate, neighbour, hamlet):
    group = make_ordinary_group(hamlet)

    outcome = services.save(
        group, seen={mate.pk: "0", neighbour.pk: "0"}, ticked={mate.pk, neighbour.pk}, by=leader
    )

    assert (outcome.joined, outcome.gone) == (1, 1)
    assert Membership.objects.get().member == mate
    assert "Hồ Tổ Bên" not in " ".join(outcome.warnings)


def test_a_pasted_phone_finds_nobody_for_who_may_not_read_it(login, leader, mate, hamlet):
    group = make_ordinary_group(hamlet)
    address = reverse("admin:groups_zalogroup_paste", args=[group.pk])

    page = login(leader).post(address, {"text": "0900 000 456"})

    assert (page.context["sure"], page.context["doubtful"]) == ([], [])
    assert len(page.context["nobody"]) == 1


def test_passes_on_a_tip_of_the_hamlet_and_reads_none(login, leader, hamlet, other_hamlet):
    words = TipContent("Có người lạ quanh nhà văn hóa.", hamlet=hamlet)

    tip = recording.relay(words, by=leader, person=Person())

    assert tip.channel == TipReport.Channel.SELF_MANAGED_TEAM
    assert not TipReport.objects.visible_to(leader).exists()
    form = login(leader).get(reverse("admin:reports_tipreport_relay")).context["form"]
    assert list(form.fields["hamlet"].queryset) == [hamlet]
    with pytest.raises(NotAllowed):
        recording.relay(
            TipContent("Chuyện ấp bên.", hamlet=other_hamlet), by=leader, person=Person()
        )


def test_home_page_leads_to_the_roll_and_to_passing_on(leader, mate, hamlet):
    group = make_ordinary_group(hamlet, head_count=30)

    found = {one.title: one for one in lists_for(leader, timezone.localtime())}

    assert set(found) == {"Bước đầu của đồng chí", "Điểm danh nhóm", "Tin của người dân"}
    item = found["Điểm danh nhóm"].items[0]
    assert item.url == reverse("admin:groups_zalogroup_roll", args=[group.pk])
    assert item.note == "30 người theo trưởng nhóm, 0 người đã có tên."
    services.save(group, seen={mate.pk: "0"}, ticked={mate.pk}, by=leader)
    assert "Điểm danh nhóm" not in {one.title for one in lists_for(leader, timezone.localtime())}


@pytest.mark.parametrize("comes", [True, False])
def test_a_leader_who_called_the_roll_is_not_asked_again_for_a_month(leader, mate, hamlet, comes):
    """Not everybody is on Zalo; a roll that changed nothing is a roll, too."""
    make_member(hamlet, team=mate.team, full_name="Không Dùng Zalo")
    group, now = make_ordinary_group(hamlet, head_count=30), timezone.localtime()

    def titles(at):
        return {one.title for one in lists_for(leader, at)}

    assert "Điểm danh nhóm" in titles(now)

    services.save(group, seen={mate.pk: "0"}, ticked={mate.pk} if comes else (), by=leader)

    assert "Điểm danh nhóm" not in titles(timezone.localtime())
    assert "Điểm danh nhóm" in titles(now + timedelta(days=31))


def test_leader_is_of_the_commune_and_the_choice_leaves_a_trace(login, chief, team, other_commune):
    team.leader = make_officer(other_commune)
    with pytest.raises(ValidationError):
        team.full_clean()

    new = make_officer(team.hamlet.commune)
    login(chief).post(
        reverse("admin:groups_team_change", args=[team.pk]),
        {"name": team.name, "hamlet": team.hamlet_id, "households": 30, "leader": new.pk},
    )

    team.refresh_from_db()
    assert team.leader == new
    assert AuditEvent.objects.get(action="team.changed").details == {"fields": ["leader"]}


def test_the_roll_of_a_leader_is_the_own_team_in_parts(leader, mate, neighbour, hamlet):
    roll = roll_of(make_ordinary_group(hamlet), leader)

    assert [[person.pk for person in part.people] for part in roll.parts] == [[mate.pk]]
    assert roll.choices == []
