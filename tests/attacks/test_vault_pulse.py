"""The real vault that is stopped, and strangers and officers who do not wait for each other."""

import signal
import threading
import time

import pytest
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse

from accounts.vault import client
from accounts.vault.errors import VaultAway, VaultRefused
from tests.factories.tips import make_tip
from tests.vault_process import as_web, vault_process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.flow]
THREADS = 4
TESTS = {"ROOT_URLCONF": "tests.vault_views"}


@pytest.fixture(scope="module")
def running(django_db_setup, django_db_blocker):
    more = {"DJANGO_SETTINGS_MODULE": "tests.vault_view_settings"}
    with django_db_blocker.unblock(), vault_process(**more) as vault:
        yield vault


@pytest.fixture
def vault(running, monkeypatch):
    monkeypatch.setattr(client, "_hung_until", {True: 0.0, False: 0.0})
    with as_web(running), override_settings(**TESTS):
        yield running


def test_pages_say_within_seconds_that_a_stopped_vault_is_away(vault, login, chief):
    browser, address = login(chief), reverse("test_echo")
    assert browser.get(address).status_code == 200
    vault.process.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        first = browser.get(address)
        took = time.monotonic() - began
        again = time.monotonic()
        assert browser.get(address).status_code == 503
        took_again = time.monotonic() - again
    finally:
        vault.process.send_signal(signal.SIGCONT)

    assert (first.status_code, took < 4, took_again < 1) == (503, True, True)
    client._hung_until[False] = 0.0
    assert browser.get(address).status_code == 200


def test_officers_and_strangers_do_not_wait_for_each_other(vault, chief, commune):
    tip = make_tip(commune)
    threads = [threading.Thread(target=_slow, args=(chief,)) for _number in range(THREADS)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    began = time.monotonic()
    with pytest.raises(VaultRefused) as refusal:
        client.ask(
            "reports.behind_receipt", is_quick=True, tip=str(tip.uuid), receipt="", proof="1.x"
        )
    took = time.monotonic() - began
    for thread in threads:
        thread.join()

    assert not isinstance(refusal.value, VaultAway)
    assert took < 1


def _slow(user):
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    try:
        browser.post(reverse("test_slow"), {"wait": "2"})
    finally:
        connections.close_all()


def test_what_nests_deep_ends_no_thread(vault):
    for _time in range(2 * THREADS):
        vault.answer_to(b"[" * 500_000)
        vault.answer_to(b'{"operation": "vault.ping", "session": "", "arguments": ' + b"[" * 9_000)

    assert vault.process.poll() is None
    assert client.ask("vault.ping") is True
