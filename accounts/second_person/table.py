"""The table of what takes a second person, and the sides of accounts."""

import tomllib
from collections.abc import Collection
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from accounts.communes.models import Commune
from accounts.users.models import User
from accounts.users.roles import group_names, roles_of

FILE: Final = Path(__file__).with_name("table.toml")
SIDE: Final = "side"


@cache
def table() -> dict[str, Any]:
    """The whole table, read once."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def delay_of(kind: str) -> timedelta:
    """How long a confirmed change of this kind still waits."""
    return timedelta(hours=table()["kinds"][kind]["waits_hours"])


def label_of(kind: str) -> str:
    return str(table()["kinds"][kind]["label"])


def is_guarded(commune: Commune | None = None) -> bool:
    """Whether nobody acts alone any more in this commune (in any, without one)."""
    rows = Commune.objects.guarded()
    return (rows if commune is None else rows.filter(pk=commune.pk)).exists()


def side_of(user: User) -> str:
    """The side whose second person an account needs; blank where it needs none."""
    roles = roles_of(user)
    sides = table()["sides"]
    return next((name for name, side in sides.items() if roles & set(side["roles"])), "")


SIDED: Final = frozenset(
    group_names(role for side in table()["sides"].values() for role in side["roles"])
)


def needs_second(user: User) -> bool:
    """Whether password and second step of an account are never one person's doing."""
    return user.commune is not None and bool(side_of(user)) and is_guarded(user.commune)


def seconds_of_side(user: User, *, but: User | None) -> list[str]:
    """Roles of which one confirms for this account: the first line with anybody but these two."""
    lines: list[list[str]] = table()["sides"][side_of(user)]["seconds"]
    others = User.objects.filter(
        commune=user.commune_id, is_active=True, last_login__isnull=False
    ).exclude(pk__in=[user.pk, but.pk if but else None])
    return next((line for line in lines if others.with_roles(line).exists()), lines[0])


def seconds_for(kind: str, by: User | None, *, subject: Any = None) -> list[str]:
    """Roles of which one confirms what this account (None: the server) proposes."""
    proposes: dict[str, list[str]] = table()["kinds"][kind]["proposes"]
    roles = {"server"} if by is None else roles_of(by)
    lines = [line for role, line in proposes.items() if role in roles]
    if not lines and isinstance(subject, User):
        lines = [[SIDE]]
    return expanded([role for line in lines or [table()["others"]] for role in line], subject, by)


def expanded(roles: Collection[str], subject: Any, by: User | None) -> list[str]:
    """The roles, with those of its side where the account concerned stands for them."""
    found = set(roles) - {SIDE}
    if SIDE in roles:
        found |= set(seconds_of_side(subject, but=by) if side_of(subject) else table()["others"])
    return sorted(found)
