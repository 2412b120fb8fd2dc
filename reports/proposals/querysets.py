"""Reads of proposals: never by whom their words name, until somebody found that they may."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from reports.tips.querysets import TipPartQuerySet


class ConflictProposalQuerySet(TipPartQuerySet):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def to_decide(self) -> Self:
        """Waiting, each for a decision of its own."""
        return self.waiting().filter(follows=None)

    def overdue(self, now: datetime) -> Self:
        return self.to_decide().filter(due_at__lte=now)

    def holding(self, user: Any) -> Self:
        """Proposals by which later words are kept from this account."""
        return self.filter(user=user.pk, message__isnull=False).exclude(state="lifted")

    def kept_from(self, user: Any) -> Self:
        """Proposals unknown to this account: all of a tip that bars it, and about words that name
        it, whoever else they name."""
        from reports.tips.models import TipReport  # noqa: PLC0415 -- models import these querysets

        same_words = self.model.objects.holding(user).filter(message=OuterRef("message"))
        of_barring = Q(tip__in=TipReport.objects.barring(user).values("pk"))
        own = Q(user=user.pk) & ~Q(state="lifted")
        return self.filter(own | Exists(same_words) | of_barring)

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        return rows.exclude(pk__in=self.model.objects.kept_from(user).values("pk"))
