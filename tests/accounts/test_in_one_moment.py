"""Nothing outlives the raising of an account that its owner sets up in that very moment."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import pages as sign_in_pages
from accounts.sign_in import second_factor
from accounts.sign_in.pages import OwnPasswordForm
from accounts.users.roles import Role
from tests.accounts.test_second_factor import ENROL, MEMBERS, STEP, key_on, sign_in, where
from tests.accounts.test_second_factor_reset import SEED_OF_CHIEF
from tests.factories.accounts import (
    PASSWORD,
    code_now,
    make_second_factor,
    make_user,
    tomorrow,
)

pytestmark = pytest.mark.usefixtures("step_begins")
NEW = "mật-khẩu-hoàn-toàn-mới-07"


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def chief(chief) -> User:
    make_second_factor(chief, seed="", confirmed_at=None, permitted_until=tomorrow())
    second_factor.enrol(chief, SEED_OF_CHIEF, code_now(SEED_OF_CHIEF))
    return chief


@pytest.fixture
def own(commune, chief) -> User:
    """An account of the administrator's own making, with a password that is known."""
    return make_user(commune, Role.FRONT, username="can.bo", password=PASSWORD)


@pytest.fixture
def raise_to(own, tech_admin) -> Callable[[Role], None]:
    def give(role: Role) -> None:
        before = set(own.groups.values_list("name", flat=True))
        own.groups.set([Group.objects.get(name=str(role.label))])
        second_factor.roles_changed(own, before=before, by=tech_admin)

    return give


def meanwhile(monkeypatch, place: object, name: str, deed: Callable[[], None]) -> None:
    """Let the deed happen once, in the middle of the request, right after this function."""
    original = getattr(place, name)
    done: list[bool] = []

    def wrapped(*args, **kwargs):
        result = original(*args, **kwargs)
        if not done:
            done.append(True)
            deed()
        return result

    monkeypatch.setattr(place, name, wrapped)


@pytest.mark.parametrize(("role", "then"), [(Role.CHIEF, "/admin/login/"), (Role.OFFICER, STEP)])
def test_second_step_set_up_while_the_police_role_comes(monkeypatch, own, raise_to, role, then):
    """A chief's password ends as well: it takes a second person."""
    client = sign_in()
    key = key_on(client.get(ENROL).content.decode())
    meanwhile(monkeypatch, sign_in_pages, "_pending_seed", lambda: raise_to(role))

    page = client.post(ENROL, {"code": code_now(key)}).content.decode()

    assert "vừa được thay đổi ở nơi khác" in page
    assert not second_factor.of(own).is_enrolled
    assert where(client) == "/admin/login/"
    assert where(sign_in()) == then
    assert "plain-key" not in sign_in().get(ENROL).content.decode()


def test_phone_changed_while_the_police_role_comes(monkeypatch, own, raise_to):
    """Even with a code that was shown a moment before."""
    make_second_factor(own)
    client = sign_in()
    client.post(STEP, {"code": code_now()})
    assert where(client, "/admin/") == 200
    client.post(f"{STEP}?doi=1", {"code": code_now(steps=1)})
    key = key_on(client.get(ENROL).content.decode())
    meanwhile(monkeypatch, sign_in_pages, "_pending_seed", lambda: raise_to(Role.CHIEF))

    client.post(ENROL, {"code": code_now(key)})

    assert not second_factor.of(own).is_enrolled
    assert where(client) == "/admin/login/"


def test_second_step_shown_while_the_police_role_comes(monkeypatch, own, raise_to):
    make_second_factor(own)
    client = sign_in()
    meanwhile(monkeypatch, second_factor, "verify", lambda: raise_to(Role.CHIEF))

    client.post(STEP, {"code": code_now()})

    assert where(client) == "/admin/login/"


def test_password_changed_while_the_role_of_a_head_comes(monkeypatch, own, raise_to):
    client = sign_in()
    meanwhile(monkeypatch, OwnPasswordForm, "clean", lambda: raise_to(Role.HAMLET_HEAD))

    page = client.post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    ).content.decode()

    assert "vừa được thay đổi ở nơi khác" in page
    own.refresh_from_db()
    assert not own.has_usable_password()
    assert where(client, MEMBERS) == "/admin/login/"


def test_without_any_of_it_password_and_second_step_are_changed(own):
    client = sign_in()
    client.post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    )
    own.refresh_from_db()
    assert own.check_password(NEW)
    key = key_on(client.get(ENROL).content.decode())
    client.post(ENROL, {"code": code_now(key)})

    assert second_factor.of(own).is_enrolled
    assert where(client, "/admin/") == 200
