"""Reads of what Zalo says of our groups, and who may see them."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.communes.querysets import CommuneScopedQuerySet

ASKING_AT_MOST = timedelta(minutes=5)


class _OfGroupQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Visible as the group itself."""
        from groups.zalo_groups.models import ZaloGroup  # noqa: PLC0415 -- models import these querysets

        return self.filter(group__in=ZaloGroup.objects.visible_to(user))


class GroupAtZaloQuerySet(_OfGroupQuerySet):
    def disabled(self) -> Self:
        """Groups still in use that Zalo refuses until their package is renewed."""
        return self.filter(status=self.model.Status.DISABLED).exclude(group__status="closed")

    def with_people_waiting(self) -> Self:
        return self.filter(waiting__gt=0).exclude(group__status="closed")


class GroupCreationQuerySet(_OfGroupQuerySet):
    def open(self) -> Self:
        return self.filter(state__in=self.model.OPEN)

    def left_open(self) -> Self:
        """Attempts for a person to finish: no outcome, or a group without its first settings."""
        state = self.model.State
        return self.filter(
            Q(state=state.UNCERTAIN)
            | Q(state=state.MADE) & ~Q(problem="") & ~Q(group__status="closed")
        )

    def abandoned(self, now: datetime) -> Self:
        """Attempts whose process ended before it could write down what Zalo answered."""
        return self.filter(state=self.model.State.ASKING, asked_at__lt=now - ASKING_AT_MOST)


class ReconciliationQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A comparison covers all groups of a commune: for those alone who see all of them."""
        rows = super().visible_to(user)
        return rows if user.has_perm("groups.view_all_hamlets") else rows.none()

    def open(self) -> Self:
        return self.filter(state__in=self.model.OPEN)

    def stuck(self, now: datetime, *, waiting: timedelta, silent: timedelta) -> Self:
        """Runs that nobody started, and runs whose worker is gone."""
        forgotten = Q(state=self.model.State.WAITING, created_at__lt=now - waiting) & (
            Q(beat_at=None) | Q(beat_at__lt=now - waiting)
        )
        return self.filter(forgotten | Q(state=self.model.State.RUNNING, beat_at__lt=now - silent))


class ReconciliationLineQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of one's own groups; a group that the portal does not know is for who sees all."""
        from groups.zalo_groups.models import ZaloGroup  # noqa: PLC0415 -- models import these querysets

        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(group__in=ZaloGroup.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(outcome=self.model.Outcome.OPEN)
