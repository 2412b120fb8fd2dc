import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from tests.zalo.wire import closed_port, http, listening, tls_of_this_machine
from zalo.client import codes, transport
from zalo.client.api import EndpointFamily, ZaloClient
from zalo.client.errors import (
    ZaloAttachmentExpired,
    ZaloConsentRequired,
    ZaloError,
    ZaloRejected,
    ZaloRetryable,
    ZaloThrottled,
    ZaloUnauthorized,
    ZaloUncertain,
    ZaloWrongEndpoint,
)
from zalo.client.types import CallRecord, SentMessage

SENT = http('{"error":0,"message":"Success","data":{"message_id":"ab12","group_id":"0f"}}')
JPEG = b"\xff\xd8\xff" + b"0" * 100


@pytest.fixture(autouse=True)
def _new_connections() -> None:
    transport.forget_connections()


def client(url: str, *, timeout_s: float = 20, **options: Any) -> ZaloClient:
    return ZaloClient(url, "secret-token", timeout=(timeout_s, timeout_s), **options)


def send(url: str, **options: Any) -> SentMessage:
    return client(url, **options).send_text_to_group("0f", "Chào bà con")


def reset(connection: socket.socket) -> None:
    """Close with a reset, not with an orderly end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def test_send_text_to_group_speaks_the_contract():
    with listening(SENT) as wire:
        sent = send(wire.url)

    head, body = wire.requests[0].split(b"\r\n\r\n", 1)
    assert sent == SentMessage("ab12", "0f")
    assert head.split(b"\r\n")[0] == b"POST /v3.0/oa/group/message HTTP/1.1"
    assert b"access_token: secret-token" in head
    assert b"authorization" not in head.lower()
    assert json.loads(body) == {
        "recipient": {"group_id": "0f"},
        "message": {"text": "Chào bà con"},
    }


def test_send_image_to_group_uses_the_template_form_with_caption():
    with listening(SENT) as wire:
        client(wire.url).send_image_to_group("0f", "att", "Chú thích")

    assert json.loads(wire.requests[0].split(b"\r\n\r\n", 1)[1])["message"] == {
        "text": "Chú thích",
        "attachment": {
            "type": "template",
            "payload": {
                "template_type": "media",
                "elements": [{"media_type": "image", "attachment_id": "att"}],
            },
        },
    }


@pytest.mark.parametrize(
    ("family", "path"),
    [(EndpointFamily.V2, b"/v2.0/oa/message "), (EndpointFamily.V3, b"/v3.0/oa/message/cs ")],
)
def test_send_text_to_user_takes_the_path_of_the_family(family: EndpointFamily, path: bytes):
    with listening(SENT) as wire:
        client(wire.url).send_text_to_user("8123456789012345678", "Chào", family=family)

    assert path in wire.requests[0]
    assert b'"user_id": "8123456789012345678"' in wire.requests[0]


def test_client_adds_the_proof_when_it_knows_the_app_secret():
    with listening(SENT) as wire:
        client(wire.url, app_secret="k").send_text_to_group("0f", "a")

    # HMAC-SHA256 with the key "k" over "secret-token"
    proof = b"appsecret_proof: "
    assert proof in wire.requests[0]
    assert len(wire.requests[0].split(proof)[1].split(b"\r\n")[0]) == 64


def test_connections_are_kept_and_shared_by_clients():
    with listening(SENT, lambda connection: None) as wire:
        for _ in range(3):
            send(wire.url)

    assert len(wire.requests) == 3  # a second connection would have been cut


def test_connection_left_idle_is_not_used_again(monkeypatch: pytest.MonkeyPatch):
    is_over = threading.Event()

    def answer_and_fall_silent(connection: socket.socket) -> None:
        connection.sendall(SENT)
        is_over.wait(60)

    with listening(answer_and_fall_silent, SENT) as wire:
        send(wire.url)
        monkeypatch.setattr(transport, "MAX_IDLE_S", 0)
        sent = send(wire.url, timeout_s=5)
        is_over.set()

    assert sent.message_id == "ab12"
    assert len(wire.requests) == 2


def test_connection_closed_while_idle_is_replaced_before_sending():
    is_closed = threading.Event()

    def answer_and_close(connection: socket.socket) -> None:
        connection.sendall(SENT)
        connection.shutdown(socket.SHUT_RDWR)
        is_closed.set()

    with listening(answer_and_close, SENT) as wire:
        send(wire.url)
        assert is_closed.wait(30)
        sent = send(wire.url)

    assert sent.message_id == "ab12"


def test_refused_connection_is_retryable():
    with pytest.raises(ZaloRetryable) as caught:
        send(closed_port())

    assert type(caught.value) is ZaloRetryable


def test_unknown_host_is_retryable(monkeypatch: pytest.MonkeyPatch):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(ZaloRetryable):
        send("http://zalo.invalid")


def test_connect_timeout_is_retryable():
    # A listening socket whose queue is full takes no further connection.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()
        waiting = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(address)
            waiting.append(filler)

        with pytest.raises(ZaloRetryable):
            send(f"http://127.0.0.1:{address[1]}", timeout_s=0.5)

        for filler in waiting:
            filler.close()


def test_tls_failure_is_retryable():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak_plainly() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"this is not TLS")
                connection.recv(65536)

        threading.Thread(target=speak_plainly, daemon=True).start()

        with pytest.raises(ZaloRetryable):
            send(f"https://127.0.0.1:{server.getsockname()[1]}")


def test_tls_connections_are_kept_checked_and_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The same classes work behind TLS as without, like in production."""
    context, trusted = tls_of_this_machine(tmp_path)

    # nobody vouches for this certificate yet
    with listening(SENT, tls=context) as wire, pytest.raises(ZaloRetryable):
        send(wire.url)
    transport._session().verify = str(trusted)
    with listening(SENT, lambda connection: None, tls=context) as wire:
        assert send(wire.url).message_id == send(wire.url).message_id == "ab12"
        transport.forget_connections()
        transport._session().verify = str(trusted)
        with pytest.raises(ZaloUncertain):
            send(wire.url)

    assert len(wire.requests) == 3


def test_read_timeout_is_uncertain():
    is_over = threading.Event()

    def say_nothing(connection: socket.socket) -> None:
        is_over.wait(60)

    with listening(say_nothing) as wire, pytest.raises(ZaloUncertain):
        send(wire.url, timeout_s=0.5)
    is_over.set()


@pytest.mark.parametrize("ending", [lambda connection: None, reset], ids=["closed", "reset"])
def test_connection_ended_after_reading_is_uncertain(ending: Any):
    with listening(ending) as wire, pytest.raises(ZaloUncertain):
        send(wire.url)


def test_request_not_wholly_handed_over_is_retryable(monkeypatch: pytest.MonkeyPatch):
    def break_off(self: Any, data: Any) -> None:
        if self.sock is None:
            self.connect()
        raise ConnectionResetError(104, "Connection reset by peer")

    monkeypatch.setattr(transport._TracedHTTPConnection, "send", break_off)

    with listening(SENT) as wire, pytest.raises(ZaloRetryable):
        send(wire.url, timeout_s=0.5)


@pytest.mark.parametrize(
    "answer",
    [
        http("<html>502</html>", "502 Bad Gateway"),
        http('{"error":-32}', "503 Service Unavailable"),
        http("<html>ok</html>"),
        http('{"error":0,"data":{"message_id":"ab"', cut=20),
        http('{"data":{"message_id":"ab12"}}'),
        http('{"error":0,"message":"Success"}'),
        http("", "302 Found", "Location: http://127.0.0.1:9/\r\n"),
        http("", "408 Request Timeout"),
    ],
    ids=["502", "503", "html", "cut", "no-error", "no-message-id", "redirect", "408"],
)
def test_answer_that_proves_nothing_is_uncertain(answer: bytes):
    def reply(connection: socket.socket) -> None:
        connection.sendall(answer)

    with listening(reply) as wire, pytest.raises(ZaloUncertain):
        send(wire.url)


def test_cut_answer_of_a_read_is_retryable():
    def reply(connection: socket.socket) -> None:
        connection.sendall(http('{"error":0', cut=20))

    with listening(reply) as wire, pytest.raises(ZaloRetryable):
        client(wire.url).get_oa()


def test_gateway_refusal_is_rejected():
    with listening(http("<html>no</html>", "403 Forbidden")) as wire, pytest.raises(ZaloRejected):
        send(wire.url)


def test_http_429_is_throttled_with_its_retry_after():
    answer = http("", "429 Too Many Requests", "Retry-After: 7\r\n")

    with listening(answer) as wire, pytest.raises(ZaloThrottled) as caught:
        send(wire.url)

    assert caught.value.retry_after == 7


EXPECTED_OF_A_SEND = {
    codes.Kind.THROTTLED: ZaloThrottled,
    codes.Kind.REUPLOAD: ZaloAttachmentExpired,
    codes.Kind.REFRESH: ZaloUnauthorized,
    codes.Kind.RETRY: ZaloRetryable,
    codes.Kind.RESCHEDULE: ZaloRetryable,
    codes.Kind.SWITCH_ENDPOINT: ZaloWrongEndpoint,
    codes.Kind.PERMANENT: ZaloRejected,
    codes.Kind.HUMAN: ZaloRejected,
    codes.Kind.CONFIG: ZaloRejected,
    codes.Kind.CONSENT: ZaloConsentRequired,
    codes.Kind.UNCERTAIN: ZaloUncertain,
}


@responses.activate
@pytest.mark.parametrize("code", sorted(codes.CODES))
def test_each_number_maps_to_its_class(code: int):
    responses.post(
        "http://zalo.test/v3.0/oa/group/message", json={"error": str(code), "message": "…"}
    )

    with pytest.raises(ZaloError) as caught:
        send("http://zalo.test")

    assert type(caught.value) is EXPECTED_OF_A_SEND[codes.CODES[code].kind]
    assert caught.value.code == code
    assert str(caught.value) == codes.CODES[code].sentence


@responses.activate
def test_unknown_number_is_uncertain_for_a_send_and_retryable_for_a_read():
    responses.post("http://zalo.test/v3.0/oa/group/message", json={"error": -9999})
    responses.get("http://zalo.test/v2.0/oa/getoa", json={"error": -9999})

    with pytest.raises(ZaloUncertain) as caught:
        send("http://zalo.test")
    with pytest.raises(ZaloRetryable):
        client("http://zalo.test").get_oa()

    assert caught.value.code == -9999


@responses.activate
def test_failure_seen_only_above_our_connections_is_trusted_where_plain():
    url = "http://zalo.test/v3.0/oa/group/message"
    responses.post(url, body=requests.ReadTimeout())
    responses.post(url, body=requests.ConnectionError())
    responses.post(url, body=requests.ConnectTimeout())

    for expected in (ZaloUncertain, ZaloUncertain, ZaloRetryable):
        with pytest.raises(expected):
            send("http://zalo.test")


@responses.activate
def test_numbers_and_ids_are_coerced_at_the_boundary():
    responses.get(
        "http://zalo.test/v3.0/oa/group/getgroup",
        json={
            "error": "0",
            "data": {
                "group_info": {
                    "group_id": 12345678901234567890,
                    "name": " Tổ 5 ",
                    "status": "enabled",
                    "total_member": "2",
                    "max_member": 100,
                },
                "asset_info": {"valid_through": "31/12/2026", "auto_renew": "true"},
            },
        },
    )

    detail = client("http://zalo.test").group_detail("x")

    assert (detail.group_id, detail.name, detail.total_member, detail.max_member) == (
        "12345678901234567890",
        "Tổ 5",
        2,
        100,
    )
    assert detail.asset_valid_through is not None
    assert detail.asset_valid_through.isoformat() == "2026-12-31"
    assert detail.is_auto_renewed is True
    assert detail.is_enabled is True


@pytest.mark.parametrize(
    ("content", "code"), [(b"GIF89a", -201), (JPEG + b"0" * 1024 * 1024, -210)]
)
def test_upload_refuses_what_zalo_would_refuse_without_a_call(content: bytes, code: int):
    with pytest.raises(ZaloRejected) as caught:
        client(closed_port()).upload_image("a.jpg", content)

    assert caught.value.code == code


def test_every_exchange_is_observed_without_its_content():
    seen: list[CallRecord] = []

    with listening(SENT) as wire:
        client(wire.url, observer=seen.append).send_text_to_group("0f", "bí mật")
    with pytest.raises(ZaloRetryable):
        client(closed_port(), observer=seen.append).send_text_to_group("0f", "bí mật")

    assert [(call.endpoint, call.code, call.outcome) for call in seen] == [
        ("/v3.0/oa/group/message", 0, "unmade"),
        ("/v3.0/oa/group/message", None, "unmade"),
    ]
    assert "bí mật" not in repr(seen)


def test_threads_share_few_connections():
    """The most recently used connection goes out first, so a slow pace needs only one."""

    def answer_one(connection: socket.socket) -> None:
        connection.sendall(SENT)

    with listening(SENT, answer_one) as wire:
        for _ in range(5):
            thread = threading.Thread(target=send, args=(wire.url,))
            thread.start()
            thread.join()

        assert len(wire.requests) == 5


def test_errors_never_show_the_token():
    with listening(lambda connection: None) as wire, pytest.raises(ZaloUncertain) as caught:
        send(wire.url)

    assert "secret-token" not in repr(caught.value) + str(caught.value)
