"""Visibility of commendations."""

from typing import Any, ClassVar, Self

from groups.places.querysets import HamletScopedQuerySet


class AchievementQuerySet(HamletScopedQuerySet):
    """Hides the tokens of informants from accounts that do not see all hamlets.

    A constraint leaves informants without a hamlet; this holds where one had been given.
    """

    informants: ClassVar[dict[str, str]] = {"subject_kind": "informant"}

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.exclude(**self.informants)


class CommendationQuerySet(AchievementQuerySet):
    informants: ClassVar[dict[str, str]] = {"achievement__subject_kind": "informant"}

    def accepted(self) -> Self:
        """Commendations with a decision."""
        return self.filter(status__in=["accepted", "handed_over"])

    def under_way(self) -> Self:
        """Commendations neither handed over nor declined."""
        return self.exclude(status__in=["handed_over", "declined"])
