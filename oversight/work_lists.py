"""Work lists made of rows."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from accounts.scoped_admin.work_lists import WorkItem, WorkList

MOST_ROWS = 5


def listed(
    title: str, found: QuerySet[Any], item: Callable[[Any], WorkItem], **more: Any
) -> WorkList:
    """A work list of the first rows and the count; one query when they are few."""
    rows = list(found[: MOST_ROWS + 1])
    count = len(rows) if len(rows) <= MOST_ROWS else found.count()
    return WorkList(title, [item(row) for row in rows[:MOST_ROWS]], count, **more)
