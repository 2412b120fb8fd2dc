"""The origin of what a transaction writes about groups, for the triggers that write spells."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connection

from accounts.models import User

_OFF = "off"


def _set(source: str, by: str, day: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('groups.source', %s, true),"
            " set_config('groups.source_by', %s, true),"
            " set_config('groups.source_on', %s, true)",
            [source, by, day],
        )


@contextmanager
def recorded_as(source: str, *, by: User | None, on: date | None = None) -> Iterator[None]:
    """Let spells name their origin, their writer and the day that stands for one not stated.

    Call in a transaction.
    """
    _set(source, str(by.pk) if by else "", on.isoformat() if on else "")
    yield
    _set("", "", "")


@contextmanager
def left_as_they_are() -> Iterator[None]:
    """Let no change of memberships and proxies change a spell. Call in a transaction."""
    _set(_OFF, "", "")
    yield
    _set("", "", "")
