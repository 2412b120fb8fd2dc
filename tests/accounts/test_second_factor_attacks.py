"""The second step attacked: codes seen or guessed, two at once, copied sessions, side doors."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts import services
from accounts.encryption.rotation import reseal_all
from accounts.encryption.services import DecryptionError
from accounts.models import AuditEvent, SecondFactor, User
from accounts.sign_in import second_factor, sessions
from accounts.users.roles import Role
from tests.accounts.test_second_factor import (
    ENROL,
    MEMBERS,
    STEP,
    actions,
    key_on,
    sign_in,
    where,
)
from tests.accounts.test_second_factor_reset import REASON, as_verified, enrolled
from tests.factories.accounts import (
    PASSWORD,
    code_now,
    make_second_factor,
    make_user,
    tomorrow,
)

pytestmark = pytest.mark.usefixtures("step_begins")
OPEN_TO_ALL = {"login", "logout", "jsi18n", "second_step", "enrol_second_factor"}


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, username="can.bo", password=PASSWORD)


@pytest.fixture
def ready_chief(chief) -> User:
    """A chief who has set up, so that police accounts of the commune need another's word."""
    make_second_factor(chief, seed="", confirmed_at=None, permitted_until=tomorrow())
    second_factor.enrol(chief, SEED_OF_CHIEF, code_now(SEED_OF_CHIEF))
    return chief


SEED_OF_CHIEF = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


# Codes


def test_code_seen_over_the_shoulder_does_not_open_in_the_next_windows(officer):
    make_second_factor(officer)
    code, start = code_now(), timezone.now()
    second_factor.verify(officer, code)

    for seconds in (0, 15, 30, 45):
        moment = start + timedelta(seconds=seconds)
        with time_machine.travel(moment, tick=False), pytest.raises(second_factor.WrongCode):
            second_factor.verify(officer, code)


def test_older_code_does_not_open_after_a_newer_one(officer):
    make_second_factor(officer)
    older = code_now(steps=-1)
    second_factor.verify(officer, code_now())

    with pytest.raises(second_factor.WrongCode):
        second_factor.verify(officer, older)


def test_code_that_enrolled_does_not_open(officer):
    client = sign_in()
    code = code_now(key_on(client.get(ENROL).content.decode()))
    client.post(ENROL, {"code": code})

    assert sign_in().post(STEP, {"code": code}).status_code == 200


def test_guessing_goes_on_at_one_code_a_quarter_of_an_hour(officer):
    """After the first pause a single wrong code pauses again: waiting buys no new five."""
    make_second_factor(officer)
    start = timezone.now()
    for _ in range(5):
        with pytest.raises(second_factor.WrongCode, match="không đúng"):
            second_factor.verify(officer, "000000")
    with time_machine.travel(start + timedelta(minutes=16), tick=False):
        with pytest.raises(second_factor.WrongCode, match="không đúng"):
            second_factor.verify(officer, "000001")
        with pytest.raises(second_factor.WrongCode, match="tạm dừng"):
            second_factor.verify(officer, code_now())


def test_pause_counts_whoever_types_and_wherever(officer):
    """Five sessions with one wrong code each are five wrong codes; recovery codes count too."""
    make_second_factor(officer)
    for text in ("000000", "aaaaa-bbbbb", "000001", "ccccc-ddddd", "000002"):
        sign_in().post(STEP, {"code": text})

    assert "tạm dừng" in sign_in().post(STEP, {"code": code_now()}).content.decode()


def test_paused_step_writes_no_more_into_the_trail(officer):
    make_second_factor(officer)
    for _ in range(9):
        with pytest.raises(second_factor.WrongCode):
            second_factor.verify(officer, "000000")

    assert actions().count("account.second_step_failed") == 5


def at_once(user: User, code: str) -> list[str]:
    """The same code from two connections that start together; what each was answered."""
    start = Barrier(2)

    def submit(_number: int) -> str:
        try:
            start.wait(timeout=10)
            return second_factor.verify(user, code)
        except second_factor.WrongCode:
            return "wrong"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(submit, range(2)))


@pytest.mark.django_db(transaction=True)
def test_recovery_code_sent_twice_at_once_opens_once(officer):
    make_second_factor(officer)
    code = second_factor.renew_recovery_codes(officer)[0]

    assert at_once(officer, code) == ["recovery", "wrong"]


@pytest.mark.django_db(transaction=True)
def test_code_of_the_app_sent_twice_at_once_opens_once(officer):
    make_second_factor(officer)

    assert at_once(officer, code_now()) == ["app", "wrong"]


def test_seed_is_sealed_anew_with_the_others_and_still_opens(officer, settings):
    make_second_factor(officer)
    settings.DATA_ENCRYPTION_KEYS = {"neu": b"k" * 32} | settings.DATA_ENCRYPTION_KEYS

    assert reseal_all()["accounts_secondfactor.seed"] == 1
    settings.DATA_ENCRYPTION_KEYS = {"neu": b"k" * 32}
    assert second_factor.verify(officer, code_now()) == "app"


def test_sealed_seed_put_into_another_row_does_not_open(officer, commune):
    """An attacker who writes into the database opens no other account with the own app."""
    thief = make_user(commune, Role.OFFICER)
    make_second_factor(thief)
    make_second_factor(officer, seed="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_secondfactor SET seed = (SELECT seed FROM accounts_secondfactor"
            " WHERE user_id = %s) WHERE user_id = %s",
            [thief.pk, officer.pk],
        )

    with pytest.raises(DecryptionError):
        second_factor.verify(officer, code_now())


# Sessions


def key_of(client: Client) -> str:
    return client.cookies["binhyen_phien"].value


def test_session_planted_before_the_sign_in_is_worth_nothing(officer):
    make_second_factor(officer)
    victim, thief = Client(), Client()
    victim.get("/admin/login/")
    session = victim.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    victim.cookies["binhyen_phien"] = planted
    victim.post("/admin/login/", {"username": "can.bo", "password": PASSWORD})
    half = key_of(victim)
    victim.post(STEP, {"code": code_now()})

    assert len({planted, half, key_of(victim)}) == 3
    assert where(victim) == 200
    for stolen in (planted, half):
        thief.cookies["binhyen_phien"] = stolen
        assert where(thief) == "/admin/login/"


def test_session_copied_while_enrolling_is_worth_nothing(officer):
    victim, thief = sign_in(), Client()
    thief.cookies["binhyen_phien"] = key_of(victim)
    victim.post(ENROL, {"code": code_now(key_on(victim.get(ENROL).content.decode()))})

    assert where(victim) == 200
    assert where(thief) == "/admin/login/"


def test_second_step_of_one_account_does_not_carry_over_to_another(officer, commune):
    make_second_factor(officer)
    other = make_user(commune, Role.OFFICER, username="khac", password=PASSWORD)
    make_second_factor(other)
    client = sign_in()
    client.post(STEP, {"code": code_now()})

    client.post("/admin/login/", {"username": "khac", "password": PASSWORD})

    assert where(client) == STEP


def test_signing_in_anew_asks_for_the_code_anew(officer):
    make_second_factor(officer)
    client = sign_in()
    client.post(STEP, {"code": code_now()})

    client.post("/admin/login/", {"username": "can.bo", "password": PASSWORD})

    assert where(client) == STEP


def test_code_for_another_phone_is_forgotten_after_ten_minutes(officer):
    """Somebody who sits down later at an open session binds no phone of theirs."""
    make_second_factor(officer)
    client = sign_in()
    client.post(STEP, {"code": code_now()})
    client.post(f"{STEP}?doi=1", {"code": code_now(steps=1)})
    key = key_on(client.get(ENROL).content.decode())

    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        answer = client.post(ENROL, {"code": code_now(key)})

    assert answer["Location"] == f"{STEP}?doi=1"
    assert SecondFactor.objects.get(user=officer).seed != key


# Doors beside it


def admin_addresses() -> set[str]:
    """Every address of the admin without a part to fill in, and those of one row filled in."""
    found = set()
    for name, entries in get_resolver().namespace_dict["admin"][1].reverse_dict.lists():
        if not isinstance(name, str):
            continue
        for possibilities, *_rest in entries:
            for text, parts in possibilities:
                values = dict.fromkeys(parts, "1")
                found.add(f"/admin/{(text % values).removeprefix('admin/')}")
    return found


def test_no_address_of_the_admin_answers_before_the_second_step(officer):
    make_second_factor(officer)
    client = sign_in()
    allowed = {reverse(f"admin:{name}") for name in OPEN_TO_ALL}
    addresses = admin_addresses() - allowed
    headers = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}

    open_doors = {
        address
        for address in addresses
        for answer in (client.get(address, headers=headers), client.post(address))
        if not (answer.status_code == 302 and answer["Location"].startswith(STEP))
    }

    assert len(addresses) > 100
    assert open_doors == set()


def test_outside_the_admin_no_address_knows_who_owes(officer):
    """A page added beside the admin gets no account before the second step."""
    make_second_factor(officer)
    outside = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]

    assert {str(one.pattern) for one in outside} >= {"healthz", "readyz", "metrics"}
    assert sign_in().get("/metrics").status_code == 403
    assert sign_in().get("/").content == Client().get("/").content


@pytest.mark.parametrize("page", [STEP, ENROL])
@pytest.mark.parametrize(
    "elsewhere",
    ["https://xau.example/", "//xau.example", "/\\xau.example", "https:xau.example", "rác",
     "javascript:alert(1)", " //xau.example", "\t/admin/"],
)  # fmt: skip
def test_no_page_of_the_second_step_leads_elsewhere(officer, page, elsewhere):
    if page == STEP:
        make_second_factor(officer)
        led = sign_in().post(STEP, {"code": code_now(), "next": elsewhere})["Location"]
    else:
        client = sign_in()
        key = key_on(client.get(ENROL).content.decode())
        text = client.post(ENROL, {"code": code_now(key), "next": elsewhere}).content.decode()
        led = text.rpartition("Tôi đã cất mã")[0].rpartition('href="')[2].partition('"')[0]

    assert led == "/admin/"


def test_login_page_leads_who_owes_to_the_second_step(officer):
    make_second_factor(officer)

    answer = sign_in().get(f"/admin/login/?next={MEMBERS}")

    assert answer["Location"] == f"{STEP}?next=%2Fadmin%2Fgroups%2Fmember%2F"


def test_login_page_says_when_a_session_ends(client, db, settings):
    settings.SESSION_HOURS, settings.SESSION_IDLE_MINUTES = 8, 20

    page = client.get("/admin/login/").content.decode()

    assert "phiên tự hết sau 8 giờ" in page
    assert "sau 20 phút không dùng" in page


def test_half_signed_in_thief_cannot_put_another_phone_in_place(officer):
    make_second_factor(officer)
    thief = sign_in()

    assert thief.get(ENROL).status_code == 302
    assert thief.post(ENROL, {"code": code_now()})["Location"] == f"{STEP}?doi=1"
    for page in ("recovery_codes", "lost_phone", "sign_out_everywhere", "own_account"):
        assert where(thief, reverse(f"admin:{page}")) == STEP
        thief.post(reverse(f"admin:{page}"), {"code": "000000"})
    factor = SecondFactor.objects.get(user=officer)
    assert (factor.is_enrolled, factor.failures) == (True, 0)


def test_pages_with_secrets_are_kept_by_no_cache_and_name_no_other_host(officer):
    client = sign_in()
    page = client.get(ENROL)
    text = page.content.decode()

    assert "no-store" in page["Cache-Control"]
    assert 'class="plain-qr" src="data:image/svg+xml' in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    policy = page["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


# Password and permit in one hand


def test_password_issued_after_the_permit_voids_the_permit(officer, ready_chief, tech_admin):
    """Otherwise the one who knows the new password would enrol with the chief's permit."""
    second_factor.reset(officer, by=ready_chief, reason=REASON)
    password = services.issue_temporary_password(officer, by=tech_admin)
    client = sign_in(password=password)
    new = "Mật-khẩu-khác-91"
    client.post(
        "/admin/password_change/",
        {"old_password": password, "new_password1": new, "new_password2": new},
    )

    assert enrolled(client) is False
    assert where(client) == STEP


def test_permit_waits_until_the_owner_has_a_password_of_their_own(officer, ready_chief, tech_admin):
    password = services.issue_temporary_password(officer, by=tech_admin)
    with pytest.raises(services.NotAllowed, match="chưa tự đổi mật khẩu tạm"):
        second_factor.reset(officer, by=ready_chief, reason=REASON)

    client = sign_in(password=password)
    new = "Mật-khẩu-riêng-91"
    client.post(
        "/admin/password_change/",
        {"old_password": password, "new_password1": new, "new_password2": new},
    )
    officer.refresh_from_db()
    second_factor.reset(officer, by=ready_chief, reason=REASON)

    assert enrolled(sign_in(password=new)) is True


def test_own_session_of_the_technical_administrator_dies_with_a_second_password(
    officer, ready_chief, tech_admin
):
    """He signs in with the first one himself, waits half signed in, and hands out a second."""
    first = services.issue_temporary_password(officer, by=tech_admin)
    waiting = sign_in(password=first)
    services.issue_temporary_password(officer, by=tech_admin)

    assert where(waiting, ENROL) == "/admin/login/"


def test_new_account_of_the_technical_administrator_gets_no_permit_with_its_role(
    login, ready_chief, tech_admin
):
    officers = Group.objects.get(name=str(Role.OFFICER.label)).pk
    as_verified(login, tech_admin).post(
        reverse("admin:accounts_user_add"),
        {"username": "moi", "last_name": "A", "first_name": "B", "groups": [officers]},
    )

    assert SecondFactor.objects.get(user__username="moi").permitted_until is None


# A lost phone without a second step, and the last way in


def test_lost_phone_of_who_has_no_second_step_ends_the_password(commune, tech_admin):
    """The browser of the lost phone may have kept it."""
    head = make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)
    client = sign_in("truong.ap")
    text = client.post(reverse("admin:lost_phone")).content.decode()

    assert "Mật khẩu cũ đã hết hiệu lực" in text
    assert where(sign_in("truong.ap")) == "/admin/login/"
    password = services.issue_temporary_password(head, by=tech_admin)
    assert where(sign_in("truong.ap", password)) == "/admin/password_change/"


def test_reporting_twice_leaves_the_password(officer):
    make_second_factor(officer)
    for _ in range(2):
        second_factor.report_lost(officer, by=officer)

    assert where(sign_in()) == STEP


def test_who_runs_the_server_lets_the_last_one_in_again(superuser, capsys):
    superuser.set_password(PASSWORD)
    superuser.save()
    make_second_factor(superuser)
    call_command("reset_second_factor", "sieu.quan.tri", reason="Mất cả hai, đã gặp mặt")

    assert "trong 7 ngày" in capsys.readouterr().out
    assert enrolled(sign_in("sieu.quan.tri")) is True
    event = AuditEvent.objects.get(action="account.second_factor_reset")
    assert (event.actor, event.reason) == (None, "Mất cả hai, đã gặp mặt")


@pytest.mark.parametrize(
    ("name", "reason", "sentence"),
    [("khong.co", "x", "Không có tài khoản"), ("can.bo", "  ", "Hãy ghi lý do")],
)
def test_command_refuses_in_a_sentence(officer, name, reason, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("reset_second_factor", name, reason=reason)


def test_ending_all_sessions_ends_the_half_signed_in_too(officer):
    make_second_factor(officer)
    half = sign_in()

    sessions.end_all(officer)

    assert where(half) == "/admin/login/"
