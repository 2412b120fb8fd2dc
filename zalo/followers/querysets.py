"""Questions asked of the followers; the answers that people see are counts."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Count, Q

from accounts.communes.querysets import CommuneScopedQuerySet
from zalo.followers.windows import FREE_FOR, OPEN_FOR

if TYPE_CHECKING:
    from zalo.followers.models import Follower, FollowerSync  # noqa: F401 -- named in quotes below


class FollowerQuerySet(CommuneScopedQuerySet["Follower"]):
    """People who follow an account or have written to it."""

    def present(self) -> Self:
        """People who have not withdrawn."""
        return self.filter(withdrawn_at=None)

    def following(self) -> Self:
        """Present followers."""
        return self.filter(is_following=True)

    def window_counts(self, now: datetime) -> dict[str, int]:
        """How many follow, and how many can be answered free, out of the package, not at all.

        Of people who are known by name nothing is kept from which that could be told.
        """
        free = Q(last_interaction_at__gt=now - FREE_FOR)
        paid = Q(last_interaction_at__gt=now - OPEN_FOR)
        counts: dict[str, int] = self.present().aggregate(
            following=Count("pk", filter=Q(is_following=True)),
            free=Count("pk", filter=free),
            paid=Count("pk", filter=paid & ~free),
            closed=Count("pk", filter=Q(is_named=False) & (~paid | Q(last_interaction_at=None))),
        )
        return counts


class FollowerSyncQuerySet(CommuneScopedQuerySet["FollowerSync"]):
    """Readings of the lists."""

    def newest(self) -> Self:
        """The last reading of each account in use."""
        rows = self.filter(account__is_active=True)
        return rows.order_by("account_id", "-started_at", "-pk").distinct("account_id")
