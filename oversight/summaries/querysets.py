"""Which summaries an account reads."""

from typing import Any, Self

from django.db.models import Q

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.papers.services import Issuer

SIGNS = {issuer: f"oversight.sign_{issuer}_summary" for issuer in Issuer}


class PeriodSummaryQuerySet(CommuneScopedQuerySet):
    """A body's own ones for who signs for it; of bodies outside the police, once signed, for every
    reader: nothing that has not been told stands in those."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if not user.has_perm("oversight.view_periodsummary"):
            return rows.none()
        own = [issuer for issuer, right in SIGNS.items() if user.has_perm(right)]
        return rows.filter(Q(issuer__in=own) | (Q(status="signed") & ~Q(issuer=Issuer.POLICE)))

    def signed(self) -> Self:
        return self.filter(status="signed")

    def drafts(self) -> Self:
        return self.filter(status="draft")

    def in_force(self) -> Self:
        """Signed, and no newer one was signed in their place."""
        return self.signed().exclude(superseded_by__status="signed")

    def for_lists(self) -> Self:
        """Without the texts and files, which a list does not show."""
        return self.defer("content", "paper", "docx", "xlsx")
