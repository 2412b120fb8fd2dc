"""No token of Zalo in a log, page, error, dump or representation: all of them are walked."""

import io
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import serializers
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from accounts.models import AuditEvent, User
from config.logs import JsonFormatter, RedactingFilter, redact
from tests.zalo.consent_flow import begin, come_back, press
from zalo.client.errors import ZaloError
from zalo.client.types import TokenPair
from zalo.models import ApiCall, ConsentAttempt, OfficialAccount
from zalo.official_accounts import call_log
from zalo.tokens import consenting
from zalo.tokens import services as tokens
from zalo_simulator.server import Simulator

MARKS = ("sim-at-", "sim-rt-")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, as the console handler writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def connected(
    simulator: Simulator,
    superuser: User,
    commune: object,
    login: Callable[[User], Client],
    log: io.StringIO,
) -> Client:
    """Connected in the browser, refreshed, an attempt that holds a pair, one under way."""
    client = login(superuser)
    answer = press(begin(client))
    come_back(client, answer)
    account = OfficialAccount.objects.get()
    tokens.renew(account, stale_token=account.access_token)
    account.refresh_from_db()
    begin(client)
    now = timezone.now()
    ConsentAttempt.objects.create(
        commune=account.commune, state_hash="f" * 64, created_by=superuser, expires_at=now,
        access_token=account.access_token, refresh_token=account.refresh_token,
        outcome="received", received_at=now - timedelta(minutes=1), used_at=now,
    )  # fmt: skip
    call_log.flush()
    client.codes = [answer["code"], answer["state"]]  # type: ignore[attr-defined]
    return client


def secrets_of(client: Any) -> list[str]:
    waiting = ConsentAttempt.objects.exclude(code_verifier="").first()
    assert waiting is not None
    account = OfficialAccount.objects.get()
    found = [*MARKS, *client.codes, waiting.code_verifier, account.access_token]
    return [*found, account.refresh_token]


def leaks(text: str, client: Any) -> list[str]:
    return [secret for secret in secrets_of(client) if secret and secret in text]


def test_logs_hold_none(connected: Client, log: io.StringIO):
    written = log.getvalue()

    assert "refreshed" in written  # it did listen
    assert leaks(written, connected) == []


def test_pages_hold_none(connected: Client):
    account = OfficialAccount.objects.get()
    pages = [
        "/admin/",
        "/admin/zalo/officialaccount/",
        f"/admin/zalo/officialaccount/{account.pk}/change/",
        f"/admin/zalo/officialaccount/{account.pk}/suc-khoe/",
        f"/admin/zalo/officialaccount/{account.pk}/history/",
        "/admin/zalo/officialaccount/ket-noi/", "/admin/zalo/apicall/",
        "/admin/accounts/auditevent/", "/readyz", "/metrics",
        "/admin/suc-khoe-he-thong/",
    ]  # fmt: skip

    shown = {page: connected.get(page) for page in pages}

    assert {page: leaks(answer.content.decode(), connected) for page, answer in shown.items()} == {
        page: [] for page in pages
    }


def test_every_list_of_the_wall_holds_none(connected: Client):
    for model in apps.get_app_config("zalo").get_models():
        if model not in admin.site._registry:
            continue
        try:
            address = reverse(f"admin:zalo_{model._meta.model_name}_changelist")
        except NoReverseMatch:
            continue
        for query in ("", "?q=sim-rt", "?access_token__startswith=sim", "?e=1"):
            assert leaks(connected.get(address + query).content.decode(), connected) == []


def test_errors_and_their_chains_hold_none(connected: Client, simulator: Simulator, settings: Any):
    account = OfficialAccount.objects.get()
    settings.ZALO_OAUTH_URL = settings.ZALO_API_URL = "http://127.0.0.1:9"

    try:
        tokens.renew(account, stale_token=account.access_token)
    except ZaloError as error:
        whole = "".join(traceback.format_exception(error))
        said = repr(error) + str(error) + repr(error.args) + whole

    assert leaks(said, connected) == []


def test_report_of_an_unforeseen_error_shows_no_stored_token(connected: Client):
    """A debugger or an error collector would take the locals' representations with it."""
    account = OfficialAccount.objects.get()
    attempt = ConsentAttempt.objects.get(outcome="received")
    pair = TokenPair(account.access_token, account.refresh_token)

    try:
        [account, attempt, pair][3]
    except IndexError:
        kind, value, where = sys.exc_info()
        report = ExceptionReporter(None, kind, value, where).get_traceback_html()
    said = report + repr(account) + repr(attempt) + repr(pair) + str(pair)

    assert leaks(said, connected) == []


def test_dump_refuses_sealed_columns_and_holds_no_token(connected: Client):
    for label in ("zalo.officialaccount", "zalo.consentattempt"):
        model = apps.get_model(label)
        with pytest.raises((serializers.base.SerializationError, TypeError)):
            serializers.serialize("json", model.objects.all())
    out = io.StringIO()

    call_command("dumpdata", "zalo.apicall", "accounts.auditevent", stdout=out)

    assert leaks(out.getvalue(), connected) == []


def test_audit_and_call_log_hold_none(connected: Client):
    rows = [*AuditEvent.objects.values(), *ApiCall.objects.values()]

    assert rows
    assert leaks(repr(rows), connected) == []


def test_ended_attempts_hold_no_secret(connected: Client):
    ended = ConsentAttempt.objects.filter(outcome__in=["connected", "refused", "expired"])

    assert list(ended.values_list("code_verifier", "access_token", "refresh_token")) == [
        ("", "", "")
    ]


def test_database_holds_them_sealed_only(connected: Client):
    from django.db import connection  # noqa: PLC0415 -- only here

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM zalo_officialaccount a")
        raw = "".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT row_to_json(a)::text FROM zalo_consentattempt a")
        raw += "".join(row[0] for row in cursor.fetchall())

    assert leaks(raw, connected) == []


@pytest.mark.parametrize(
    "line",
    [
        "GET /zalo/oauth/callback/?code=AbCdEfGh1234567890xyz&oa_id=1&state=Qw3rTy0987654321aaaa",
        "access_token=sim-at-secret", "{'refresh_token': 'sim-rt-secret'}",
        "code_verifier=dBjftJeZ4CVPmB92K27uhbUJU1p1r",
    ],
)  # fmt: skip
def test_redaction_strikes_codes_and_tokens_out(line: str):
    said = redact(line)

    assert not [
        secret for secret in ("AbCdEfGh", "Qw3rTy", "sim-at", "sim-rt", "dBjftJ") if secret in said
    ]


def test_settled_attempt_is_emptied(connected: Client):
    consenting.settle_received()

    assert not ConsentAttempt.objects.filter(outcome="received").exists()
