"""Two workers and an administrator refreshing at once, and a kill between receiving and saving."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Commune, User
from accounts.users.roles import Role
from tests.factories.accounts import make_user
from tests.flows.harness import ROOT, Portal
from tests.zalo.consent_flow import begin, come_back, press
from zalo.client.errors import ZaloConsentRequired
from zalo.client.types import TokenPair
from zalo.models import OfficialAccount
from zalo.official_accounts.alarms import alarm_of
from zalo.services import note_failure, refresh_profile
from zalo.tokens import services as tokens
from zalo.tokens import write_ahead
from zalo_simulator.server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def start(mode: str, simulator: Simulator, log: Path) -> subprocess.Popen[str]:
    # What is put aside lies in the cache, whose prefix parallel runs share.
    prefix = str(settings.CACHES["default"]["KEY_PREFIX"]).removesuffix(":cache")
    extra = {"ZALO_TIMEOUT_S": "20", "REDIS_KEY_PREFIX": prefix}
    environment = Portal(simulator, log, **extra).environment
    return subprocess.Popen(
        [sys.executable, "-m", "tests.zalo.refresher", mode],
        cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.db_broker
@pytest.mark.flow
def test_two_workers_and_an_administrator_at_once_lose_nothing(
    account: OfficialAccount,
    commune: Commune,
    simulator: Simulator,
    login: Callable[[User], Client],
    tmp_path: Path,
):
    client = login(make_user(commune, Role.TECH_ADMIN))
    workers = [start("work", simulator, tmp_path / "log") for _ in range(2)]
    while simulator.state.stats["calls"] < 4:
        time.sleep(0.05)

    for number in range(ROUNDS):
        simulator.state.kill_access_token()
        if number % 2:
            _, page = come_back(client, press(begin(client)))
            assert "Đã kết nối OA" in page
        time.sleep(0.2)
    outputs = [worker.communicate("", timeout=60) for worker in workers]
    tokens.forget()
    profile = refresh_profile(OfficialAccount.objects.get())

    stored = OfficialAccount.objects.get()
    pair = simulator.state.tokens
    assert (stored.access_token, stored.refresh_token) == (pair.access, pair.refresh)
    assert stored.needs_consent is False
    assert alarm_of(stored, timezone.now()) is None
    assert profile.oa_id == stored.oa_id
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    assert all(int(out) > 0 for out, _ in outputs)
    assert not [text for pair_of in outputs for text in pair_of if "sim-" in text]


@pytest.mark.db_broker
def test_pair_of_a_worker_killed_before_saving_is_found_by_the_next(
    account: OfficialAccount, simulator: Simulator, tmp_path: Path
):
    spent = account.refresh_token
    dying = start("die", simulator, tmp_path / "log")
    dying.communicate("", timeout=60)
    row = OfficialAccount.objects.get()
    assert (dying.returncode, row.refresh_token) == (-9, spent)

    token = tokens.renew(row, stale_token=row.access_token)

    stored = OfficialAccount.objects.get()
    assert token == stored.access_token == simulator.state.tokens.access
    assert stored.refresh_token == simulator.state.tokens.refresh
    assert simulator.state.stats["refresh_refused"] == 0
    assert write_ahead.find(spent) is None


def test_account_marked_lost_is_found_again_by_the_periodic_task(
    account: OfficialAccount, simulator: Simulator
):
    """Another process marked it before anyone looked for the pair that was put aside."""
    new = simulator.state.refresh(account.refresh_token)
    write_ahead.put(account.refresh_token, TokenPair(new.access, new.refresh, 90_000))
    OfficialAccount.objects.update(needs_consent=True)

    tokens.refresh_due()

    stored = OfficialAccount.objects.get()
    assert (stored.refresh_token, stored.needs_consent) == (new.refresh, False)


def test_killed_without_redis_ends_in_an_alarm(
    account: OfficialAccount, simulator: Simulator, tmp_path: Path
):
    dying = start("die", simulator, tmp_path / "log")
    dying.communicate("", timeout=60)
    write_ahead.drop(account.refresh_token)

    with pytest.raises(ZaloConsentRequired):
        tokens.renew(account, stale_token=account.access_token)

    alarm = alarm_of(OfficialAccount.objects.get(), timezone.now())
    assert alarm is not None
    assert alarm.stops_sending


def test_late_failure_of_the_old_pair_does_not_mark_the_new_one(
    account: OfficialAccount, simulator: Simulator
):
    """A worker was refused with the old pair and comes to say so after the consent."""
    seen_before = OfficialAccount.objects.get()
    OfficialAccount.objects.update(connected_at=timezone.now())

    note_failure(seen_before, ZaloConsentRequired("late", code=-14014))

    stored = OfficialAccount.objects.get()
    assert (stored.needs_consent, stored.last_error) == (False, "")


def test_put_aside_pair_lies_sealed(account: OfficialAccount):
    write_ahead.put("spent-secret", TokenPair("plain-access", "plain-refresh", 90_000))

    raw = _everything_in_redis()

    assert write_ahead.find("spent-secret") == TokenPair("plain-access", "plain-refresh", 90_000)
    assert not [word for word in ("plain-access", "plain-refresh", "spent-secret") if word in raw]
    write_ahead.drop("spent-secret")
    assert connection.is_usable()


def _everything_in_redis() -> str:
    import redis  # noqa: PLC0415 -- only here
    from django.conf import settings  # noqa: PLC0415 -- only here

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        keys = list(client.scan_iter("*zalo:pair*"))
        assert keys
        return repr(keys) + repr([client.get(key) for key in keys])
