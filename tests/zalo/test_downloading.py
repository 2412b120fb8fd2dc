"""Fetching files: where the portal lets itself be sent, and where not."""

import hashlib
import time
from urllib.parse import urlsplit

import pytest

from tests.zalo.test_file_types import picture
from tests.zalo.wire import listening, tls_of_this_machine
from zalo.inbox import file_types, files
from zalo.inbox.files import Gone, NotYet, Refused, download

HOST = "f1-zpc.zdn.vn"
PDF = b"%PDF-1.7 a document"


def answer(content=PDF, status="200 OK", headers="", cut=0):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(content) + cut}\r\n{headers}\r\n"
    return head.encode() + content


@pytest.fixture
def zalo(tmp_path, monkeypatch):
    """`zalo(*behaviours)`: a host of Zalo's, by name, behind TLS; the address counts as public."""
    context, trusted = tls_of_this_machine(tmp_path, HOST)
    monkeypatch.setattr(files, "_authorities", lambda: str(trusted))
    monkeypatch.setattr(files, "_resolve", lambda host: ["127.0.0.1"])
    monkeypatch.setattr(files, "is_public", lambda address: True)
    opened = []

    def serve(*behaviours):
        server = listening(*behaviours, tls=context)
        wire = server.__enter__()
        opened.append(server)
        monkeypatch.setattr(files, "HTTPS_PORT", urlsplit(wire.url).port)
        return wire

    yield serve
    for server in opened:
        server.__exit__(None, None, None)


def reason(error, url=f"https://{HOST}/a.pdf", kind="file", **options):
    with pytest.raises(error) as caught:
        download(url, kind=kind, **options)
    return getattr(caught.value, "reason", None)


def test_file_is_fetched_from_a_host_of_zalos(zalo):
    wire = zalo(answer())

    fetched = download(f"https://{HOST}/a/b.pdf?x=1", kind="file")

    assert (fetched.content, fetched.content_type) == (PDF, "application/pdf")
    assert wire.requests[0].startswith(b"GET /a/b.pdf?x=1 HTTP/1.1\r\n")
    assert f"\r\nHost: {HOST}\r\n".encode() in wire.requests[0]
    assert b"PDF" not in repr(fetched).encode()


def test_picture_is_written_anew(zalo):
    zalo(answer(picture("PNG")))

    assert download(f"https://{HOST}/a.png", kind="image").content_type == "image/jpeg"


@pytest.mark.parametrize(
    "url",
    [
        "http://f1.zdn.vn/a",
        "https://example.vn/a",
        "https://zdn.vn.example.vn/a",
        "https://evilzdn.vn/a",
        "https://zdn.vn/a",
        "https://.zdn.vn/a",
        "https://f1.zdn.vn:8443/a",
        "https://f1.zdn.vn:22/a",
        "https://f1.zdn.vn@127.0.0.1/a",
        "https://user:word@f1.zdn.vn/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a",
        "https://127.0.0.1#.zdn.vn",
        "https://127.0.0.1/.zdn.vn",
        "https://127.0.0.1\\.zdn.vn/",
        "https://f1.zdn.vn\t.example.vn/",
        "https://f1.zdn.vn/a\r\nX-Evil: 1",
        "https://f1.zdn.vn:99999/a",
        "https://[broken",
        "https://f1.zdn。vn/a",
        "https://ｆ1.zdn.vn/a",
        "file:///etc/passwd",
        "ftp://f1.zdn.vn/a",
        "gopher://f1.zdn.vn/",
        "//f1.zdn.vn/a",
        "",
        "f1.zdn.vn/a",
        "http://127.0.0.1:9/a/../..",
    ],
)
def test_any_other_address_is_refused_unasked(url, monkeypatch, settings):
    settings.ZALO_API_URL = "https://openapi.zalo.me"

    def asked(*args):
        raise AssertionError("it was asked")

    monkeypatch.setattr(files, "_resolve", asked)
    monkeypatch.setattr(files, "_pool", asked)

    assert reason(Refused, url) == "host"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.0.0.5"], ["192.168.1.1"], ["172.16.0.1"], ["169.254.169.254"],
        ["100.64.0.1"], ["0.1.2.3"], ["::1"], ["fe80::1"], ["fc00::1"], ["::ffff:10.0.0.1"],
        ["2002:7f00:1::"], ["64:ff9b::a00:1"], ["224.0.0.1"], ["255.255.255.255"], ["odd"],
        ["8.8.8.8", "10.0.0.5"],
    ],
)  # fmt: skip
def test_name_that_leads_inside_is_refused(addresses, monkeypatch):
    monkeypatch.setattr(files, "_resolve", lambda host: addresses)

    assert reason(Refused) == "host"


def test_name_without_an_address_may_have_one_later(monkeypatch):
    monkeypatch.setattr(files, "_resolve", lambda host: [])

    assert reason(NotYet) == "host"


def test_connection_goes_to_the_address_that_was_checked(zalo, monkeypatch):
    zalo(answer())
    answers = iter([["127.0.0.1"], ["10.0.0.5"]])
    monkeypatch.setattr(files, "_resolve", lambda host: next(answers))

    assert download(f"https://{HOST}/a.pdf", kind="file").content == PDF
    assert next(answers) == ["10.0.0.5"]


def test_certificate_must_be_of_the_name(zalo):
    zalo(answer())

    assert reason(NotYet, "https://other.zdn.vn/a.pdf") == "host"


@pytest.mark.parametrize("to", ["http://127.0.0.1:5432/", f"https://{HOST}/b.pdf"])
def test_no_redirect_is_followed(zalo, to):
    wire = zalo(answer(b"", "302 Found", f"Location: {to}\r\n"))

    assert reason(Refused) == "redirect"
    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "403 Forbidden"])
def test_what_zalo_no_longer_has_is_gone(zalo, status):
    zalo(answer(b"", status))

    reason(Gone)


def test_trouble_of_the_host_is_for_later(zalo):
    zalo(answer(b"", "502 Bad Gateway"))

    assert reason(NotYet) == "broken"


def test_announced_size_is_believed(zalo, monkeypatch):
    monkeypatch.setitem(file_types.MOST_BYTES, "file", 1000)
    zalo(answer(b"x", cut=5000))

    assert reason(Refused) == "size"


def test_unannounced_size_is_counted(zalo, monkeypatch):
    monkeypatch.setitem(file_types.MOST_BYTES, "file", 1000)

    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _number in range(100):
            connection.sendall(PDF * 100)

    zalo(endless)

    assert reason(Refused) == "size"


def test_trickle_is_ended_by_the_clock(zalo, monkeypatch):
    monkeypatch.setattr(files, "TOTAL_S", 0.5)

    def trickling(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _number in range(40):
            connection.sendall(b"x")
            time.sleep(0.05)

    zalo(trickling)
    started = time.monotonic()

    assert reason(NotYet) == "time"
    assert time.monotonic() - started < 2


def test_silence_is_ended_too(zalo, monkeypatch):
    monkeypatch.setattr(files, "READ_S", 0.3)
    zalo(lambda connection: time.sleep(2))

    assert reason(NotYet) == "time"


def test_file_that_was_cut_short_is_fetched_again(zalo):
    zalo(lambda connection: connection.sendall(answer(cut=10)))

    assert reason(NotYet) == "broken"


def test_sum_must_fit(zalo):
    zalo(answer())
    right = hashlib.md5(PDF, usedforsecurity=False).hexdigest()

    assert download(f"https://{HOST}/a.pdf", kind="file", checksum=right).content == PDF
    assert reason(NotYet, checksum="0" * 32) == "broken"


def test_type_that_is_not_taken_is_refused(zalo):
    zalo(answer(b"MZ\x90\0 a program"))

    assert reason(Refused) == "type"


# The simulator


def test_simulator_on_this_machine_is_asked_at_its_own_origin(settings):
    with listening(answer()) as wire:
        settings.ZALO_API_URL = wire.url

        assert download(f"{wire.url}/file/1", kind="file").content == PDF


def test_neighbour_of_the_simulator_is_refused(settings):
    with listening(answer()) as wire, listening(answer()) as other:
        settings.ZALO_API_URL = wire.url

        assert reason(Refused, f"{other.url}/file/1") == "host"
        assert other.requests == []


@pytest.mark.parametrize(
    "api", ["http://10.0.0.5:8090", "http://sim.example.vn", "https://10.1.1.1"]
)
def test_simulator_elsewhere_is_none(settings, api):
    settings.ZALO_API_URL = api

    assert reason(Refused, f"{api}/file/1") == "host"
