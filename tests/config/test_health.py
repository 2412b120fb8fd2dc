"""The probes answer those who may ask, and say no for the reasons that count."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.system_health import readiness, snapshot
from accounts.system_health.models import HealthSnapshot
from accounts.system_health.parts import UNEXPLAINED, State, registered
from broadcasts import health
from broadcasts.models import Delivery
from tests.factories.broadcasts import make_broadcast, make_delivery
from tests.factories.groups import make_group
from tests.factories.people import make_data_request
from tests.factories.zalo import make_official_account

TOKEN = "mã-chỉ-để-thử"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
STRANGERS = pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer sai"}, {"Authorization": "Bearer "}]
)
PARTS = {
    "database", "broker", "beat", "zalo", "zalo_tokens", "deliveries", "data_requests",
    "follower_lists", "oa_groups", "webhooks", "tips", "procedures", "figures", "summaries",
    "disk",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _asked_anew(settings) -> Iterator[None]:
    settings.METRICS_TOKEN = TOKEN
    readiness.forget()
    yield
    readiness.forget()


@pytest.fixture
def waiting(hamlet, commune) -> Delivery:
    """A delivery that waits: the number that a stranger must not learn."""
    return make_delivery(make_broadcast(commune, status="sending"), make_group(hamlet))


def deep(client) -> dict:
    return client.get("/health/deep", headers=BEARER).json()


# Who learns what


@STRANGERS
def test_stranger_learns_whether_the_portal_is_ready_and_nothing_else(waiting, client, headers):
    snapshot.record()

    assert client.get("/readyz", headers=headers).json() == {"ready": True}
    assert client.get("/health/deep", headers=headers).content == b"forbidden\n"
    assert client.get("/metrics", headers=headers).content == b"forbidden\n"


def test_without_a_token_set_nobody_has_it(waiting, client, settings):
    settings.METRICS_TOKEN = ""
    bearer = {"Authorization": "Bearer "}

    assert client.get("/readyz", headers=bearer).json() == {"ready": True}
    assert client.get("/health/deep", headers=bearer).status_code == 403
    assert client.get("/metrics", headers=bearer).status_code == 403


@pytest.mark.parametrize("address", ["/metrics", "/health/deep"])
def test_signing_in_is_no_token(waiting, login, tech_admin, address):
    assert login(tech_admin).get(address).status_code == 403


def test_token_shows_the_checks_of_readiness(client, db):
    checks = client.get("/readyz", headers=BEARER).json()["checks"]

    assert checks.keys() == readiness.REQUIRED.keys()
    assert checks["migrations"] == {"ok": True, "missing": 0}


def test_token_shows_every_part_with_its_numbers(waiting, client, commune):
    make_data_request(commune, received_at=timezone.now() - timedelta(days=60))
    make_data_request(commune)
    row = snapshot.record()

    told = deep(client)

    assert told["checks"] == row.parts
    assert told["checks"].keys() == registered().keys() >= PARTS
    assert told["checks"]["deliveries"]["queued"] == 1
    assert told["checks"]["data_requests"].items() >= {"ok": True, "open": 2, "overdue": 1}.items()
    assert told["checks"]["disk"]["free_mib"] > 0
    assert told["checks"]["disk"]["database_mib"] > 0


# Ready


def test_readiness_is_asked_once_in_two_seconds(client, db, django_assert_num_queries):
    client.get("/readyz")

    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200


def test_without_the_broker_it_is_not_ready(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    answer = client.get("/readyz", headers=BEARER)

    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["checks"]["broker"] == {"ok": False, "error": "ConnectionError"}


def test_database_that_takes_no_writes_is_not_ready(client, db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")

    answer = client.get("/readyz", headers=BEARER)

    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "read_only": True}


def test_older_database_than_the_code_is_not_ready(client, db):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = %s AND name = %s",
            readiness.last_migrations()[0],
        )

    answer = client.get("/readyz", headers=BEARER)

    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {"ok": False, "missing": 1}


def test_check_that_takes_long_is_not_asked_by_every_thread(monkeypatch):
    """Others repeat the last answer for a while, and say no once it is too old."""
    memory = readiness._memory
    memory.checks = {"database": {"ok": True}}
    memory.lock.acquire()

    monkeypatch.setattr(memory, "age_s", lambda: 9.0)
    assert readiness.is_ready(readiness.checks())
    monkeypatch.setattr(memory, "age_s", lambda: 11.0)
    monkeypatch.setattr(readiness, "REMEMBERED_S", 0.01)
    assert not readiness.is_ready(readiness.checks())


# The snapshot


def test_snapshot_keeps_since_when_a_part_is_as_it_is(waiting):
    first = snapshot.record().values("deliveries")
    Delivery.objects.update(status="uncertain", next_attempt_at=None)
    second = snapshot.record().values("deliveries")
    third = snapshot.record().values("deliveries")

    assert (first["state"], second["state"]) == ("good", "warn")
    assert first["since"] < second["since"] == third["since"]
    assert HealthSnapshot.objects.count() == 1


def test_part_that_breaks_takes_no_other_with_it(db, monkeypatch):
    def broken(_client) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("redis.Redis.ping", broken)

    row = snapshot.record()

    assert row.values("broker").items() >= {"ok": False, "error": "ZeroDivisionError"}.items()
    assert row.values("database")["ok"]
    assert not row.is_ok(timezone.now())


def test_old_snapshot_is_not_ok_and_says_so(client, db):
    snapshot.record()

    with time_machine.travel(timezone.now() + timedelta(seconds=59), tick=False):
        assert deep(client)["sentence"] == ""
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        told = deep(client)
    assert not told["ok"]
    assert "quá 60 giây" in told["sentence"]
    assert 60 < told["age_s"] < 70


def test_without_a_snapshot_it_says_so(client, db):
    assert deep(client) == {"ok": False, "sentence": deep(client)["sentence"]}
    assert "Chưa có lần kiểm tra nào" in deep(client)["sentence"]
    assert "binhyen_snapshot_age_seconds NaN\n" in client.get("/metrics", headers=BEARER).text


def test_without_the_database_deep_says_so(client, monkeypatch):
    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(snapshot, "current", gone)

    answer = client.get("/health/deep", headers=BEARER)

    assert answer.status_code == 503
    assert answer.json() == {
        "ok": False, "sentence": "Không đọc được cơ sở dữ liệu.", "error": "OperationalError",
    }  # fmt: skip


def test_deep_asks_for_one_row(client, db, django_assert_num_queries):
    snapshot.record()

    with django_assert_num_queries(1):
        deep(client)


def test_metrics_come_from_the_snapshot(waiting, client, django_assert_num_queries):
    snapshot.record()

    with django_assert_num_queries(2):
        told = client.get("/metrics", headers=BEARER).text

    assert "binhyen_queued 1\n" in told
    assert 'binhyen_deliveries{status="queued"} 1\n' in told
    assert 'binhyen_part_ok{part="database"} 1\n' in told


def test_names_of_signs_are_values_of_their_parts(db):
    row = snapshot.record()
    named = {
        (part.key, sign.when)
        for part in registered().values()
        for sign in part.signs
        if isinstance(sign.when, str) and sign.when != "error"
    }

    assert {one for one in named if one[1] not in row.values(one[0])} == set()


def test_part_that_is_not_ok_is_never_called_good():
    for part in registered().values():
        assert part.state_of({"ok": False}) is not State.GOOD
        assert part.state_of({"ok": False, "error": "X"}) is State.BAD
    assert UNEXPLAINED.applies({"ok": False})


# Deliveries


@pytest.fixture
def late(waiting, commune) -> Delivery:
    """One of a healthy account that should have left long ago, moved on by its attempts."""
    account = make_official_account(commune)
    type(account).objects.update(connected_at=timezone.now() - timedelta(days=3))
    Delivery.objects.update(created_at=timezone.now() - timedelta(seconds=130), attempts=5)
    waiting.refresh_from_db()
    return waiting


def deliveries() -> tuple[bool, int]:
    told = health.deliveries(timezone.now())
    return told["ok"], told["late_accounts"]


def test_delivery_due_for_two_minutes_is_late_whatever_its_next_attempt(late):
    assert deliveries() == (False, 1)
    assert 130 <= health.deliveries(timezone.now())["due_s"] < 140

    Delivery.objects.update(created_at=timezone.now() - timedelta(seconds=110))
    assert deliveries() == (True, 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"needs_consent": True}, {"is_active": False}, {"access_token": ""},
        {"parked_until": timedelta(minutes=5)},
        {"connected_at": timedelta(minutes=-1)},
    ],
    ids=lambda fields: next(iter(fields)),
)  # fmt: skip
def test_account_that_cannot_send_owes_nothing(late, commune, fields):
    account = commune.official_account
    for name, value in fields.items():
        is_moment = isinstance(value, timedelta)
        setattr(account, name, timezone.now() + value if is_moment else value)
    account.save()

    assert deliveries() == (True, 0)


@pytest.mark.parametrize("changed", ["paused", "expired", "group", "resent"])
def test_what_may_not_leave_yet_is_not_late(late, changed):
    post, now = late.broadcast, timezone.now()
    if changed == "paused":
        type(post).objects.update(status="paused")
    elif changed == "expired":
        type(post).objects.update(expires_at=now)
    elif changed == "group":
        type(late.zalo_group).objects.update(status="paused")
    else:
        post.events.create(kind="resent", at=now)

    assert deliveries() == (True, 0)


@pytest.mark.parametrize(("urgent", "is_late"), [(False, False), (True, True)])
def test_lane_that_sends_is_not_late_another_is(late, commune, hamlet, urgent, is_late):
    sent = make_delivery(late.broadcast, make_group(hamlet), status="sent")
    Delivery.objects.filter(pk=sent.pk).update(is_urgent=urgent)

    assert deliveries() == (not is_late, int(is_late))
