"""Visibility of jobs: for who gave one, who does it, and the command."""

from datetime import date
from typing import Any, Self

from django.db.models import Prefetch, Q
from django.utils import timezone

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.models import User
from accounts.users.roles import MODEL_BACKEND
from groups.models import HamletAssignment
from groups.places.querysets import hamlets_of

VIEWS, GIVES = "oversight.view_job", "oversight.add_job"
ALL_HAMLETS = "groups.view_all_hamlets"


class JobQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if rows.query.is_empty() or not user.has_perm(VIEWS):
            return rows.none()
        if user.has_perm(ALL_HAMLETS):
            return rows
        return rows.filter(Q(doer=user.pk) | Q(given_by=user.pk))

    def to_do(self) -> Self:
        """Jobs that their doers have not ended."""
        return self.filter(state="open")

    def overdue(self, day: date) -> Self:
        return self.to_do().filter(due_on__lt=day)

    def to_look_after(self, day: date) -> Self:
        """Jobs that their givers decide about: given back, or past their day."""
        return self.filter(Q(state="returned") | Q(state="open", due_on__lt=day))


def doers_for(user: Any) -> Any:
    """Accounts that this one may give a job: for the command all of the commune that read jobs,
    for officers the heads of their hamlets."""
    if user.commune_id is None or not user.has_perm(GIVES):
        return User.objects.none()
    may = {"backend": MODEL_BACKEND, "include_superusers": False}
    rows = User.objects.with_perm(VIEWS, **may).filter(commune=user.commune_id, is_active=True)
    rows = rows.exclude(pk=user.pk)
    if not user.has_perm(ALL_HAMLETS):
        givers = User.objects.with_perm(GIVES, **may).values("pk")
        covers = HamletAssignment.objects.on(timezone.localdate()).filter(
            hamlet__in=hamlets_of(user)
        )
        heads = covers.filter(officer__is_active=True).values("officer__user")
        rows = rows.filter(pk__in=heads).exclude(pk__in=givers)
    return rows.select_related("officer").order_by("last_name", "first_name", "pk")


def with_hamlets(accounts: Any) -> Any:
    """The same accounts; their officers have `covers_today`, in the order of the hamlets."""
    today = HamletAssignment.objects.on(timezone.localdate())
    covers = today.select_related("hamlet").order_by("hamlet__code")
    return accounts.prefetch_related(
        Prefetch("officer__assignments", covers, to_attr="covers_today")
    )
