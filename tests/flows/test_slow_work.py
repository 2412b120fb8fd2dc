"""Slow work in real workers: it blocks no member list, ends on SIGTERM, and goes on afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from accounts.retention import CHUNK as ROWS_AT_ONCE
from accounts.tasks import purge_expired_rows
from broadcasts.scheduling.tick import run_tick
from broadcasts.tasks import deliver
from dev.demo import WORKERS
from groups.member_import import committing, enqueue
from groups.member_import import services as member_import
from groups.models import GroupReconciliation, Member, MemberImport, ZaloGroup
from groups.oa_groups import reconciliation
from tests.flows import harness
from tests.groups.member_list.uploads import book, many
from tests.sizes import size
from zalo.followers import follower_lists
from zalo.models import ApiCall, Follower, FollowerSync

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.flow,
    pytest.mark.timeout(900),
]

ALL = ",".join(WORKERS)
RATE_PER_MIN = "600"
State = GroupReconciliation.State


@pytest.fixture
def scene() -> Iterator[harness.Scene]:
    harness.forget_redis()
    simulator = harness.new_simulator()
    yield harness.Scene(simulator)
    simulator.stop()


@pytest.fixture
def portal(scene: harness.Scene, tmp_path: Path) -> Iterator[harness.Portal]:
    """Without a worker yet."""
    made = harness.Portal(
        scene.simulator, tmp_path / "portal.log", DJANGO_SETTINGS_MODULE="tests.flows.impatient",
        ZALO_RATE_PER_MIN=RATE_PER_MIN, ZALO_TIMEOUT_S="10",
    )  # fmt: skip
    yield made
    made.stop()


def looked_at() -> int:
    return ZaloGroup.objects.filter(at_zalo__checked_at__isnull=False).count()


def state_of(row: Any) -> str:
    row.refresh_from_db()
    return str(row.state)


@pytest.mark.parametrize("workers", size([[ALL], [*WORKERS]], [[ALL]]), ids=len)
def test_a_member_list_is_committed_while_groups_are_compared(
    portal: harness.Portal, scene: harness.Scene, workers: list[str]
) -> None:
    scene.add_groups(size(300, 30))
    for queues in workers:
        if "imports" in queues or "zalo-slow" in queues:
            portal.start_worker(queues.replace(",", "-"), queues=queues, processes=1)
    run = reconciliation.request(scene.commune, by=scene.chief)
    harness.wait_until(looked_at, timeout_s=120, what="the first group")

    batch = member_import.start(book(*many(60)), "ds.xlsx", hamlet=scene.hamlet, by=scene.author)
    ended = MemberImport.State.PREVIEW, MemberImport.State.FAILED
    harness.wait_until(lambda: state_of(batch) in ended, timeout_s=120, what="the preview")
    member_import.commit(batch, by=scene.author)
    harness.wait_until(lambda: state_of(batch) == "committed", timeout_s=120, what="the commit")

    assert looked_at() < ZaloGroup.objects.count()
    assert Member.objects.filter(hamlet=scene.hamlet).count() == 60
    harness.wait_until(lambda: state_of(run) == State.DONE, timeout_s=600, what="the comparison")
    assert looked_at() == ZaloGroup.objects.count()


# SIGTERM


@dataclass(frozen=True)
class Slow:
    """Slow work that is under way: how much of it is done, and of how much."""

    done: Callable[[], int]
    whole: int
    verify: Callable[[], object]
    lock: str = ""
    """A statement that keeps the worker within one unit of its work."""


def comparison(scene: harness.Scene) -> Slow:
    groups = scene.add_groups(40)  # four seconds: a slow machine needs one to hear the signal
    stats = scene.simulator.state.stats
    run = reconciliation.request(scene.commune, by=scene.chief)

    def verify() -> None:
        harness.wait_until(lambda: state_of(run) == State.DONE, timeout_s=60, what="its end")
        # The one at which the worker stopped is asked again.
        assert stats["calls /v3.0/oa/group/getgroup"] - len(groups) in (0, 1)

    return Slow(looked_at, len(groups), verify)


def follower_list(scene: harness.Scene) -> Slow:
    people = scene.simulator.state.add_people(1000)
    for person in people:
        person.is_follower = True
    sync = follower_lists.start(scene.account)

    def verify() -> None:
        over = FollowerSync.State.COMPLETE
        harness.wait_until(lambda: state_of(sync) == over, timeout_s=60, what="its end")
        assert sync.seen == Follower.objects.count() == len(people)

    return Slow(lambda: FollowerSync.objects.get().seen, len(people), verify)


def import_commit(scene: harness.Scene) -> Slow:
    count = 2 * committing.CHUNK + 1
    batch = MemberImport.objects.create(
        hamlet=scene.hamlet, filename="ds.xlsx", digest="", state=MemberImport.State.COMMITTING,
        rows_total=count, counts={"new": count}, heartbeat_at=timezone.now(),
        committed_by=scene.author,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO groups_memberimportrow (batch_id, position, sheet, row, lane, full_name,"
            " gender, phone, address, team, household_code, sort_key, search_text, member_id,"
            " decision) SELECT %s, n, '', n, 'new', 'Người ' || n, '', '', '', '', '', n, n,"
            " 1000000000 + n, '' FROM generate_series(1, %s) n",
            [batch.pk, count],
        )
    enqueue.wake_writer(batch.pk)

    def verify() -> None:
        over = MemberImport.State.COMMITTED
        harness.wait_until(lambda: state_of(batch) == over, timeout_s=60, what="its end")
        members = Member.objects.filter(hamlet=scene.hamlet)
        assert members.count() == members.values("full_name").distinct().count() == count

    return Slow(
        lambda: MemberImport.objects.get().rows_done, count, verify,
        lock="LOCK TABLE groups_member IN SHARE MODE",
    )  # fmt: skip


def purge(scene: harness.Scene) -> Slow:
    old, count = timezone.now() - timedelta(days=100), 3 * ROWS_AT_ONCE
    ApiCall.objects.bulk_create(
        ApiCall(account=scene.account, at=old, endpoint="getoa", code="0", duration_ms=1)
        for _number in range(count)
    )
    purge_expired_rows.delay()
    left = ApiCall.objects.filter(at=old)

    def verify() -> None:
        harness.wait_until(lambda: not left.exists(), timeout_s=60, what="its end")

    return Slow(
        lambda: count - left.count(), count, verify, lock="LOCK TABLE zalo_apicall IN SHARE MODE"
    )


def post(scene: harness.Scene) -> Slow:
    groups = scene.add_groups(60)
    broadcast = scene.approved()
    run_tick()
    deliver.delay(scene.commune.pk)

    def verify() -> None:
        deliver.delay(scene.commune.pk)
        harness.wait_until(
            lambda: harness.open_deliveries(broadcast) == 0, timeout_s=60, what="its end"
        )
        assert set(scene.received().values()) == {1}
        assert set(broadcast.deliveries.values_list("status", flat=True)) == {"sent"}

    return Slow(lambda: len(scene.received()), len(groups), verify)


@contextmanager
def locked(statement: str) -> Iterator[None]:
    """Another connection holds this lock until the end."""
    with psycopg.connect(harness.database_url()) as other:
        other.execute(statement or "SELECT 1")
        yield


def waits_for_a_lock() -> bool:
    with psycopg.connect(harness.database_url()) as other:
        found = other.execute(
            "SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE NOT l.granted AND d.datname = current_database()"
        )
        return found.fetchone() is not None


@pytest.mark.parametrize(
    "begin",
    size([comparison, follower_list, import_commit, purge, post], [comparison, import_commit]),
)
def test_sigterm_ends_a_worker_after_its_unit_of_work_and_the_next_goes_on(
    portal: harness.Portal, scene: harness.Scene, begin: Callable[[harness.Scene], Slow]
) -> None:
    slow = begin(scene)
    with locked(slow.lock):
        portal.start_worker(queues=ALL, processes=1)
        if slow.lock:
            harness.wait_until(waits_for_a_lock, timeout_s=60, what="the first unit of work")
        else:
            harness.wait_until(slow.done, timeout_s=60, what="the first unit of work")
        portal.processes["worker"].terminate()
    portal.end("worker")

    done = slow.done()
    assert 0 < done < slow.whole
    assert "SoftTimeLimitExceeded" not in portal.log.read_text()
    portal.start_worker(queues=ALL, processes=1)
    slow.verify()
    assert slow.done() == slow.whole


def test_work_that_does_not_end_is_interrupted(
    portal: harness.Portal, scene: harness.Scene
) -> None:
    slow = purge(scene)
    with locked(slow.lock):
        portal.start_worker(queues="retention", processes=1)
        harness.wait_until(waits_for_a_lock, timeout_s=60, what="the first unit of work")
        portal.end("worker")  # while the lock is held

    assert slow.done() == 0
    assert "SoftTimeLimitExceeded" in portal.log.read_text()
