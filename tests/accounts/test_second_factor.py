"""The second step: who must, how it is set up, what opens it, and who may start it anew."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, RecoveryCode, SecondFactor, User
from accounts.sign_in import second_factor
from accounts.users.roles import POLICE, Role
from tests.factories.accounts import PASSWORD, SEED, code_now, make_second_factor, make_user

pytestmark = pytest.mark.usefixtures("step_begins")
STEP, ENROL = "/admin/xac-thuc/", "/admin/xac-thuc/cai-dat/"
MEMBERS = "/admin/groups/member/"
GUARDED = {*POLICE, Role.PARTY_OFFICE, Role.TECH_ADMIN}


@pytest.fixture
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, username="can.bo", password=PASSWORD)


def sign_in(username: str = "can.bo", password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/admin/login/", {"username": username, "password": password})
    return client


def where(client: Client, address: str = MEMBERS) -> str | int:
    """The address to which a client is led, or the status."""
    answer = client.get(address)
    return answer["Location"].split("?")[0] if answer.status_code == 302 else answer.status_code


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def key_on(page: str) -> str:
    return re.search(r'class="plain-key"[^>]*>([A-Z2-7 ]+)<', page).group(1).replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page)


# Who must


@pytest.mark.parametrize("role", Role)
def test_police_party_office_and_administrators_must(required, actor, login, role):
    led = where(login(actor(role)), "/admin/")

    assert led == (STEP if role in GUARDED else 200)


def test_superuser_must(required, superuser, login):
    assert where(login(superuser), "/admin/") == STEP


def test_switched_off_nobody_must(settings, officer, login):
    settings.SECOND_FACTOR_REQUIRED = False

    assert where(login(officer), "/admin/") == 200


def test_switched_off_whoever_has_it_is_still_asked(settings, officer):
    settings.SECOND_FACTOR_REQUIRED = False
    make_second_factor(officer)

    assert where(sign_in()) == STEP


def test_hamlet_head_may_and_is_then_asked(required, commune):
    head = make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)
    make_second_factor(head)

    assert where(sign_in("truong.ap")) == STEP


def test_every_page_of_the_admin_is_shut_until_the_code(required, chief, login, rf):
    make_second_factor(chief)
    client = login(chief)
    pages = [
        "/admin/", MEMBERS, "/admin/search/?s=a", "/admin/autocomplete/", "/admin/password_change/",
        "/admin/groups/member/export/", "/admin/broadcasts/broadcast/add/", "/admin/khong-co/",
        "/admin/tai-khoan-cua-toi/", "/admin/xac-thuc/ma-du-phong/",
        "/admin/tai-khoan-cua-toi/mat-dien-thoai/",
    ]  # fmt: skip

    assert {where(client, page) for page in pages} == {STEP}
    assert {client.post(page)["Location"].split("?")[0] for page in pages} == {STEP}


def test_outside_the_admin_an_owing_account_is_nobody(required, officer, rf, login):
    from accounts.sign_in.middleware import SecondFactorMiddleware  # noqa: PLC0415 -- its only use

    request = rf.get("/thu-tuc/")
    request.user, request.session = officer, login(officer).session
    seen = []

    SecondFactorMiddleware(lambda passed: seen.append(passed.user.is_anonymous))(request)

    assert seen == [True]


def test_site_itself_refuses_an_owing_account(required, officer, rf, login):
    from django.contrib import admin  # noqa: PLC0415 -- its only use

    request = rf.get("/admin/")
    request.user, request.session = officer, login(officer).session

    assert admin.site.has_permission(request) is False


def test_temporary_password_is_changed_first(required, officer, tech_admin):
    password = services.issue_temporary_password(officer, by=tech_admin)
    client = sign_in(password=password)
    assert where(client, ENROL) == "/admin/password_change/"

    new = "Mật-khẩu-riêng-91"
    client.post(
        "/admin/password_change/",
        {"old_password": password, "new_password1": new, "new_password2": new},
    )

    assert where(client) == STEP
    assert where(client, "/admin/password_change/") == STEP


# Setting up


def test_enrolling_shows_key_then_ten_codes_and_opens(required, officer):
    client = sign_in()
    page = client.get(ENROL).content.decode()
    key = key_on(page)
    assert re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", page)
    assert key_on(client.get(ENROL).content.decode()) == key

    answer = client.post(ENROL, {"code": code_now(key), "next": MEMBERS})

    assert len(codes_on(answer.content.decode())) == 10
    assert "no-store" in answer["Cache-Control"]
    assert f'href="{MEMBERS}"' in answer.content.decode()
    assert where(client) == 200
    assert actions()[-1] == "account.second_factor_enrolled"


def test_wrong_code_does_not_enrol(required, officer):
    client = sign_in()
    client.get(ENROL)

    answer = client.post(ENROL, {"code": "12ab56"})

    assert "Mã chưa đúng" in answer.content.decode()
    assert SecondFactor.objects.filter(user=officer, confirmed_at__isnull=False).exists() is False
    assert where(client) == STEP


def test_enrolling_ends_the_other_sessions(required, officer):
    thief, client = sign_in(), sign_in()
    client.post(ENROL, {"code": code_now(key_on(client.get(ENROL).content.decode()))})

    assert where(thief) == "/admin/login/"
    assert where(client) == 200


def test_seed_and_codes_are_nowhere_in_clear(required, officer):
    client = sign_in()
    key = key_on(client.get(ENROL).content.decode())
    held = str(client.session.items())
    codes = codes_on(client.post(ENROL, {"code": code_now(key)}).content.decode())

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_secondfactor")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT * FROM accounts_recoverycode")
        stored += str(cursor.fetchall())
        cursor.execute("SELECT details, reason, target_label FROM accounts_auditevent")
        stored += str(cursor.fetchall())
    for secret in (key, *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in stored
        assert secret not in held


def test_other_phone_needs_a_code_of_the_old_one(officer, settings):
    make_second_factor(officer)
    client = sign_in()
    client.post(STEP, {"code": code_now()})
    assert where(client, ENROL) == STEP
    refused = client.post(ENROL, {"code": code_now()})
    assert refused["Location"] == f"{STEP}?doi=1"

    client.post(f"{STEP}?doi=1", {"code": code_now(steps=1)})
    key = key_on(client.get(ENROL).content.decode())
    client.post(ENROL, {"code": code_now(key)})

    assert key != SEED
    assert SecondFactor.objects.get(user=officer).seed == key


# Codes


def test_right_code_opens_and_leads_on(officer):
    make_second_factor(officer)
    client = sign_in()
    asked = client.get(MEMBERS)["Location"]

    answer = client.post(asked, {"code": code_now(), "next": MEMBERS})

    assert asked == f"{STEP}?next=%2Fadmin%2Fgroups%2Fmember%2F"
    assert answer["Location"] == MEMBERS
    assert actions()[-1] == "account.second_step_passed"


@pytest.mark.parametrize("elsewhere", ["https://xau.example/", "//xau.example", "javascript:x"])
def test_code_leads_nowhere_else(officer, elsewhere):
    make_second_factor(officer)

    answer = sign_in().post(STEP, {"code": code_now(), "next": elsewhere})

    assert answer["Location"] == "/admin/"


def test_code_opens_once(officer):
    make_second_factor(officer)
    code = code_now()
    sign_in().post(STEP, {"code": code})

    answer = sign_in().post(STEP, {"code": code})

    assert answer.status_code == 200
    assert "đã dùng rồi" in answer.content.decode()


def test_code_may_come_with_a_space_and_half_a_minute_late(officer):
    make_second_factor(officer)
    late = code_now(steps=-1)

    assert second_factor.verify(officer, f"{late[:3]} {late[3:]} ") == "app"


@pytest.mark.parametrize("steps", [-3, 3])
def test_clock_far_off_does_not_open(officer, steps):
    make_second_factor(officer)

    with pytest.raises(second_factor.WrongCode):
        second_factor.verify(officer, code_now(steps=steps))


def test_slow_clock_is_followed(officer):
    """A phone that drifts by a step at a time is met where it was seen last."""
    make_second_factor(officer)
    start = timezone.now()
    for hour in (1, 2, 3):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            second_factor.verify(officer, code_now(steps=-hour))

    assert SecondFactor.objects.get(user=officer).drift == -3


@pytest.mark.parametrize("rubbish", ["", "      ", "²²²²²²", "١٢٣٤٥٦", "x" * 5000, "\0", "-00001"])
def test_rubbish_is_a_wrong_code(officer, rubbish):
    make_second_factor(officer)

    answer = sign_in().post(STEP, {"code": rubbish})

    assert answer.status_code == 200
    assert actions()[-1] == "account.second_step_failed"


def test_five_wrong_codes_stop_everything_for_a_quarter_of_an_hour(officer):
    make_second_factor(officer)
    for _ in range(5):
        sign_in().post(STEP, {"code": "000000"})
    with pytest.raises(second_factor.WrongCode, match="tạm dừng"):
        second_factor.verify(officer, code_now())
    assert actions().count("account.second_step_failed") == 5
    assert actions()[-1] == "account.second_step_paused"

    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert second_factor.verify(officer, code_now()) == "app"
    assert SecondFactor.objects.get(user=officer).failures == 0


def test_recovery_code_opens_once_however_it_is_typed(officer):
    make_second_factor(officer)
    code = second_factor.renew_recovery_codes(officer)[0]

    assert second_factor.verify(officer, f" {code.upper().replace('-', ' ')}") == "recovery"
    with pytest.raises(second_factor.WrongCode):
        second_factor.verify(officer, code)
    event = AuditEvent.objects.get(action="account.recovery_code_used")
    assert event.details == {"codes_left": 9}


def test_recovery_code_of_another_does_not_open(officer, commune):
    colleague = make_user(commune, Role.OFFICER)
    make_second_factor(officer)
    make_second_factor(colleague)
    code = second_factor.renew_recovery_codes(colleague)[0]
    second_factor.renew_recovery_codes(officer)

    with pytest.raises(second_factor.WrongCode):
        second_factor.verify(officer, code)


def test_new_codes_void_the_old_and_need_a_code(officer):
    make_second_factor(officer)
    old = second_factor.renew_recovery_codes(officer)
    client = sign_in()
    client.post(STEP, {"code": code_now()})
    page = "/admin/xac-thuc/ma-du-phong/"
    assert codes_on(client.post(page, {"code": "000000"}).content.decode()) == []

    fresh = codes_on(client.post(page, {"code": old[0]}).content.decode())

    assert len(fresh) == 10
    assert RecoveryCode.objects.filter(factor__user=officer).count() == 10
    with pytest.raises(second_factor.WrongCode):
        second_factor.verify(officer, old[1])


# A lost phone


def test_lost_phone_shuts_everything_and_a_recovery_code_leads_on(officer):
    make_second_factor(officer)
    code = second_factor.renew_recovery_codes(officer)[0]
    client = sign_in()
    client.post(STEP, {"code": code_now()})
    answer = client.post(reverse("admin:lost_phone"))

    assert "Đã khóa điện thoại bị mất" in answer.content.decode()
    assert where(client) == "/admin/login/"
    again = sign_in()
    assert again.post(STEP, {"code": code_now(steps=1)}).status_code == 200
    assert again.get(ENROL).content.decode().count("plain-key") == 0
    assert again.post(STEP, {"code": code})["Location"].startswith(ENROL)
    assert where(again) == STEP
    key = key_on(again.get(ENROL).content.decode())
    again.post(ENROL, {"code": code_now(key)})
    assert where(again) == 200


def test_lost_phone_of_a_hamlet_head_shuts_too(commune):
    head = make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)
    make_second_factor(head)
    second_factor.report_lost(head, by=head)

    assert where(sign_in("truong.ap")) == STEP


def test_seeing_the_page_of_the_lost_phone_does_nothing(officer, login):
    client = login(officer)
    client.get(reverse("admin:lost_phone"))

    assert where(client, "/admin/") == 200
    assert "account.phone_lost" not in actions()


def test_wrong_code_says_what_to_type_next(officer):
    factor = make_second_factor(officer)
    client = sign_in()
    of_app = client.post(STEP, {"code": "000000"}).content.decode()
    of_paper = client.post(STEP, {"code": "aaaaa-bbbbb"}).content.decode()
    assert "chờ ứng dụng đổi sang mã mới" in of_app
    assert "nhập một mã khác trên tờ giấy" in of_paper
    assert ('plain-more" open' in of_app, 'plain-more" open' in of_paper) == (False, True)

    second_factor.report_lost(officer, by=officer)
    factor.refresh_from_db()
    lost = sign_in().post(STEP, {"code": "000000"}).content.decode()
    assert "nhập một mã khác trên tờ giấy" in lost
    assert "ứng dụng đổi" not in lost
