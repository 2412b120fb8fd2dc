"""Visibility of plans and their steps."""

from datetime import date
from typing import Any, Self

from django.db.models import F, Q

from groups.places.querysets import hamlets_of
from oversight.direction.querysets import OverseenQuerySet, bodies_of

# Steps of plans in force, neither done nor dropped.
OPEN_STEPS = Q(plan__state="issued", state__in=("pending", "doing"))


class PlanQuerySet(OverseenQuerySet):
    """The Party sees drafts of all bodies, too."""

    def own(self, user: Any) -> Q:
        return Q(body__in=bodies_of(user))


class MilestoneQuerySet(OverseenQuerySet):
    def own(self, user: Any) -> Q:
        """Steps of the own bodies; those of issued plans also by hamlet."""
        own_hamlet = Q(hamlet__in=hamlets_of(user)) & ~Q(plan__state="draft")
        return Q(plan__body__in=bodies_of(user)) | own_hamlet

    def open(self) -> Self:
        return self.filter(OPEN_STEPS)

    def overdue(self, day: date) -> Self:
        return self.open().filter(due_on__lt=day)

    def due_between(self, first: date, last: date) -> Self:
        return self.open().filter(due_on__range=(first, last))

    def late(self) -> Self:
        """Steps done after the due day."""
        return self.filter(state="done", done_on__gt=F("due_on"))
