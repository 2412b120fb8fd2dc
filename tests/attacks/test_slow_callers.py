"""Callers who send drop by drop, too much or strangely take no thread of the portal from others."""

import itertools
import select
import socket
import time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.sign_in.addresses import client_address
from config.edge import limits
from config.edge.arrival import Arrival, Stage
from tests.attacks import small_web
from tests.attacks.small_web import (
    answer,
    asked,
    caller,
    drip,
    head,
    running,
    slow_callers,
    status,
    usual_s,
)
from zalo.inbox import webhook

PAGE = head("GET", "/healthz")
BODY = head("POST", "/phan-anh/x/", 10_000_000)
LEEWAY_S = 0.3  # of a busy machine; who waits for a thread waits for seconds


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with running(tmp_path_factory.mktemp("web") / "log") as made:
        yield made


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hasty")
    with running(folder / "log", "tests.attacks.small_web.Hasty", TMPDIR=str(folder)) as made:
        yield made


@pytest.mark.parametrize(
    "beginning",
    [BODY, BODY + b"x" * 100_000, b"POST /phan-anh/x/ HTTP/1.1\r\nHost: l", b"",
     head("POST", "/zalo/webhook/", 200_000), head("POST", "/admin/login/", 60_000)],
    ids=["no body", "part of a body", "part of a head", "silence", "webhook", "sign-in"],
)  # fmt: skip
@pytest.mark.parametrize("addresses", [64, 1])
def test_sixty_four_slow_callers_hold_up_nobody(port, beginning, addresses):
    before = usual_s(port, PAGE)

    with slow_callers(partial(caller, port), beginning, addresses=addresses) as callers:
        if beginning and addresses == 64:
            drip(callers)
        beside = usual_s(port, PAGE)
        event = asked(port, head("POST", "/zalo/webhook/", 5) + b"event")

    assert beside < 2 * before + LEEWAY_S
    assert status(event) == 200


def test_one_address_has_some_bodies_under_way_and_others_go_on(port):
    with slow_callers(partial(caller, port), BODY, count=20, addresses=1) as callers:
        told = [sock for sock in callers if _has_answer(sock)]
        other = asked(port, head("POST", "/phan-anh/x/", 5) + b"words", source="127.0.0.9")

        assert len(told) == 20 - limits.FROM_ONE_ADDRESS
        said = answer(told[0])
        assert status(said) == 503
        assert b"Retry-After: 30" in said
    assert status(other) == 200


def test_event_in_two_pieces_takes_the_place_of_the_slowest(port):
    slow = head("POST", "/zalo/webhook/", 200_000)
    with slow_callers(partial(caller, port), slow, count=limits.WEBHOOK_PLACES):
        event = caller(port)
        event.sendall(head("POST", "/zalo/webhook/", 5))
        time.sleep(0.2)
        event.sendall(b"event")

        assert status(answer(event)) == 200
        event.close()


def _has_answer(sock: socket.socket) -> bool:
    return bool(select.select([sock], [], [], 0)[0])


def test_webhook_answers_while_every_other_thread_is_busy(port):
    busy = [caller(port) for _thread in range(4)]
    for sock in busy:
        sock.sendall(head("GET", "/slow"))
    time.sleep(0.2)
    began = time.monotonic()

    said = asked(port, head("POST", "/zalo/webhook/", 5) + b"event")

    assert time.monotonic() - began < small_web.SLOW_S / 2
    assert said.endswith(b"/zalo/webhook/ 5")
    assert [status(answer(sock)) for sock in busy] == [200] * 4
    for sock in busy:
        sock.close()


@pytest.mark.parametrize(
    ("path", "cookie", "most"),
    [
        ("/zalo/webhook/", "", 256 * 1024), ("/zalo/webhook", "", 256 * 1024),
        ("/zalo/%77ebhook/", "", 256 * 1024), ("/phan-anh/a/bao-tin/", "", 32 * 1024**2),
        ("/admin/groups/memberimport/add/", "Cookie: __Host-binhyen_phien=a", 32 * 1024**2),
        ("/admin/login/", "", 64 * 1024), ("/thu-tuc/", "", 64 * 1024), ("/x", "", 64 * 1024),
        ("http://h/phan-anh/a/", "", 32 * 1024**2), ("//x", "", 64 * 1024),
    ],
)  # fmt: skip
def test_each_address_takes_so_much(port, path, cookie, most):
    more = [cookie] if cookie else []

    assert status(asked(port, head("POST", path, most + 1, *more))) == 413
    if most <= 256 * 1024:
        whole = asked(port, head("POST", path, most, *more) + b"x" * most)
        assert whole.endswith(f" {most}".encode())


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"POST /x HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (head("GET", "/x", 0, "X-Long: " + "x" * 40_000), 431),
        (head("GET", "/x", 0, *[f"X-{n}: a" for n in range(300)]), 431),
        (head("GET", "/" + "x" * 9000), 414),
        (head("POST", "/x", 5, "Content-Length: 7") + b"words", 400),
        (head("POST", "/x", 0, "Content-Length: -5"), 400),
        (head("POST", "/x", 0, "Content-Length: " + "9" * 5000), 413),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    ],
    ids=["chunked", "head", "headers", "line", "two lengths", "minus", "digits", "tls"],
)
def test_strange_request_is_refused_and_the_next_one_answered(port, request_, expected):
    assert status(asked(port, request_)) == expected
    assert status(asked(port, PAGE)) == 200


@pytest.mark.parametrize(
    ("beginning", "said"),
    [(b"GET /x HTTP/1.1\r\n", 408), (BODY + b"x", 408), (b"", None)],
    ids=["head", "body", "silence"],
)
def test_who_falls_silent_is_sent_away(hasty, beginning, said):
    with caller(hasty) as sock:
        sock.sendall(beginning)
        ended = answer(sock)

    assert (status(ended) if ended else None) == said


def test_heaviest_bodies_make_room(hasty):
    part = BODY + b"x" * 600_000
    with caller(hasty) as first, caller(hasty, source="127.0.0.3") as second:
        first.sendall(part)
        time.sleep(0.1)
        second.sendall(part)

        assert status(answer(first)) == 503
        assert not _has_answer(second)


def test_who_began_first_goes_when_all_places_are_taken(hasty):
    with slow_callers(partial(caller, hasty), b"GET /x", count=30):
        assert status(asked(hasty, PAGE)) == 200


def test_slow_but_honest_upload_arrives(port):
    with caller(port) as sock:
        sock.sendall(head("POST", "/phan-anh/x/", 20_000, "Expect: 100-continue"))
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        for _part in range(20):
            sock.sendall(b"x" * 1000)
            time.sleep(0.02)
        assert answer(sock).endswith(b"/phan-anh/x/ 20000")
        sock.sendall(head("POST", "/y", 5) + b"words" + head("GET", "/z"))
        assert answer(sock).endswith((b"/y 5", b"/z 0"))


def test_requests_sent_at_once_are_answered_in_turn(port):
    with caller(port) as sock:
        sock.sendall(
            head("POST", "/a", 3) + b"abc" + head("GET", "/b") + head("POST", "/c", 1) + b"x"
            + head("GET", "/d", 0, "Connection: close")
        )  # fmt: skip
        said = b""
        while chunk := sock.recv(65536):
            said += chunk

    assert [part for part in (b"/a 3", b"/b 0", b"/c 1", b"/d 0") if part in said] == [
        b"/a 3", b"/b 0", b"/c 1", b"/d 0",
    ]  # fmt: skip


def test_limits_are_those_of_the_portal(settings):
    assert {limits.WEBHOOK, f"{limits.WEBHOOK}/"} == webhook.PATHS
    assert limits.ROUTES[limits.WEBHOOK] == webhook.MAX_BYTES
    assert f"{settings.SESSION_COOKIE_NAME}=".endswith(limits.SESSION.decode())


@hypothesis_settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=400), cuts=st.lists(st.integers(0, 600), max_size=12))
def test_request_is_the_same_however_it_is_cut(body, cuts):
    whole = head("POST", "/phan-anh/x/?a=1", len(body), "X-Forwarded-For: 203.0.113.7") + body
    arrival = Arrival("127.0.0.1", at=0, proxies=1)

    for start, end in itertools.pairwise([0, *sorted(cuts), len(whole)]):
        piece = whole[start:end]
        if piece:
            arrival.add(piece, at=0)

    assert arrival.stage is Stage.WHOLE
    assert arrival.file.read() == whole
    assert (arrival.path, arrival.address) == ("/phan-anh/x/", "203.0.113.7")


@pytest.mark.parametrize("proxies", [0, 1, 2])
@pytest.mark.parametrize(
    "passed",
    ["", "203.0.113.7", "198.51.100.2, 203.0.113.7", "x, 203.0.113.7, 198.51.100.9", "x",
     "::ffff:10.0.0.1", "10.0.0.1:4711", "[::ffff:10.0.0.1]:4711", "64:ff9b::a00:1"],
)  # fmt: skip
def test_address_is_the_one_that_signing_in_counts(rf, settings, proxies, passed):
    settings.PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=passed)
    arrival = Arrival("127.0.0.1", at=0, proxies=proxies)

    arrival.add(head("GET", "/", 0, f"X-Forwarded-For: {passed}"), at=0)

    assert arrival.address == client_address(request)


def test_address_of_ipv4_inside_ipv6_counts_as_itself():
    told = set()
    for peer in ("10.0.0.1", "::ffff:10.0.0.1", "::ffff:a00:1"):
        arrival = Arrival(peer, at=0, proxies=0)
        arrival.add(head("GET", "/", 0), at=0)
        told.add(arrival.address)

    assert told == {"10.0.0.1"}


def test_line_of_ipv6_counts_as_one_caller():
    told = set()
    for end in (":1", "2:3:4:5"):
        arrival = Arrival("127.0.0.1", at=0, proxies=1)
        passed = f"2001:db8:0:7:{end}"
        arrival.add(head("GET", "/", 0, f"X-Forwarded-For: {passed}"), at=0)
        told.add(arrival.address)

    assert told == {"2001:db8:0:7::/64"}
