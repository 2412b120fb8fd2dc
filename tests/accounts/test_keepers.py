"""A keeper of the people's lists signs in with a password alone: it comes from a chief."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, User
from accounts.scoped_admin.work_lists import lists_for
from accounts.sign_in import second_factor
from accounts.users.roles import KEEPERS, POLICE, Role
from tests.accounts.test_second_factor import where
from tests.accounts.test_second_factor_reset import SEED_OF_CHIEF, as_verified
from tests.factories.accounts import (
    PASSWORD,
    code_now,
    make_second_factor,
    make_user,
    tomorrow,
)
from tests.factories.groups import make_assignment, make_member, make_officer
from tests.groups.test_change_races import at_once

WAITING = "Chờ đồng chí cấp mật khẩu"
MEMBERS = "/admin/groups/member/"
pytestmark = pytest.mark.usefixtures("step_begins")


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def chief(chief) -> User:
    """Has set up the second step, so that there is somebody who can give a word."""
    make_second_factor(chief, seed="", confirmed_at=None, permitted_until=tomorrow())
    second_factor.enrol(chief, SEED_OF_CHIEF, code_now(SEED_OF_CHIEF))
    return chief


@pytest.fixture
def head(commune, hamlet, chief) -> User:
    user = make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)
    make_assignment(make_officer(commune, user=user), hamlet)
    make_member(hamlet, full_name="Nguyễn Thị Dân")
    return user


def give(user: User, *roles: Role, by: User) -> None:
    """Give rights by the form of an account."""
    before = set(user.groups.values_list("name", flat=True))
    user.groups.set(Group.objects.filter(name__in=[str(role.label) for role in roles]))
    second_factor.roles_changed(user, before=before, by=by)
    user.refresh_from_db()


def page_of(user: User) -> str:
    return reverse("admin:accounts_user_temporary_password", args=[user.pk])


def waiting(user: User) -> list[str]:
    found = [one for one in lists_for(user, timezone.localtime()) if one.title == WAITING]
    return [item.title for one in found for item in one.items]


def test_keepers_are_whoever_sees_members_and_is_no_police():
    assert {Role.HAMLET_HEAD, Role.TEAM_LEADER} == KEEPERS
    assert not KEEPERS & POLICE


def test_technical_administrator_takes_no_account_of_a_head(login, head, tech_admin):
    with pytest.raises(services.NotAllowed, match="mật khẩu tạm do chỉ huy"):
        services.issue_temporary_password(head, by=tech_admin)
    client = as_verified(login, tech_admin)
    for answer in (client.get(page_of(head)), client.post(page_of(head))):
        assert "mật khẩu tạm do chỉ huy" in answer.content.decode()
        assert "<code" not in answer.content.decode()

    head.refresh_from_db()
    assert head.check_password(PASSWORD)
    assert not AuditEvent.objects.filter(action="account.temporary_password").exists()


def test_chief_issues_it_and_the_head_gets_in(login, client, head, chief):
    page = as_verified(login, chief).post(page_of(head)).content.decode()
    password = page.partition("<code")[2].partition(">")[2].partition("<")[0].strip()

    client.post("/admin/login/", {"username": "truong.ap", "password": password})

    assert where(client) == "/admin/password_change/"
    event = AuditEvent.objects.get(action="account.temporary_password")
    assert (event.actor, event.target_label) == (chief, str(head))


@pytest.mark.parametrize("role", [*sorted(POLICE), Role.PARTY_OFFICE, Role.TECH_ADMIN])
def test_chief_issues_no_other_password(login, commune, chief, role):
    """For the police password and second step come from two hands."""
    victim = make_user(commune, role, password=PASSWORD)

    assert as_verified(login, chief).post(page_of(victim)).status_code == 403
    with pytest.raises(services.NotAllowed):
        services.issue_temporary_password(victim, by=chief)
    victim.refresh_from_db()
    assert victim.check_password(PASSWORD)


def test_chief_of_elsewhere_issues_nothing(login, other_commune, head):
    stranger = make_user(other_commune, Role.CHIEF)
    make_second_factor(stranger)

    assert as_verified(login, stranger).post(page_of(head)).status_code in {403, 404}
    with pytest.raises(services.NotAllowed):
        services.issue_temporary_password(head, by=stranger)


@pytest.mark.parametrize("former", [Role.OFFICER, Role.FRONT, None])
def test_no_account_is_raised_among_the_keepers_with_a_known_password(
    login, commune, hamlet, chief, tech_admin, former
):
    """An officer's account stripped of the police, or one of the administrator's own."""
    victim = make_user(commune, former, username="can.bo", password=PASSWORD)
    make_assignment(make_officer(commune, user=victim), hamlet)
    make_member(hamlet, full_name="Nguyễn Thị Dân")
    give(victim, by=tech_admin)
    password = services.issue_temporary_password(victim, by=tech_admin)
    User.objects.filter(pk=victim.pk).update(must_change_password=False)
    session = login(User.objects.get(pk=victim.pk))
    assert session.get("/admin/").status_code == 200

    give(victim, Role.HAMLET_HEAD, by=tech_admin)

    assert not victim.check_password(password)
    assert "Dân" not in session.get(MEMBERS, follow=True).content.decode()
    with pytest.raises(services.NotAllowed):
        services.issue_temporary_password(victim, by=tech_admin)
    event = AuditEvent.objects.get(action="account.password_voided")
    assert (event.actor, event.target_label) == (tech_admin, str(victim))


def test_roles_given_on_the_page_end_the_password_too(login, commune, chief, tech_admin):
    user = make_user(commune, Role.FRONT, username="mat.tran", password=PASSWORD)
    role = Group.objects.get(name=str(Role.HAMLET_HEAD.label))
    page = reverse("admin:accounts_user_change", args=[user.pk])
    form = {"username": "mat.tran", "last_name": "Bùi", "first_name": "Nga", "email": "",
            "groups": [role.pk]}  # fmt: skip

    as_verified(login, tech_admin).post(page, form)

    user.refresh_from_db()
    assert list(user.groups.all()) == [role]
    assert not user.has_usable_password()
    assert waiting(chief) == [str(user)]


def test_a_head_who_stays_a_head_keeps_the_password(chief, tech_admin, head):
    give(head, Role.HAMLET_HEAD, Role.DUTY_OFFICER, by=tech_admin)

    assert head.check_password(PASSWORD)


def test_chief_is_told_who_waits_for_a_password(chief, tech_admin, head, commune):
    new = make_user(commune, Role.HAMLET_HEAD)
    make_user(commune, Role.HAMLET_HEAD, is_active=False)
    make_user(commune, Role.OFFICER)

    assert waiting(chief) == [str(new)]
    assert waiting(tech_admin) == waiting(head) == []
    services.issue_temporary_password(new, by=chief)
    assert waiting(chief) == []


def test_new_account_of_a_head_tells_the_administrator_who_gives_the_password(
    login, chief, tech_admin
):
    role = Group.objects.get(name=str(Role.HAMLET_HEAD.label))
    form = {"username": "truong.ap9", "last_name": "Lê", "first_name": "An", "groups": [role.pk]}

    answer = as_verified(login, tech_admin).post(
        reverse("admin:accounts_user_add"), form, follow=True
    )

    assert "Mật khẩu tạm của tài khoản này do chỉ huy cấp." in answer.content.decode()


def test_before_there_is_a_chief_the_administrator_issues_every_password(commune, tech_admin):
    head = make_user(commune, Role.HAMLET_HEAD)

    assert services.issue_temporary_password(head, by=tech_admin)


def test_superuser_issues_every_password(superuser, chief, head):
    assert services.issue_temporary_password(head, by=superuser)


def test_head_who_lost_the_phone_is_sent_to_the_chief(login, head, chief):
    client = login(head)
    pages = [client.get(reverse("admin:lost_phone")), client.post(reverse("admin:lost_phone"))]

    for page in pages:
        assert "nhờ chỉ huy Công an xã cấp mật khẩu tạm" in page.content.decode()
    assert waiting(chief) == [str(head)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_role_and_password_at_once_open_nothing(commune, chief, tech_admin, round_):
    """Two requests of the administrator, so that each finds what it needs."""
    victim = make_user(commune, Role.FRONT)

    def raise_up() -> None:
        with transaction.atomic():
            user = User.objects.get(pk=victim.pk)
            user.groups.add(Group.objects.get(name=str(Role.HAMLET_HEAD.label)))
            second_factor.roles_changed(user, before={str(Role.FRONT.label)}, by=tech_admin)

    ends = at_once(
        raise_up,
        lambda: services.issue_temporary_password(User.objects.get(pk=victim.pk), by=tech_admin),
    )

    assert ends[0] == "done"
    victim.refresh_from_db()
    assert not victim.has_usable_password()


def test_form_of_an_account_undoes_no_lock_of_the_same_moment(commune, tech_admin):
    """The row that the form read is older than the lock."""
    user = make_user(commune, Role.FRONT, username="mat.tran", password=PASSWORD)
    stale = User.objects.get(pk=user.pk)
    services.lock(user, by=tech_admin)
    model_admin = admin.site._registry[User]
    form = type("Form", (), {"changed_data": ["first_name", "groups"]})()
    stale.first_name = "Nga"
    request = type("Request", (), {"user": tech_admin})()

    model_admin.save_model(request, stale, form, change=True)

    user.refresh_from_db()
    assert (user.first_name, user.is_active) == ("Nga", False)
