"""Short messages by a provider on loopback that answers as it is told."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.workflow.declaration import NotAllowed
from duty.models import Notice, OwnPhone
from duty.ways import sending
from duty.ways.sms import phones, provider
from duty.ways.sms.provider import HttpProvider
from tests.duty.ways.notices import PORTAL, REAL, notice_for, state_of
from zalo.outbox.outcomes import Verdict

pytestmark = pytest.mark.django_db(transaction=True)
State = Notice.State


@dataclass
class Gateway:
    """A provider; keeps what it was asked."""

    status: int = 200
    answer: str = '{"result": {"code": 0}}'
    wait_s: float = 0.0
    redirect: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/gui"


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    box = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            box.asked.append(
                {
                    "path": self.path, "headers": dict(self.headers), "method": self.command,
                    "body": self.rfile.read(length).decode(),
                }
            )  # fmt: skip
            time.sleep(box.wait_s)
            if box.status == 0:
                self.connection.close()
                return
            self.send_response(box.status)
            if box.redirect:
                self.send_header("Location", box.redirect)
            self.send_header("Content-Length", str(len(box.answer.encode())))
            self.end_headers()
            self.wfile.write(box.answer.encode())

        do_GET = do_POST

        def log_message(self, *args: Any) -> None:
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = box.url
    settings.SMS_HEADERS = {"Authorization": "Bearer khoa-bi-mat"}
    settings.SMS_FIELDS = {"to": "{digits}", "message": {"content": "{text}"}, "kind": 1}
    settings.SMS_ACCEPTED = "result.code=0"
    yield box
    server.shutdown()
    server.server_close()


@pytest.fixture
def notice(station, real_ways) -> Notice:
    phones.set_phone("0912.000.111", by=station.duty)
    return notice_for(station.open(), "sms", f"own:{station.duty.pk}", station.duty)


def test_message_is_plain_letters_and_short(station, gateway, notice):
    assert sending.drain("sms") == 1

    (asked,) = gateway.asked
    assert state_of(notice)[0] == State.ACCEPTED
    assert asked["headers"]["Authorization"] == "Bearer khoa-bi-mat"
    sent = json.loads(asked["body"])
    text = f"Binh Yen: Co viec can xem ngay. {PORTAL}/viec/{notice.occasion.token}/"
    assert sent == {"to": "84912000111", "message": {"content": text}, "kind": 1}
    assert text.isascii()
    assert len(text) <= 160


def test_too_long_an_address_is_left_out(notice, settings):
    settings.PORTAL_URL = f"https://{'cong-an-' * 14}.example.vn"

    assert phones.short_words(notice) == "Binh Yen: Co viec can xem ngay."


def test_phone_is_sealed_and_made_normal(station, real_ways, gateway):
    row = phones.set_phone(" 0912 000 111 ", by=station.duty)

    assert OwnPhone.objects.get().phone == "+84912000111"
    (stored,) = OwnPhone.objects.extra(select={"raw": "phone"}).values_list("raw", flat=True)
    assert "912000111" not in stored
    assert "912000111" not in str(row)
    assert list(REAL["sms"].places(station.duty, station.chief.date_joined)) == [
        f"own:{station.duty.pk}"
    ]


@pytest.mark.parametrize("text", ["", "abc", "0283 822 5555", "+1 202 555 0100", "113"])
def test_only_a_mobile_number_is_kept(station, text):
    with pytest.raises(NotAllowed):
        phones.set_phone(text, by=station.duty)

    assert not OwnPhone.objects.exists()


def test_without_a_provider_nobody_is_reached(station, notice, settings):
    settings.SMS_URL = ""

    assert list(REAL["sms"].places(station.duty, notice.made_at)) == []
    sending.drain("sms")
    assert state_of(notice)[:2] == (State.FAILED, provider.IS_OFF)


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (200, '{"result": {"code": 0}}', Verdict.SENT),
        (201, '{"result": {"code": "0"}}', Verdict.SENT),
        (200, '{"result": {"code": 7}}', Verdict.FAILED),
        (200, '{"other": 1}', Verdict.UNCERTAIN),
        (200, "<html>", Verdict.UNCERTAIN),
        (400, "", Verdict.FAILED),
        (401, "", Verdict.FAILED),
        (429, "", Verdict.QUEUED),
        (503, "", Verdict.QUEUED),
        (500, "", Verdict.UNCERTAIN),
        (502, "", Verdict.UNCERTAIN),
        (0, "", Verdict.UNCERTAIN),
    ],
)
def test_answers_of_the_provider(gateway, status, answer, verdict):
    gateway.status, gateway.answer = status, answer
    found = provider.provider()
    assert found is not None

    outcome = found.send("+84912000111", "Co viec can xem")

    assert outcome.verdict is verdict
    assert "912000111" not in outcome.sentence
    assert len(gateway.asked) == 1


def test_redirect_is_a_doubt_and_not_followed(gateway):
    gateway.status, gateway.redirect = 302, f"http://127.0.0.1:{gateway.port}/noi-khac"

    outcome = HttpProvider(gateway.url, fields={"t": "{text}"}).send("+84912000111", "a")

    assert outcome.verdict is Verdict.UNCERTAIN
    assert [asked["path"] for asked in gateway.asked] == ["/gui"]


def test_slow_provider_is_a_doubt_that_is_never_repeated(station, gateway, notice, monkeypatch):
    gateway.wait_s = 1.0
    monkeypatch.setattr(provider, "TIMEOUT_S", (0.3, 0.3))

    for _ in range(3):
        sending.drain("sms")
        station.clock.shift(60)

    assert state_of(notice)[0] == State.UNCERTAIN
    assert len(gateway.asked) == 1


def test_provider_that_is_away_is_asked_again(station, gateway, notice, settings):
    settings.SMS_URL = "http://127.0.0.1:9/gui"
    sending.drain("sms")
    assert state_of(notice)[:2] == (State.WAITING, provider.UNREACHABLE)

    settings.SMS_URL = gateway.url
    station.clock.shift(30)
    sending.drain("sms")
    assert state_of(notice)[0] == State.ACCEPTED


@pytest.mark.parametrize("kind", ["form", "query"])
def test_values_are_written_for_forms_and_addresses(gateway, kind):
    found = HttpProvider(
        gateway.url, "GET" if kind == "query" else "POST", kind,
        fields={"to": "{phone}", "content": "{text}"},
    )  # fmt: skip

    found.send("+84912000111", "a&b={phone} c")

    (asked,) = gateway.asked
    written = urlsplit(asked["path"]).query if kind == "query" else asked["body"]
    assert parse_qs(written) == {"to": ["+84912000111"], "content": ["a&b={phone} c"]}


@pytest.mark.parametrize(
    "url",
    ["http://sms.example.vn/", "ftp://sms.example.vn/", "https://a:b@sms.example.vn/", "sms",
     "http://127.0.0.1.example.vn/", "https:///gui"],
)  # fmt: skip
def test_provider_must_be_reached_safely(url, settings):
    with pytest.raises(ValueError, match="SMS_URL"):
        HttpProvider(url)

    settings.SMS_URL = url
    assert provider.provider() is None
    assert [error.id for error in provider.wrong_settings()] == ["duty.E001"]
