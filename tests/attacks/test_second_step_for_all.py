"""A second step for hamlet heads, Front and Party members: offered once, required by role."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts.models import SecondFactor
from accounts.users.roles import Role
from config.environment import several
from tests.factories.accounts import PASSWORD, make_second_factor

OFFERED = [Role.HAMLET_HEAD, Role.FRONT, Role.PARTY_MEMBER]


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def sign_in(account, next_page="/admin/"):
    client = Client()
    given = {"username": account.username, "password": PASSWORD, "next": next_page}
    return client, client.post(reverse("admin:login"), given)


@pytest.mark.parametrize("role", OFFERED)
def test_is_offered_once_and_leads_on(actor, role):
    account = actor(role, password=PASSWORD)

    client, first = sign_in(account, "/admin/password_change/")
    _client, second = sign_in(account, "/admin/password_change/")

    offer = reverse("admin:offer_second_step")
    assert first["Location"] == f"{offer}?next=%2Fadmin%2Fpassword_change%2F"
    assert second["Location"] == "/admin/password_change/"
    page = client.get(first["Location"]).content.decode()
    assert reverse("admin:passkeys") in page
    assert reverse("admin:enrol_second_factor") in page
    assert 'href="/admin/password_change/">Để sau</a>' in page
    assert client.get("/admin/").status_code == 200


def test_who_has_one_already_is_offered_none(actor):
    account = actor(Role.FRONT, password=PASSWORD)
    make_second_factor(account)

    _client, answer = sign_in(account)

    assert answer["Location"] == "/admin/"


def test_temporary_password_is_changed_first_and_the_offer_comes_later(actor):
    account = actor(Role.HAMLET_HEAD, password=PASSWORD, must_change_password=True)

    _client, answer = sign_in(account)

    assert answer["Location"] == "/admin/"
    assert not SecondFactor.objects.filter(offered_at__isnull=False).exists()


@pytest.mark.parametrize("role", OFFERED)
def test_role_that_the_installation_names_must_set_one_up(actor, role, settings):
    settings.SECOND_FACTOR_ROLES = [role.value]
    account = actor(role, password=PASSWORD)

    client, answer = sign_in(account)

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/")["Location"].startswith(reverse("admin:second_step"))
    assert client.get("/admin/groups/member/").status_code == 302
    leads_to = client.get(reverse("admin:second_step"))["Location"]
    assert leads_to.startswith(reverse("admin:enrol_second_factor"))
    assert client.get(reverse("admin:passkeys")).status_code == 200


def test_other_roles_are_left_alone(actor, settings):
    settings.SECOND_FACTOR_ROLES = ["front"]
    client, _answer = sign_in(actor(Role.HAMLET_HEAD, password=PASSWORD))

    assert client.get("/admin/").status_code == 200


def test_name_that_is_no_role_stops_the_start():
    names = tuple(role.value for role in OFFERED)

    assert several({"A": " front,hamlet_head"}, "A", names) == ["front", "hamlet_head"]
    assert several({}, "A", names) == []
    with pytest.raises(ImproperlyConfigured, match="chỉ nhận"):
        several({"A": "front,truong_ap"}, "A", names)
