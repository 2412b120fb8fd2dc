"""Visibility of directions, proposals and registers: all for the Party, their own for bodies."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.communes.querysets import CommuneScopedQuerySet
from groups.places.querysets import hamlets_of

if TYPE_CHECKING:
    from oversight.direction.registers.models import Body

OVERSEE = "oversight.oversee_commune"
ACT_FOR_POLICE = "oversight.act_for_police"
ACT_FOR_PARTY = "oversight.act_for_party"


def bodies_of(user: Any) -> "models.QuerySet[Body]":
    """Bodies that an account speaks for, by its role or by a seat (`BodyAccount`).

    The police also keep the plan of the People's Committee, which they advise (letter, 3.2). No
    seat gives the police or the Party Committee.
    """
    from oversight.direction.registers.models import Body  # noqa: PLC0415 -- models import these querysets

    if not user.is_active or user.commune_id is None:
        return Body.objects.none()
    by_seat = Q(seats__user=user.pk) & ~Q(kind__in=Body.BY_OFFICE)
    kinds: set[str] = set()
    if user.has_perm(ACT_FOR_POLICE):
        kinds |= {Body.Kind.POLICE, Body.Kind.COMMITTEE}
    if user.has_perm(ACT_FOR_PARTY):
        kinds.add(Body.Kind.PARTY)
    found = Body.objects.filter(by_seat | Q(kind__in=kinds), commune=user.commune_id)
    return Body.objects.filter(pk__in=found.values("pk"))


def issuers_of(user: Any) -> list[str]:
    """Issuers (`DirectionRound.Issuer`) in whose name an account directs others and settles.

    The Party office and the chief by their role; the People's Committee by a seat in its body.
    """
    from oversight.direction.registers.models import Body  # noqa: PLC0415 -- models import these querysets

    if not user.is_active or user.commune_id is None:
        return []
    kind = Body.Kind
    found = [kind.PARTY] if user.has_perm(ACT_FOR_PARTY) else []
    seats = Body.objects.filter(kind=kind.COMMITTEE, commune=user.commune_id, seats__user=user.pk)
    if seats.exists():
        found.append(kind.COMMITTEE)
    if user.has_perm(ACT_FOR_POLICE):
        found.append(kind.POLICE)
    return [str(one) for one in found]


class RegisterQuerySet(CommuneScopedQuerySet):
    """Rows of the commune, for accounts with the view permission."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        opts = self.model._meta
        may = user.has_perm(f"{opts.app_label}.view_{opts.model_name}")
        return rows if may else rows.none()


class DatedQuerySet(RegisterQuerySet):
    """Rows with first and last day of validity."""

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(
            Q(valid_to=None) | Q(valid_to__gte=day)
        )


class GuidingDocumentQuerySet(RegisterQuerySet):
    def in_force(self, day: date) -> Self:
        """Documents neither replaced nor expired."""
        return self.filter(replaced_by=None).filter(Q(valid_to=None) | Q(valid_to__gte=day))


class OverseenQuerySet(RegisterQuerySet):
    """All rows of the commune for the Party; for others those of `own`."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm(OVERSEE) or rows.query.is_empty():
            return rows
        return rows.filter(self.own(user))

    def own(self, user: Any) -> Q:
        """Condition of the rows of the own bodies or hamlets."""
        return Q(body__in=bodies_of(user)) | Q(hamlet__in=hamlets_of(user))


class AddressedQuerySet(OverseenQuerySet):
    """Rows to or from one body, hamlet or party organisation."""

    def spoken_for_by(self, user: Any) -> Self:
        """Rows on which this account acts for the addressee.

        The Party office acts for party organisations, which have no accounts.
        """
        own = self.own(user)
        if user.has_perm(ACT_FOR_PARTY):
            own |= Q(organisation__isnull=False)
        return self.filter(own)


class DirectionQuerySet(AddressedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Beside the own ones those that the account directed, by its issuer."""
        rows = RegisterQuerySet.visible_to(self, user)
        if user.has_perm(OVERSEE) or rows.query.is_empty():
            return rows
        return rows.filter(self.own(user) | Q(round__issuer__in=issuers_of(user)))

    def issued_by(self, user: Any) -> Self:
        """Directions that this account settles."""
        return self.filter(round__issuer__in=issuers_of(user))

    def answered(self) -> Self:
        """Directions whose last reply stands: not returned."""
        return self.filter(answered_on__isnull=False)

    def waiting(self) -> Self:
        """Directions that wait for a reply."""
        return self.filter(state__in=("open", "returned"))

    def overdue(self, day: date) -> Self:
        return self.waiting().filter(due_on__lt=day)

    def due_between(self, first: date, last: date) -> Self:
        return self.waiting().filter(due_on__range=(first, last))

    def late(self) -> Self:
        """Replied after the due day."""
        return self.filter(answered_on__gt=F("due_on"))


class DirectionRoundQuerySet(RegisterQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All of the commune for the Party; for others those of their own issuer."""
        rows = super().visible_to(user)
        if user.has_perm(OVERSEE) or rows.query.is_empty():
            return rows
        return rows.filter(issuer__in=issuers_of(user))

    def with_progress(self, day: date) -> Self:
        """With the numbers of parts: all, answered, returned, overdue, to be settled."""
        waiting = Q(parts__state__in=("open", "returned"))
        return self.annotate(
            all_parts=Count("parts"),
            answered=Count("parts", filter=Q(parts__answered_on__isnull=False)),
            returned=Count("parts", filter=Q(parts__state="returned")),
            overdue=Count("parts", filter=waiting & Q(parts__due_on__lt=day)),
            waiting=Count("parts", filter=waiting),
            to_settle=Count("parts", filter=Q(parts__state="replied")),
        )


class ProposalQuerySet(AddressedQuerySet):
    def waiting(self) -> Self:
        return self.filter(state="sent")


class PartyOrganisationQuerySet(DatedQuerySet):
    def without_spreading(self, document: models.Model | OuterRef) -> Self:
        """Organisations without a spreading of the document (or of that of the outer query)."""
        spreadings: Any = self.model._meta.get_field("spreadings").related_model
        spread = spreadings._default_manager.filter(organisation=OuterRef("pk"), document=document)
        return self.exclude(Exists(spread))
