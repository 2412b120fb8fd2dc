"""Work lists made of rows, each on a page of its own."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    Level,
    Provider,
    WorkItem,
    by_day,
    short_list,
    work_list,
)


def rows_list(
    title: str, model: str, rows: Callable[[Any, date], QuerySet[Any] | None],
    item: Callable[[Any, date], tuple[Any, ...]], *,
    right: str = "", query: str = "", verb: str, level: Level = Level.HOURS,
    due: Callable[[Any], date | None] = lambda row: None,
    begins: tuple[tuple[str, str], ...] = (),
) -> Provider:  # fmt: skip
    """Register a work list of `rows(user, today)`, in their order, for accounts with `right`.

    `item(row, today)` returns title, note and whether it is urgent; the last two may be missing.
    `query` filters the changelist of `model` to the same rows; `due(row)` is the last day of one.
    `begins`: words and views of what accounts of a commune can begin, rows or not.
    """

    @work_list(permission=right)
    def provider(user: Any, now: datetime) -> Any:
        today = timezone.localdate(now)

        def line(row: Any) -> WorkItem:
            name, *more = item(row, today)
            sentence = more[0] if more else ""
            is_urgent = len(more) > 1 and more[1]
            return WorkItem(
                name,
                reverse(f"admin:oversight_{model}_show", args=[row.pk]),
                sentence,
                is_urgent,
                key=subject_of(row),
                due_at=by_day(due(row)),
            )

        url = reverse(f"admin:oversight_{model}_changelist") + query
        actions = [WorkItem(words, reverse(view)) for words, view in begins if user.commune_id]
        return short_list(
            title, lambda: rows(user, today), line, url=url, verb=verb, level=level, actions=actions
        )

    return provider
