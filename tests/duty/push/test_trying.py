"""The command that tries the push services, against machines on loopback alone."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from duty.ways.push import transport, trying
from duty.ways.push.endpoints import check


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(transport, "TIMEOUT_S", (0.5, 0.5))
    transport.forget_connections()
    yield
    transport.forget_connections()


@pytest.fixture
def answering() -> Iterator[tuple[str, list[str]]]:
    """The origin of a service that answers 404, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.command} {self.path} {self.headers.get('Authorization')}")
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def silent() -> Iterator[str]:
    """A machine that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def run(capsys: Any, *args: str) -> tuple[str, str]:
    """Return what was printed, and the words with which the command ended; none after success."""
    refusal = ""
    try:
        call_command("try_push_hosts", *args)
    except CommandError as error:
        refusal = str(error)
    return capsys.readouterr().out, refusal


def test_service_that_answers_anything_is_reached(settings, answering, capsys):
    origin, asked = answering
    settings.PUSH_HOSTS = [origin]

    out, refusal = run(capsys)

    assert refusal == ""
    assert f"{origin.removeprefix('http://')}: tới được, trả lời 404" in out
    assert asked == ["GET / None"]


def test_each_failure_is_named_and_the_end_is_not_zero(settings, answering, silent, closed, capsys):
    settings.PUSH_HOSTS = [answering[0], silent, closed]

    out, refusal = run(capsys)

    names = [one.removeprefix("http://") for one in settings.PUSH_HOSTS]
    assert f"{names[1]}: nối được nhưng không trả lời" in out
    assert f"{names[2]}: bị từ chối nối" in out
    assert refusal == f"Không tới được 2 trong 3 dịch vụ đẩy: {names[1]}, {names[2]}."


def test_json_is_for_machines(settings, answering, closed, capsys):
    settings.PUSH_HOSTS = [answering[0], closed]

    out, refusal = run(capsys, "--json")

    rows = json.loads(out)
    assert [(one["is_reached"], one["status"]) for one in rows] == [(True, 404), (False, 0)]
    assert set(rows[0]) == {"host", "is_reached", "status", "seconds", "words"}
    assert refusal


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (socket.gaierror("nobody knows"), "không tìm được tên máy (DNS)"),
        ("10.0.0.7", "tên máy dẫn vào mạng nội bộ, có thể bị chặn bằng DNS"),
    ],
)
def test_name_that_is_not_found_or_leads_inside(settings, monkeypatch, found, words):
    asked: list[str] = []

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(host))
        if isinstance(found, Exception):
            raise found
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    settings.PUSH_HOSTS = ["fcm.googleapis.com", "push.apple.com", "notify.windows.com"]

    tried = trying.try_all(settings.PUSH_HOSTS)

    assert [one.words for one in tried] == [words] * 3
    assert set(asked) == {
        "fcm.googleapis.com", "web.push.apple.com", "wns2-sg2p.notify.windows.com",
    }  # fmt: skip


def test_portal_without_a_key_says_so(settings, answering, capsys):
    settings.PUSH_HOSTS, settings.VAPID_PRIVATE_KEY = [answering[0]], ""

    out, _refusal = run(capsys)

    assert "Chưa đặt VAPID_PRIVATE_KEY" in out


def test_answer_whose_body_stalls_is_known_by_its_status(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        origin = f"http://127.0.0.1:{server.getsockname()[1]}"
        settings.PUSH_HOSTS = [origin]

        def answer() -> None:
            taken, _peer = server.accept()
            with taken:
                taken.recv(4096)
                taken.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\nx")
                threading.Event().wait(1.5)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()

        found = transport.post(check(f"{origin}/push"), b"", {})
        thread.join()

    assert found.status == 201


def test_address_that_answers_nothing_gives_way_to_the_next(answering, monkeypatch):
    port = int(answering[0].rpartition(":")[2])
    monkeypatch.setattr(transport, "public_addresses", lambda host, port: ["::1", "127.0.0.1"])
    connection = transport._CheckedConnection("push.example.vn", port, timeout=1)

    with connection._new_conn() as line:
        assert line.getpeername() == ("127.0.0.1", port)
