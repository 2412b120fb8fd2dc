"""Calling a worker: after the commit, once a transaction, and never with a name that is none."""

import pytest
from django.db import transaction

from accounts.enqueue import enqueue
from groups.tasks import reconcile_oa_groups

RECONCILE = "groups.tasks.reconcile_oa_groups"


@pytest.fixture
def called(monkeypatch):
    calls = []
    monkeypatch.setattr(reconcile_oa_groups, "delay", lambda *args: calls.append(args))
    return calls


@pytest.mark.django_db(transaction=True)
def test_worker_is_called_after_the_commit_and_once_for_the_same(called):
    with transaction.atomic():
        for run in (1, 2, 1):
            enqueue(RECONCILE, run)
        before = list(called)

    assert (before, called) == ([], [(1,), (2,)])


@pytest.mark.django_db(transaction=True)
def test_nobody_is_called_for_what_was_taken_back(called):
    with transaction.atomic():
        enqueue(RECONCILE, 1)
        transaction.set_rollback(True)

    assert called == []


def test_name_that_is_none_fails_at_once():
    with pytest.raises(ImportError):
        enqueue("groups.tasks.no_such_task")


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_away_breaks_nothing(monkeypatch):
    def dead(*args):
        raise ConnectionError

    monkeypatch.setattr(reconcile_oa_groups, "delay", dead)

    with transaction.atomic():
        enqueue(RECONCILE, 1)
