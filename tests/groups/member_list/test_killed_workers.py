"""Workers that are killed while they read a list or write it down."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import work_budget
from accounts.work_budget import WorkBudget
from dev.places import PROJECT
from groups.member_import import committing, enqueue
from groups.member_import import services as member_import
from groups.models import Member, MemberImport, Team
from groups.tasks import commit_member_import, read_member_import
from tests.factories.groups import make_hamlet, make_member
from tests.flows.harness import database_url
from tests.groups.member_list.uploads import AN, book, many, previewed, register

PEOPLE, CHUNK = 60, 7
# Within a test transactions are savepoints, whose end is a statement; a real one is not cut there.
SAVEPOINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")
State = MemberImport.State


class Killed(BaseException):
    """Stands for the end of a process: no code of the product catches it."""


def waiting_list(hamlet):
    """A list with new, changed and same people, committed by its person but not yet written."""
    people = many(PEOPLE)
    for number in (3, 30):
        make_member(hamlet, full_name=people[number][0], phone=f"+84900{number:06}")
    batch = previewed(hamlet, None, *people)
    member_import.commit(batch, by=None)
    return batch


def grow_silent(batch):
    """The sign of life of the dead worker grows old."""
    silent = timezone.now() - timedelta(seconds=enqueue.COMMITTING_S + 1)
    MemberImport.objects.filter(pk=batch.pk).update(heartbeat_at=silent)


def assert_everybody_once(batch):
    batch.refresh_from_db()
    assert (batch.state, batch.rows_done) == (State.COMMITTED, PEOPLE)
    assert (batch.counts["new"], batch.counts["changed"]) == (PEOPLE - 2, 2)
    members = Member.objects.filter(hamlet=batch.hamlet)
    assert members.count() == members.values("full_name", "phone").distinct().count() == PEOPLE
    rows = batch.rows.exclude(lane="dropped")
    assert set(rows.values_list("member", flat=True)) == set(members.values_list("pk", flat=True))
    assert Team.objects.filter(hamlet=batch.hamlet).count() == 3
    assert not members.exclude(team__hamlet=batch.hamlet).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(4))
def test_a_worker_killed_at_a_random_row_is_resumed(hamlet, monkeypatch, turn):
    batch = waiting_list(hamlet)
    statement = random.Random(turn).randrange(turn * 15, turn * 15 + 15)  # of some 70
    command = [
        sys.executable, "-m", "tests.groups.member_list.commit_and_die",
        str(batch.pk), str(statement), str(CHUNK),
    ]  # fmt: skip
    environment = os.environ | {"DATABASE_URL": database_url()}
    died = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    batch.refresh_from_db()
    half = batch.rows_done
    grow_silent(batch)
    monkeypatch.setattr(commit_member_import, "delay", commit_member_import.run)

    woken = enqueue.resume_stale()

    assert died.returncode == -signal.SIGKILL, died.stderr[-2000:]
    assert (batch.state, half % CHUNK, half < PEOPLE) == (State.COMMITTING, 0, True)
    assert woken == 1
    assert_everybody_once(batch)


@pytest.mark.django_db
@settings(
    max_examples=8, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(cuts=st.lists(st.integers(1, 45), min_size=1, max_size=4), chunk=st.integers(1, PEOPLE + 1))
def test_any_cuts_at_any_size_of_chunk_write_everybody_once(commune, monkeypatch, cuts, chunk):
    monkeypatch.setattr(committing, "CHUNK", chunk)
    batch = waiting_list(make_hamlet(commune))
    for cut in cuts:
        left = cut

        def count_down(execute, *arguments):
            nonlocal left
            if not str(arguments[0]).startswith(SAVEPOINTS):
                left -= 1
                if left < 0:
                    raise Killed
            return execute(*arguments)

        try:
            with connection.execute_wrapper(count_down):
                committing.run(batch.pk)
        except Killed:
            grow_silent(batch)

    committing.run(batch.pk)

    assert_everybody_once(batch)


@pytest.mark.django_db(transaction=True)
def test_steps_of_one_chunk_write_everybody_once(hamlet, monkeypatch):
    monkeypatch.setattr(committing, "CHUNK", CHUNK)
    woken = []
    monkeypatch.setattr(commit_member_import, "delay", woken.append)
    batch = waiting_list(hamlet)
    woken.clear()
    done = []

    while batch.state == State.COMMITTING:
        committing.run(batch.pk, WorkBudget(0))
        batch.refresh_from_db()
        done.append(batch.rows_done)

    assert done == [*range(CHUNK, PEOPLE, CHUNK), PEOPLE]
    assert woken == [batch.pk] * (len(done) - 1)
    assert_everybody_once(batch)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("is_stopping", "state"), [(True, State.READING), (False, State.FAILED)])
def test_a_list_whose_reader_is_to_stop_is_read_by_the_next(
    hamlet, monkeypatch, is_stopping, state
):
    woken = []
    monkeypatch.setattr(read_member_import, "delay", woken.append)
    batch = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=None, in_background=False)

    def interrupt(_batch):
        raise SoftTimeLimitExceeded

    with monkeypatch.context() as patched, suppress(SoftTimeLimitExceeded):
        patched.setattr(work_budget, "is_stopping", lambda: is_stopping)
        patched.setattr(member_import.previewing, "make_preview", interrupt)
        member_import.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, woken) == (state, [batch.pk] if is_stopping else [])
    member_import.read(batch.pk)
    batch.refresh_from_db()
    assert batch.state == (State.PREVIEW if is_stopping else State.FAILED)


@pytest.mark.django_db(transaction=True)
def test_only_the_silent_are_woken(hamlet, monkeypatch):
    woken = []
    for task in (commit_member_import, read_member_import):
        monkeypatch.setattr(task, "delay", lambda pk, name=task.name: woken.append((name, pk)))
    at_work = waiting_list(hamlet)
    lost = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=None, in_background=False)
    waits = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=None, in_background=False)
    previewed(hamlet, None, AN)
    silent = timezone.now() - timedelta(seconds=enqueue.READING_S + 1)
    MemberImport.objects.filter(pk=lost.pk).update(created_at=silent)
    woken.clear()

    assert enqueue.resume_stale() == 1
    assert woken == [("groups.read_member_import", lost.pk)]
    assert {at_work.state, waits.state} == {State.COMMITTING, State.READING}


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_loses_no_list(hamlet, monkeypatch):
    def fail(_pk):
        raise ConnectionError("no broker")

    monkeypatch.setattr(read_member_import, "delay", fail)

    batch = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=None)

    batch.refresh_from_db()
    assert batch.state == State.READING
    member_import.read(batch.pk)
    batch.refresh_from_db()
    assert batch.state == State.PREVIEW


@pytest.mark.django_db(transaction=True)
def test_a_list_is_read_by_one_worker(hamlet, monkeypatch):
    batch = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=None, in_background=False)
    MemberImport.objects.filter(pk=batch.pk).update(heartbeat_at=timezone.now())

    member_import.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count()) == (State.READING, 0)


@pytest.mark.django_db
def test_an_error_of_the_portal_is_said_and_loses_nothing(hamlet, monkeypatch):
    before = register(hamlet)
    batch = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=None, in_background=False)

    def fail(_batch):
        raise RuntimeError("a bug")

    monkeypatch.setattr(member_import.previewing, "make_preview", fail)
    with pytest.raises(RuntimeError):
        member_import.read(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.message) == (State.FAILED, member_import.BROKE)
    assert register(hamlet) == before
