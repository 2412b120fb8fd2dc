"""The two writes of many sends: claiming rows before the calls, recording the answers after them.

Both are single statements outside any transaction, so that what is written is durable before the
next step begins. Plain SQL over many rows keeps a send well under a millisecond of our own time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import DataError, IntegrityError, connection

from zalo.hold import process as gate

RECORDED_AT_ONCE: Final = 300


def _require_autocommit() -> None:
    if connection.in_atomic_block:
        raise RuntimeError("claims and answers must be durable: do not send inside a transaction")


@contextmanager
def _prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor on Django's connection that keeps its statements prepared there: planning is half
    of what a claim costs."""
    connection.ensure_connection()
    held = connection.connection
    held.prepare_threshold = 0  # for this kind of cursor alone: Django's own never prepares
    with connection.wrap_database_errors, psycopg.Cursor(held) as cursor:
        yield cursor


def claim(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run an UPDATE … RETURNING that claims rows; it has a place `{gate}` in its condition.

    Nothing is claimed while the gate is closed. Raises RuntimeError in a transaction.
    """
    _require_autocommit()
    with _prepared() as cursor:
        cursor.execute(statement.format(gate=gate.GATE_IS_OPEN), {**values, **gate.values()})
        claimed = cursor.fetchall()
        if gate.wants_high_water():
            cursor.execute(gate.HIGH_WATER)
            gate.note_high_water(*cursor.fetchone() or (0,))
    return claimed


def record(statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the answers that are there, by an UPDATE that takes each column of `rows` as an array.

    Rows of the same `id` are written in their order. One that cannot be written takes none of the
    others with it: its error is raised once they stand.
    """
    _require_autocommit()
    errors = [error for batch in _batches(rows) for error in _write(statement, batch)]
    if errors:
        raise errors[0]


def _batches(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Split rows into those of one statement, which can change a row of the table only once."""
    batch: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        if len(batch) == RECORDED_AT_ONCE or row["id"] in batch:
            yield list(batch.values())
            batch = {}
        batch[row["id"]] = row
    if batch:
        yield list(batch.values())


def _write(statement: str, rows: Sequence[Mapping[str, Any]]) -> list[Exception]:
    """Write rows at once, or one by one where that fails; returns the errors.

    Not kept prepared: one plan for arrays of any length costs ten times as much a row.
    """
    values = {name: [row[name] for row in rows] for name in rows[0]}
    try:
        execute(statement, values)
    except (DataError, IntegrityError) as error:
        if len(rows) == 1:
            return [error]
        return [error for row in rows for error in _write(statement, [row])]
    return []


def execute(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> int:
    """Run one statement; returns how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
