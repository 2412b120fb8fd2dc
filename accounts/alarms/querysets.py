"""Query sets of alarms."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Self

from django.db.models import Exists, Q

from accounts.alarms.kinds import KINDS, AlarmKind
from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.scoped_admin.account_ahead import roles_read_once
from accounts.scoped_admin.request_cache import is_reading_once
from accounts.users.models import User
from accounts.users.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# An alarm that nobody may acknowledge leaves the home page by itself.
ON_HOME: Final = timedelta(days=14)


class AlarmQuerySet(CommuneScopedQuerySet):
    """Alarms of a commune, and those that name none, by the roles that each kind concerns."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        if not (user.is_active and isinstance(user, User)):
            return self.none()
        if user.is_superuser and user.commune_id is None:
            return self.all()
        rows = self.filter(Q(commune=user.commune_id) | Q(commune=None))
        if user.is_superuser:
            return rows
        return rows.filter(_of_roles(user) if is_reading_once() else _concerning(user))

    def waiting_for(self, user: "User | AnonymousUser", now: datetime) -> Self:
        """Alarms that this account may still acknowledge."""
        rows = self.visible_to(user).filter(acknowledged_at=None, last_at__gt=now - ON_HOME)
        acted = [kind for kind, about in KINDS.items() if about.is_act]
        own = Q(done_by=user.pk) | Q(second_by=user.pk) | Q(kind__in=acted, account=user.pk)
        return rows.exclude(own)


def _of_roles(user: User) -> Q:
    """The condition for one account whose roles the page knows."""
    roles = roles_read_once(user)
    named = [kind for kind, about in KINDS.items() if roles & about.roles]
    condition = Q(kind__in=named)
    for kind, about in KINDS.items():
        for role, others in about.hears_of:
            if role in roles and kind not in named:
                condition |= Q(kind=kind, account__in=User.objects.with_roles(others))
    return condition


def _concerning(user: User) -> Q:
    """The condition for one account, without asking for its roles beforehand."""

    def has(roles: frozenset[Role]) -> Exists:
        return Exists(User.objects.with_roles(roles).filter(pk=user.pk))

    by_roles: dict[frozenset[Role], list[AlarmKind]] = {}
    condition = Q(pk=None)
    for kind, about in KINDS.items():
        by_roles.setdefault(about.roles, []).append(kind)
        for role, others in about.hears_of:
            accounts = User.objects.with_roles(others)
            condition |= Q(has(frozenset({role})), kind=kind, account__in=accounts)
    for roles, kinds in by_roles.items():
        condition |= Q(has(roles), kind__in=kinds)
    return condition
