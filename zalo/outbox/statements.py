"""The two writes of many sends: claiming rows before the calls, recording the answers after them.

Both are single statements outside any transaction, so that what is written is durable before the
next step begins. Plain SQL, planned once a connection, keeps a send well under a millisecond of our
own time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import DataError, IntegrityError, connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

# The condition that stands in every claim, for a mode that holds everything back.
#
# Nothing is held back today. Whoever adds such a mode writes its condition here, in SQL that names
# no table of the claim: a claim is then refused in the very statement that would have made it.


GATE_IS_OPEN: Final = "TRUE"


def gate_is_open() -> RawSQL:
    """The same condition for a claim that is a queryset."""
    return RawSQL(GATE_IS_OPEN, (), output_field=BooleanField())  # noqa: S611 -- our own words


def _require_autocommit() -> None:
    if connection.in_atomic_block:
        raise RuntimeError("claims and answers must be durable: do not send inside a transaction")


@contextmanager
def _prepared() -> Iterator[psycopg.Cursor[Any]]:
    """A cursor on Django's connection that keeps its statements prepared there: planning is half
    of what these cost."""
    connection.ensure_connection()
    held = connection.connection
    held.prepare_threshold = 0  # for this kind of cursor alone: Django's own never prepares
    with connection.wrap_database_errors, psycopg.Cursor(held) as cursor:
        yield cursor


def claim(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run an UPDATE … RETURNING that claims rows; it has a place `{gate}` in its condition.

    Raises RuntimeError in a transaction.
    """
    _require_autocommit()
    with _prepared() as cursor:
        cursor.execute(statement.format(gate=GATE_IS_OPEN), values)
        return cursor.fetchall()


def record(statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the answers that are there, in their order, with one commit: one wait for the disk.

    One that cannot be written takes none of the others with it.
    """
    _require_autocommit()
    try:
        with _prepared() as cursor:
            cursor.executemany(statement, rows)
    except (DataError, IntegrityError):
        if len(rows) == 1:
            raise
        for row in rows:
            record(statement, [row])


def execute(statement: str, values: Sequence[Any]) -> int:
    """Run one statement on rows that wait; returns how many it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
