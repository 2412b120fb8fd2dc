"""Nothing leaves a practice portal: asked at each way out, whatever its settings say."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest
import responses
from django.core.mail import EmailMessage
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import RequestFactory

from accounts.practice import NOTHING_LEAVES, may_call
from config.practice import BAND, BandMiddleware
from dev.places import PROJECT
from duty.ways.mail import smtp
from duty.ways.push import transport as push
from duty.ways.push.endpoints import Endpoint, Refused
from duty.ways.sms.provider import HttpProvider
from tests.test_consistency import OURS, named, sources
from zalo.client.errors import ZaloRetryable
from zalo.client.transport import Request, exchange
from zalo.inbox import files
from zalo.outbox.outcomes import Verdict
from zalo.outside import knock

SIMULATOR = "http://practice-zalo:8000"
ELSEWHERE = [
    "https://openapi.zalo.me/v3.0/oa/group/message", "https://oauth.zaloapp.com/v4/oa/access_token",
    "https://sms.example.vn/send", f"https://{SIMULATOR.removeprefix('http://')}/x",
    "http://practice-zalo:8001/x", "http://practice-zalo.example.vn:8000/x",
]  # fmt: skip
# Modules that speak to another machine; one more must ask `may_call` too.
WAYS_OUT = {
    "duty/ways/push/transport.py", "zalo/client/transport.py", "zalo/client/calls.py",
    "zalo/inbox/files.py", "duty/ways/mail/smtp.py", "duty/ways/mail/postbox.py",
    "accounts/audit/heads.py", "config/practice.py",
    "zalo_simulator/webhooks.py",  # a program of its own, which knows the portal alone
}  # fmt: skip


@pytest.fixture
def practice(settings: Any) -> Any:
    settings.PRACTICE = True
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = SIMULATOR
    settings.EMAIL_BACKEND = "config.practice.NoMail"
    return settings


def request_to(url: str) -> Request:
    return Request("POST", url, "here", headers={}, is_repeatable=False)


def test_real_portal_asks_nothing_of_this(settings: Any) -> None:
    settings.PRACTICE = False

    assert all(may_call(address) for address in ELSEWHERE)


@responses.activate
@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_request_goes_elsewhere(practice: Any, address: str) -> None:
    with pytest.raises(ZaloRetryable) as raised:
        exchange(request_to(address), timeout=(1, 1))
    assert raised.value.detail == f"here: {NOTHING_LEAVES}"
    assert knock(address) == 0
    assert len(responses.calls) == 0


@responses.activate
def test_simulated_zalo_is_asked(practice: Any) -> None:
    responses.post(f"{SIMULATOR}/v3.0/oa/message", json={"error": 0})

    assert exchange(request_to(f"{SIMULATOR}/v3.0/oa/message"), timeout=(1, 1)).ok


@responses.activate
def test_short_message_is_not_sent(practice: Any) -> None:
    provider = HttpProvider("https://sms.example.vn/send", fields={"to": "{phone}"})

    assert provider.send("+84900000001", "Bình Yên", attempts=1).verdict == Verdict.QUEUED
    assert len(responses.calls) == 0


@responses.activate
def test_push_is_refused(practice: Any) -> None:
    endpoint = Endpoint("https://fcm.googleapis.com", "fcm.googleapis.com", "/x")

    with pytest.raises(Refused, match=NOTHING_LEAVES):
        push.post(endpoint, b"x", {})
    assert len(responses.calls) == 0


def test_mail_is_refused(practice: Any) -> None:
    mail = EmailMessage("a", "b", from_email="a@example.vn", to=["b@example.vn"])

    assert smtp.post(mail, attempts=1).verdict == Verdict.FAILED


def test_file_is_fetched_from_the_simulated_zalo_alone(practice: Any) -> None:
    with pytest.raises(files.Refused):
        files.download("https://f1.zdn.vn/x.jpg", kind="image")
    assert files._target(f"{SIMULATOR}/f/x.jpg").host == "practice-zalo"


def test_no_other_module_speaks_to_another_machine() -> None:
    speaks = re.compile(
        r"^\s*(?:import|from) (?:requests|urllib3|smtplib|http\.client|httpx|urllib\.request"
        r"|django\.core\.mail)\b",
        re.M,
    )

    assert {named(path) for path in sources(*OURS) if speaks.search(path.read_text())} == WAYS_OUT


# The settings as a process reads them


HOSTILE = {
    "PRACTICE_SECRET": "a1" * 20,
    "PRACTICE_DATABASE_URL": "postgres://p@127.0.0.1:9/binhyen_practice",
    "DATABASE_URL": "postgres://real@127.0.0.1:9/binhyen",
    "REDIS_URL": "redis://127.0.0.1:9/1",
    "SECRET_KEY": "real", "DATA_ENCRYPTION_KEYS": "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "VAPID_PRIVATE_KEY": "A" * 43, "VAPID_SUBJECT": "mailto:a@example.vn",
    "MAIL_FROM": "a@example.vn",
    "SMTP_URL": "smtp+tls://mail.example.vn:587", "SMS_URL": "https://sms.example.vn",
    "HEARTBEAT_URL": "https://other.example.vn/nhip/x", "ZALO_API_URL": "https://openapi.zalo.me",
    "ZALO_APP_SECRET": "real", "SECOND_FACTOR_REQUIRED": "1", "VAULT_SOCKET": "/srv/x.sock",
}  # fmt: skip
READ = """
import json
from django.conf import settings as s
names = ("PRACTICE ZALO_API_URL ZALO_OAUTH_URL VAPID_PRIVATE_KEY MAIL_FROM SMS_URL HEARTBEAT_URL "
         "EMAIL_HOST SECRET_KEY SESSION_COOKIE_NAME CSRF_COOKIE_NAME DEVICE_COOKIE_NAME "
         "REDIS_KEY_PREFIX SECOND_FACTOR_REQUIRED VAULT_SOCKET ZALO_APP_SECRET "
         "EMAIL_BACKEND").split()
values = {name: getattr(s, name) for name in names}
values["NAME"] = s.DATABASES["default"]["NAME"]
values["places"] = [s.MEDIA_ROOT.name, s.WITNESS_DIR.name]
values["first"] = s.MIDDLEWARE[0]
values["keys"] = [list(s.DATA_ENCRYPTION_KEYS), list(s.VAULT_KEYS), list(s.VAULT_PUBLIC_KEYS)]
print(json.dumps(values))
"""


def read(**changed: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **HOSTILE, **changed}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings_practice"
    return subprocess.run(
        [sys.executable, "-c", READ],
        env=env,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_settings_open_no_way_out_and_share_nothing_with_the_real_portal() -> None:
    answer = read()
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)

    assert found["PRACTICE"] is True
    assert found["ZALO_API_URL"] == found["ZALO_OAUTH_URL"] == "http://127.0.0.1:8095"
    for name in ("VAPID_PRIVATE_KEY", "MAIL_FROM", "SMS_URL", "HEARTBEAT_URL", "VAULT_SOCKET"):
        assert found[name] == "", name
    assert found["EMAIL_HOST"] == "127.0.0.1"
    assert found["EMAIL_BACKEND"] == "config.practice.NoMail"
    assert found["NAME"] == "binhyen_practice"
    assert found["REDIS_KEY_PREFIX"] == "binhyen-practice"
    assert found["places"] == ["media-practice", "witness-practice"]
    for cookie in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME"):
        assert found[cookie].startswith("tap_binhyen_"), cookie
    assert "real" not in (found["SECRET_KEY"], found["ZALO_APP_SECRET"])
    assert found["keys"] == [["practice1"]] * 3
    assert found["SECOND_FACTOR_REQUIRED"] is False
    assert found["first"] == "config.practice.BandMiddleware"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"PRACTICE_DATABASE_URL": HOSTILE["DATABASE_URL"]}, "kết thúc bằng “practice”"),
        ({"PRACTICE_DATABASE_URL": ""}, "thiếu biến môi trường PRACTICE_DATABASE_URL"),
        ({"PRACTICE_SECRET": "ngắn"}, "ít nhất 32 chữ và số"),
        ({"PRACTICE_SECRET": ""}, "thiếu biến môi trường PRACTICE_SECRET"),
    ],
)
def test_settings_refuse_the_real_database_and_a_poor_secret(
    changed: dict[str, str], sentence: str
) -> None:
    answer = read(**changed)

    assert answer.returncode != 0
    assert sentence in answer.stderr


# The band


def page(response: Any) -> Any:
    return BandMiddleware(lambda _request: response)(RequestFactory().get("/"))


def test_band_stands_on_every_page() -> None:
    html = (
        '<html><head></head><body class="a" x-data="{ open: a > b }"><main>x</main></body></html>'
    )
    answer = HttpResponse(html)
    answer["Content-Length"] = len(html)

    text = page(answer).content.decode()

    assert (
        f'x-data="{{ open: a > b }}"><p class="practice-band" role="note">{BAND}</p><main>' in text
    )
    assert text.count("practice.css") == 1
    assert int(answer["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize(
    "answer",
    [JsonResponse({"a": "<body>"}), HttpResponse("<p>a part</p>"),
     HttpResponse("<body>", content_type="text/plain")],
)  # fmt: skip
def test_what_is_no_page_stays_as_it_is(answer: Any) -> None:
    before = answer.content

    assert page(answer).content == before
    assert page(StreamingHttpResponse([b"<body>"])).getvalue() == b"<body>"
