"""The admin's own history tells what was done to which row, and never whose row it is."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import models
from django.http import HttpRequest


class NamelessHistoryMixin:
    """A row with an `audit_label` stands in the history under it.

    The history outlives the row: a name in it would stay after the person was erased.
    """

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        entry: LogEntry = super().log_addition(request, obj, message)  # type: ignore[misc]
        _relabel([entry], [obj])
        return entry

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> LogEntry:
        entry: LogEntry = super().log_change(request, obj, message)  # type: ignore[misc]
        _relabel([entry], [obj])
        return entry

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        rows = list(queryset)
        entries: list[LogEntry] = super().log_deletions(request, rows)  # type: ignore[misc]
        _relabel(entries, rows)
        return entries

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Nor are rows of inlines named: a later reader may not be allowed to see them."""
        steps = super().construct_change_message(request, form, formsets, add)  # type: ignore[misc]
        for step in steps:
            for detail in step.values():
                if "object" in detail:
                    detail["object"] = "…"
        return steps


def _relabel(entries: Iterable[LogEntry], rows: Iterable[models.Model]) -> None:
    for entry, row in zip(entries, rows, strict=True):
        label = getattr(row, "audit_label", None)
        if label is not None:
            entry.object_repr = str(label)[:200]
            entry.save(update_fields=["object_repr"])
