"""Scenes: rows that many tests read, built once a module and rolled back after it.

    year = shared_scene(make_year)         # a fixture of module scope, in a test module or conftest

    @pytest.fixture
    def scene(year, db):                   # a copy for each test: what it changes stays its own
        return deepcopy(year)

The transaction of each test nests as a savepoint within that of the scene. So a test on a scene may
read and write as any other; sequences go on counting, and callbacks of the building never run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from django.db import connection, transaction

Scope = Literal["module", "package"]
TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences"}


def is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    asks = bool(
        marker and (marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences"))
    )
    return asks or bool(TRANSACTIONAL & set(getattr(item, "fixturenames", ())))


@contextmanager
def rolled_back[Built](blocker: Any, build: Callable[[], Built]) -> Iterator[Built]:
    """Yield what `build` returns, in a transaction that is rolled back at the end.

    The database is open to the building alone: a test still has to ask for `db`.
    """
    with blocker.unblock():
        atomic = transaction.atomic()
        atomic._from_testcase = True  # type: ignore[attr-defined]  # for `atomic(durable=True)`
        atomic.__enter__()
    try:
        with blocker.unblock():
            callbacks = len(connection.run_on_commit)
            built = build()
            del connection.run_on_commit[callbacks:]
        yield built
    finally:
        with blocker.unblock():
            assert connection.atomic_blocks[-1] is atomic, "a later scene is still open"
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def shared_scene[Built](build: Callable[[], Built], scope: Scope = "module") -> Any:
    """Return a fixture with what `build` returns, built once a module (or package) and worker.

    Tests get the same objects: copy what you change. Tests that commit cannot stand beside it.
    """

    @pytest.fixture(scope=scope)
    def scene(
        request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
    ) -> Iterator[Built]:
        committing = [
            item.name
            for item in request.session.items
            if request.node in item.listchain() and is_transactional(item)
        ]
        assert not committing, f"these commit, within a scene that is rolled back: {committing}"
        with rolled_back(django_db_blocker, build) as built:
            yield built

    return scene
