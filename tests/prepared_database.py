"""A database of its own in which `prepare_database` made the roles, for one module of tests."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from accounts.database_roles import Roles
from tests import databases

PASSWORDS = {"owner": "of-owner", "web": "of-web", "worker": "of-worker", "vault": "of-vault"}


@contextmanager
def at(database: str, **role: str) -> Iterator[None]:
    """Django's connection at this database, as this role."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(NAME=database, **role)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def as_role(roles: Roles, part: str) -> Iterator[None]:
    with at(roles.database, USER=roles.logins[part], PASSWORD=PASSWORDS[part]):
        yield


@contextmanager
def prepared_database(fill: Callable[[], object]) -> Iterator[Roles]:
    """A copy of the template with the roles and what `fill` writes; dropped with them."""
    roles = Roles.of(f"binhyen_roles_{uuid.uuid4().hex[:8]}")
    with databases._server() as server:
        template = databases.ensure_template()
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(roles.database), sql.Identifier(template)
            )
        )
        before, settings.DATABASE_ROLE_PASSWORDS = settings.DATABASE_ROLE_PASSWORDS, PASSWORDS
        try:
            with at(roles.database):
                call_command("prepare_database", verbosity=0)
                fill()
            yield roles
        finally:
            settings.DATABASE_ROLE_PASSWORDS = before
            server.execute(
                sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(roles.database))
            )
            for name in (*roles.logins.values(), roles.portal):
                server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
