"""Rights, roles and commune of accounts, known to a page before its lists are read."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Permission

from accounts.communes.models import Commune
from accounts.scoped_admin.asking import Asking, alone
from accounts.scoped_admin.request_cache import ahead, once
from accounts.users.roles import Role


def rights_asked(users: Iterable[Any]) -> Asking[None]:
    """Read the rights of several accounts at once, as each would read its own when first asked."""
    wanted = {user.pk: user for user in users if user.is_active and not user.is_superuser}
    if not wanted:
        return
    rows = Permission.objects.order_by()
    names = ("content_type__app_label", "codename")
    own, of_roles = yield [
        rows.filter(user__in=wanted).values_list("user", *names),
        rows.filter(group__user__in=wanted).values_list("group__user", *names),
    ]
    for cache, found in (("_user_perm_cache", own), ("_group_perm_cache", of_roles)):
        rights: dict[int, set[str]] = {pk: set() for pk in wanted}
        for pk, app, codename in found:
            rights[pk].add(f"{app}.{codename}")
        for pk, user in wanted.items():
            setattr(user, cache, rights[pk])


def know_rights(user: Any) -> None:
    """Read the rights of an account in one round trip, unless they are known."""
    if not (hasattr(user, "_user_perm_cache") or hasattr(user, "_group_perm_cache")):
        alone(rights_asked([user]))


def role_names(user: Any) -> list[str]:
    """Names of the roles of an account; read once for all lists of a page."""
    return once("roles", user, lambda: alone(role_names_asked(user)))


@ahead("roles")
def role_names_asked(user: Any) -> Asking[list[str]]:
    """The same, read together with what else a page asks for."""
    return (yield user.groups.order_by("name").values_list("name", flat=True))


def roles_read_once(user: Any) -> set[str]:
    """Values of the roles of an account."""
    names = set(role_names(user))
    return {role.value for role in Role if str(role.label) in names}


@ahead("communes")
def _communes_asked(user: Any) -> Asking[tuple[Commune, bool]] | None:
    return None if user.commune_id is None else _communes(user)


def _communes(user: Any) -> Asking[tuple[Commune, bool]]:
    """The own commune, and whether it is the only one."""
    (own,), others = yield [
        Commune.objects.filter(pk=user.commune_id),
        Commune.objects.exclude(pk=user.commune_id).values("pk")[:1],
    ]
    return own, not others


def know_commune(user: Any) -> None:
    """Give the account what was read ahead of its commune; inside `reading_once`."""
    if user.commune_id is not None:
        own, is_only = once("communes", user, lambda: alone(_communes(user)))
        user.commune, user.keeps_calendar = own, is_only
