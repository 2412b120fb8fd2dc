"""The time of a step: spent by the clock, and by a worker that is to stop."""

import mmap
import signal

import pytest
from celery.signals import worker_shutting_down
from django.conf import settings

from accounts import work_budget
from accounts.work_budget import UNLIMITED, WorkBudget, is_stopping


@pytest.fixture
def alarm(monkeypatch):
    """A worker of the test's own; `alarm` holds when its tasks are interrupted."""
    set_to = []
    monkeypatch.setattr(work_budget, "_stopping", mmap.mmap(-1, 1))
    monkeypatch.setattr(signal, "signal", lambda number, handler: set_to.append(number))
    monkeypatch.setattr(signal, "setitimer", lambda timer, seconds: set_to.append(seconds))
    return set_to


def test_budget_is_spent_when_its_time_is_over():
    assert WorkBudget(0).is_spent
    assert not WorkBudget().is_spent
    assert not UNLIMITED.is_spent


def test_worker_that_stops_spends_every_budget_and_sets_a_last_moment(alarm):
    begun = WorkBudget()

    worker_shutting_down.send(sender="worker", sig="SIGTERM", how="Warm", exitcode=0)

    assert is_stopping()
    assert begun.is_spent
    assert UNLIMITED.is_spent
    assert alarm == [signal.SIGALRM, settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT]


def test_cold_shutdown_is_bounded_by_celery_itself(alarm):
    worker_shutting_down.send(sender="worker", sig="SIGQUIT", how="Cold", exitcode=1)

    assert is_stopping()
    assert alarm == []
