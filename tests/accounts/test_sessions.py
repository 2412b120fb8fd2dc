"""Sessions: how long they last, what the person sees at the end, and how to end them all."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import AuditEvent, SignIn, User
from accounts.retention import purge_expired
from accounts.sign_in import sessions
from accounts.users.roles import Role
from tests.factories.accounts import PASSWORD, make_user

MEMBERS = "/admin/groups/member/"
OVER = "Phiên đã hết, hãy đăng nhập lại"


@pytest.fixture
def officer(commune) -> User:
    return make_user(commune, Role.OFFICER, username="can.bo", password=PASSWORD)


@pytest.fixture
def head(commune) -> User:
    return make_user(commune, Role.HAMLET_HEAD, username="truong.ap", password=PASSWORD)


def after(minutes: float):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def test_police_session_ends_after_half_an_hour_alone(officer, login):
    client = login(officer)
    with after(29):
        assert client.get(MEMBERS).status_code == 200
    with after(29 + 31):
        answer = client.get(f"{MEMBERS}?q=an&p=1")

    assert answer.status_code == 401
    assert OVER in answer.content.decode()
    assert f"/admin/login/?next={quote(f'{MEMBERS}?q=an&p=1', safe='')}" in answer.content.decode()
    assert AuditEvent.objects.filter(action="account.session_expired").count() == 1


def test_every_click_begins_the_half_hour_anew(officer, login):
    client = login(officer)
    for minute in range(20, 200, 20):
        with after(minute):
            assert client.get(MEMBERS).status_code == 200


def test_page_that_asks_by_itself_keeps_nobody_signed_in(officer, login):
    client = login(officer)
    for minute in (10, 20, 29):
        with after(minute):
            client.get(MEMBERS, headers={"Sec-Fetch-Dest": "empty"})
    with after(31):
        assert client.get(MEMBERS).status_code == 401


def test_hamlet_head_is_left_signed_in_for_the_day(head, login):
    client = login(head)

    with after(11 * 60):
        assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", [Role.CHIEF, Role.HAMLET_HEAD])
def test_no_session_is_older_than_twelve_hours(actor, login, role):
    client = login(actor(role))
    for minute in range(20, 720, 20):
        with after(minute):
            assert client.get(MEMBERS).status_code == 200
    with after(721):
        assert client.get(MEMBERS).status_code == 401


def test_limits_are_settings(officer, login, settings):
    settings.SESSION_IDLE_MINUTES = 5
    client = login(officer)

    with after(6):
        assert client.get(MEMBERS).status_code == 401


def test_session_without_a_mark_is_over(officer, login):
    client = login(officer)
    session = client.session
    del session["sign_in"]
    session.save()

    assert client.get(MEMBERS).status_code == 401


def test_what_was_sent_is_said_to_be_lost_and_can_be_copied(officer, login):
    client = login(officer)
    text = "Bà con chú ý, tối nay <b>cúp điện</b> từ 18 giờ."
    with after(31):
        answer = client.post(
            "/admin/broadcasts/broadcast/add/",
            {"text": text, "csrfmiddlewaretoken": "x" * 64, "password1": "y" * 30},
            headers={"Referer": "http://testserver/admin/broadcasts/broadcast/add/?topic=1"},
        )

    page = answer.content.decode()
    assert "Điều vừa gửi chưa được lưu" in page
    assert "tối nay &lt;b&gt;cúp điện&lt;/b&gt; từ 18 giờ" in page
    assert "x" * 64 not in page
    assert "y" * 30 not in page
    back = quote("/admin/broadcasts/broadcast/add/?topic=1", safe="")
    assert f"/admin/login/?next={back}" in page


@pytest.mark.parametrize("referer", ["https://xau.example/admin/", "//xau.example/", "", "rác"])
def test_way_back_never_leaves_the_site(officer, login, referer):
    client = login(officer)
    with after(31):
        page = client.post(MEMBERS, {}, headers={"Referer": referer}).content.decode()

    assert f"/admin/login/?next={quote('/admin/', safe='')}" in page
    assert "xau.example" not in page


def test_login_page_does_not_speak_of_the_old_session(officer, login):
    client = login(officer)

    with after(31):
        answer = client.post("/admin/login/", {"username": "can.bo", "password": PASSWORD})

    assert answer.status_code == 302


def test_elsewhere_the_request_goes_on_without_an_account(officer, login):
    client = login(officer)

    with after(31):
        assert client.get("/healthz").status_code == 200
    assert client.get(MEMBERS).status_code == 302


# The list of sessions


AGENTS = [
    ("Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/5",
     "Chrome trên điện thoại Android"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
     "Safari trên iPhone"),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0",
     "Edge trên máy tính Windows"),
    ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/130 Chrome/124 Safari/537.36",
     "Cốc Cốc trên máy tính Windows"),
    ("curl/8.5", "Không rõ"),
    ("", "Không rõ"),
]  # fmt: skip


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_browser_is_told_roughly(agent, words):
    assert sessions.browser_words(agent) == words


def sign_in(username: str, agent: str = "") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/admin/login/", {"username": username, "password": PASSWORD})
    return client


def test_own_page_lists_own_sessions_only(officer, head):
    sign_in("truong.ap", AGENTS[1][0])
    sign_in("can.bo", AGENTS[2][0])
    page = sign_in("can.bo", AGENTS[0][0]).get(reverse("admin:own_account")).content.decode()

    assert page.count("plain-session") == 2
    assert page.count("máy này") == 1
    assert "Chrome trên điện thoại Android" in page
    assert "Edge trên máy tính Windows" in page
    assert "iPhone" not in page


def test_signing_out_takes_the_session_off_the_list(officer):
    client = sign_in("can.bo")

    client.post(reverse("admin:logout"))

    assert list(sessions.open_of(officer)) == []


def test_signing_out_everywhere_ends_all_at_once(officer, head):
    one, two, other = sign_in("can.bo"), sign_in("can.bo"), sign_in("truong.ap")
    page = reverse("admin:sign_out_everywhere")
    one.get(page)
    assert two.get("/admin/").status_code == 200

    one.post(page)

    assert [client.get("/admin/").status_code for client in (one, two, other)] == [302, 302, 200]
    assert list(sessions.open_of(officer)) == []
    assert AuditEvent.objects.get(action="account.signed_out_everywhere").details == {"sessions": 2}


def test_new_password_ends_the_other_sessions(officer):
    one, two = sign_in("can.bo"), sign_in("can.bo")
    new = "Mật-khẩu-riêng-91"

    one.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )

    assert (one.get("/admin/").status_code, two.get("/admin/").status_code) == (200, 302)
    assert sessions.open_of(officer).count() == 1


def test_session_taken_from_the_database_dies_with_the_epoch(officer):
    """Ending all does not depend on the rows of the list being right."""
    client = sign_in("can.bo")
    SignIn.objects.all().delete()

    sessions.end_all(officer)

    assert client.get("/admin/").status_code == 302


def test_locking_ends_the_rows_too(officer, tech_admin):
    sign_in("can.bo")

    services.lock(officer, by=tech_admin)

    assert list(sessions.open_of(officer)) == []


# Retention


def test_old_sessions_and_attempts_are_purged(officer):
    sign_in("can.bo")
    with after(-60 * 24 * 100):
        sign_in("can.bo")
        Client().post("/admin/login/", {"username": "x", "password": "y"})
    counts = purge_expired(dry_run=True)
    assert (counts["sessions"], counts["sign_ins"], counts["axes_accessattempt"]) == (1, 1, 1)

    purge_expired()

    assert Session.objects.count() == 1
    assert SignIn.objects.count() == 1
    assert AccessAttempt.objects.count() == 0


@pytest.mark.parametrize(("minutes", "is_listed"), [(10, True), (31, False)])
def test_a_session_left_alone_is_no_longer_listed(officer, head, minutes, is_listed):
    sign_in("can.bo")
    sign_in("truong.ap")
    with after(minutes):
        assert sessions.open_of(officer).exists() is is_listed
        assert sessions.open_of(head).exists()  # has no limit but the hours
