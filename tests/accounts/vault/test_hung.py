"""A vault that takes calls and answers none holds up one thread for a moment, and no page."""

import socket
import time
from contextlib import closing
from functools import partial

import pytest

from accounts.vault import client
from accounts.vault.errors import VaultAway
from reports.public.behind_receipt import behind_receipt
from reports.tips import receipts
from reports.vault import kin
from tests.factories.tips import make_tip
from tests.reports.public.test_answers import looked_up

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
    for what in (kin.kin_of, partial(behind_receipt, digits=receipts.new())):
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
