"""Roles: a table in code, written into the auth groups."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.users import roles
from accounts.users.permission_words import describe
from accounts.users.roles import Role, permissions_of, sync_roles
from tests.factories.accounts import make_user


def stored() -> dict[str, set[str]]:
    return {
        group.name: {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }


def test_sync_writes_the_table(db):
    assert stored() == {str(role.label): permissions_of(role) for role in Role}


def test_sync_twice_changes_nothing(db):
    before, ids = stored(), set(Group.objects.values_list("pk", flat=True))

    sync_roles()

    assert stored() == before
    assert set(Group.objects.values_list("pk", flat=True)) == ids


def test_sync_takes_back_what_was_added_by_hand(db):
    role = Group.objects.get(name=str(Role.PARTY_MEMBER.label))
    role.permissions.add(Permission.objects.get(codename="view_member"))

    sync_roles()

    assert stored()[role.name] == permissions_of(Role.PARTY_MEMBER)


def test_unknown_permission_is_a_plain_error(db, monkeypatch):
    table = {**roles.ROLE_PERMISSIONS, Role.FRONT: {"groups.member": ("fly",)}}
    monkeypatch.setattr(roles, "ROLE_PERMISSIONS", table)

    with pytest.raises(CommandError, match=r"groups\.fly_member"):
        call_command("sync_roles", stdout=StringIO())


def test_command_says_what_it_wrote(db):
    out = StringIO()

    call_command("sync_roles", stdout=out)

    assert f"{Role.CHIEF.label}: {len(permissions_of(Role.CHIEF))} quyền" in out.getvalue()


@pytest.mark.parametrize("role", [Role.PARTY_MEMBER, Role.PARTY_OFFICE, Role.FRONT])
def test_party_and_front_read_no_residents(role):
    asking = {f"broadcasts.{verb}_postrequest" for verb in ("view", "add", "change")}

    library = {name for name in permissions_of(role) if name.startswith("procedures.view_")}
    assert "procedures.view_question" not in library
    papers = {"accounts.print_party_report", "accounts.take_party_report"}
    accounts = {"accounts.guarded_account", "accounts.view_figures", *papers}
    accounts |= {"accounts.view_changeproposal", "accounts.view_alarm"}  # of their own side
    notified = {"duty.receive_notice", "duty.take_occasion"}
    rest = permissions_of(role) - library - accounts - asking - notified
    assert {name.split(".")[0] for name in rest} <= {"oversight"}


def test_technical_administrator_reads_no_residents_and_no_posts():
    apps = {name.split(".")[0] for name in permissions_of(Role.TECH_ADMIN)}

    assert apps == {"accounts", "auth", "duty", "zalo"}


def test_only_chiefs_approve():
    holders = {role for role in Role if "broadcasts.approve_broadcast" in permissions_of(role)}

    assert holders == {Role.CHIEF}


def test_powers_are_told_in_words(db):
    chief = Group.objects.get(name=str(Role.CHIEF.label))

    words = dict(describe(chief.permissions.select_related("content_type")))

    assert words["Tổ nhân dân"] == "nhập từ tệp, sửa, thêm, xem, xuất ra tệp, xóa"
    assert "xem đủ số điện thoại" in words["Thành viên"]
    assert "duyệt bài đăng" in words["Bài đăng"]


def test_account_with_two_roles_is_found_once(commune):
    both = make_user(commune, Role.CHIEF)
    both.groups.add(Group.objects.get(name=str(Role.OFFICER.label)))
    make_user(commune, Role.FRONT)

    found = User.objects.with_roles((Role.CHIEF, Role.OFFICER.value))

    assert list(found) == [both]
    assert roles.roles_of(both) == {"chief", "officer"}
    assert [roles.has_role(both, asked) for asked in ([Role.CHIEF], ["front"])] == [True, False]


def test_names_of_groups_are_asked_for_in_one_place():
    by_hand = re.compile(r"groups__name|groups\.filter\(\s*name|label\) for \w+ in \w*roles", re.I)
    folders = ("accounts", "broadcasts", "duty", "groups", "oversight", "reports", "zalo", "config")
    found = [
        path.relative_to(settings.BASE_DIR)
        for folder in folders
        for path in (Path(settings.BASE_DIR) / folder).rglob("*.py")
        if path.parent.name != "migrations" and by_hand.search(path.read_text(encoding="utf-8"))
    ]

    assert found == [Path("accounts/users/roles.py")]
