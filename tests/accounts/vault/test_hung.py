"""A vault that takes calls and answers none holds up one thread for a moment, and no page."""

import socket
import threading
import time
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as settings_of_django
from django.test import Client
from django.urls import reverse

from accounts.vault import client, pulse
from accounts.vault.errors import VaultAway
from reports.public.behind_receipt import behind_receipt
from reports.tips import receipts
from reports.vault import kin
from tests.factories.tips import make_tip
from tests.reports.public.test_answers import looked_up
from vault import server

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(settings, tmp_path, monkeypatch):
    """The calls that went to a vault that hangs."""
    settings.VAULT_SOCKET, settings.VAULT_TIMEOUT_S = str(tmp_path / "hung.sock"), 2
    monkeypatch.setattr(client, "_hung_until", {True: 0.0, False: 0.0})
    made, real = [], client._over_socket

    def call(asked, *more):
        made.append(asked)
        return real(asked, *more)

    monkeypatch.setattr(client, "_over_socket", call)
    with closing(socket.socket(socket.AF_UNIX)) as line:
        line.bind(settings.VAULT_SOCKET)
        line.listen(50)
        yield made


def asks(**how):
    """Ask once; returns the seconds that it took."""
    began = time.monotonic()
    with pytest.raises(VaultAway):
        client.ask("vault.ping", **how)
    return time.monotonic() - began


def test_a_page_of_everybody_waits_a_tenth_and_only_the_first(commune, calls):
    tip = make_tip(commune)
    began = time.monotonic()
    for what in (kin.kin_of, partial(behind_receipt, receipt=receipts.new())):
        with pytest.raises(VaultAway):
            what(tip)
    took = time.monotonic() - began

    assert took < 1.5
    assert len(calls) == 1
    assert not client.is_there()
    assert len(calls) == 1


def test_the_page_of_a_receipt_waits_a_tenth_and_only_the_first(commune, calls):
    tip = make_tip(commune)
    pages = [looked_up(tip).html for _time in range(3)]

    assert all("Lúc này trang chưa mở được lời qua lại" in page for page in pages)
    assert len(calls) == 1


def test_the_health_check_waits_a_tenth_too(calls):
    began = time.monotonic()

    assert not client.is_there()

    assert time.monotonic() - began < 1.5
    assert len(calls) == 1


def test_an_officers_question_has_its_whole_time_after_a_quick_one(calls):
    asks(is_quick=True)

    assert asks() > 1.9
    assert len(calls) == 2


def test_after_a_whole_wait_nobody_asks_for_a_while(calls, monkeypatch):
    asks()
    assert (asks() < 1, asks(is_quick=True) < 1, len(calls)) == (True, True, 1)

    later = time.monotonic() + client.HUNG_S + 1
    monkeypatch.setattr(client.time, "monotonic", lambda: later)
    with pytest.raises(VaultAway):
        client.ask("vault.ping", is_quick=True)

    assert len(calls) == 2


def test_a_vault_that_is_down_is_asked_each_time(calls, settings, tmp_path):
    settings.VAULT_SOCKET = str(tmp_path / "nobody.sock")

    asks(is_quick=True)
    asks(is_quick=True)

    assert len(calls) == 2


# The pulse


@pytest.fixture
def stopped(calls, settings):
    """A process that was stopped: its pulse takes calls, too, and gives none an answer."""
    settings.VAULT_TIMEOUT_S = 10
    with closing(socket.socket(socket.AF_UNIX)) as line:
        line.bind(settings.VAULT_SOCKET + pulse.SUFFIX)
        line.listen(50)
        yield calls


def test_a_vault_without_a_pulse_is_away_within_seconds(stopped):
    assert 0.9 < asks() < 4
    assert (asks() < 0.5, asks(is_quick=True) < 0.5, len(stopped)) == (True, True, 1)


def test_a_page_with_a_large_form_does_not_wait_in_the_middle_of_it(stopped):
    began = time.monotonic()
    with pytest.raises(VaultAway):
        client.ask_with("vault.ping", client.Attached(10**6, [b"x" * 10**6]))

    assert time.monotonic() - began < 4


def test_a_busy_vault_is_waited_for(calls, settings):
    settings.VAULT_TIMEOUT_S = 4
    line = server.Line(Path(settings.VAULT_SOCKET + pulse.SUFFIX), "pulse", 1, pulse.beat)
    with server._listening([line]) as ((_line, at),):
        beating = server.Server({}, threads=1)
        thread = threading.Thread(target=beating._serve, args=(at, pulse.beat))
        thread.start()
        took = asks()
        beating.stop()
        thread.join()

    assert took > 3.9


def test_strangers_wait_for_a_place_of_their_own(calls, settings, monkeypatch):
    settings.VAULT_TIMEOUT_S = 3
    for _place in range(client.MOST_PUBLIC):
        assert client._public.acquire(blocking=False)
    try:
        assert asks(is_quick=True) < 1
        assert calls == []
        with suppress(VaultAway):
            client.ask("vault.ping")
        assert len(calls) == 1
    finally:
        client._public.release(client.MOST_PUBLIC)


def test_nobody_takes_no_place_of_an_officer(calls, client_of_nobody):
    for _page in range(5):
        answer = client_of_nobody.get(reverse("admin:reports_tipreport_changelist"))
        assert (answer.status_code, "/admin/login/" in answer["Location"]) == (302, True)
    assert calls == []


@pytest.fixture(params=["", "x" * 32])
def client_of_nobody(request):
    browser = Client()
    if request.param:
        browser.cookies[settings_of_django.SESSION_COOKIE_NAME] = request.param
    return browser
