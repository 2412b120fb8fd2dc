import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections
from django.utils import timezone

from accounts.models import Commune
from tests.factories.zalo import make_official_account
from tests.zalo.wire import closed_port, http, listening
from zalo.client.errors import ZaloConsentRequired, ZaloRejected, ZaloRetryable
from zalo.client.types import TokenPair
from zalo.models import OfficialAccount
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator


def renew_in_threads(account: OfficialAccount, stale: str, count: int) -> list[str]:
    """Return the answers to `count` threads, each on its own connection, for one dead token."""
    barrier = threading.Barrier(count)
    results: list[str] = []

    def work() -> None:
        barrier.wait()
        try:
            results.append(tokens.renew(account, stale_token=stale))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_one_death_one_refresh_for_all_threads(account: OfficialAccount, simulator: Simulator):
    stale = account.access_token
    simulator.state.kill_access_token()

    results = renew_in_threads(account, stale, 12)

    assert results == [simulator.state.tokens.access] * 12
    assert simulator.state.stats["refreshed"] == 1


@pytest.mark.db_broker
@pytest.mark.django_db(transaction=True)
def test_one_death_one_refresh_without_shared_process_memory(
    account: OfficialAccount, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    """Nothing but the row lock stands between the threads, like between processes.

    Zalo takes its time, so that all of them would ask before the first has an answer.
    """
    stale = account.access_token
    simulator.state.kill_access_token()
    ask = tokens._ask

    def ask_slowly(account: OfficialAccount) -> TokenPair:
        time.sleep(0.5)
        return ask(account)

    monkeypatch.setattr(tokens, "_ask", ask_slowly)
    monkeypatch.setattr(tokens, "_renewing", lambda account_id: threading.Lock())
    monkeypatch.setattr(tokens, "_remember", lambda *args: None)

    results = renew_in_threads(account, stale, 8)

    assert results == [simulator.state.tokens.access] * 8
    assert simulator.state.stats["refreshed"] == 1
    assert simulator.state.stats["refresh_refused"] == 0


def test_renewed_pair_is_saved_sealed_with_its_lifetimes(
    account: OfficialAccount, simulator: Simulator
):
    before = timezone.now()

    token = tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert (account.access_token, account.refresh_token) == (
        simulator.state.tokens.access,
        simulator.state.tokens.refresh,
    )
    assert token == account.access_token
    assert account.token_expires_at is not None
    assert account.refresh_expires_at is not None
    assert account.token_expires_at >= before + timedelta(hours=25)
    assert account.refresh_expires_at >= before + timedelta(days=90)
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token, refresh_token FROM zalo_officialaccount")
        assert "sim-" not in "".join(cursor.fetchone())


def test_second_caller_finds_the_new_token_and_refreshes_nothing(
    account: OfficialAccount, simulator: Simulator
):
    stale = account.access_token
    tokens.renew(account, stale_token=stale)
    tokens.forget()

    again = tokens.renew(account, stale_token=stale)

    assert again == simulator.state.tokens.access
    assert simulator.state.stats["refreshed"] == 1


def test_access_token_needs_no_database(
    account: OfficialAccount, django_assert_num_queries: Callable[[int], Any]
):
    account = OfficialAccount.objects.get(pk=account.pk)

    with django_assert_num_queries(0):
        first, second = tokens.access_token(account), tokens.access_token(account)

    assert first == second == account.access_token


def test_instance_loaded_before_a_refresh_gets_the_new_token(
    account: OfficialAccount, simulator: Simulator
):
    old_instance = OfficialAccount.objects.get(pk=account.pk)
    tokens.renew(account, stale_token=account.access_token)

    assert tokens.access_token(old_instance) == simulator.state.tokens.access


def test_instance_loaded_after_a_connection_elsewhere_wins_over_memory(account: OfficialAccount):
    tokens.access_token(account)
    row = OfficialAccount.objects.get(pk=account.pk)
    row.access_token, row.connected_at = "newer", timezone.now() + timedelta(seconds=1)
    row.save()

    assert tokens.access_token(OfficialAccount.objects.get(pk=account.pk)) == "newer"


def test_dead_refresh_token_marks_the_account_and_asks_for_consent(
    account: OfficialAccount, simulator: Simulator
):
    pair = (account.access_token, account.refresh_token)
    simulator.state.revoke()

    with pytest.raises(ZaloConsentRequired) as caught:
        tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert caught.value.code == -14014
    assert account.needs_consent is True
    assert "cấp quyền lại" in account.last_error
    assert (account.access_token, account.refresh_token) == pair


def test_wrong_app_secret_is_rejected_and_changes_nothing(
    account: OfficialAccount, simulator: Simulator, settings: Any
):
    settings.ZALO_APP_SECRET = "wrong"

    with pytest.raises(ZaloRejected) as caught:
        tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert caught.value.code == -14004
    assert account.needs_consent is False
    assert account.refresh_token == simulator.state.tokens.refresh


@pytest.mark.parametrize(
    "answer",
    [
        http("<html>oops</html>"),
        http("{}"),
        http('{"access_token":"","refresh_token":""}'),
        http('{"access_token":null,"refresh_token":"r"}'),
        http('{"error_name":"Something","error_description":"?"}'),
        http('{"error":-99999,"error_name":"New"}'),
        http('["access_token"]'),
        http("<html>502</html>", "502 Bad Gateway"),
    ],
)
def test_malformed_answer_never_overwrites_the_pair(commune: Commune, settings: Any, answer: bytes):
    account = make_official_account(commune)
    pair = (account.access_token, account.refresh_token)

    with listening(answer) as wire:
        settings.ZALO_OAUTH_URL = wire.url
        with pytest.raises(ZaloRetryable):
            tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert (account.access_token, account.refresh_token) == pair
    assert account.needs_consent is False


def test_unreachable_oauth_is_retryable(commune: Commune, settings: Any):
    settings.ZALO_OAUTH_URL = closed_port()
    account = make_official_account(commune)

    with pytest.raises(ZaloRetryable):
        tokens.renew(account, stale_token=account.access_token)


def test_threads_behind_a_failed_refresh_do_not_try_again(commune: Commune, settings: Any):
    account = make_official_account(commune)

    with listening(http("{}")) as wire:
        settings.ZALO_OAUTH_URL = wire.url
        for _ in range(5):
            with pytest.raises(ZaloRetryable):
                tokens.renew(account, stale_token=account.access_token)

        assert len(wire.requests) == 1


def test_pair_that_could_not_be_saved_is_saved_by_the_next_try(
    account: OfficialAccount, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    def fail(*args: Any) -> None:
        raise DatabaseError("the server went away")

    with monkeypatch.context() as patch:
        patch.setattr(tokens, "save_pair", fail)
        with pytest.raises(ZaloRetryable):
            tokens.renew(account, stale_token=account.access_token)

    token = tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert token == account.access_token == simulator.state.tokens.access
    assert simulator.state.stats["refreshed"] == 1
    assert simulator.state.stats["refresh_refused"] == 0


def test_answer_without_a_new_refresh_token_keeps_the_old_one(commune: Commune, settings: Any):
    account = make_official_account(commune, refresh_token="kept")

    with listening(http('{"access_token":"A2","expires_in":"90000"}')) as wire:
        settings.ZALO_OAUTH_URL = wire.url
        tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert (account.access_token, account.refresh_token) == ("A2", "kept")


def test_tokens_are_never_logged(
    account: OfficialAccount, simulator: Simulator, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    secrets = [account.access_token, account.refresh_token]

    tokens.renew(account, stale_token=account.access_token)

    secrets += [simulator.state.tokens.access, simulator.state.tokens.refresh]
    assert not [secret for secret in secrets if secret in caplog.text]


@pytest.mark.parametrize(
    ("fields", "is_due"),
    [
        ({"refreshed_at": timedelta(hours=-12), "token_expires_at": timedelta(hours=13)}, False),
        ({"refreshed_at": timedelta(hours=-13), "token_expires_at": timedelta(hours=12)}, True),
        ({"refreshed_at": timedelta(minutes=-40), "token_expires_at": timedelta(minutes=20)}, True),
        ({"refreshed_at": None, "token_expires_at": None, "connected_at": timedelta()}, False),
        ({"refreshed_at": None, "token_expires_at": None, "connected_at": timedelta(-8)}, True),
        ({"refreshed_at": timedelta(-8), "token_expires_at": None}, True),
        ({"refreshed_at": timedelta(-8), "needs_consent": True}, False),
        ({"refreshed_at": timedelta(-8), "is_active": False}, False),
    ],
)
def test_due_for_refresh_is_half_life_or_a_week_of_silence(
    commune: Commune, fields: dict[str, Any], is_due: bool
):
    now = timezone.now()
    values = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in fields.items()
    }
    make_official_account(commune, **values)

    assert OfficialAccount.objects.due_for_refresh(now).exists() is is_due


def test_refresh_due_goes_on_after_a_failing_account(
    account: OfficialAccount, other_commune: Commune, simulator: Simulator
):
    week_ago = timezone.now() - timedelta(days=8)
    make_official_account(other_commune, name="A", refreshed_at=week_ago)
    OfficialAccount.objects.filter(pk=account.pk).update(refreshed_at=week_ago, name="B")

    counts = tokens.refresh_due()

    account.refresh_from_db()
    assert counts == {"refreshed": 1, "failed": 1}
    assert account.access_token == simulator.state.tokens.access


def test_refresh_due_goes_on_after_a_pair_put_aside_that_cannot_be_saved(
    account: OfficialAccount, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    week_ago = timezone.now() - timedelta(days=8)
    OfficialAccount.objects.filter(pk=account.pk).update(refreshed_at=week_ago)
    lost = OfficialAccount(pk=0, access_token="x")
    monkeypatch.setattr(tokens, "_with_a_pair_put_aside", lambda: [lost])
    renew = tokens.renew

    def fails_for_the_lost(account: OfficialAccount, *, stale_token: str) -> str:
        if account is lost:
            raise ZaloRetryable("token pair not saved")
        return renew(account, stale_token=stale_token)

    monkeypatch.setattr(tokens, "renew", fails_for_the_lost)

    assert tokens.refresh_due() == {"refreshed": 1, "failed": 1}
