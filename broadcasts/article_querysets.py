"""Questions asked of articles."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q
from django.utils import timezone

from accounts.querysets import CommuneScopedQuerySet

if TYPE_CHECKING:
    from broadcasts.models import Article  # noqa: F401 -- named in quotes below


class ArticleQuerySet(CommuneScopedQuerySet["Article"]):
    """Articles of the account's page."""

    def approvable_by(self, user: Any) -> Self:
        """Those that wait for a decision that this account may take."""
        waiting = self.filter(status="pending_approval")
        return (
            waiting.exclude(created_by=user)
            .exclude(submitted_by=user)
            .exclude(last_edited_by=user)
            .exclude(writers__contains=[user.pk])
        )

    def to_publish(self, now: datetime) -> Self:
        """Approved, and due to be handed in."""
        return self.filter(status="approved", next_attempt_at__lte=now)

    def to_verify(self, now: datetime) -> Self:
        """Handed in, and due to be asked for."""
        return self.filter(status="publishing", next_attempt_at__lte=now).exclude(zalo_token="")

    def to_spread(self, now: datetime) -> Self:
        """On the page, and due to go to the followers."""
        return self.filter(status="published", spread="waiting", spread_due_at__lte=now)

    def waiting_to_spread(self, commune_id: int, moment: datetime) -> Self:
        """Approved to go to the followers in the month of `moment`, or perhaps gone already."""
        local = timezone.localtime(moment)
        return self.filter(
            commune=commune_id,
            spread__in=["waiting", "sending", "uncertain"],
            spread_due_at__year=local.year,
            spread_due_at__month=local.month,
        )

    def stuck(self, before: datetime) -> Self:
        """Handed in by a process that never told what came of it."""
        return self.filter(status="publishing", zalo_token="", claimed_at__lt=before)

    def stuck_in_spreading(self, before: datetime) -> Self:
        """Sent out by a process that never told what came of it."""
        return self.filter(spread="sending", claimed_at__lt=before)

    def in_trouble(self) -> Self:
        """Those that wait for a person."""
        wrong = ["failed", "uncertain"]
        return self.filter(Q(status__in=wrong) | Q(status="published", spread__in=wrong))
