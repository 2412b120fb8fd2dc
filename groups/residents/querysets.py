"""Members and their groups: who sees them, and how they are searched."""

import re
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Reverse

from groups.places.querysets import HamletScopedQuerySet
from groups.zalo_groups.querysets import end_of
from vietnamese.text import fold, normalise_phone

# Letters in a row that the index of names is made of.
TRIGRAM = 3
_PHONE_PUNCTUATION = re.compile(r"[\s.+()-]")


def _holds(word: str) -> Q:
    """Anywhere in a name; words too short for that index begin a word of the name."""
    if len(word) < TRIGRAM:
        return Q(search_text__regex=rf"(^| ){re.escape(word)}")
    return Q(search_text__contains=word)


class MemberQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Absorbed and anonymised rows are nobody's: only the services of `groups` reach them."""
        rows = super().visible_to(user)
        return rows if rows.query.is_empty() else rows.people()

    def people(self) -> Self:
        """Rows that stand for a person; figures over the past count the others too."""
        return self.exclude(status__in=self.model.HIDDEN)

    def active(self) -> Self:
        return self.filter(status=self.model.Status.ACTIVE)

    def active_on(self, day: date) -> Self:
        """People who took part at the end of a day, as far as it is known now."""
        later = Q(status__in=self.model.ENDED, ended_at__gte=end_of(day))
        return self.filter(Q(status=self.model.Status.ACTIVE) | later)

    def out_of_groups(self) -> Self:
        """Active people who left a group and are in none: what they were noted down for ended."""
        from groups.residents.models import Membership  # noqa: PLC0415 -- models import these querysets

        places = Membership.objects.filter(member=OuterRef("pk"))
        inside = places.filter(state__in=[Membership.State.JOINED, Membership.State.INVITED])
        left = places.filter(state=Membership.State.LEFT)
        return self.active().filter(Exists(left) & ~Exists(inside))

    def bound_by(self, regulation: Any) -> Self:
        """The members whom a regulation concerns: of its hamlet, or in groups of the commune."""
        from groups.residents.models import Membership  # noqa: PLC0415 -- models import these querysets

        if regulation.hamlet_id is not None:
            return self.active().filter(hamlet=regulation.hamlet_id)
        inside = Membership.objects.joined().filter(group__commune=regulation.commune_id)
        return self.active().filter(pk__in=inside.values("member"))

    def not_knowing(self, regulation: Any) -> Self:
        """Members not yet noted as knowing this version."""
        known = regulation.acknowledgements.filter(member=OuterRef("pk"))
        return self.filter(~Exists(known))

    def ended_before(self, moment: datetime) -> Self:
        """Members who left or withdrew before a moment."""
        return self.filter(status__in=self.model.ENDED, ended_at__lt=moment)

    def search(self, text: str) -> Self:
        """By words of the name, with or without marks, or by the end of a phone number."""
        folded = fold(text)
        digits = _PHONE_PUNCTUATION.sub("", folded)
        if digits.isdigit():
            tail = normalise_phone(digits).removeprefix("+84")
            return self.alias(reversed_phone=Reverse("phone")).filter(
                reversed_phone__startswith=tail[::-1]
            )
        words = folded.split(" ")
        if not any(letter.isalnum() for letter in folded):
            return self.none()
        rows = self
        for word in words:
            rows = rows.filter(_holds(word))
        return rows


class MembershipQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Both ends must be visible: the member and the group."""
        from groups.residents.models import Member  # noqa: PLC0415 -- models import these querysets
        from groups.zalo_groups.models import ZaloGroup  # noqa: PLC0415 -- models import these querysets

        rows = super().visible_to(user)
        if rows.query.is_empty():
            return rows
        return rows.filter(group__in=ZaloGroup.objects.visible_to(user)).exclude(
            member__status__in=Member.HIDDEN
        )

    def joined(self) -> Self:
        return self.filter(state=self.model.State.JOINED)


class AcknowledgementQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Visible with the member: the regulation is of the hamlet or of everyone."""
        from groups.residents.models import Member  # noqa: PLC0415 -- models import these querysets

        rows = super().visible_to(user)
        return rows if rows.query.is_empty() else rows.exclude(member__status__in=Member.HIDDEN)
