"""Query sets of occasions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Case, F, Q, When
from django.utils import timezone

from accounts.communes.querysets import CommuneScopedQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.users.models import User


class OccasionQuerySet(CommuneScopedQuerySet):
    """Occasions of a commune; which of them an account may open is asked of each subject."""

    def open(self) -> Self:
        """Occasions whose duty still stands."""
        return self.filter(closed_at=None)

    def waiting(self, now: datetime | None = None) -> Self:
        """Open occasions that nobody has taken, or whose taking has expired."""
        at = now or timezone.now()
        return self.open().filter(Q(taken_until=None) | Q(taken_until__lte=at))

    def due(self, now: datetime) -> Self:
        """Open occasions whose next step is due, the gravest and oldest first."""
        return self.open().filter(next_step_at__lte=now).order_by("next_step_at", "pk")

    def gravest_first(self) -> Self:
        """The gravest first, of these the oldest."""
        order = Case(When(level="now", then=0), When(level="hours", then=1), default=2)
        return self.order_by(order, "opened_at", "pk")

    def to_list(self, user: "User | AnonymousUser") -> Self:
        """Open occasions of the reach of an account, for the list; what is one's own alone is the
        list itself."""
        rows = self.visible_to(user).open().exclude(kind="many_own")
        return rows.select_related("taken_by").gravest_first()

    def of_subject(self, subject: str, kinds: tuple[str, ...] = ()) -> Self:
        """Occasions about one row, of all kinds or of some."""
        rows = self.filter(subject=subject)
        return rows.filter(kind__in=kinds) if kinds else rows

    def told_to(self, user: "User | AnonymousUser") -> Self:
        """Occasions of which this person was told, by whatever way."""
        if not user.is_active or user.is_anonymous:
            return self.none()
        return self.filter(notices__user=user).distinct()

    def without_next_step(self, before: datetime) -> Self:
        """Open occasions whose step is long past: the rounds stand still."""
        return self.open().filter(next_step_at__lt=before)

    def bump_count(self) -> int:
        """One more fact of the same subject."""
        changes: dict[str, Any] = {"count": F("count") + 1}
        return self.update(**changes)
