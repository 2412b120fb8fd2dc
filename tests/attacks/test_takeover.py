"""The technical administrator alone takes over no account of Party, Front and chiefs."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts import services
from accounts.models import SecondFactor, User
from accounts.sign_in import second_factor
from accounts.users.roles import Role
from tests.attacks.second_person import (
    REASON,
    ask_password,
    ask_reset,
    confirm_all,
    give_roles,
    in_use,
    opens,
    proposals,
    secret_of,
    verified,
)
from tests.factories.accounts import PASSWORD, make_second_factor, make_user

pytestmark = pytest.mark.django_db
SIDED = (Role.CHIEF, Role.SUPERIOR, Role.PARTY_OFFICE, Role.PARTY_MEMBER, Role.FRONT)


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture(autouse=True)
def in_service(chief: User) -> None:
    """The chief has signed in: the first days are over."""
    verified(chief)


@pytest.fixture
def victim(request: pytest.FixtureRequest, commune: Any, chief: User) -> User:
    """An account of a side, in use; the commune has a chief besides."""
    user = in_use(commune, request.param, username="nan.nhan")
    make_second_factor(user)
    return user


def is_untouched(victim: User) -> bool:
    victim.refresh_from_db()
    factor = SecondFactor.objects.get(user=victim)
    return victim.check_password(PASSWORD) and factor.is_enrolled


of_each_side = pytest.mark.parametrize("victim", SIDED, indirect=True)


@of_each_side
def test_password_and_reset_of_one_hand_change_nothing(victim, tech_admin):
    client = verified(tech_admin)

    ask_reset(client, victim)
    secret = ask_password(client, victim)
    confirm_all(client)

    assert secret == ""
    assert is_untouched(victim)


@of_each_side
def test_superuser_alone_changes_nothing_either(victim, superuser):
    client = verified(superuser)

    ask_reset(client, victim)
    secret = ask_password(client, victim)
    confirm_all(client)

    assert secret == ""
    assert is_untouched(victim)


@of_each_side
def test_role_taken_and_given_back_leaves_no_password(victim, tech_admin):
    role = next(one for one in SIDED if victim.groups.filter(name=str(one.label)).exists())
    client = verified(tech_admin)
    give_roles(client, victim)
    secret = ask_password(client, victim)
    ask_reset(client, victim)
    assert opens("nan.nhan", secret)

    give_roles(client, victim, role)

    assert list(victim.groups.values_list("name", flat=True)) == [str(role.label)]
    assert not opens("nan.nhan", secret)


@pytest.mark.parametrize("role", SIDED)
def test_account_of_his_own_is_shut_as_it_gets_the_role(commune, chief, tech_admin, role):
    client = verified(tech_admin)
    puppet = make_user(commune, username="gia.danh")
    secret = ask_password(client, puppet)
    session = verified(User.objects.get(pk=puppet.pk))
    assert opens("gia.danh", secret)

    give_roles(client, puppet, role)

    assert not opens("gia.danh", secret)
    assert session.get("/admin/").status_code == 302
    assert ask_password(client, puppet) == ""


def test_second_account_of_his_own_confirms_nothing(commune, chief, tech_admin):
    """He raises another administrator, and gives himself a role through it."""
    victim = in_use(commune, Role.FRONT, username="mat.tran")
    other = in_use(commune, Role.TECH_ADMIN, username="quan.tri.2")
    ask_reset(verified(tech_admin), victim)
    ask_password(verified(tech_admin), victim)

    for helper in (other, tech_admin):
        confirm_all(verified(helper))
    give_roles(verified(other), tech_admin, Role.TECH_ADMIN, Role.FRONT)
    tech_admin.refresh_from_db()

    assert not tech_admin.has_usable_password()
    assert User.objects.get(pk=victim.pk).check_password(PASSWORD)


def test_locking_everybody_else_leaves_somebody_who_is_not_he(commune, chief, tech_admin):
    victim = in_use(commune, Role.FRONT, username="mat.tran")
    colleague = in_use(commune, Role.FRONT)
    client = verified(tech_admin)
    for one in (colleague, chief):
        services.lock(one, by=tech_admin)
        give_roles(client, one)

    secret = ask_password(client, victim)
    confirm_all(client)

    assert secret == ""
    assert User.objects.get(pk=victim.pk).check_password(PASSWORD)


def test_services_refuse_one_hand_by_whatever_door(commune, chief, tech_admin, superuser):
    for role in SIDED:
        victim = in_use(commune, role)
        for by in (tech_admin, superuser):
            with pytest.raises(services.NotAllowed):
                services.issue_temporary_password(victim, by=by)
            with pytest.raises(services.NotAllowed):
                second_factor.reset(victim, by=by, reason=REASON)


@of_each_side
def test_owner_does_not_confirm_what_was_asked_about_the_own_account(victim, tech_admin):
    """A session of the owner in other hands makes no key."""
    ask_password(verified(tech_admin), victim)
    ask_reset(verified(tech_admin), victim)

    confirm_all(verified(victim))

    assert is_untouched(victim)


def test_new_account_of_the_party_gets_its_password_from_its_side(commune, chief, tech_admin):
    """It is meant to work so: one asks, another of the side hands it over."""
    colleague = in_use(commune, Role.PARTY_OFFICE)
    client = verified(tech_admin)
    group = Group.objects.get(name=str(Role.PARTY_MEMBER.label)).pk
    client.post(
        reverse("admin:accounts_user_add"),
        {"username": "cap.uy", "last_name": "Trần", "first_name": "Thử", "groups": [group]},
    )
    made = User.objects.get(username="cap.uy")
    assert ask_password(client, made) == ""

    helper = verified(colleague)
    page = helper.get("/admin/").content.decode()
    [address] = set(re.findall(r"/admin/accounts/changeproposal/(\d+)/xem/", page))
    helper.post(f"/admin/accounts/changeproposal/{address}/buoc/xac-nhan/")
    shown = helper.post(f"/admin/accounts/changeproposal/{address}/mat-khau/")
    again = helper.post(f"/admin/accounts/changeproposal/{address}/mat-khau/", follow=True)

    assert "no-store" in shown["Cache-Control"]
    assert opens("cap.uy", secret_of(shown))
    assert secret_of(again) == ""


def test_second_person_without_the_role_any_more_fetches_nothing(commune, chief, tech_admin):
    colleague = in_use(commune, Role.PARTY_OFFICE)
    made = in_use(commune, Role.PARTY_MEMBER, username="cap.uy")
    assert ask_password(verified(tech_admin), made) == ""
    (number,) = proposals()
    helper = verified(colleague)
    helper.post(f"/admin/accounts/changeproposal/{number}/buoc/xac-nhan/")
    colleague.groups.set([Group.objects.get(name=str(Role.OFFICER.label))])

    page = verified(colleague).post(f"/admin/accounts/changeproposal/{number}/mat-khau/")

    assert secret_of(page) == ""
