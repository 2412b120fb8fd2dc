"""Visibility of commendations."""

from typing import Self

from groups.places.querysets import HamletScopedQuerySet


class CommendationQuerySet(HamletScopedQuerySet):
    """Informants have no hamlet: only accounts that see all hamlets see their tokens."""

    def accepted(self) -> Self:
        """Commendations with a decision."""
        return self.filter(status__in=["accepted", "handed_over"])

    def under_way(self) -> Self:
        """Commendations neither handed over nor declined."""
        return self.exclude(status__in=["handed_over", "declined"])
