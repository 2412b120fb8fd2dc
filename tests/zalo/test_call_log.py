import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts import retention
from accounts.models import Commune
from tests.factories.accounts import make_commune
from tests.factories.zalo import make_official_account
from zalo.client.types import CallRecord
from zalo.models import ApiCall
from zalo.official_accounts import call_log

CALL = CallRecord("/v3.0/oa/group/message", 0, 12)


def test_recording_touches_no_database(django_assert_num_queries: Any, db: None):
    with django_assert_num_queries(0):
        for _ in range(200):
            call_log.record(None, CALL)


def test_flush_writes_everything_in_one_go(commune: Any, django_assert_num_queries: Any):
    account = make_official_account(commune)
    for number in range(60):
        call_log.record(account.pk, CALL, reference=f"delivery:{number}")

    with django_assert_num_queries(4):  # savepoint, accounts, insert, release
        written = call_log.flush()

    assert written == ApiCall.objects.count() == 60
    row = ApiCall.objects.get(reference="delivery:7")
    assert (row.account_id, row.endpoint, row.code, row.duration_ms) == (
        account.pk,
        CALL.endpoint,
        "0",
        12,
    )


@pytest.mark.parametrize(
    ("endpoint", "minute"),
    [
        ("/v3.0/oa/message/cs", 30), ("/v2.0/oa/message", 30), ("/v3.0/oa/user/detail", 30),
        ("/v2.0/oa/conversation", 30), ("/v2.0/oa/listrecentchat", 30),
        ("/v3.0/oa/group/message", 44), ("/v2.0/oa/getoa", 44), ("/v4/oa/access_token", 30),
    ],
)  # fmt: skip
def test_of_a_call_about_one_person_the_quarter_is_kept(db: None, endpoint: str, minute: int):
    with time_machine.travel(datetime(2026, 12, 1, 21, 44, 59, tzinfo=UTC), tick=False):
        call_log.record(None, CallRecord(endpoint, 0, 12))
    call_log.flush()

    at = ApiCall.objects.get().at
    assert (at.minute, at.second) == (minute, 59 if minute == 44 else 0)


def test_calls_of_a_deleted_account_do_not_stop_the_others(commune: Commune):
    account, deleted = make_official_account(commune), make_official_account(make_commune())
    call_log.record(deleted.pk, CALL)
    deleted.delete()
    call_log.record(account.pk, CALL)

    assert call_log.flush() == 1
    connection.check_constraints()
    assert call_log.flush() == 0


def test_flush_if_due_waits_for_fifty_rows_or_a_second(db: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(call_log, "EVERY_S", 3600)
    for _ in range(49):
        call_log.record(None, CALL)
    assert call_log.flush_if_due() == 0

    call_log.record(None, CALL)
    assert call_log.flush_if_due() == 50

    call_log.record(None, CALL)
    monkeypatch.setattr(call_log, "EVERY_S", 0)
    assert call_log.flush_if_due() == 1


def test_rows_of_many_threads_are_all_kept(db: None):
    threads = [
        threading.Thread(target=lambda: [call_log.record(None, CALL) for _ in range(100)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert call_log.flush() == 800


def test_database_error_keeps_the_rows(db: None, monkeypatch: pytest.MonkeyPatch):
    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("gone")

    call_log.record(None, CALL, reference="kept")
    with monkeypatch.context() as patch:
        patch.setattr(type(ApiCall.objects), "bulk_create", fail)
        assert call_log.flush() == 0

    assert call_log.flush() == 1
    assert ApiCall.objects.get().reference == "kept"


def test_call_without_a_number_is_logged_by_its_outcome(db: None):
    call_log.record(None, CallRecord("/x", None, 5, "uncertain"))
    call_log.flush()

    assert ApiCall.objects.get().code == "uncertain"


def test_buffer_is_bounded(db: None):
    for number in range(call_log.LIMIT + 10):
        call_log.record(None, CALL, reference=str(number))

    assert call_log.flush() == call_log.LIMIT
    assert not ApiCall.objects.filter(reference="0").exists()


def test_expired_calls_are_older_than_ninety_days(db: None):
    now = timezone.now()
    for days in (89, 91):
        ApiCall.objects.create(
            at=now - timedelta(days=days), endpoint="/x", code="0", duration_ms=1
        )

    (rule,) = (rule for rule in retention.rules() if rule.label == "zalo.ApiCall")
    assert [(now - row.at).days for row in rule.expired()] == [91]
