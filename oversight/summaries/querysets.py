"""Visibility of summaries."""

from typing import Any, Self

from django.db.models import Q

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.papers.services import Issuer

SIGNS = {issuer: f"oversight.sign_{issuer}_summary" for issuer in Issuer}


class PeriodSummaryQuerySet(CommuneScopedQuerySet):
    """Summaries of own bodies; signed ones of bodies outside the police for all readers."""

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
        """Signed and not superseded by a signed one."""
        return self.signed().exclude(superseded_by__status="signed")

    def for_lists(self) -> Self:
        """Without texts and files."""
        return self.defer("content", "paper", "docx", "xlsx")
