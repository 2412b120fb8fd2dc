"""The test database: one template for all workers, and its shipped rows after a transactional test.

A template is named for the files that shape it, so an edit of a page needs no new one.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql
from psycopg.conninfo import make_conninfo

from accounts.users.roles import sync_roles
from dev.lines import imports_of, module_of
from tests import dumps

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "binhyen_tests_"
SIGNATURES = "SELECT {} AS name, count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {} t"

# Templates of code that was changed since; another checkout may use a young one at this moment.
OUTDATED = """
SELECT datname FROM pg_database WHERE datname LIKE %s
AND (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - interval '1 hour'
"""

DATA = {".json", ".toml", ".txt", ".sql", ".csv"}
RECEIVES = re.compile(rb"\b(?:pre|post)_migrate\b")

type Signature = tuple[int, int]


def template_name(root: Path = ROOT) -> str:
    """The name of the template for code and keys: they say what migrations write."""
    keys = (
        settings.DATA_ENCRYPTION_KEYS, settings.BLIND_INDEX_KEY, settings.VAULT_PUBLIC_KEYS,
    )  # fmt: skip
    digest = hashlib.sha256(repr(keys).encode())
    for path in shaping_files(root):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def shaping_files(root: Path) -> list[Path]:
    """Files that shape the database, in order.

    Migrations, models (permissions are made from them), receivers of `migrate`, settings and this
    file, with all that these import and the data files that those name or lie beside by name.
    """
    packages = [path.parent for path in root.glob("*/__init__.py")]
    files = [path for package in packages for path in package.rglob("*") if path.is_file()]
    modules_at = {module_of(path.relative_to(root)): path for path in files if path.suffix == ".py"}
    modules, found = set(modules_at), dict[str, Path]()
    waiting = [name for name, path in modules_at.items() if _is_root(path.relative_to(root), path)]
    while waiting:
        name = waiting.pop()
        if name in found or name not in modules_at:
            continue
        found[name] = modules_at[name]
        waiting += [name.rpartition(".")[0], *imports_of(modules_at[name], modules)]
    texts = dict[str, str]()  # of the sources of each app
    for path in found.values():
        app = path.relative_to(root).parts[0]
        texts[app] = texts.get(app, "") + path.read_text(encoding="utf-8")
    sources = set(found.values())
    data = [path for path in files if path.suffix in DATA and _is_read(path, root, sources, texts)]
    return sorted([*sources, *data, *root.glob("requirements.txt")])


def _is_root(path: Path, source: Path) -> bool:
    if path.parts[0] == "tests":
        return path == Path("tests/databases.py")
    if path.parts[0] == "config":
        return path.stem.startswith("settings")
    is_model = path.stem == "models" or "models" in path.parts
    return (
        is_model or "migrations" in path.parts or RECEIVES.search(source.read_bytes()) is not None
    )


def _is_read(path: Path, root: Path, sources: set[Path], texts: dict[str, str]) -> bool:
    """Whether a source of the same app names a data file or its folder, or has its stem."""
    if path.with_suffix(".py") in sources:
        return True
    text = texts.get(path.relative_to(root).parts[0], "")
    is_folder = not (path.parent / "__init__.py").exists()
    return f'"{path.name}"' in text or (is_folder and f'"{path.parent.name}"' in text)


def ensure_template() -> str:
    """Make the template unless the server has it; others that wait for it find it made."""
    name = template_name()
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
        if name not in {row[0] for row in server.execute("SELECT datname FROM pg_database")}:
            for (old,) in server.execute(OUTDATED, [f"{PREFIX}%"]).fetchall():
                _drop(server, old)
            draft = f"{PREFIX}draft"
            _drop(server, draft)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            _fill(draft)
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(draft), sql.Identifier(name)
                )
            )
    return name


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(name)))


def dump_template(path: Path) -> bool:
    """Write the template as SQL; False where that cannot be done. Call with the database open."""
    held = connection.get_connection_params() | {"dbname": ensure_template()}
    known = {key: held.get(key) for key in ("dbname", "user", "password", "host", "port")}
    return dumps.dump(make_conninfo(**known), path)  # type: ignore[arg-type]


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server's own database, beside Django's."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    known = {key: parameters.get(key) for key in ("dbname", "user", "password", "host", "port")}
    with psycopg.connect(**known, autocommit=True) as server:  # type: ignore[arg-type]
        yield server


def _fill(name: str) -> None:
    """Run the migrations and write the roles in that database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
        sync_roles()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


class ShippedRows:
    """The rows of a fresh test database, put back after a test that committed others."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            self.tables = sorted(connection.introspection.table_names(cursor))
            self.fresh = self._signatures(cursor)
            self.copies = {
                table: self._copy_of(cursor, table)
                for table, (count, _) in self.fresh.items()
                if count
            }

    def _signatures(self, cursor: Any) -> dict[str, Signature]:
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL(SIGNATURES).format(sql.Literal(table), sql.Identifier(table))
            for table in self.tables
        )
        cursor.execute(query)
        return {name: (count, total) for name, count, total in cursor.fetchall()}

    def _copy_of(self, cursor: Any, table: str) -> bytes:
        statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
        with cursor.copy(statement) as copy:
            return b"".join(copy)

    def restore(self) -> None:
        """Make every table that differs what it was. Checks and triggers of rows do not run."""
        with connection.cursor() as cursor:
            now = self._signatures(cursor)
            changed = [table for table in self.tables if now[table] != self.fresh[table]]
            if not changed:
                return
            cursor.execute("BEGIN")
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in changed:
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                if table in self.copies:
                    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
                    with cursor.copy(statement) as copy:
                        copy.write(self.copies[table])
            cursor.execute("COMMIT")


@contextmanager
def restored_after_each(shipped: ShippedRows) -> Iterator[None]:
    """Transactional tests end with the shipped rows in place instead of a flush of every table."""
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda _test: shipped.restore()):
        yield


@contextmanager
def leave_rows(shipped: ShippedRows, blocker: Any) -> Iterator[None]:
    """Leave rows of transactional tests to the end, for processes that outlive a test."""
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda _test: None):
        yield
    with blocker.unblock():
        shipped.restore()
