"""Signing in: throttling, temporary passwords, locking; each leaves its mark in the trail."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import AuditEvent, User
from accounts.users.roles import Role
from tests.factories.accounts import PASSWORD, make_user

LOGIN = "/admin/login/"
WRONG = "sai-mật-khẩu"


def sign_in(username: str, password: str, ip: str = "127.0.0.1", client: Client | None = None):
    return (client or Client()).post(
        LOGIN, {"username": username, "password": password}, REMOTE_ADDR=ip
    )


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, username="can.bo", password=PASSWORD)


@pytest.fixture
def colleague(commune) -> User:
    return make_user(commune, Role.OFFICER, username="dong.nghiep", password=PASSWORD)


def test_right_password_signs_in_and_is_recorded(officer):
    answer = sign_in("can.bo", PASSWORD)

    assert answer.status_code == 302
    assert actions() == ["account.logged_in"]


def test_five_wrong_passwords_bar_this_user_from_this_network(officer, colleague):
    for _ in range(4):
        assert sign_in("can.bo", WRONG).status_code == 200
    barred = sign_in("can.bo", WRONG)

    assert barred.status_code == 429
    assert 'lang="vi"' in barred.content.decode()
    assert "15 phút" in barred.content.decode()
    assert sign_in("can.bo", PASSWORD).status_code == 429
    assert sign_in("dong.nghiep", PASSWORD).status_code == 302
    assert sign_in("can.bo", PASSWORD, ip="127.0.1.1").status_code == 302


def test_lockout_is_recorded_in_the_chain_of_the_commune(officer, commune):
    for _ in range(5):
        sign_in("can.bo", WRONG)

    event = AuditEvent.objects.get(action="account.locked_out")
    assert (event.commune, event.target_label) == (commune, str(officer))


def test_success_forgets_earlier_mistakes(officer):
    for _ in range(3):
        for _ in range(4):
            sign_in("can.bo", WRONG)
        assert sign_in("can.bo", PASSWORD).status_code == 302


def test_no_difference_between_unknown_user_and_wrong_password(officer):
    known = sign_in("can.bo", WRONG).content.decode()
    unknown = sign_in("khong.co", WRONG).content.decode()

    assert known.replace("can.bo", "").count("errornote") == unknown.count("errornote")


def test_temporary_password_leads_to_the_change_before_anything_else(officer, tech_admin):
    password = services.issue_temporary_password(officer, by=tech_admin)
    client = Client()
    sign_in("can.bo", password, client=client)

    for page in ("/admin/", "/admin/groups/member/", "/admin/search/?s=a"):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/")
    assert client.get("/admin/password_change/").status_code == 200


def change(client: Client, old: str, new: str, again: str | None = None):
    return client.post(
        reverse("admin:password_change"),
        {"old_password": old, "new_password1": new, "new_password2": again or new},
    )


def test_after_the_change_the_way_is_free(officer, tech_admin):
    password = services.issue_temporary_password(officer, by=tech_admin)
    client = Client()
    sign_in("can.bo", password, client=client)

    answer = change(client, password, "Mật-khẩu-riêng-91")

    officer.refresh_from_db()
    assert answer.status_code == 302
    assert officer.must_change_password is False
    assert client.get("/admin/").status_code == 200
    assert actions()[-1] == "account.password_changed"


def test_temporary_password_cannot_be_kept(officer, tech_admin):
    password = services.issue_temporary_password(officer, by=tech_admin)
    client = Client()
    sign_in("can.bo", password, client=client)

    answer = change(client, password, password)

    officer.refresh_from_db()
    assert "Mật khẩu mới trùng với mật khẩu đang dùng" in answer.content.decode()
    assert officer.must_change_password is True


@pytest.mark.parametrize("weak", ["ngan", "1234567890", "password123", "can.bo2026"])
def test_weak_password_is_refused(officer, login, weak):
    client = login(officer)

    answer = change(client, PASSWORD, weak)

    assert answer.status_code == 200
    officer.refresh_from_db()
    assert officer.check_password(PASSWORD)


def test_temporary_password_ends_open_sessions(officer, tech_admin, login):
    client = login(officer)
    services.issue_temporary_password(officer, by=tech_admin)

    assert client.get("/admin/").status_code == 302


def test_locked_account_is_out_at_once(officer, tech_admin, login):
    client = login(officer)
    services.lock(officer, by=tech_admin)

    assert client.get("/admin/")["Location"].startswith(LOGIN)
    assert sign_in("can.bo", PASSWORD).status_code == 200


def test_unlocking_also_lifts_the_bar_of_wrong_passwords(officer, tech_admin):
    for _ in range(5):
        sign_in("can.bo", WRONG)

    services.unlock(officer, by=tech_admin)

    assert sign_in("can.bo", PASSWORD).status_code == 302


@pytest.mark.parametrize("verb", [services.issue_temporary_password, services.lock])
def test_nobody_manages_their_own_account(tech_admin, verb):
    with pytest.raises(services.NotAllowed, match="chính mình"):
        verb(tech_admin, by=tech_admin)


@pytest.mark.parametrize(
    "verb", [services.issue_temporary_password, services.lock, services.unlock]
)
def test_only_a_superuser_touches_a_superuser(commune, tech_admin, verb):
    chief_of_all = make_user(commune, is_superuser=True)

    with pytest.raises(services.NotAllowed, match="cấp cao nhất"):
        verb(chief_of_all, by=tech_admin)


def test_temporary_password_is_kept_nowhere(officer, tech_admin):
    password = services.issue_temporary_password(officer, by=tech_admin)
    event = AuditEvent.objects.get(action="account.temporary_password")

    assert len(password) == 14
    assert password not in repr(event.__dict__)
    assert password not in repr(User.objects.filter(pk=officer.pk).values())


def test_anonymous_sees_nothing(officer):
    assert list(User.objects.visible_to(AnonymousUser())) == []


def test_who_guesses_behind_the_proxy_locks_out_nobody_else(client, settings, chief):
    settings.PROXY_COUNT = 1
    guesser, owner = {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.8"}
    address = reverse("admin:login")

    for _guess in range(5):
        client.post(address, {"username": chief.username, "password": "sai"}, **guesser)
    barred = client.post(address, {"username": chief.username, "password": "sai"}, **guesser)
    other = client.post(address, {"username": chief.username, "password": "sai"}, **owner)

    assert (barred.status_code, other.status_code) == (429, 200)
