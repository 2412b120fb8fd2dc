"""Work list of the second person."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    WorkItem,
    short_list,
    work_list,
)
from accounts.second_person import pages
from accounts.second_person.models import ChangeProposal


def _waiting(user: Any, now: datetime) -> QuerySet[ChangeProposal]:
    return ChangeProposal.objects.awaiting(user)


@work_list(permission=pages.VIEW)
def changes_for_a_second_person(user: Any, now: datetime) -> Any:
    """Changes that wait for this account as the second person."""
    return short_list(
        pages.WAITING_TITLE,
        lambda: _waiting(user, now).select_related("proposed_by").order_by("proposed_at", "pk"),
        lambda row: WorkItem(
            str(row),
            pages.PAGE.address(row),
            f"Người đề nghị: {row.proposed_by or 'máy chủ'}.",
            key=subject_of(row),
            due_at=row.expires_at,
        ),
        verb="Xem và quyết định",
    )
