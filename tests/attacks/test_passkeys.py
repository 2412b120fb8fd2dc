"""Passkeys: what opens, what a thief, a false site or a copied answer gets."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, Passkey, SecondFactor
from accounts.sign_in import second_factor
from accounts.users.roles import Role
from tests.attacks.authenticator import HAS_KEY, PRESENT, Authenticator
from tests.factories.accounts import PASSWORD, code_now, make_second_factor, make_user

OWN = "Mật-khẩu-của-mình-91"
PAGE, ENTER = "admin:passkeys", "admin:passkey_sign_in"
OPTIONS = re.compile(r'data-options="([^"]+)"')


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def head(commune):
    account = make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)
    SecondFactor.objects.create(user=account, offered_at=timezone.now())
    return account


@pytest.fixture
def phone():
    return Authenticator()


def by_password(account) -> Client:
    client = Client()
    client.post(reverse("admin:login"), {"username": account.username, "password": PASSWORD})
    return client


def options_on(client: Client, page: str) -> str:
    """Options that the page hands to the browser."""
    found = OPTIONS.search(client.get(page).content.decode())
    assert found is not None
    return html.unescape(found[1])


def add(client: Client, phone: Authenticator):
    answer = phone.make(options_on(client, reverse(PAGE)))
    return client.post(reverse(PAGE), {"answer": answer})


def enter(client: Client, phone: Authenticator, **more):
    answer = phone.use(options_on(client, reverse("admin:login")))
    return client.post(reverse(ENTER), {"answer": answer, **more})


def test_head_adds_a_passkey_gets_codes_and_signs_in_with_nothing_else(head, phone):
    added = add(by_password(head), phone)
    client = Client()
    answer = enter(client, phone, next="/admin/groups/member/")

    assert added.content.decode().count("<li><code>") == second_factor.RECOVERY_CODES
    assert (answer.status_code, answer["Location"]) == (302, "/admin/groups/member/")
    assert client.get("/admin/").status_code == 200
    assert settings.DEVICE_COOKIE_NAME in client.cookies
    assert AuditEvent.objects.filter(action="account.passkey_used", actor=head).count() == 1


def test_who_has_a_passkey_is_asked_for_it_after_the_password(head, phone):
    add(by_password(head), phone)
    client = by_password(head)

    assert client.get("/admin/")["Location"].startswith(reverse("admin:second_step"))
    page = reverse("admin:second_step")
    answer = client.post(page, {"answer": phone.use(options_on(client, page)), "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_passkey_of_another_account_does_not_pass_the_second_step(head, phone, commune):
    thief = make_user(commune, Role.FRONT, username="khac", password=PASSWORD)
    SecondFactor.objects.create(user=thief, offered_at=timezone.now())
    own = Authenticator()
    add(by_password(thief), own)
    add(by_password(head), phone)
    client = by_password(head)
    page = reverse("admin:second_step")

    client.post(page, {"answer": own.use(options_on(client, page))})

    assert client.get("/admin/").status_code == 302


def test_police_account_adds_none_without_a_permit(chief, phone, actor):
    make_second_factor(chief)
    type(chief.commune).objects.update(vouching_since=timezone.now())
    officer = actor(Role.OFFICER, password=PASSWORD)
    client = by_password(officer)

    page = client.get(reverse(PAGE)).content.decode()
    forged = phone.make(json.dumps({"challenge": "YQ"}))

    assert OPTIONS.search(page) is None
    assert client.post(reverse(PAGE), {"answer": forged}).status_code == 200
    assert not Passkey.objects.exists()


def test_permitted_police_account_may_have_a_passkey_alone(chief, phone, actor):
    officer = actor(Role.OFFICER, password=PASSWORD)
    second_factor.reset(officer, by=chief, reason="Mới nhận việc")
    client = by_password(officer)

    add(client, phone)

    assert client.get("/admin/").status_code == 200
    assert SecondFactor.objects.get(user=officer).permitted_until is None


def test_session_left_open_adds_and_removes_nothing(head, phone):
    make_second_factor_of(head)
    client = by_password(head)
    client.post(reverse("admin:second_step"), {"code": code_now()})
    options = client.get(reverse(PAGE)).content.decode()
    kept = Passkey.objects.create(
        user=head, name="x", credential_id="x", public_key=b"", made_at=timezone.now()
    )

    assert OPTIONS.search(options) is None
    answer = client.post(reverse("admin:remove_passkey", args=[kept.pk]))
    assert answer["Location"] == f"{reverse('admin:second_step')}?doi=khoa"
    assert Passkey.objects.count() == 1


def make_second_factor_of(account) -> None:
    SecondFactor.objects.filter(user=account).delete()
    make_second_factor(account, offered_at=timezone.now())


def test_after_one_more_code_a_passkey_is_added_and_removed(head, phone, step_begins):
    make_second_factor_of(head)
    client = by_password(head)
    client.post(reverse("admin:second_step"), {"code": code_now(steps=-1)})
    again = f"{reverse('admin:second_step')}?doi=khoa"
    assert client.post(again, {"code": code_now()})["Location"] == reverse(PAGE)

    assert add(client, phone).status_code in (200, 302)
    assert head.passkeys.count() == 1

    page = options_on(client, again)
    client.post(again, {"answer": phone.use(page)})
    client.post(reverse("admin:remove_passkey", args=[head.passkeys.get().pk]))
    assert head.passkeys.count() == 0


def test_answer_is_good_once(head, phone):
    add(by_password(head), phone)
    answer = phone.use(options_on(Client(), reverse("admin:login")))
    assert Client().post(reverse(ENTER), {"answer": answer}).status_code == 302

    again = Client().post(reverse(ENTER), {"answer": answer})

    assert again.status_code == 200
    assert "tải lại trang" in again.content.decode()


def test_challenge_ends_after_half_an_hour(head, phone):
    add(by_password(head), phone)
    client = Client()
    answer = phone.use(options_on(client, reverse("admin:login")))

    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        client.post(reverse(ENTER), {"answer": answer})
        assert client.get("/admin/").status_code == 302


def other_key(phone: Authenticator) -> Authenticator:
    return Authenticator(number=phone.number, uses=phone.uses)


def of_false_site(phone: Authenticator) -> Authenticator:
    return Authenticator(origin="https://binh-yen.example", number=phone.number, key=phone.key)


def of_false_name(phone: Authenticator) -> Authenticator:
    return Authenticator(site="binh-yen.example", number=phone.number, key=phone.key)


def not_unlocked(phone: Authenticator) -> Authenticator:
    return Authenticator(flags=PRESENT, number=phone.number, key=phone.key)


def nobody_there(phone: Authenticator) -> Authenticator:
    return Authenticator(flags=0, number=phone.number, key=phone.key)


def unknown(phone: Authenticator) -> Authenticator:
    return Authenticator()


@pytest.mark.parametrize(
    "forge", [other_key, of_false_site, of_false_name, not_unlocked, nobody_there, unknown]
)
def test_forged_answer_opens_nothing(head, phone, forge):
    add(by_password(head), phone)
    client = Client()

    answer = enter(client, forge(phone))

    assert answer.status_code == 200
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("forge", [of_false_site, of_false_name, not_unlocked, nobody_there])
def test_passkey_made_elsewhere_or_without_unlocking_is_not_added(head, phone, forge):
    answer = add(by_password(head), forge(phone))

    assert "không mở được" in answer.content.decode()
    assert not Passkey.objects.exists()


def test_copy_of_a_key_that_lags_behind_is_refused(head, phone):
    add(by_password(head), phone)
    copy = Authenticator(number=phone.number, key=phone.key, uses=phone.uses)
    enter(Client(), phone)
    enter(Client(), phone)
    client = Client()

    enter(client, copy)

    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "answer",
    ["", "rác", "[]", "null", "{}", '{"response": {}}', '{"response": {"clientDataJSON": 5}}',
     '{"response": {"clientDataJSON": "e30"}}', "[" * 5000, "x" * 20_000, "\0"],
)  # fmt: skip
def test_garbage_is_refused_with_a_page(head, phone, answer):
    add(by_password(head), phone)

    assert Client().post(reverse(ENTER), {"answer": answer}).status_code == 200


def test_challenge_of_one_purpose_is_good_for_no_other(head, phone):
    client = by_password(head)
    add(client, phone)
    for_step = phone.use(options_on(by_password(head), reverse("admin:second_step")))
    assert Client().post(reverse(ENTER), {"answer": for_step}).status_code == 200

    stranger = Authenticator()
    made = stranger.make(options_on(Client(), reverse("admin:login")))
    client.post(reverse(PAGE), {"answer": made})
    assert head.passkeys.count() == 1


def test_challenge_of_one_account_adds_no_passkey_to_another(head, phone, commune):
    thief = make_user(commune, Role.FRONT, username="khac", password=PASSWORD)
    made = phone.make(options_on(by_password(thief), reverse(PAGE)))

    by_password(head).post(reverse(PAGE), {"answer": made})

    assert not Passkey.objects.exists()


def test_shut_account_is_not_opened(head, phone, tech_admin):
    add(by_password(head), phone)
    services.lock(head, by=tech_admin)
    client = Client()

    enter(client, phone)

    assert client.get("/admin/").status_code == 302


def test_passkey_ends_with_a_password_that_is_voided(head, phone, tech_admin):
    """A person who could sign in before a role was given does not keep a key to it."""
    add(by_password(head), phone)
    services.void_password(head, by=tech_admin)
    client = Client()

    enter(client, phone)

    assert client.get("/admin/").status_code == 302
    assert not Passkey.objects.exists()


def test_passkey_ends_with_a_password_given_by_another(head, phone, tech_admin):
    """A thief's passkey does not outlive the help, nor does the helper's password open alone."""
    codes = add(by_password(head), phone).content.decode()
    password = services.issue_temporary_password(head, by=tech_admin)
    client = Client()

    enter(client, phone)
    assert client.get("/admin/").status_code == 302
    client.post("/admin/login/", {"username": head.username, "password": password})
    own = {"old_password": password, "new_password1": OWN, "new_password2": OWN}
    client.post(reverse("admin:password_change"), own)
    assert reverse("admin:second_step") in client.get("/admin/")["Location"]

    code = re.findall(r"<li><code>([^<]+)</code>", codes)[0]
    client.post(reverse("admin:second_step"), {"code": code})
    add(client, Authenticator())
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("number", ["\0", "\ud800", "", "a b"])
def test_answer_of_no_possible_key_is_refused_with_a_page(head, phone, number):
    add(by_password(head), phone)
    client = Client()
    answer = json.loads(phone.use(options_on(client, reverse("admin:login"))))

    page = client.post(reverse(ENTER), {"answer": json.dumps(answer | {"id": number})})

    assert page.status_code == 200


@pytest.mark.parametrize("happened", ["reset", "lost"])
def test_reset_and_lost_phone_end_passkeys(head, phone, chief, tech_admin, happened):
    add(by_password(head), phone)
    if happened == "reset":
        second_factor.reset(head, by=tech_admin, reason="Đổi điện thoại")
    else:
        second_factor.report_lost(head, by=head)
    client = Client()

    enter(client, phone)

    assert client.get("/admin/").status_code == 302
    assert not Passkey.objects.exists()
    head.refresh_from_db()
    assert head.has_usable_password()


def test_code_on_paper_leads_on_after_the_loss_of_a_passkey_alone(head, phone):
    page = add(by_password(head), phone).content.decode()
    code = re.findall(r"<li><code>([^<]+)</code>", page)[0]
    second_factor.report_lost(head, by=head)
    client = by_password(head)

    client.post(reverse("admin:second_step"), {"code": code})
    add(client, Authenticator())

    assert client.get("/admin/").status_code == 200
    assert head.passkeys.count() == 1


def test_guarded_account_keeps_its_last_second_step(actor, phone):
    office = actor(Role.PARTY_OFFICE, password=PASSWORD)
    client = by_password(office)
    add(client, phone)
    again = f"{reverse('admin:second_step')}?doi=khoa"
    client.post(again, {"answer": phone.use(options_on(client, again))})

    answer = client.post(reverse("admin:remove_passkey", args=[office.passkeys.get().pk]))

    assert "phải có bước hai" in answer.content.decode()
    assert office.passkeys.count() == 1


def test_nobody_removes_the_passkey_of_another(head, phone, commune):
    add(by_password(head), phone)
    other = make_user(commune, Role.FRONT, username="khac", password=PASSWORD)
    SecondFactor.objects.create(user=other, offered_at=timezone.now())

    answer = by_password(other).post(reverse("admin:remove_passkey", args=[head.passkeys.get().pk]))

    assert answer.status_code == 404


def test_guesser_who_locked_a_block_locks_out_no_passkey(head, phone):
    add(by_password(head), phone)
    for number in range(12):
        given = {"username": f"khong.co.{number}", "password": "sai"}
        Client().post(reverse("admin:login"), given)
    client = Client()

    assert enter(client, phone).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_new_passkey_ends_the_other_sessions(head, phone):
    other, client = by_password(head), by_password(head)

    add(client, phone)

    assert other.get("/admin/").status_code == 302


def test_private_half_and_address_of_nobody_is_kept(head, phone):
    add(by_password(head), phone)
    row = Passkey.objects.get()

    private = phone.key.private_numbers().private_value.to_bytes(32, "big")
    assert private not in bytes(row.public_key)
    assert HAS_KEY not in row.__dict__.values()
