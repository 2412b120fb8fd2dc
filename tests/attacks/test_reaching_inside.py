"""No address that a stranger writes makes the portal knock at a door inside, with a real listener.

tests/zalo/test_downloading.py asks the rules one by one; here events come in, and somebody listens.
"""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from tests.zalo import webhooks
from tests.zalo.webhooks import body, post
from tests.zalo.wire import listening, tls_of_this_machine
from zalo.inbox import files
from zalo.inbox.interpreting import interpret_due
from zalo.models import InboundFile

NAME = "f1-zpc.zdn.vn"
PUBLIC = "8.8.4.4"  # nothing is sent there: no test may leave the machine


class Listeners:
    """Servers on loopback, on both kinds of address; each connection is written down."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.sockets = [socket.create_server(("127.0.0.1", 0)), *_six()]
        self.ports = [door.getsockname()[1] for door in self.sockets]
        for door in self.sockets:
            threading.Thread(target=self._listen, args=[door], daemon=True).start()

    def _listen(self, door: socket.socket) -> None:
        while True:
            try:
                door.accept()[0].close()
            except OSError:
                return
            self.heard.append(1)

    def close(self) -> None:
        for door in self.sockets:
            door.shutdown(socket.SHUT_RDWR)
            door.close()


@pytest.fixture
def knocks() -> Iterator[Listeners]:
    doors = Listeners()
    socket.create_connection(("127.0.0.1", doors.ports[0])).close()
    while not doors.heard:
        time.sleep(0.01)
    doors.heard.clear()  # they hear; from here on nobody may knock
    yield doors
    doors.close()


def _six() -> list[socket.socket]:
    try:
        return [socket.create_server(("::1", 0), family=socket.AF_INET6)]
    except OSError:
        return []  # a machine without IPv6


@pytest.fixture(autouse=True)
def _account(transactional_db, settings):
    settings.ZALO_OA_SECRET_KEY = webhooks.OA_SECRET
    settings.ZALO_API_URL = settings.ZALO_OAUTH_URL = "https://openapi.zalo.me"
    make_official_account(make_commune(), oa_id="9001")


def hear_of(*urls: str) -> None:
    """Events of a resident who sends a file that lies there, one for each address."""
    for number, url in enumerate(urls):
        content = body(
            "user_send_file", sender={"id": "7001"}, recipient={"id": "9001"},
            message={"msg_id": f"m-{number}", "text": url, "attachments": [
                {"type": "file", "payload": {
                    "url": url, "name": "a.pdf", "size": "9", "type": "pdf"}}]},
        )  # fmt: skip
        assert post(Client(), content).status_code == 200
    interpret_due()


def fetched() -> set[str]:
    """States after every file was asked for."""
    while files.fetch_due().get("more"):
        pass
    return set(InboundFile.objects.values_list("state", flat=True))


ADDRESSES = (
    "http://127.0.0.1:{port}/a", "https://127.0.0.1:{port}/a", "http://localhost:{port}/a",
    "http://127.1:{port}/a", "http://2130706433:{port}/", "http://0x7f000001:{port}/",
    "http://0:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "https://f1-zpc.zdn.vn:{port}/a", "https://f1-zpc.zdn.vn@127.0.0.1:{port}/a",
    "https://127.0.0.1:{port}/#.zdn.vn", "https://127.0.0.1:{port}\\.zdn.vn/",
    "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/a", "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/", "//127.0.0.1:{port}/a",
)  # fmt: skip


def test_file_that_lies_inside_is_never_asked_for(knocks):
    hear_of(*(written.format(port=port) for written in ADDRESSES for port in knocks.ports))

    assert fetched() == {InboundFile.State.REFUSED}
    assert knocks.heard == []


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_name_of_zalos_that_leads_inside_is_not_followed(knocks, monkeypatch, inside):
    """All addresses of a name are looked at before anything is connected to."""
    monkeypatch.setattr(files, "HTTPS_PORT", knocks.ports[0])
    monkeypatch.setattr(files, "_resolve", lambda _host: [PUBLIC, inside])
    hear_of(f"https://{NAME}/a.pdf")

    assert fetched() == {InboundFile.State.REFUSED}
    assert knocks.heard == []


def test_name_that_changes_its_mind_is_asked_once(knocks, monkeypatch):
    """The second answer, loopback, comes too late: the connection goes to what was checked."""
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    asked = []

    def pool(target):
        asked.append(target.address)
        raise files.NotYet("host")

    monkeypatch.setattr(files, "HTTPS_PORT", knocks.ports[0])
    monkeypatch.setattr(files, "_resolve", lambda _host: next(answers))
    monkeypatch.setattr(files, "_pool", pool)
    hear_of(f"https://{NAME}/a.pdf")

    assert InboundFile.State.FETCHED not in fetched()
    assert asked == [PUBLIC]
    assert knocks.heard == []


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 Again"])
def test_redirect_of_zalos_host_to_a_door_inside_is_not_followed(
    knocks, monkeypatch, tmp_path, status
):
    context, trusted = tls_of_this_machine(tmp_path, NAME)
    monkeypatch.setattr(files, "_authorities", lambda: str(trusted))
    monkeypatch.setattr(files, "_resolve", lambda _host: ["127.0.0.1"])
    monkeypatch.setattr(files, "is_public", lambda _address: True)
    to = f"http://127.0.0.1:{knocks.ports[0]}/inside"
    answer = f"HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()
    with listening(answer, tls=context) as wire:
        monkeypatch.setattr(files, "HTTPS_PORT", int(wire.url.rpartition(":")[2]))
        hear_of(f"https://{NAME}/a.pdf")

        assert fetched() == {InboundFile.State.REFUSED}
    assert len(wire.requests) == 1
    assert knocks.heard == []
