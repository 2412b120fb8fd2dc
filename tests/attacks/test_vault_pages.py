"""Pages of tips answered by the real vault, over its socket: what passes, and what is forged.

This process is web: it has none of the vault's keys, and relays what the vault answers.
"""

import hashlib
import json
import os
import signal
import threading

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Alarm, AuditEvent
from accounts.sign_in import sessions
from accounts.users.roles import Role
from accounts.vault import log
from accounts.vault.errors import VaultAway
from reports import intake
from tests.factories.accounts import make_user
from tests.factories.tips import make_tip, make_worked
from tests.flows.harness import wait_until
from tests.vault_process import as_web, vault_process
from tests.vaults import session_of, with_token

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = intake.Person(name="Nguyễn Thị Mẫu", phone="0900000123")
AN_HOUR = 60
TESTS = {"ROOT_URLCONF": "tests.vault_views"}
CSP = "Content-Security-Policy"


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker):
    more = {
        "DJANGO_SETTINGS_MODULE": "tests.vault_view_settings",
        "VAULT_TIPS_AN_HOUR": str(AN_HOUR),
    }  # fmt: skip
    with django_db_blocker.unblock(), vault_process(**more) as vault:
        yield vault


@pytest.fixture
def vault(running):
    with as_web(running), override_settings(**TESTS):
        yield running


@pytest.fixture
def page(vault, login, chief):
    """`page(name, …)`: the response to the chief."""
    client = login(chief)
    return lambda name, *args, **how: client.get(reverse(f"test_{name}", args=args), **how)


@pytest.fixture
def tips(commune):
    return [make_tip(commune, person=PERSON) for _number in range(3)]


def alarms():
    return set(Alarm.objects.values_list("kind", flat=True))


def relayed(vault, path, session="", by="web", **environ):
    """The answer of the vault to a request that web makes up."""
    request = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={session}", **environ,
    }  # fmt: skip
    question = {
        "operation": "vault.answer_page", "arguments": {"environ": request}, "session": "",
    }  # fmt: skip
    return json.loads(vault.answer_to(json.dumps(question).encode(), by=by) or b"{}")


# What passes


def test_query_headers_and_account_come_to_the_page(page, chief):
    came = page("echo", headers={"x-kind": "á"}, query_params={"a": ["1", "ă"]}).json()

    assert (came["method"], came["get"], came["user"]) == ("GET", {"a": ["1", "ă"]}, chief.username)
    assert came["header"] == "á"
    assert (came["host"], came["address"], came["secure"]) == ("testserver", "127.0.0.1", False)


def test_session_that_the_page_changes_is_the_next_requests(page):
    assert [page("echo").json()["seen"] for _time in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("size", [10, 3 * 1024 * 1024])
def test_form_with_a_file_passes_whole(vault, login, chief, size):
    content = os.urandom(size)
    sent = {"lời": "một\nhai", "tep": SimpleUploadedFile("ảnh.png", content, "image/png")}
    came = with_token(login(chief)).post(reverse("test_echo"), sent).json()

    assert came["post"] == {"lời": ["một\nhai"]}
    assert came["files"] == {"tep": ["ảnh.png", size, hashlib.sha256(content).hexdigest()]}


def test_form_without_its_token_is_refused_by_the_vault(vault, login, chief):
    client = login(chief)

    assert client.post(reverse("test_echo"), {"a": "1"}).status_code == 403
    assert with_token(client).post(reverse("test_echo"), {"a": "1"}).status_code == 200


@pytest.mark.parametrize("size", [0, 256, 2 * 1024 * 1024])
def test_download_passes_with_its_headers(page, size):
    response = page("file", size)

    assert response.content == bytes(range(256)) * (size // 256)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''s%E1")
    assert response["Content-Type"] == "application/octet-stream"


def test_download_that_is_too_large_is_refused(page):
    assert page("file", 33 * 1024 * 1024).status_code == 403


def test_redirect_cookies_and_message_pass(vault, login, chief):
    client = login(chief)
    response = client.get(reverse("test_cookies"))
    with override_settings(VAULT_SOCKET="", VAULT_KEYS={"v2": b"0" * 32}):
        own = login(chief).get(reverse("test_cookies"))

    assert (response.status_code, response["Location"]) == (302, reverse("test_echo"))
    names = ("mot", "hai", "ba")
    assert [response.cookies[name].OutputString() for name in names] == [
        own.cookies[name].OutputString() for name in names
    ]
    assert "messages" in response.cookies or "messages" in own.cookies


def test_answers_without_content_pass(page):
    response = page("unchanged")

    assert (response.status_code, response["ETag"], response.content) == (304, '"1"', b"")
    assert "Content-Type" not in response.headers or response["Content-Type"]


def test_headers_are_those_of_the_page_and_stand_once(page, vault, login, chief):
    relayed_one = page("echo")
    with override_settings(VAULT_SOCKET="", VAULT_KEYS={"v2": b"0" * 32}):
        own = login(chief).get(reverse("test_echo"))

    assert sorted(relayed_one.headers) == sorted(own.headers)
    assert set(relayed_one[CSP].split("; ")) == set(own[CSP].split("; "))
    assert relayed_one["X-Frame-Options"] == "DENY"


def test_head_and_a_fault_of_the_page_pass(vault, login, chief):
    client = login(chief)

    assert client.head(reverse("test_echo")).status_code == 200
    broken = client.get(reverse("test_broken"))
    assert (broken.status_code, "Traceback" in broken.content.decode()) == (500, False)


def test_pages_of_a_tip_are_read_in_it_and_in_its_log(vault, login, officer_of, hamlet, chief):
    officer = officer_of(hamlet)
    tip = make_worked(officer, hamlet=hamlet, person=PERSON)
    shown = login(officer).get(reverse("admin:reports_tipreport_show", args=[tip.pk]))
    listed = login(chief).get(reverse("admin:reports_tipreport_changelist"))

    assert tip.code in shown.content.decode()
    assert tip.code in listed.content.decode()
    assert AuditEvent.objects.filter(action="tip.viewed").count() >= 1


def test_names_come_to_the_page_and_a_line_names_account_and_tips(page, vault, tips, chief):
    assert page("listed", 3).content.decode().split("\n") == [PERSON.name] * 3

    ended = vault.lines()[-1]
    assert (ended["account"], ended["view"], ended["opened"]) == (chief.pk, "test_listed", 3)
    assert ended["tips"] == [tip.pk for tip in tips]
    assert PERSON.name not in vault.log.read_text()


def test_what_streams_is_opened_in_the_vault(page, tips):
    assert page("streamed", 2).content.decode() == f"{PERSON.name}\n" * 2


# What is forged


@pytest.mark.parametrize("path", ["/test/own/", "/admin/", "/khong-co/", "/test/public/1/"])
def test_no_other_address_is_answered(vault, tips, chief, path):
    answered = relayed(vault, path, session_of(chief))

    assert answered["kind"] == "ForgedCall"
    assert vault.lines()[-1]["outcome"] == "forged"
    assert alarms() == {"vault_forged"}


@pytest.mark.parametrize(
    "environ",
    [{"PATH_INFO": 7}, {"wsgi.input": "x"}, {"SCRIPT_NAME": "/x"}, {"PATH_INFO": "/\ud800"},
     {"CONTENT_LENGTH": "9"}, {"REQUEST_METHOD": None}],
)  # fmt: skip
def test_requests_that_no_server_gives_are_refused(vault, environ):
    assert relayed(vault, "/test/echo/", **environ)["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


def test_workers_ask_for_no_page(vault, tips, chief):
    answered = relayed(vault, "/test/listed/1/", session_of(chief), by="work")

    assert answered["kind"] == "ForgedCall"
    assert alarms() == {"vault_forged"}


def test_session_that_was_ended_opens_nothing(vault, commune, chief):
    tip = make_tip(commune, person=PERSON)
    key = session_of(chief)
    address = reverse("admin:reports_tipreport_show", args=[tip.pk])
    before = relayed(vault, address, key)["result"]
    sessions.end_all(chief)
    after = relayed(vault, address, key)["result"]

    assert (before["status"], after["status"]) == (200, 302)
    assert "/admin/login/" in dict(after["headers"])["Location"]


def test_tip_of_another_commune_is_not_there(vault, commune, other_commune):
    tip = make_tip(commune, person=PERSON)
    stranger = make_user(other_commune, Role.CHIEF)
    address = reverse("admin:reports_tipreport_show", args=[tip.pk])

    assert relayed(vault, address, session_of(stranger))["result"]["status"] == 404


def test_an_account_that_owes_a_step_opens_nothing(vault, tips, chief):
    chief.must_change_password = True
    chief.save()
    address = reverse("admin:reports_tipreport_changelist")
    found = relayed(vault, address, session_of(chief))["result"]

    assert (found["status"], dict(found["headers"])["Location"]) == (302, "/admin/password_change/")


def test_more_than_fifty_tips_do_not_leave_on_one_page(vault, page, commune):
    for _number in range(51):
        make_tip(commune, person=PERSON)

    assert page("listed", 50).status_code == 200
    refused = page("listed", 51)
    assert (refused.status_code, PERSON.name in refused.content.decode()) == (403, False)
    assert vault.lines()[-1]["opened"] == 50


def test_whoever_holds_web_opens_so_many_an_hour_and_is_noticed(vault, commune, chief):
    for _number in range(AN_HOUR + 1):
        make_tip(commune, person=PERSON)
    key = session_of(chief)
    within = relayed(vault, f"/test/whole/{AN_HOUR}/", key)
    beyond = relayed(vault, f"/test/whole/{AN_HOUR + 1}/", key)

    assert within["result"]["status"] == 200
    assert f"{AN_HOUR} phản ánh trong một giờ" in beyond["refused"]
    assert alarms() == {"vault_limit"}
    assert Alarm.objects.get().account == chief


# When it is away, or ends


def test_without_it_pages_say_so_and_show_what_was_typed(login, chief, tmp_path):
    words = "Đã xác minh tại chỗ, chưa thấy gì <b>lạ</b>."
    gone = {"VAULT_KEYS": {}, "VAULT_SOCKET": str(tmp_path / "none")}
    with override_settings(**gone, **TESTS):
        read = login(chief).get(reverse("test_echo"))
        sent = login(chief).post(
            reverse("test_echo"), {"a": words, "csrfmiddlewaretoken": "x" * 64}
        )
        home = login(chief).get(reverse("admin:index"))

    assert (read.status_code, sent.status_code, home.status_code) == (503, 503, 200)
    assert "Kho niêm phong chưa trả lời" in read.content.decode()
    assert "&lt;b&gt;lạ&lt;/b&gt;" in sent.content.decode()
    assert "xem đã có chưa" in sent.content.decode()
    assert "x" * 64 not in sent.content.decode()
    assert "default-src 'self'" in sent[CSP]


@pytest.mark.flow
def test_killed_in_the_middle_of_a_form_it_does_it_at_most_once(chief, django_db_blocker):
    with (
        vault_process(DJANGO_SETTINGS_MODULE="tests.vault_view_settings") as own,
        override_settings(**TESTS),
    ):
        written = AuditEvent.objects.filter(action="tip.searched")
        for number, moment in enumerate((lambda: _begun(own), written.exists)):
            answers = []
            thread = threading.Thread(target=_send, args=(chief, answers))
            thread.start()
            wait_until(moment, timeout_s=20, what="the moment")
            assert own.kill() == -signal.SIGKILL
            thread.join()
            assert (answers, written.count()) == ([503], number)
            own.start()
        with override_settings(VAULT_INDEX_KEY=os.environ["VAULT_INDEX_KEY"]):
            assert log.verify(own.log).wrong_at is None
        mine = _begun(own)

    assert [line["outcome"] for line in mine] == ["begun", "begun"]


def _begun(vault):
    return [line for line in vault.lines() if line.get("view") == "test_slow"]


def _send(user, answers):
    from django.db import connections  # noqa: PLC0415 -- of this thread

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    try:
        answers.append(client.post(reverse("test_slow"), {"wait": "2"}).status_code)
    except VaultAway as away:
        answers.append(str(away))
    finally:
        connections.close_all()
