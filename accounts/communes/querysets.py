"""Query sets scoped to a commune; the base of every scope."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.users.models import User


def among(column: str, ids: models.QuerySet) -> models.Func:
    """The condition `column__in=ids`, with the ids read once, before any row.

    A subquery in one arm of an OR keeps the database from every index; a list that it has in hand
    does not. For lists of tens of ids, such as the hamlets of an officer.
    """
    return models.Func(
        models.F(column),
        ArraySubquery(ids.order_by()),
        template="%(expressions)s)",
        arg_joiner=" = ANY(",
        output_field=models.BooleanField(),
    )


class CommuneScopedQuerySet(models.QuerySet):
    """Rows that belong to a commune; the model names the path in `commune_lookup`.

    `visible_to` fails closed: no account, a disabled account or an account without a commune
    sees nothing, unless it holds the right to see all communes.
    """

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The rows that this account may see at all."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        if user.commune_id is not None:
            return self.of_commune(user.commune_id)
        if user.has_perm("accounts.view_all_communes"):
            return self.all()
        return self.none()

    def of_commune(self, commune: Any) -> Self:
        """The rows of one commune (an id or an instance)."""
        return self.filter(**{self.model.commune_lookup: commune})


class OwnRowsQuerySet(CommuneScopedQuerySet):
    """Rows of one account, which nobody else sees, whatever the right."""

    account_field = "account"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        if not user.is_active or user.is_anonymous:
            return self.none()
        return self.filter(**{self.account_field: user.pk})


class CommuneQuerySet(CommuneScopedQuerySet):
    """Communes themselves."""

    def of_commune(self, commune: Any) -> Self:
        return self.filter(pk=getattr(commune, "pk", commune))

    def guarded(self) -> Self:
        """Communes in which a chief has signed in or set up: from then on, and whatever becomes of
        that account, nobody acts alone."""
        return self.filter(
            models.Q(chief_since__isnull=False) | models.Q(vouching_since__isnull=False)
        )


class SharedQuerySet(models.QuerySet):
    """Rows that are the same for all communes, such as the calendar."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.all() if user.is_authenticated and user.is_active else self.none()


Ids = Callable[[Any], Iterable[int]]
_KEPT_FROM: dict[str, Ids] = {}


def keep_from_trail(label: str, ids_for: Ids) -> None:
    """Hide the audit events of some rows of a model from an account, whatever its rights.

    `label` as in `target_type` (`app.model`); called from an app's `ready`.
    """
    _KEPT_FROM[label] = ids_for


class AuditEventQuerySet(CommuneScopedQuerySet):
    """The audit trail is written by `accounts.audit.services.record` and never changed."""

    def of_reach(self, user: "User | AnonymousUser") -> Self:
        """Events of the communes of an account, whatever they are about: for kinds of events that
        are kept from nobody there."""
        return super().visible_to(user)

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Without the right to the whole trail only what concerns accounts and the system."""
        rows = super().visible_to(user)
        if not user.has_perm("accounts.view_auditevent"):
            return rows.none()
        for label, ids_for in _KEPT_FROM.items():
            if ids := [str(pk) for pk in ids_for(user)]:
                rows = rows.exclude(target_type=label, target_id__in=ids)
        if user.has_perm("accounts.view_whole_trail"):
            return rows
        of_the_system = models.Q()
        for section in ("account", "commune", "zalo"):
            of_the_system |= models.Q(action__startswith=f"{section}.")
        return rows.filter(of_the_system)

    def update(self, **kwargs: Any) -> int:
        raise TypeError("audit events cannot be changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("audit events cannot be deleted")
