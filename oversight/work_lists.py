"""Work lists made of rows, each on a page of its own."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import Provider, WorkItem, WorkList, short_list, work_list


def rows_list(
    title: str, model: str, rows: Callable[[Any, date], QuerySet[Any] | None],
    item: Callable[[Any, date], tuple[Any, ...]], *,
    right: str = "", query: str = "", icon: str, order: int,
) -> Provider:  # fmt: skip
    """Register a work list of `rows(user, today)`, in their order, for accounts with `right`.

    `item(row, today)` returns title, note and whether it is urgent; the last two may be missing.
    `query` filters the changelist of `model` to the same rows.
    """

    def asks(user: Any, now: datetime) -> Any:
        return rows(user, timezone.localdate(now))

    @work_list(asks=asks, permission=right)
    def provider(user: Any, now: datetime) -> WorkList | None:
        def line(row: Any) -> WorkItem:
            name, *more = item(row, timezone.localdate(now))
            return WorkItem(name, reverse(f"admin:oversight_{model}_show", args=[row.pk]), *more)

        url = reverse(f"admin:oversight_{model}_changelist") + query
        return short_list(title, asks(user, now), line, url=url, icon=icon, order=order)

    return provider
