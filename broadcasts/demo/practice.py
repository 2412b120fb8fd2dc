"""The practice portal's data: the made-up commune, and the accounts of the real portal in it.

Of an account are copied login, name and role: no password, device, second step, phone, mail or
session. The accounts that the demo invents stay as colleagues and cannot be signed in to, but for
roles that nobody who was copied has.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

import psycopg
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql
from psycopg.conninfo import make_conninfo

from accounts.models import Commune, User
from accounts.services import readable
from accounts.users.roles import Role
from broadcasts.demo.accounts import DEMO_ACCOUNTS
from groups.models import Hamlet, HamletAssignment, Officer, Team

MARK: Final = "binhyen-practice"
TITLES: Final = {
    Role.CHIEF: "Chỉ huy Công an xã",
    Role.OFFICER: "Cán bộ phụ trách ấp",
    Role.DUTY_OFFICER: "Cán bộ trực ban",
    Role.HAMLET_HEAD: "Trưởng ấp",
    Role.TEAM_LEADER: "Tổ trưởng",
}
_PEOPLE: Final = """
SELECT u.username, u.last_name, u.first_name, g.name
FROM accounts_user u
JOIN accounts_user_groups ug ON ug.user_id = u.id JOIN auth_group g ON g.id = ug.group_id
WHERE u.is_active AND NOT u.is_superuser ORDER BY u.id, g.name
"""


class NotForPractice(Exception):
    """The database holds data that this command did not make."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the real portal, as far as it is copied."""

    username: str
    last_name: str
    first_name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Slip:
    """A sheet for one person, printed once."""

    username: str
    name: str
    role: str
    password: str


# Whose database is it?


def is_marked() -> bool:
    """Whether the database was made by this command."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            "WHERE datname = current_database()"
        )
        return bool(cursor.fetchone()[0] == MARK)


def take_over() -> None:
    """Mark an empty database as one for practice. Raises NotForPractice for any other."""
    if is_marked():
        return
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise NotForPractice(str(connection.settings_dict["NAME"]))
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"COMMENT ON DATABASE {name} IS '{MARK}'")


def drop_everything() -> None:
    """Empty the database. Raises NotForPractice for one that is not marked."""
    if not is_marked():
        raise NotForPractice(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()


def make_database(address: str, *, role: str, password: str, name: str) -> None:
    """Make role and database where they are missing, as the administrator of the server."""
    who, where = sql.Identifier(role), sql.Identifier(name)
    with psycopg.connect(address, autocommit=True) as held:
        if not held.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone():
            held.execute(sql.SQL("CREATE ROLE {} LOGIN").format(who))
        held.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(who, sql.Literal(password)))
        if not held.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone():
            held.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(where, who))
            held.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(where))
    with psycopg.connect(make_conninfo(address, dbname=name), autocommit=True) as held:
        allow = sql.SQL("GRANT EXECUTE ON FUNCTION pg_control_system() TO {}")
        held.execute(allow.format(who))


# Accounts and their passwords


def people_of(address: str) -> list[Person]:
    """The accounts in use of a portal, each with its first role; nothing else is read there."""
    roles = {str(role.label): role for role in Role}
    found: dict[str, Person] = {}
    with psycopg.connect(address, options="-c default_transaction_read_only=on") as held:
        for username, last_name, first_name, role in held.execute(_PEOPLE):
            if role in roles:
                found.setdefault(username, Person(username, last_name, first_name, roles[role]))
    return list(found.values())


@transaction.atomic
def copy_accounts(commune: Commune, people: Iterable[Person]) -> list[User]:
    """Make or rename the accounts of these people, with a place for whoever needs one."""
    hamlets = cycle(Hamlet.objects.of_commune(commune).order_by("code"))
    teams = cycle(Team.objects.filter(hamlet__commune=commune).order_by("hamlet__code", "name"))
    made = []
    for person in people:
        user, _is_new = User.objects.get_or_create(username=person.username)
        user.last_name, user.first_name = person.last_name, person.first_name
        user.commune = None if person.role == Role.CITY else commune
        user.is_staff = user.is_active = True
        if not user.password:
            user.set_unusable_password()
        user.save()
        user.groups.set([Group.objects.get(name=str(person.role.label))])
        _place(user, person, commune, hamlets, teams)
        made.append(user)
    return made


def _place(
    user: User, person: Person, commune: Commune, hamlets: Iterator[Hamlet], teams: Iterator[Team]
) -> None:
    if person.role not in TITLES:
        return
    known = {"commune": commune, "full_name": str(user), "title": TITLES[person.role]}
    officer, _is_new = Officer.objects.update_or_create(
        user=user, defaults={**known, "is_active": True}
    )
    today = timezone.localdate()
    if person.role in (Role.OFFICER, Role.HAMLET_HEAD):
        if not HamletAssignment.objects.on(today).filter(officer=officer).exists():
            HamletAssignment.objects.create(officer=officer, hamlet=next(hamlets), valid_from=today)
    elif person.role == Role.TEAM_LEADER and not officer.led_teams.exists():
        Team.objects.filter(pk=next(teams).pk).update(leader=officer)


def lock_colleagues() -> None:
    """Take the known password of the demo from the accounts that it invents."""
    for user in User.objects.filter(username__in=[one.username for one in DEMO_ACCOUNTS]):
        user.set_unusable_password()
        user.save(update_fields=["password"])


def colleagues_for(roles: set[Any]) -> list[User]:
    """The first invented account of each role that is not among these."""
    first = {one.role: one.username for one in reversed(DEMO_ACCOUNTS)}
    names = [username for role, username in first.items() if role not in roles]
    return list(User.objects.filter(username__in=names).order_by("pk"))


@transaction.atomic
def slips_for(users: Iterable[User], *, anew: bool = False) -> list[Slip]:
    """A password for each that has none, or a new one; it is to be changed at the first sign-in."""
    made = []
    for user in users:
        if user.has_usable_password() and not anew:
            continue
        password = "-".join(readable(4) for _ in range(3))
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        role = user.groups.first()
        made.append(Slip(user.username, str(user), str(role or ""), password))
    return made
