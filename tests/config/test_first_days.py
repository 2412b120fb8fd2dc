"""The first days on the home page: steps follow from rows, and at their end nothing is left."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.work_lists import Place, WorkItem, lists_for
from accounts.users.roles import Role
from broadcasts.models import Broadcast
from config.first_days import NEW_DAYS, OF_COMMUNE, OWN
from groups.member_import.models import MemberImport
from groups.models import Team
from tests.factories.accounts import make_commune, make_profile, make_user
from tests.factories.broadcasts import make_broadcast
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_team,
)

pytestmark = pytest.mark.django_db


def steps(user: User) -> list[WorkItem]:
    again = User.objects.get(pk=user.pk)
    found = [one for one in lists_for(again, timezone.localtime()) if one.place == Place.FIRST]
    return found[0].items if found else []


def left(user: User) -> list[str]:
    return [step.title for step in steps(user) if not step.is_done]


def test_commune_goes_from_its_name_to_its_first_post(login: Any) -> None:
    commune = make_commune("Mới")
    admin, chief = make_user(commune, Role.TECH_ADMIN), make_user(commune, Role.CHIEF)

    titles = [step.title for step in steps(admin)]
    page = login(admin).get("/admin/").content.decode()

    assert titles == [
        "Tên cơ quan, người ký", "Tài khoản chỉ huy", "Ấp, khu phố", "Tài khoản cán bộ phụ trách",
        "Phân công địa bàn", "Nhóm Zalo", "Cho nhóm hoạt động", "Bài đầu tiên",
    ]  # fmt: skip
    assert left(admin) == [one for one in titles if one != "Tài khoản chỉ huy"]
    assert OF_COMMUNE in page
    assert "1/8" in page
    assert "Xong việc" not in page
    assert (
        f'class="by-button by-primary" href="{reverse("admin:accounts_communeprofile_add")}"'
        in (page)
    )

    make_profile(commune)
    hamlet = make_hamlet(commune)
    officer = make_user(commune, Role.OFFICER)
    make_assignment(make_officer(commune, user=officer), hamlet)
    assert left(chief) == ["Nhóm Zalo", "Cho nhóm hoạt động", "Bài đầu tiên"]

    group = make_ordinary_group(hamlet, status="draft")
    assert left(chief) == ["Cho nhóm hoạt động", "Bài đầu tiên"]
    waiting = {step.title: step for step in steps(chief)}["Cho nhóm hoạt động"]
    assert waiting.url == reverse("admin:groups_zalogroup_start", args=[group.pk])

    group.status = "active"
    group.save()
    make_broadcast(commune)
    assert left(chief) == ["Bài đầu tiên"]

    make_broadcast(commune, status="pending_approval", submitted_by=officer)
    assert steps(chief) == steps(admin) == []
    assert OF_COMMUNE not in login(admin).get("/admin/").content.decode()


def test_administrator_reads_whose_step_it_is(commune: Any, tech_admin: User, chief: User) -> None:
    found = {step.title: step for step in steps(tech_admin)}

    assert (found["Ấp, khu phố"].url, found["Ấp, khu phố"].note) == ("", f"Việc của {chief}.")
    assert found["Tài khoản cán bộ phụ trách"].url == reverse("admin:accounts_user_add")
    assert {step.title: step for step in steps(chief)}["Ấp, khu phố"].url


def test_rows_of_another_commune_finish_no_step(chief: User, other_commune: Any) -> None:
    make_profile(other_commune)
    make_group(make_hamlet(other_commune), status="active")

    assert {"Tên cơ quan, người ký", "Ấp, khu phố", "Nhóm Zalo"} <= set(left(chief))


def test_founder_of_the_portal_begins_with_the_commune(superuser: User) -> None:
    assert steps(superuser)[0].url == reverse("admin:accounts_commune_add")
    assert left(superuser)[0] == "Xã, phường"

    make_commune()

    assert left(superuser)[0] == "Tên cơ quan, người ký"


def test_officer_without_a_place_reads_whom_to_ask_and_is_offered_nothing(
    login: Any, commune: Any, chief: User, other_commune: Any
) -> None:
    officer = make_user(commune, Role.OFFICER)
    make_user(other_commune, Role.CHIEF, first_name="Người Xã Khác")
    make_group(make_hamlet(commune), status="active")
    make_broadcast(commune, status="sending", title="Bài đang gửi")

    client = login(officer)
    page = client.get("/admin/").content.decode()
    groups = client.get(reverse("admin:groups_zalogroup_changelist")).content.decode()

    assert [step.title for step in steps(officer)] == ["Được phân công địa bàn"]
    assert f"Chưa được phân công địa bàn: nhờ {chief}" in page
    assert "Người Xã Khác" not in page
    assert "0/0" not in page
    assert "Chưa có nhóm nào của địa bàn đồng chí" in page
    assert f"Tài khoản này chưa được phân công địa bàn: nhờ {chief}" in groups
    assert reverse("admin:groups_zalogroup_add") not in groups
    for name in ("zalogroup", "member", "team", "regulation", "consultationmeeting", "membership"):
        assert client.get(reverse(f"admin:groups_{name}_add")).status_code == 403, name


def test_officer_with_a_place_goes_on_to_the_first_post(login: Any, officer_of: Any) -> None:
    hamlet = make_hamlet()
    officer = officer_of(hamlet)
    client = login(officer)

    assert left(officer) == ["Nhóm Zalo của địa bàn", "Cho nhóm hoạt động", "Bài đầu tiên"]
    listed = client.get(reverse("admin:groups_zalogroup_changelist")).content.decode()
    assert "Thêm nhóm Zalo" in listed
    make_group(hamlet, status="active")
    assert left(officer) == ["Bài đầu tiên"]
    assert OWN in client.get("/admin/").content.decode()
    make_broadcast(
        hamlet.commune, created_by=officer, status="pending_approval", submitted_by=officer
    )

    assert steps(officer) == []
    assert Broadcast.objects.filter(created_by=officer).exists()


def test_old_account_is_asked_for_its_place_alone(officer_of: Any, commune: Any) -> None:
    long_ago = timezone.now() - timedelta(days=NEW_DAYS + 1)
    officer = officer_of(make_hamlet(commune))
    lost = make_user(commune, Role.OFFICER)
    User.objects.filter(pk__in=[officer.pk, lost.pk]).update(date_joined=long_ago)

    assert steps(officer) == []
    assert left(lost) == ["Được phân công địa bàn"]


def test_head_goes_from_people_to_the_roll(hamlet_head_of: Any, hamlet: Any) -> None:
    head = hamlet_head_of(hamlet)
    assert left(head) == [
        "Bà con trong ấp", "Danh sách của ấp", "Nhóm Zalo của ấp", "Điểm danh nhóm",
    ]  # fmt: skip

    member = make_member(hamlet)
    MemberImport.objects.create(
        hamlet=hamlet, filename="ds.xlsx", digest="x", state="committed",
        committed_at=timezone.now(), undo_until=timezone.now(),
    )  # fmt: skip
    assert left(head) == ["Nhóm Zalo của ấp", "Điểm danh nhóm"]

    group = make_ordinary_group(hamlet, status="active")
    roll = {step.title: step for step in steps(head)}["Điểm danh nhóm"]
    assert roll.url == reverse("admin:groups_zalogroup_roll", args=[group.pk])

    make_membership(member, group, state="joined")
    assert steps(head) == []


def test_leader_without_a_team_asks_and_with_one_calls_the_roll(
    commune: Any, hamlet: Any, chief: User
) -> None:
    leader = make_user(commune, Role.TEAM_LEADER)
    officer = make_officer(commune, user=leader)
    (step,) = steps(leader)
    assert str(chief) in step.note

    team = make_team(hamlet)
    Team.objects.filter(pk=team.pk).update(leader=officer)
    assert left(leader) == ["Bà con trong tổ", "Nhóm Zalo của tổ, của ấp", "Điểm danh nhóm"]

    make_member(hamlet, team=team)
    make_ordinary_group(hamlet, status="active")
    assert left(leader) == ["Điểm danh nhóm"]


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.PARTY_MEMBER, Role.FRONT, Role.CITY])
def test_others_have_no_steps(commune: Any, role: Role) -> None:
    assert steps(make_user(None if role == Role.CITY else commune, role)) == []
