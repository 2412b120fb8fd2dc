"""Reads of schedules, named for the question that they answer."""

from datetime import datetime
from typing import Any, Self

from accounts.querysets import CommuneScopedQuerySet


class ScheduleQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Who may see the pattern, a post like any other, may see its schedule."""
        rows = super().visible_to(user)
        if not user.has_perm("broadcasts.view_schedule") or rows.query.is_empty():
            return rows.none()
        patterns: Any = self.model._meta.get_field("pattern").related_model
        return rows.filter(pattern__in=patterns.objects.visible_to(user).values("pk"))

    def to_plan(self, now: datetime) -> Self:
        """Schedules whose occurrences must be looked at."""
        return self.filter(plan_due_at__lte=now)

    def alive(self) -> Self:
        """Schedules that may still post: not called off, not refused."""
        return self.exclude(pattern__status__in=["cancelled", "rejected"])


class ScheduleSkipQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        schedules: Any = self.model._meta.get_field("schedule").related_model
        return rows.filter(schedule__in=schedules.objects.visible_to(user).values("pk"))
