"""The stand-in for push services, asked by the reference sender instead of by our own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pywebpush import WebPushException, webpush

from dev.places import PROJECT
from dev.processes import free_port
from dev.push_service.phones import Phone
from dev.push_service.server import PushService, start

KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"  # of the example of RFC 8291
WORDS = '{"title":"Bình Yên","text":"Có việc cần xem","tag":"a"}'


@pytest.fixture
def service() -> Iterator[PushService]:
    running = start()
    yield running
    running.stop()


def push(service: PushService, phone: Phone, **changes: Any) -> requests.Response:
    options: dict[str, Any] = {
        "data": WORDS, "ttl": 60, "timeout": 5, "vapid_private_key": KEY,
        "vapid_claims": {"sub": "mailto:truc@congan.example.vn"},
        "headers": {"Urgency": "high", "Topic": "a"},
    }  # fmt: skip
    answer = webpush(phone.subscription(service.url), **(options | changes))
    assert isinstance(answer, requests.Response)
    return answer


def test_what_the_reference_sender_sends_is_on_the_lock_screen(service):
    phone = service.phones.add("Lê Minh Khải")

    assert push(service, phone).status_code == 201
    push(service, phone)

    [line] = requests.get(f"{service.url}/_sim/phones", timeout=5).json()["phones"]
    assert [(one["text"], one["times"]) for one in line["screen"]] == [("Có việc cần xem", 2)]
    [first, _second] = requests.get(f"{service.url}/_sim/received", timeout=5).json()
    assert (first["ttl"], first["urgency"], first["topic"]) == ("60", "high", "a")


@pytest.mark.parametrize(
    "claims",
    [{"sub": "mailto:truc@localhost"}, {"sub": "mailto:a@b.vn", "aud": "https://other.example"},
     {"sub": "mailto:a@b.vn", "exp": int(time.time()) + 25 * 3600}],
)  # fmt: skip
def test_sender_with_a_wrong_token_is_refused_as_by_apple(service, claims):
    with pytest.raises(WebPushException, match="403"):
        push(service, service.phones.add("máy"), vapid_claims=claims)


@pytest.mark.parametrize("kind", ["400", "403", "404", "406", "410", "413", "429", "500", "503"])
def test_switch_answers_once_and_shows_nothing(service, kind):
    phone = service.phones.add("máy")
    requests.post(
        f"{service.url}/_sim/switch", json={"kind": kind, "seconds": 7}, timeout=5
    ).raise_for_status()

    with pytest.raises(WebPushException) as refusal:
        push(service, phone)

    answer = refusal.value.response
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (int(kind), "7")
    assert phone.screen == {}
    assert push(service, phone).status_code == 201


def test_windows_wants_its_header(service):
    phone = service.phones.add("Edge", is_windows=True)

    with pytest.raises(WebPushException, match="400"):
        push(service, phone)
    assert push(service, phone, headers={"X-WNS-Cache-Policy": "cache"}).status_code == 201


def test_phone_without_a_net_gets_the_last_of_a_topic_and_nothing_that_is_over(service):
    phone = service.phones.add("máy")
    service.phones.turn(phone, is_offline=True)
    push(service, phone, data='{"text":"cũ","tag":"a"}')
    push(service, phone, data='{"text":"mới","tag":"a"}')
    push(service, phone, data='{"text":"không chờ","tag":"b"}', ttl=0)

    service.phones.turn(phone, is_offline=False)

    assert [one["text"] for one in phone.screen.values()] == ["mới"]


def test_phone_that_is_gone_answers_410(service):
    phone = service.phones.add("máy")
    requests.post(f"{service.url}/_sim/phone", json={"name": "máy", "act": "gone"}, timeout=5)

    with pytest.raises(WebPushException, match="410"):
        push(service, phone)


def test_page_is_served_and_what_is_wrong_is_said(service):
    page = requests.get(f"{service.url}/", timeout=5)

    assert "Màn hình khóa" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert requests.get(f"{service.url}/_sim/assets/..%2fserver.py", timeout=5).status_code == 404
    for entry, value in (("switch", {"kind": "x"}), ("phone", {"name": "ai"}), ("x", {})):
        answer = requests.post(f"{service.url}/_sim/{entry}", json=value, timeout=5)
        assert answer.status_code == 400


def test_command_opens_its_port_and_ends_when_asked():
    port = free_port()
    running = subprocess.Popen(
        [sys.executable, "-m", "dev.push_service", f"--port={port}"],
        cwd=PROJECT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert f"http://127.0.0.1:{port}" in running.stdout.readline()
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 200
    running.terminate()

    assert running.wait(timeout=10) == 0
    running.stdout.close()
