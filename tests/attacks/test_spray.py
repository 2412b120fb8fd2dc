"""Guessing passwords in breadth: many names from one block, one name from many addresses (T7)."""

from copy import deepcopy
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import Alarm, AuditEvent, User
from accounts.sign_in import devices
from accounts.users.roles import Role
from tests.attacks.sign_in import known_device, tries
from tests.factories.accounts import PASSWORD, make_commune, make_user
from tests.factories.scenes import shared_scene

OFFICE, ELSEWHERE = "203.0.113.9", "192.0.2.14"


def make_accounts() -> list[User]:
    commune = make_commune()
    return [
        make_user(commune, Role.OFFICER, username=f"can.bo.{number}", password=PASSWORD)
        for number in range(40)
    ]


made = shared_scene(make_accounts)


@pytest.fixture
def accounts(made, db):
    return deepcopy(made)


@pytest.fixture
def officer(accounts):
    return accounts[0]


def alarms():
    return list(Alarm.objects.order_by("pk").values_list("kind", "subject"))


def test_many_names_from_one_address_lock_their_block(accounts):
    answers = [tries(account.username, OFFICE) for account in accounts]

    assert answers == [200] * 9 + [429] * 31
    assert tries(accounts[-1].username, OFFICE, PASSWORD) == 429
    assert tries(accounts[-1].username, "203.0.113.200", PASSWORD) == 429
    assert tries(accounts[-1].username, ELSEWHERE, PASSWORD) == 302
    assert alarms() == [("spray", "nhiều tên đăng nhập từ mạng 203.0.113.0/24")]


def test_names_that_nobody_has_count_as_well(officer):
    for number in range(10):
        tries(f"khong.co.{number}", OFFICE)

    assert tries(officer.username, OFFICE, PASSWORD) == 429


def test_one_name_from_many_addresses_of_one_64_is_locked(officer):
    answers = [tries(officer.username, f"2001:db8:5:1::{number:x}") for number in range(1, 13)]

    assert answers == [200] * 4 + [429] * 8
    assert alarms() == [("spray", str(officer))]


def test_neighbour_of_another_64_is_not_locked(officer):
    for number in range(1, 8):
        tries(officer.username, f"2001:db8:5:1::{number:x}")

    assert tries(officer.username, "2001:db8:5:2::1", PASSWORD) == 302


def test_one_name_from_many_blocks_is_locked_for_strange_devices(officer):
    answers = [tries(officer.username, f"198.51.{number}.7") for number in range(12)]

    assert answers == [200] * 9 + [429] * 3
    assert tries(officer.username, ELSEWHERE, PASSWORD) == 429
    assert alarms() == [("spray", str(officer))]


def test_few_tries_at_each_of_many_names_lock_by_their_number(accounts):
    """Nine names, six wrong passwords each: the breadth stays below its limit."""
    answers = [tries(accounts[number % 9].username, OFFICE) for number in range(54)]

    assert tries(accounts[20].username, OFFICE, PASSWORD) == 429
    assert answers[-1] == 429


@pytest.mark.parametrize("attack", ["breadth", "one name"])
def test_known_device_gets_in_while_its_block_and_name_are_locked(accounts, officer, attack):
    client = known_device(officer.username, OFFICE)
    for number in range(30):
        if attack == "breadth":
            tries(f"khong.co.{number}", OFFICE)
        else:
            tries(officer.username, f"198.51.{number}.7")
    assert tries(officer.username, OFFICE, PASSWORD) == 429

    assert tries(officer.username, OFFICE, PASSWORD, client) == 302


def test_open_session_goes_on_while_its_block_is_locked(accounts, officer):
    client = Client()
    tries(officer.username, OFFICE, PASSWORD, client)
    for number in range(30):
        tries(f"khong.co.{number}", OFFICE)

    assert client.get("/admin/", REMOTE_ADDR=OFFICE).status_code == 200


def test_known_device_has_five_tries_of_its_own(officer):
    client = known_device(officer.username, OFFICE)

    answers = [tries(officer.username, OFFICE, client=client) for _ in range(6)]

    assert answers == [200, 200, 200, 200, 429, 429]
    assert tries(officer.username, ELSEWHERE, PASSWORD, client) == 429
    assert tries(officer.username, ELSEWHERE, PASSWORD) == 302


def test_device_knows_no_account_but_those_that_signed_in_on_it(accounts):
    client = known_device(accounts[0].username, OFFICE)
    for account in accounts[10:25]:
        tries(account.username, OFFICE, client=client)

    assert tries(accounts[1].username, OFFICE, PASSWORD, client) == 429


@pytest.mark.parametrize("forged", ["", "rác", "WyJhIl0:1:2", None])
def test_forged_device_is_a_strange_one(officer, forged):
    client = Client()
    if forged is None:
        number = "ab" * 8
        forged = signing.dumps([number, devices._mark(number, officer.username)], salt="khac")
    client.cookies[settings.DEVICE_COOKIE_NAME] = forged
    for number in range(10):
        tries(f"khong.co.{number}", OFFICE)

    assert tries(officer.username, OFFICE, PASSWORD, client) == 429


def test_device_is_forgotten_after_ninety_days(officer):
    client = known_device(officer.username, OFFICE)

    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        for number in range(10):
            tries(f"khong.co.{number}", OFFICE)
        assert tries(officer.username, OFFICE, PASSWORD, client) == 429


def test_cookie_of_the_device_names_nobody(officer):
    client = Client()
    tries(officer.username, OFFICE, PASSWORD, client)
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]

    said = str(signing.loads(cookie.value, salt=devices.SALT))
    assert officer.username not in said
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_password_alone_makes_no_known_device_of_who_owes_a_second_step(officer, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    client = Client()

    assert tries(officer.username, OFFICE, PASSWORD, client) == 302
    assert settings.DEVICE_COOKIE_NAME not in client.cookies


def test_whole_commune_behind_one_address_gets_in_at_seven(accounts):
    """First morning, every device is strange; every third mistypes, and comes back a bit later."""
    answers, late = [], []
    for number, account in enumerate(accounts):
        if number % 3 == 0:
            answers.append(tries(account.username, OFFICE))
            late.append(account)
        else:
            answers.append(tries(account.username, OFFICE, PASSWORD))
        if len(late) == 4:
            answers += [tries(one.username, OFFICE, PASSWORD) for one in late]
            late = []
    answers += [tries(one.username, OFFICE, PASSWORD) for one in late]

    assert sorted(answers) == [200] * 14 + [302] * 40
    assert alarms() == []


def test_guesser_with_an_account_of_his_own_gets_room_for_one_name_more(accounts):
    for _ in range(5):
        assert tries(accounts[0].username, OFFICE, PASSWORD) == 302

    answers = [tries(account.username, OFFICE) for account in accounts[1:]]

    assert answers == [200] * 10 + [429] * 29


def test_lock_of_a_block_ends_an_hour_after_the_last_try(accounts):
    for account in accounts:
        tries(account.username, OFFICE)

    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=False):
        assert tries(accounts[0].username, OFFICE, PASSWORD) == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=121), tick=False):
        assert tries(accounts[0].username, OFFICE, PASSWORD) == 302


def test_long_attack_is_one_alarm_and_one_line_of_the_trail(accounts):
    for account in accounts:
        tries(account.username, OFFICE)

    alarm = Alarm.objects.get()
    assert alarm.count == 31
    assert AuditEvent.objects.filter(action="account.locked_out").count() == 1


def test_neither_address_nor_browser_nor_password_is_kept(officer):
    Client(headers={"User-Agent": "Trình duyệt lạ"}).post(
        "/admin/login/", {"username": officer.username, "password": "bí-mật"}, REMOTE_ADDR=OFFICE
    )
    tries(officer.username, OFFICE, PASSWORD)
    tries("Mật-khẩu-gõ-nhầm-ô", OFFICE)

    kept = f"{list(AccessAttempt.objects.values())} {list(AccessLog.objects.values())}"
    assert OFFICE not in kept
    assert "Trình duyệt lạ" not in kept
    assert "bí-mật" not in kept
    assert "203.0.113.0" in kept


def test_who_could_let_others_in_shut_out_is_an_alarm_of_its_own(commune, chief, tech_admin):
    for account in (chief, tech_admin):
        for number in range(10):
            tries(account.username, f"198.51.{number}.7")

    assert alarms()[-1] == ("everyone_shut_out", str(commune))
    assert len(alarms()) == 3
