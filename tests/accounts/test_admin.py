"""The admin of accounts: nobody raises their own powers, and everything is recorded."""

import re

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.audit import services as audit
from accounts.models import AuditChain, AuditEvent, User
from accounts.users.roles import Role
from tests.factories.accounts import make_commune, make_profile, make_user


def role(name: Role) -> Group:
    return Group.objects.get(name=str(name.label))


def change_url(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, username="can.bo")


@pytest.fixture
def admin_client(login, tech_admin):
    return login(tech_admin)


def person(**fields):
    values = {"username": "can.bo", "last_name": "Lê", "first_name": "An", "email": ""}
    return values | fields


def test_new_account_belongs_to_the_commune_and_has_no_password(admin_client, commune):
    answer = admin_client.post(
        reverse("admin:accounts_user_add"),
        person(username="moi", groups=[role(Role.OFFICER).pk], is_superuser="on", is_staff=""),
    )

    made = User.objects.get(username="moi")
    assert answer.status_code == 302
    assert (made.commune, made.is_staff, made.is_superuser) == (commune, True, False)
    assert not made.has_usable_password()
    event = AuditEvent.objects.get(action="account.created")
    assert event.details["roles"] == [str(Role.OFFICER.label)]


def test_forged_commune_is_ignored(admin_client, commune, other_commune):
    admin_client.post(
        reverse("admin:accounts_user_add"), person(username="moi", commune=other_commune.pk)
    )

    assert User.objects.get(username="moi").commune == commune


def test_forged_powers_are_ignored(admin_client, officer):
    admin_client.post(
        change_url(officer),
        person(groups=[role(Role.CHIEF).pk], is_superuser="on", user_permissions=["1", "2"]),
    )

    officer.refresh_from_db()
    assert list(officer.groups.all()) == [role(Role.CHIEF)]
    assert officer.is_superuser is False
    assert list(officer.user_permissions.all()) == []


def test_nobody_changes_their_own_roles(admin_client, tech_admin):
    answer = admin_client.post(
        change_url(tech_admin),
        person(username="khac", first_name="Đổi tên", groups=[role(Role.CHIEF).pk]),
    )

    tech_admin.refresh_from_db()
    assert answer.status_code == 302
    assert tech_admin.first_name == "Đổi tên"
    assert list(tech_admin.groups.all()) == [role(Role.TECH_ADMIN)]
    assert tech_admin.username != "khac"


def test_superuser_of_the_commune_cannot_be_edited_by_others(admin_client, commune):
    chief_of_all = make_user(commune, is_superuser=True)

    answer = admin_client.post(change_url(chief_of_all), person(username="chiem"))

    assert answer.status_code == 403
    assert User.objects.filter(username="chiem").exists() is False


def test_temporary_password_is_shown_once(admin_client, officer):
    url = reverse("admin:accounts_user_temporary_password", args=[officer.pk])
    asked = admin_client.get(url)
    officer.refresh_from_db()
    assert officer.must_change_password is False

    given = admin_client.post(url)

    password = re.search(r">([a-z2-9]{4}(?:-[a-z2-9]{4}){2})<", given.content.decode()).group(1)
    officer.refresh_from_db()
    assert "chỉ hiện một lần" in asked.content.decode().replace("\n", " ")
    assert officer.check_password(password)
    assert officer.must_change_password is True
    assert "no-store" in given["Cache-Control"]
    assert password not in admin_client.get(url).content.decode()


def test_temporary_password_for_oneself_is_refused(admin_client, tech_admin):
    before = tech_admin.password

    answer = admin_client.post(
        reverse("admin:accounts_user_temporary_password", args=[tech_admin.pk])
    )

    tech_admin.refresh_from_db()
    assert "chính mình" in answer.content.decode()
    assert tech_admin.password == before


def test_chief_reads_accounts_and_changes_none(login, chief, officer):
    client = login(chief)

    assert client.get(change_url(officer)).status_code == 200
    assert client.post(change_url(officer), person(username="x")).status_code == 403
    issue = reverse("admin:accounts_user_temporary_password", args=[officer.pk])
    assert client.post(issue).status_code == 403


def run_action(client, name: str, *users: User):
    return client.post(
        reverse("admin:accounts_user_changelist"),
        {"action": name, "_selected_action": [user.pk for user in users]},
        follow=True,
    )


def test_locking_reports_each_account(admin_client, officer, tech_admin):
    answer = run_action(admin_client, "lock_accounts", officer, tech_admin).content.decode()

    officer.refresh_from_db()
    tech_admin.refresh_from_db()
    assert (officer.is_active, tech_admin.is_active) == (False, True)
    assert "Đã khóa: 1." in answer
    assert "Không tự làm việc này" in answer


def test_unlocking_opens_again(admin_client, officer):
    run_action(admin_client, "lock_accounts", officer)

    run_action(admin_client, "unlock_accounts", officer)

    officer.refresh_from_db()
    assert officer.is_active is True


def test_accounts_are_never_deleted(login, superuser, officer):
    url = reverse("admin:accounts_user_delete", args=[officer.pk])

    assert login(superuser).post(url, {"post": "yes"}).status_code == 403


def test_passwords_cannot_be_probed(admin_client):
    answer = admin_client.get(
        reverse("admin:accounts_user_changelist"), {"password__startswith": "md5"}
    )

    assert answer.status_code == 400


def test_role_page_tells_its_powers(admin_client):
    page = admin_client.get(
        reverse("admin:auth_group_change", args=[role(Role.CHIEF).pk])
    ).content.decode()

    assert "duyệt bài đăng" in page
    assert "Can " not in page


def test_only_a_city_wide_account_founds_communes(admin_client, login, superuser):
    url = reverse("admin:accounts_commune_add")

    assert admin_client.get(url).status_code == 403
    assert login(superuser).get(url).status_code == 200


def test_letterhead_change_is_recorded(login, chief, commune):
    profile = make_profile(commune)
    url = reverse("admin:accounts_communeprofile_change", args=[profile.pk])
    answer = login(chief).post(
        url,
        {
            "commune": commune.pk,
            "valid_from": "30/04/2026",
            "province_label": "THÀNH PHỐ ĐỒNG NAI",
            "chief_name": "Người Ký Mới",
            "quiet_from": "21:00",
            "quiet_to": "06:00",
            "daily_cap": 2,
            "weekly_cap": 7,
        },
    )

    assert answer.status_code == 302
    event = AuditEvent.objects.get(action="commune.changed")
    assert (event.commune, event.details["fields"]) != (None, [])


def test_trail_is_read_in_words(login, chief, officer, tech_admin):
    from accounts import services  # noqa: PLC0415 -- beside its only use

    services.lock(officer, by=tech_admin)
    page = login(chief).get(reverse("admin:accounts_auditevent_changelist")).content.decode()

    assert "Khóa tài khoản" in page
    assert "account.locked" not in page


@pytest.fixture
def far_along(commune, chief):
    """An event whose number in the chain cannot stand on a page for another reason."""
    AuditChain.objects.update_or_create(commune=commune, defaults={"length": 481_515})
    return audit.record("data.exported", by=chief)


def test_trail_never_shows_the_number_in_the_chain(login, chief, far_along):
    """A gap between two of them dates what is kept from the reader."""
    page = reverse("admin:accounts_auditevent_change", args=[far_along.pk])
    listed = reverse("admin:accounts_auditevent_changelist")

    for address in (page, listed):
        answer = login(chief).get(address)
        assert answer.status_code == 200
        assert "481516" not in answer.content.decode().replace(".", "")
    assert str(far_along.sequence) not in str(far_along)


@pytest.mark.parametrize("asked", ["sequence", "sequence__gt", "sequence__in", "sequence__isnull"])
def test_trail_does_not_answer_about_the_number_in_the_chain(login, chief, far_along, asked):
    listed = reverse("admin:accounts_auditevent_changelist")

    assert login(chief).get(listed, {asked: far_along.sequence}).status_code == 400


@pytest.mark.parametrize("name", ["user", "auditevent", "commune", "communeprofile"])
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    superuser, login, name, django_assert_max_num_queries, commune
):
    client = login(superuser)
    url = reverse(f"admin:accounts_{name}_changelist")
    make_profile(commune)
    client.get(url)
    counts = []
    for year in (2027, 2028):
        with django_assert_max_num_queries(12) as captured:
            client.get(url)
        counts.append(len(captured))
        for month in (1, 2):
            login(make_user(commune, Role.OFFICER))
            make_profile(commune, valid_from=f"{year}-0{month}-01")
            make_commune()

    assert counts[0] == counts[1]
