"""64 slow uploads beside the whole portal: for `make drill`.

Prints how long /healthz, a chief's home page and an event of Zalo take before and beside them.
"""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import pytest
from django.conf import settings
from django.test import Client

from accounts.users.roles import Role
from dev.processes import free_port
from tests.attacks.small_web import (
    Connect,
    asked,
    caller,
    drip,
    head,
    slow_callers,
    status,
    wait_for,
)
from tests.factories.accounts import make_commune, make_user
from tests.flows.harness import Portal, new_simulator
from tests.test_proxy import Proxy

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(200),
]
TIMES, LEEWAY_S = 11, 0.02
SLOW = {
    "large forms": head("POST", "/phan-anh/x/bao-tin/", 20_000_000) + b"x" * 2000,
    "sign-in": head("POST", "/admin/login/", 60_000) + b"x",
    "events": head("POST", "/zalo/webhook/", 200_000) + b"{",
    "heads": b"GET /healthz HTTP/1.1\r\nHost: loc",
}
type Ask = Callable[[bytes], bytes]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[tuple[int, dict[str, bytes]]]:
    """The port of the web server, and what is asked of it."""
    chief = make_user(make_commune(), Role.CHIEF)
    client = Client()
    client.force_login(chief)
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    simulator = new_simulator()
    portal = Portal(
        simulator, tmp_path / "portal.log", SECOND_FACTOR_REQUIRED="0", PROXY_COUNT="1",
        ALLOWED_HOSTS="localhost", STATIC_ROOT=str(settings.STATIC_ROOT),
    )  # fmt: skip
    port = free_port()
    try:
        portal.start_web(port)
        wait_for(portal.processes["web"], port)
        yield (
            port,
            {
                "/healthz": head("GET", "/healthz"),
                "home of a chief": head("GET", "/admin/", 0, cookie),
                "event": head("POST", "/zalo/webhook/", 2) + b"{}",
            },
        )
    finally:
        portal.stop()
        simulator.stop()


def timed(ask: Ask, requests: dict[str, bytes]) -> dict[str, float]:
    found = {}
    for name, request in requests.items():
        took = []
        for _time in range(TIMES):
            began = time.perf_counter()
            said = ask(request)
            took.append(time.perf_counter() - began)
            assert status(said) == (400 if name == "event" else 200), (name, said[:300])
        found[name] = median(took)
    return found


def compare(ask: Ask, requests: dict[str, bytes], connect: Connect, *, by: str) -> None:
    timed(ask, requests)  # so that both workers have loaded what they need
    usual = timed(ask, requests)
    worst = []
    for kind, beginning in SLOW.items():
        for addresses in (64, 1):
            with slow_callers(connect, beginning, addresses=addresses) as callers:
                if addresses == 64:
                    drip(callers)
                beside = timed(ask, requests)
            for name, seconds in beside.items():
                line = (
                    f"{by}, {kind} from {addresses}: {name} {usual[name]:.4f} → {seconds:.4f} s\n"
                )
                sys.stdout.write(line)
                if seconds > 2 * usual[name] + LEEWAY_S:
                    worst.append(line)
    assert worst == []


def test_slow_callers_hold_up_nobody_without_a_proxy(web):
    port, requests = web
    compare(partial(asked, port), requests, partial(caller, port), by="alone")


def test_slow_callers_hold_up_nobody_behind_the_proxy(web, tmp_path):
    port, requests = web
    proxy = Proxy(tmp_path, port)
    try:
        proxy.wait()
        compare(proxy.asked, requests, proxy.caller, by="proxy")
    finally:
        proxy.process.terminate()
        proxy.process.wait(timeout=20)
