"""Roles of PostgreSQL: one that owns the tables, and lesser ones for web, workers and the vault.

A server of PostgreSQL may have several databases, so their names begin with that of the database.
Whoever writes through the portal adds to the audit trail alone, changes no table, and reaches no
file and no other role of the server (docs/decisions/0104-roles-of-the-database.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from psycopg import sql

from accounts.audit.models import AuditChain, AuditEvent

EVENTS: Final = sql.Identifier(AuditEvent._meta.db_table)
CHAINS: Final = sql.Identifier(AuditChain._meta.db_table)
MIGRATIONS: Final = sql.Identifier("django_migrations")

# Objects of our schema that belong to nobody else: no part of an extension, no sequence of a table.
_OBJECTS: Final = """
SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
    oid::regclass::text
FROM pg_class object WHERE relnamespace = current_schema()::regnamespace
AND relkind IN ('r', 'p', 'v', 'S') AND NOT EXISTS (
    SELECT FROM pg_depend WHERE objid = object.oid AND classid = 'pg_class'::regclass
    AND (deptype = 'e' OR relkind = 'S' AND deptype IN ('a', 'i'))
)
UNION ALL
SELECT 'ROUTINE', oid::regprocedure::text
FROM pg_proc object WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS (
    SELECT FROM pg_depend WHERE objid = object.oid AND classid = 'pg_proc'::regclass
    AND deptype = 'e'
)
"""

# The head of a chain goes one event on, to one that is there; never back.
_HEAD_MOVES_ON: Final = """
CREATE OR REPLACE FUNCTION accounts_audit_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.length <> OLD.length + 1 OR NOT EXISTS (
        SELECT FROM {events} event WHERE event.chain_id = NEW.id AND event.sequence = NEW.length
        AND event.hash = NEW.last_hash AND event.previous_hash = OLD.last_hash
    ) THEN
        RAISE EXCEPTION 'the head of an audit chain moves to its next event alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_head_moves_on BEFORE UPDATE ON {chains}
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_head_moves_on();
ALTER FUNCTION accounts_audit_head_moves_on() OWNER TO {owner};
"""

_GRANTS: Final = """
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {portal}, {web}, {worker};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {portal};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA {schema} TO {portal};
REVOKE UPDATE, DELETE ON {events}, {chains} FROM {portal};
GRANT UPDATE (length, last_hash) ON {chains} TO {portal};
REVOKE INSERT, UPDATE, DELETE ON {migrations} FROM {portal};
"""

_OF_VAULT: Final = "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {vault}"

# What the vault alone writes: others would bring back a key that was ended, or a proof of before.
_BY_VAULT: Final = """
REVOKE INSERT, UPDATE, DELETE ON {table} FROM {portal};
GRANT INSERT, UPDATE, DELETE ON {table} TO {vault};
"""

_SERVER: Final = """
GRANT {portal} TO {web}, {worker}, {vault};
ALTER DATABASE {database} OWNER TO {owner};
ALTER SCHEMA {schema} OWNER TO {owner};
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {portal};
GRANT USAGE ON SCHEMA {schema} TO {portal};
GRANT EXECUTE ON FUNCTION pg_control_system() TO {portal};
GRANT pg_read_all_settings TO {portal};
"""


class NotAllowed(Exception):
    """The role of this process neither owns the database nor makes roles; a sentence says so."""


@dataclass(frozen=True)
class Roles:
    """Names of the roles of one database; `portal` holds the rights of the lesser ones."""

    database: str
    owner: str
    web: str
    worker: str
    vault: str
    portal: str

    @classmethod
    def of(cls, database: str) -> Self:
        parts = ("owner", "web", "worker", "vault", "portal")
        return cls(database, *(f"{database}_{part}" for part in parts))

    @property
    def logins(self) -> dict[str, str]:
        """Roles that sign in to the database, by part."""
        return {
            "owner": self.owner, "web": self.web, "worker": self.worker, "vault": self.vault,
        }  # fmt: skip


def prepare(passwords: Mapping[str, str]) -> Roles:
    """Make the roles and say what each may; repeating it sets right what was changed by hand.

    The server's administrator makes the roles and hands them the database; the owner, after each
    `migrate`, only says what the others may do with its tables. A part without a password signs in
    as the server otherwise lets it (`peer`). Raises NotAllowed for anybody else.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        roles, is_administrator, is_owner = _standing(cursor)
        if is_administrator:
            for statement in _for_the_server(cursor, roles, passwords):
                cursor.execute(statement)
        elif not is_owner:
            raise NotAllowed(
                "Lệnh này cần quyền quản trị PostgreSQL ở lần đầu; sau đó, quyền của "
                f"{roles.owner} là đủ."
            )
        _grant(cursor, roles)
    return roles


@receiver(post_migrate)
def grant_after_migrate(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Tables that `migrate` made are for web and workers too, where these have their own roles."""
    if sender.label != "accounts" or using != DEFAULT_DB_ALIAS:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        roles, is_administrator, is_owner = _standing(cursor)
        if is_administrator or is_owner:
            _grant(cursor, roles)


def _standing(cursor: Any) -> tuple[Roles, bool, bool]:
    """The roles of this database, and whether we are the server's administrator or the owner."""
    cursor.execute(
        "SELECT current_database(), rolsuper, current_user = pg_get_userbyid(datdba)"
        " FROM pg_roles, pg_database"
        " WHERE rolname = current_user AND datname = current_database()"
    )
    database, is_administrator, is_owner = cursor.fetchone()
    return Roles.of(database), is_administrator, is_owner


def _grant(cursor: Any, roles: Roles) -> None:
    """Say what web and workers may do with the tables, if there are such roles and tables."""
    cursor.execute(
        "SELECT to_regrole(quote_ident(%s)) IS NOT NULL AND to_regclass(%s) IS NOT NULL,"
        " to_regrole(quote_ident(%s)) IS NOT NULL",
        [roles.portal, AuditEvent._meta.db_table, roles.vault],
    )
    is_prepared, has_vault = cursor.fetchone()
    if is_prepared:
        # Before `prepare_database` has run anew there is no role of the vault.
        for text in (_HEAD_MOVES_ON, _GRANTS, *([_OF_VAULT] if has_vault else [])):
            cursor.execute(sql.SQL(text).format(**_names(cursor, roles)))
        for table in _of_the_vault(cursor) if has_vault else []:
            named = {**_names(cursor, roles), "table": sql.Identifier(table)}
            cursor.execute(sql.SQL(_BY_VAULT).format(**named))


def _of_the_vault(cursor: Any) -> list[str]:
    """Tables that only the vault writes, as far as they were made."""
    names = [
        model._meta.db_table
        for model in apps.get_models()
        if getattr(model, "is_written_by_vault", False)
    ]
    cursor.execute(
        "SELECT name FROM unnest(%s::text[]) name WHERE to_regclass(name) IS NOT NULL ORDER BY 1",
        [names],
    )
    return [name for (name,) in cursor.fetchall()]


def _for_the_server(
    cursor: Any, roles: Roles, passwords: Mapping[str, str]
) -> Iterator[sql.Composable]:
    """Statements of the server's administrator: roles, and to whom the database belongs."""
    for part, name in {"portal": roles.portal, **roles.logins}.items():
        role = sql.Identifier(name)
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", [name])
        if cursor.fetchone() is None:
            yield sql.SQL("CREATE ROLE {}").format(role)
        can_sign_in = sql.SQL("NOLOGIN" if part == "portal" else "LOGIN")
        yield sql.SQL(
            "ALTER ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT {}"
        ).format(role, can_sign_in)
        if passwords.get(part):
            yield sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, _hashed(passwords[part], name))
    ours = [roles.portal, *roles.logins.values()]
    cursor.execute(
        "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members"
        " WHERE member = ANY(%s::regrole[])",
        [[f'"{name}"' for name in ours]],
    )
    for group, member in cursor.fetchall():
        yield sql.SQL(f"REVOKE {group} FROM {member}")
    yield sql.SQL(_SERVER).format(**_names(cursor, roles))
    cursor.execute(_OBJECTS)
    for kind, name in cursor.fetchall():
        yield sql.SQL(f"ALTER {kind} {name} OWNER TO {{}}").format(sql.Identifier(roles.owner))


def _hashed(password: str, role: str) -> sql.Literal:
    """The password as the server keeps it: the plain one stands in no statement."""
    raw = connection.connection.pgconn
    return sql.Literal(
        raw.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    )


def _names(cursor: Any, roles: Roles) -> dict[str, sql.Composable]:
    cursor.execute("SELECT current_schema()")
    named = {**vars(roles), "schema": cursor.fetchone()[0]}
    found: dict[str, sql.Composable] = {key: sql.Identifier(name) for key, name in named.items()}
    return found | {"events": EVENTS, "chains": CHAINS, "migrations": MIGRATIONS}
