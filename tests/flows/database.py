"""The database of a program under `tests/flows` that runs by itself, as a test would have it.

Words of tips open to the program as they do to a test, and limits of counts that are drawn are the
middle one: what differs between two looks is then the portal's doing.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import django


@contextmanager
def own_database() -> Iterator[None]:
    """Set Django up beside a fresh copy of the prepared database; dropped afterwards.

    The second program of the same code and server starts in a second or two.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- needs Django
    from django.test.utils import (  # noqa: PLC0415 -- needs Django
        setup_test_environment,
        teardown_test_environment,
    )
    from psycopg import sql  # noqa: PLC0415 -- needs Django

    from reports.public import thresholds  # noqa: PLC0415 -- needs Django
    from tests import databases  # noqa: PLC0415 -- needs Django
    from tests.flows.harness import forget_redis  # noqa: PLC0415 -- needs Django
    from tests.prepared_database import at  # noqa: PLC0415 -- needs Django
    from tests.vaults import words_open_to_tests  # noqa: PLC0415 -- needs Django

    name = f"flow_{connection.settings_dict['NAME']}"
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(databases.ensure_template())
    )
    with databases._server() as server, ExitStack() as stack:
        databases._drop(server, name)  # of a run that was killed
        server.execute(copy)
        stack.callback(databases._drop, server, name)
        setup_test_environment()  # else the portal does not answer to the name of the test client
        stack.callback(teardown_test_environment)
        forget_redis()  # its witness tells of another copy of the same template
        stack.callback(forget_redis)
        stack.enter_context(at(name))
        stack.enter_context(words_open_to_tests())
        stack.enter_context(patch.object(thresholds, "drawn", lambda _label: 0.5))
        yield
