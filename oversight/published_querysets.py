"""Frozen numbers of tips before the suppression."""

from typing import Any, Self

from accounts.querysets import CommuneScopedQuerySet


class PublishedQuerySet(CommuneScopedQuerySet):
    """Nobody lists them; who reads all tips of the commune could have counted them."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        sees = user.has_perms(("reports.view_tipreport", "reports.view_all_tipreports"))
        return rows if sees else rows.none()
