"""Hamlets and officers; which hamlets an account covers, and the scope of rows of a hamlet."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from accounts.communes.querysets import CommuneScopedQuerySet, among
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.request_cache import ahead, is_reading_once, once
from accounts.users.roles import MODEL_BACKEND

# How many rearrangements back an officer reads what became of the own hamlets.
GENERATIONS = 3


def hamlets_of(user: Any) -> models.QuerySet:
    """Ids of the hamlets that an account covers today, through its officer."""
    from groups.places.models import HamletAssignment  # noqa: PLC0415 -- models import these querysets

    return (
        HamletAssignment.objects.on(timezone.localdate())
        .filter(officer__user=user.pk, officer__is_active=True)
        .values("hamlet")
    )


def teams_of(user: Any) -> models.QuerySet:
    """Ids of the teams that an account leads, through its officer."""
    from groups.places.models import Team  # noqa: PLC0415 -- models import these querysets

    return Team.objects.filter(leader__user=user.pk, leader__is_active=True).values("pk")


def ids_of_teams(user: Any) -> list[int]:
    return once("teams", user, lambda: list(teams_of(user).values_list("pk", flat=True)))


@ahead("teams")
def teams_asked(user: Any) -> Asking[list[int]] | None:
    """The same, read together with what else a page asks for."""
    return _teams_asked(user) if user.has_perm("groups.lead_team") else None


def _teams_asked(user: Any) -> Asking[list[int]]:
    return (yield teams_of(user).values_list("pk", flat=True))


def hamlets_served_by(user: Any) -> models.QuerySet:
    """Ids of the covered hamlets, and of those of the teams that the account leads."""
    from groups.places.models import Hamlet  # noqa: PLC0415 -- models import these querysets

    served = Q(pk__in=hamlets_of(user))
    if user.has_perm("groups.lead_team"):
        served |= Q(teams__in=teams_of(user))
    return Hamlet.objects.filter(served).values("pk")


def places_of(user: Any) -> models.QuerySet:
    """Ids of the covered hamlets and of those they came from: for rows that tell of the past.

    Nobody lives in a hamlet of the past, so this never widens the view on people.
    """
    from groups.places.models import Hamlet  # noqa: PLC0415 -- models import these querysets

    ids = hamlets_of(user)
    places = Q(pk__in=ids)
    for _generation in range(GENERATIONS):
        links = Hamlet.predecessors.through.objects.filter(from_hamlet__in=ids)
        ids = links.values("to_hamlet")
        places |= Q(pk__in=ids)
    return Hamlet.objects.filter(places).values("pk")


def ids_of_hamlets(user: Any) -> models.QuerySet | list[int]:
    """The ids of `hamlets_of`, for `__in`; read once for all lists of a page."""
    rows = hamlets_of(user)
    if not is_reading_once():
        return rows
    return once("hamlets", user, lambda: list(rows.values_list("hamlet", flat=True)))


@ahead("hamlets")
def hamlets_asked(user: Any) -> Asking[list[int]]:
    """The same, read together with what else a page asks for."""
    return (yield hamlets_of(user).values_list("hamlet", flat=True))


def ids_of_places(user: Any) -> models.QuerySet | list[int]:
    if not is_reading_once():
        return places_of(user)
    return once("places", user, lambda: list(places_of(user).values_list("pk", flat=True)))


@ahead("places")
def places_asked(user: Any) -> Asking[list[int]] | None:
    """The same; None where the account sees all hamlets."""
    return None if user.has_perm("groups.view_all_hamlets") else _places_asked(user)


def _places_asked(user: Any) -> Asking[list[int]]:
    return (yield places_of(user).values_list("pk", flat=True))


def placed_in(commune: Any) -> Q:
    """Condition of rows of a hamlet, or of a commune as a whole, that belong to this commune.

    The ids of its hamlets are read first, so that each half has its index: a join in one half of
    an OR makes the database read the rows of all communes.
    """
    from groups.places.models import Hamlet  # noqa: PLC0415 -- models import these querysets

    return Q(among("hamlet", Hamlet.objects.of_commune(commune).values("pk"))) | Q(commune=commune)


class HamletScopedQuerySet(CommuneScopedQuerySet):
    """Rows that belong to a hamlet; the model names the path in `hamlet_lookup`.

    They are of the commune of the hamlet, unless `commune_lookup` names another path. Rows with a
    `team_lookup` are seen by the leader of the team as well.
    """

    def of_commune(self, commune: Any) -> Self:
        path = getattr(self.model, "commune_lookup", f"{self.model.hamlet_lookup}__commune")
        return self.filter(**{path: commune})

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        within = Q(**{f"{self.model.hamlet_lookup}__in": ids_of_hamlets(user)})
        path = getattr(self.model, "team_lookup", "")
        if path and user.has_perm("groups.lead_team"):
            within |= Q(**{f"{path}__in": ids_of_teams(user)})
        return rows.filter(within)


class PlaceQuerySet(CommuneScopedQuerySet):
    """Rows of a hamlet, or of the commune as a whole."""

    def of_commune(self, commune: Any) -> Self:
        return self.filter(placed_in(commune))

    def visible_to(self, user: Any) -> Self:
        """Accounts with some hamlets see theirs and rows of the whole commune."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(hamlet__in=ids_of_places(user)) | Q(commune__isnull=False))


class HamletQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """With the hamlets that the covered ones came from: their figures stay readable."""
        rows = CommuneScopedQuerySet.visible_to(self, user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(pk__in=ids_of_places(user))

    def offered(self) -> Self:
        """Hamlets that can still be chosen: one of the past takes nothing in."""
        return self.valid_on(timezone.localdate())

    def succeeding(self, hamlets: list[int]) -> list[int]:
        """Ids of what these hamlets have become; one that is still there stands for itself."""
        past = set(self.filter(pk__in=hamlets).exclude(valid_to=None).values_list("pk", flat=True))
        links = self.model.predecessors.through.objects.filter(to_hamlet__in=past)
        found: list[int] = []
        for pk in hamlets:
            new = links.filter(to_hamlet=pk).order_by("from_hamlet")
            after = list(new.values_list("from_hamlet", flat=True)) if pk in past else []
            found += self.succeeding(after) if after else [pk]
        return list(dict.fromkeys(found))

    def valid_on(self, day: date) -> Self:
        """Hamlets that exist on a day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(
            Q(valid_to=None) | Q(valid_to__gte=day)
        )


class OfficerQuerySet(CommuneScopedQuerySet):
    """Officers are known to everyone of the commune who may see officers at all."""

    def who_may(self, permission: str, hamlets: Iterable[int]) -> Self:
        """Officers who cover or covered one of these hamlets, lead a team there, or may do so in
        the whole commune.

        `served_until` is the last day of who only covered them before; they come last. A paper of
        then names them, in service or not.
        """
        from accounts.models import User  # noqa: PLC0415 -- models import these querysets
        from groups.places.models import HamletAssignment, Team  # noqa: PLC0415 -- as above

        today, places = timezone.localdate(), list(hamlets)
        able = [
            set(
                User.objects.with_perm(one, backend=MODEL_BACKEND, include_superusers=False)
                .filter(is_active=True)
                .values_list("pk", flat=True)
            )
            for one in (permission, "groups.view_all_hamlets")
        ]
        begun = HamletAssignment.objects.filter(hamlet__in=places, valid_from__lte=today)
        leaders = Team.objects.filter(hamlet__in=places, leader__isnull=False).values("leader")
        serving = Q(pk__in=begun.on(today).values("officer")) | Q(is_active=True) & (
            Q(pk__in=leaders) | Q(user__in=able[0] & able[1])
        )
        ended = begun.filter(officer=OuterRef("pk")).order_by("-valid_to").values("valid_to")[:1]
        return (
            self.filter(serving | Q(pk__in=begun.values("officer")))
            .annotate(served_until=Case(When(serving, then=None), default=Subquery(ended)))
            .order_by(F("served_until").desc(nulls_first=True), "sort_key")
        )


class HamletAssignmentQuerySet(HamletScopedQuerySet):
    def on(self, day: date) -> Self:
        """Assignments in force on a day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))
