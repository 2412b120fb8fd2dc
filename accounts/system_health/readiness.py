"""Whether this process can be used: asked by a balancer, so cheap, and remembered for 2 s."""

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Final

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.encryption import checks as keys
from accounts.system_health.parts import Values, values_of

REMEMBERED_S: Final = 2.0
# While one thread waits for an answer the others repeat the last one, but not for longer than this.
OLDEST_S: Final = 10.0
# A function's rows spill into a temporary file beside the tables beyond 64 kB: the disk must take
# some 100 kB, without WAL, without a row. An UPDATE of a small row succeeds on a full disk.
_WRITE: Final = """
SET LOCAL work_mem = '64kB';
SELECT current_setting('transaction_read_only') = 'off', count(*) FROM generate_series(1, 4000)
"""


def database() -> Values:
    """Ask the database; it must take writes, and its disk a little more data."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE)
        cursor.nextset()
        takes_writes, _rows = cursor.fetchone()
    return {"ok": takes_writes, "read_only": not takes_writes}


@cache
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)


def broker() -> Values:
    """Ask the broker, on a connection that lasts."""
    _client(settings.REDIS_URL).ping()
    return {"ok": True}


@cache
def last_migrations() -> list[tuple[str, str]]:
    """The last migration of each app in this release; reads the files once a process."""
    return MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()


def migrations() -> Values:
    """Compare the last migration of each app with those that the database has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    missing = sum(one not in applied for one in last_migrations())
    return {"ok": not missing, "missing": missing}


type Checks = dict[str, Values]
REQUIRED: Final[dict[str, Callable[[], Values]]] = {
    "database": database,
    "broker": broker,
    "migrations": migrations,
    "keys": keys.state,
}
NO_ANSWER: Final[Checks] = {"readiness": {"ok": False, "error": "NoAnswerInTime"}}


class _Memory:
    """The last answer of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.checks: Checks = NO_ANSWER
        self.at = float("-inf")

    def age_s(self) -> float:
        return time.monotonic() - self.at


_memory = _Memory()


def forget() -> None:
    """Ask anew next time (tests)."""
    global _memory
    _memory = _Memory()


def checks() -> Checks:
    """The required checks, at most 2 s old; one thread of a process asks at a time."""
    memory = _memory
    if memory.age_s() < REMEMBERED_S:
        return memory.checks
    if not memory.lock.acquire(timeout=0 if memory.age_s() < OLDEST_S else REMEMBERED_S):
        return memory.checks if memory.age_s() < OLDEST_S else NO_ANSWER
    try:
        if memory.age_s() >= REMEMBERED_S:
            memory.checks = {name: values_of(check) for name, check in REQUIRED.items()}
            memory.at = time.monotonic()
        return memory.checks
    finally:
        memory.lock.release()


def is_ready(found: Checks) -> bool:
    return all(values["ok"] for values in found.values())
