"""Visibility of yearly reviews."""

from typing import Any, Self

from accounts.communes.querysets import CommuneScopedQuerySet
from groups.places.querysets import HamletScopedQuerySet


class YearlyReviewQuerySet(CommuneScopedQuerySet):
    """Reviews of the commune, for accounts that see all hamlets."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        return rows if user.has_perm("groups.view_all_hamlets") else rows.none()

    def open(self) -> Self:
        return self.exclude(status="signed")

    def named_to(self, user: Any) -> Self:
        """Open reviews of the commune as choices in forms, also for accounts that read none."""
        return CommuneScopedQuerySet.visible_to(self, user).open()


class ReviewHamletQuerySet(HamletScopedQuerySet):
    def open(self) -> Self:
        """Parts that can still be written."""
        return self.exclude(review__status="signed")
