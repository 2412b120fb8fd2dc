"""Alarms of a connection are computed from the row and the clock alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Commune, User
from accounts.system_health import snapshot
from accounts.users.roles import Role
from tests.factories.zalo import make_official_account
from zalo.client.errors import ZaloConsentRequired
from zalo.inbox.events import PermissionRevoked
from zalo.models import OfficialAccount
from zalo.official_accounts import alarms
from zalo.official_accounts.alarms import Kind, alarm_of
from zalo.services import note_revoked
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, None),
        ({"is_active": False, "needs_consent": True}, None),
        ({"access_token": ""}, Kind.NO_TOKENS),
        ({"needs_consent": True}, Kind.NEEDS_CONSENT),
        ({"refresh_expires_at": 8 * DAY}, None),
        ({"refresh_expires_at": 6 * DAY}, Kind.DYING),
        ({"refresh_expires_at": -DAY}, Kind.EXPIRED),
        ({"token_expires_at": -timedelta(minutes=30)}, None),
        ({"token_expires_at": -timedelta(hours=2)}, Kind.NOT_REFRESHED),
        ({"refreshed_at": -9 * DAY, "token_expires_at": None}, Kind.NOT_REFRESHED),
    ],
)
def test_worst_thing_is_named(commune: Commune, fields: dict[str, Any], kind: Kind | None):
    now = timezone.now()
    values = {
        name: now + value if isinstance(value, timedelta) else value
        for name, value in fields.items()
    }
    account = make_official_account(commune, **values)

    alarm = alarm_of(account, now)

    assert (alarm.kind if alarm else None) == kind


@pytest.mark.parametrize(
    ("brought", "kind"),
    [
        (-DAY, None),
        (-9 * DAY, Kind.NOT_REFRESHED),
        (-84 * DAY, Kind.DYING),
        (-91 * DAY, Kind.EXPIRED),
    ],
)
def test_pair_of_unknown_age_is_counted_from_the_day_it_was_brought(
    commune: Commune, brought: timedelta, kind: Kind | None
):
    now = timezone.now()
    account = make_official_account(
        commune, refreshed_at=None, refresh_expires_at=None, token_expires_at=None,
        connected_at=now + brought,
    )  # fmt: skip

    alarm = alarm_of(account, now)

    assert (alarm.kind if alarm else None) == kind


@pytest.mark.parametrize("role", [Role.CHIEF, Role.TECH_ADMIN])
def test_home_page_says_it_and_leads_to_the_button(
    commune: Commune, actor: Callable[..., User], login: Callable[[User], Client], role: Role
):
    make_official_account(commune, needs_consent=True)

    page = login(actor(role)).get("/admin/").content.decode()

    assert "Cần cấp quyền lại ngay" in page
    assert f"{reverse('admin:zalo_officialaccount_connect')}?xa={commune.pk}" in page
    assert "Cấp quyền Zalo lại" in page


def test_home_page_of_an_officer_says_nothing(
    commune: Commune, actor: Callable[..., User], login: Callable[[User], Client]
):
    make_official_account(commune, needs_consent=True)

    assert "cấp quyền" not in login(actor(Role.OFFICER)).get("/admin/").content.decode()


def test_health_and_metrics_carry_the_alarm(client: Client, commune: Commune, settings: Any):
    settings.METRICS_TOKEN = "for-tests"
    make_official_account(commune, refresh_expires_at=timezone.now() + 3.5 * DAY)
    bearer = {"Authorization": "Bearer for-tests"}

    snapshot.record()
    deep = client.get("/health/deep", headers=bearer).json()["checks"]["zalo_tokens"]
    metrics = client.get("/metrics", headers=bearer).content.decode()

    assert (deep["ok"], deep["alarms"], deep["days_left"]) == (False, 1, 3)
    assert "binhyen_zalo_alarms 1" in metrics
    assert "binhyen_zalo_refresh_days_left 3" in metrics


def test_three_months_of_silence_are_announced_before_the_account_is_lost(
    account: OfficialAccount, simulator: Simulator
):
    """No worker runs; the chief looks at the home page each morning."""
    start = timezone.now()
    said: dict[Kind, int] = {}
    for day in range(1, 101):
        alarm = alarm_of(OfficialAccount.objects.get(), start + day * DAY)
        if alarm is not None:
            said.setdefault(alarm.kind, day)
    simulator.state.advance(100 * 86_400)

    with pytest.raises(ZaloConsentRequired):
        tokens.renew(account, stale_token=account.access_token)

    account.refresh_from_db()
    assert said[Kind.NOT_REFRESHED] <= 2
    assert said[Kind.DYING] <= 83
    assert said[Kind.EXPIRED] == 90
    assert account.needs_consent is True


def test_heartbeat_keeps_an_idle_account_for_a_year(
    account: OfficialAccount, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    """Nobody posts; only the weekly refresh runs, every day at most once."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)

    for _ in range(365):
        now += DAY
        simulator.state.advance(86_400)
        tokens.forget()
        assert tokens.refresh_due()["failed"] == 0
        assert alarm_of(OfficialAccount.objects.get(), now) is None

    assert simulator.state.stats["refresh_refused"] == 0
    assert simulator.state.stats["refreshed"] >= 50


def test_weekly_heartbeat_alone_is_enough_where_lifetimes_are_unknown(
    account: OfficialAccount, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    OfficialAccount.objects.update(
        refreshed_at=None, token_expires_at=None, refresh_expires_at=None, connected_at=now
    )

    now += 8 * DAY
    simulator.state.advance(8 * 86_400)
    tokens.refresh_due()

    account.refresh_from_db()
    assert account.refresh_expires_at == now + 90 * DAY


def test_revoked_grant_stops_the_account_with_an_alarm(account: OfficialAccount):
    event = PermissionRevoked(at=timezone.now())

    assert note_revoked(account, event) is True
    assert note_revoked(account, event) is False

    stored = OfficialAccount.objects.get()
    assert stored.needs_consent is True
    assert "thu hồi quyền" in stored.last_error
    assert alarms.alarm_of(stored, timezone.now()).kind is Kind.NEEDS_CONSENT
    assert AuditEvent.objects.filter(action="zalo.permission_revoked").count() == 1


def test_revoked_event_older_than_the_last_consent_changes_nothing(account: OfficialAccount):
    now = timezone.now()
    OfficialAccount.objects.update(connected_at=now)

    assert note_revoked(account, PermissionRevoked(at=now - DAY)) is False

    assert OfficialAccount.objects.get().needs_consent is False
    assert not AuditEvent.objects.filter(action="zalo.permission_revoked").exists()
