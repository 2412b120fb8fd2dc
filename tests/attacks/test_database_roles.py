"""Web and workers reach the database by roles that can neither change tables nor unwrite a step."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo

from accounts.audit import services as audit
from accounts.database_roles import Roles
from accounts.models import AuditChain
from accounts.users.roles import Role
from reports.models import TipReport
from tests import databases
from tests.factories.accounts import PASSWORD, make_commune, make_user
from tests.prepared_database import PASSWORDS, as_role, at, prepared_database
from tests.reports.public.walking import Walk, forget_counts
from zalo.hold import detectors, process, witness

REFUSED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.RestrictViolation,
)
ATTACKS = {
    "replica mode": "SET session_replication_role = replica",
    "delete a step": "DELETE FROM accounts_auditevent",
    "change a step": "UPDATE accounts_auditevent SET reason = 'khác'",
    "empty the trail": "TRUNCATE accounts_auditevent",
    "trigger off": "ALTER TABLE accounts_auditevent DISABLE TRIGGER audit_append_only",
    "all triggers off": "ALTER TABLE accounts_auditevent DISABLE TRIGGER ALL",
    "another trigger function": (
        "CREATE OR REPLACE FUNCTION accounts_audit_is_append_only() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    ),
    "delete a chain": "DELETE FROM accounts_auditchain",
    "head back": "UPDATE accounts_auditchain SET length = 0, last_hash = repeat('0', 64)",
    "head of another": "UPDATE accounts_auditchain SET commune_id = NULL",
    "drop a table": "DROP TABLE accounts_auditevent CASCADE",
    "new column": "ALTER TABLE accounts_user ADD COLUMN door text",
    "new table": "CREATE TABLE door (id int)",
    "new schema": "CREATE SCHEMA door",
    "run a program": "COPY accounts_commune TO PROGRAM 'cat'",
    "write a file": "COPY accounts_commune TO '/tmp/door'",
    "read a file": "SELECT pg_read_file('postgresql.conf')",
    "passwords of roles": "SELECT rolpassword FROM pg_authid",
    "another role": "SET ROLE {owner}",
    "a role of mine": "CREATE ROLE door SUPERUSER",
    "more for myself": "ALTER ROLE {web} SUPERUSER",
    "files of the server": "GRANT pg_execute_server_program TO {web}",
    "unwritten migration": "DELETE FROM django_migrations",
}  # fmt: skip


def fill() -> None:
    """Some accounts, and a few steps in the trail."""
    commune = make_commune("Bình Minh", code="90001")
    make_user(commune, Role.CHIEF, username="truong.ca", password=PASSWORD)
    for number in range(3):
        audit.record("test.made", commune=commune, number=number)


@pytest.fixture(scope="module")
def prepared(django_db_blocker: Any) -> Iterator[Roles]:
    with django_db_blocker.unblock(), prepared_database(fill) as roles:
        yield roles


def session_on(roles: Roles, user: str) -> psycopg.Connection[Any]:
    """A session as somebody opens it who took over a process with that role."""
    held = connection.settings_dict
    parts = {name: PASSWORDS[part] for part, name in roles.logins.items()}
    address = make_conninfo(
        dbname=roles.database, host=held["HOST"] or None, port=held["PORT"] or None,
        user=user, password=parts.get(user, held["PASSWORD"]),
    )  # fmt: skip
    return psycopg.connect(address, autocommit=True)


def attack(roles: Roles, part: str, statement: str) -> None:
    with session_on(roles, roles.logins[part]) as session:
        session.execute(statement.format(**vars(roles)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("part", ["web", "worker", "vault"])
def test_lesser_role_is_refused(prepared, part, name):
    with pytest.raises(REFUSED):
        attack(prepared, part, ATTACKS[name])


def test_who_owns_the_tables_administers_no_server(prepared):
    for name in ("replica mode", "run a program", "passwords of roles", "a role of mine"):
        with pytest.raises(REFUSED):
            attack(prepared, "owner", ATTACKS[name])


def test_server_administrator_would_do_it(prepared):
    """The reason of the roles: as a superuser the portal passed every trigger (T10)."""
    with databases._server() as server, session_on(prepared, server.info.user) as one:
        one.autocommit = False
        one.execute(ATTACKS["replica mode"])  # type: ignore[arg-type]
        gone = one.execute(ATTACKS["delete a step"]).rowcount  # type: ignore[arg-type]
        one.rollback()

    assert gone >= 3


def test_portal_works_with_the_lesser_roles(prepared, django_db_blocker, monkeypatch):
    forget_counts(monkeypatch)
    # Copies of one template are one installation: the others would look older than this one.
    monkeypatch.setattr(witness, "write", lambda *_of_whom: [])
    with django_db_blocker.unblock():
        with as_role(prepared, "web"):
            client = Client()
            client.post("/admin/login/", {"username": "truong.ca", "password": PASSWORD})
            home = client.get("/admin/")
            commune = make_commune("Tân Hòa", code="90002")
            walk = Walk(commune)
            walk.to_check(words="Có trộm chó")
            walk.press("go", "send")
            digits, tips = walk.digits(), TipReport.objects.count()
        with as_role(prepared, "worker"):
            ran = run_every_round()
            number = detectors.system_identifier()
            faults = list(audit.verify())
    process.forget()

    assert (home.status_code, len(digits), tips, faults) == (200, 20, 1, [])
    assert len(ran) > 20
    assert number.isdecimal()


def run_every_round() -> list[str]:
    """Each task that beat starts, as a worker runs it."""
    current_app.loader.import_default_modules()
    names = sorted({one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()})
    for name in names:
        current_app.tasks[name]()
    return names


PROOFS = {
    "accounts_proofkey": "UPDATE accounts_proofkey SET ended_at = NULL",
    "reports_openingproof": "DELETE FROM reports_openingproof",
}  # fmt: skip


@pytest.mark.parametrize("table", PROOFS)
def test_proofs_of_officers_are_written_by_the_vault_alone(prepared, table):
    for part in ("web", "worker"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attack(prepared, part, PROOFS[table])
        attack(prepared, part, f"SELECT FROM {table}")

    attack(prepared, "vault", PROOFS[table])


def test_prepared_again_nothing_changes(prepared, django_db_blocker):
    with django_db_blocker.unblock(), at(prepared.database):
        before = rights()
        with connection.cursor() as cursor:
            for more in ("UPDATE, DELETE ON accounts_auditevent", prepared.owner):
                cursor.execute(f"GRANT {more} TO {prepared.web}")
        call_command("prepare_database", verbosity=0)

        assert rights() == before


def rights() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relowner::regrole::text, relacl::text FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace"
            " UNION ALL SELECT 'member', member::regrole::text, roleid::regrole::text"
            " FROM pg_auth_members ORDER BY 1, 2, 3"
        )
        return list(cursor.fetchall())


def test_table_of_a_later_migration_is_for_the_portal_too(prepared, django_db_blocker):
    with django_db_blocker.unblock():
        with as_role(prepared, "owner"):
            with connection.cursor() as cursor:
                cursor.execute("CREATE TABLE later (id int)")
            call_command("migrate", verbosity=0, interactive=False)
            call_command("prepare_database", verbosity=0)
        attack(prepared, "web", "INSERT INTO later VALUES (1)")
        with pytest.raises(REFUSED):
            attack(prepared, "web", ATTACKS["delete a step"])
        with as_role(prepared, "owner"), connection.cursor() as cursor:
            cursor.execute("DROP TABLE later")


def test_nobody_else_prepares_it(prepared, django_db_blocker):
    with (
        django_db_blocker.unblock(),
        as_role(prepared, "web"),
        pytest.raises(CommandError, match=prepared.owner),
    ):
        call_command("prepare_database", verbosity=0)


def test_chain_head_goes_on_with_its_event(prepared, django_db_blocker):
    with django_db_blocker.unblock(), as_role(prepared, "web"):
        chain = AuditChain.objects.get(commune__code="90001")
        event = audit.record("test.made", commune=chain.commune)
        chain.refresh_from_db()

    assert (chain.length, chain.last_hash) == (event.sequence, event.hash)
