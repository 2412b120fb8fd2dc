"""Questions asked of the attempts to get access."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from accounts.querysets import CommuneScopedQuerySet

if TYPE_CHECKING:
    from zalo.models import ConsentAttempt  # noqa: F401 -- named in quotes below


class ConsentAttemptQuerySet(CommuneScopedQuerySet["ConsentAttempt"]):
    """Attempts to get access."""

    def interrupted(self, before: datetime) -> Self:
        """Those from which someone came back, and whose answer was never brought to an end."""
        return self.filter(outcome="waiting", used_at__lt=before)

    def received(self) -> Self:
        """Those that hold a pair of which nobody knows yet whose it is, oldest first."""
        return self.filter(outcome="received").order_by("received_at", "pk")

    def stale(self, now: datetime) -> Self:
        """Those whose time is over and that hold a verifier still."""
        return self.filter(outcome="waiting", used_at=None, expires_at__lte=now)

    def older_than(self, moment: datetime) -> Self:
        """Those begun before `moment` that hold no pair."""
        return self.filter(created_at__lt=moment).exclude(outcome="received")
