"""Who sees what of the yearly review, of commendations and of the safety checklists."""

from typing import Any, Self

from django.db.models import Q

from accounts.communes.querysets import CommuneScopedQuerySet
from groups.places.querysets import HamletScopedQuerySet, hamlets_of

ALL_HAMLETS = "groups.view_all_hamlets"


class _OfAllHamletsQuerySet(CommuneScopedQuerySet):
    """Rows about the commune as a whole: for those alone who see all of it."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        return rows if user.has_perm(ALL_HAMLETS) else rows.none()


class YearlyReviewQuerySet(_OfAllHamletsQuerySet):
    def open(self) -> Self:
        return self.exclude(status="signed")

    def named_to(self, user: Any) -> Self:
        """Open ones of the commune, to be named in a nomination; to read them is another right."""
        return CommuneScopedQuerySet.visible_to(self, user).open()


class ReviewHamletQuerySet(HamletScopedQuerySet):
    def open(self) -> Self:
        """Parts that can still be written."""
        return self.exclude(review__status="signed")


class ReviewEvidenceQuerySet(CommuneScopedQuerySet):
    """Evidence of a hamlet is read by who covers it, the rest by those who see all hamlets."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm(ALL_HAMLETS) or rows.query.is_empty():
            return rows
        return rows.filter(hamlet__in=hamlets_of(user))


class AchievementQuerySet(CommuneScopedQuerySet):
    """An informant is of no hamlet, so only those who see all hamlets see the token."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm(ALL_HAMLETS) or rows.query.is_empty():
            return rows
        return rows.filter(hamlet__in=hamlets_of(user)).exclude(subject_kind="informant")


class CommendationQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm(ALL_HAMLETS) or rows.query.is_empty():
            return rows
        own = Q(achievement__hamlet__in=hamlets_of(user))
        return rows.filter(own).exclude(achievement__subject_kind="informant")

    def accepted(self) -> Self:
        """Those that a decision stands behind."""
        return self.filter(status__in=["accepted", "handed_over"])

    def under_way(self) -> Self:
        """Those that are neither in the hand of who is thanked nor declined."""
        return self.exclude(status__in=["handed_over", "declined"])


class PartQuerySet(CommuneScopedQuerySet):
    """Lines of a list or a nomination: shown on its page, offered nowhere else."""

    def visible_to(self, user: Any) -> Self:
        return self.none()


class SafetyChecklistQuerySet(CommuneScopedQuerySet):
    """That of a hamlet is for who covers it, that of the commune for who sees all hamlets."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm(ALL_HAMLETS) or rows.query.is_empty():
            return rows
        return rows.filter(hamlet__in=hamlets_of(user))
