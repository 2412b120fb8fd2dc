"""A backup of the running database and its restore, as rows; and a portal that lives through it.

A backup is taken in one snapshot while everything runs. A restore puts back each table and each
sequence in one transaction, past all triggers, as `pg_restore --clean` would.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from broadcasts.models import Broadcast, Delivery
from tests.flows import harness
from tests.flows.harness import Portal, Scene
from zalo.hold import process
from zalo.models import SendGate

SEQUENCES = """
SELECT quote_ident(sequencename), last_value FROM pg_sequences
WHERE schemaname = current_schema() AND last_value IS NOT NULL
"""


class Backup:
    """Every row and every sequence of the database at one moment."""

    def __init__(self) -> None:
        with _connection() as one:
            one.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            names = one.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            ).fetchall()
            self.tables = {name: self._copy(one, name) for (name,) in names}
            self.sequences = one.execute(SEQUENCES).fetchall()
            one.execute("COMMIT")

    @staticmethod
    def _copy(one: psycopg.Connection[Any], name: str) -> bytes:
        statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(name))
        with one.cursor() as cursor, cursor.copy(statement) as copy:
            return b"".join(copy)

    def restore(self) -> None:
        """Make the database what it was then."""
        with _connection() as one:
            one.execute("BEGIN")
            one.execute("SET LOCAL session_replication_role = replica")
            for name, rows in self.tables.items():
                one.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
                statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(name))
                with one.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write(rows)
            for name, value in self.sequences:
                one.execute("SELECT setval(%s::regclass, %s)", [name, value])
            one.execute("COMMIT")


@contextmanager
def _connection() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(harness.database_url(), autocommit=True) as made:
        yield made


@contextmanager
def portal_of(folder: Path, settings: Any, **environment: str) -> Iterator[tuple[Portal, Scene]]:
    """Worker, beat and a commune; this process looks at the same witnesses."""
    settings.WITNESS_DIR = folder / "witness"
    process.forget()
    with harness.sending(folder / "portal.log", **environment) as made:
        yield made
    process.forget()


def gate() -> SendGate:
    return SendGate.objects.get()


def until(condition: Any, what: str, timeout_s: float = 60) -> Any:
    try:
        return harness.wait_until(condition, timeout_s=timeout_s, what=what)
    except TimeoutError as error:
        row = gate()
        states = dict(Counter(Delivery.objects.values_list("status", flat=True)))
        told = f"gate {row.state}, {row.high_water}, {row.reason or row.blocked}; {states}"
        raise AssertionError(f"{error}: {told}") from None


def calls(scene: Scene) -> int:
    return scene.simulator.state.stats["calls /v3.0/oa/group/message"]


def received(scene: Scene) -> Counter[str]:
    """Group id → how often the account wrote there."""
    told = scene.simulator.state.messages_of()
    return Counter(message.group_id for message in told if message.sender == "oa")


def ends(post: Broadcast) -> Counter[str]:
    return Counter(post.deliveries.values_list("status", flat=True))


def lost(post: Broadcast, scene: Scene, group_ids: list[str]) -> list[str]:
    """Groups of which neither the machine nor a person would ever know more."""
    there = received(scene)
    known = dict(post.deliveries.values_list("target_group_id", "status"))
    open_for_a_person = {Delivery.Status.UNCERTAIN.value}
    return [one for one in group_ids if there[one] != 1 and known.get(one) not in open_for_a_person]
