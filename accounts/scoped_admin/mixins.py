"""Parts of model admins: choices, what lists may be asked, files, history, the audit trail."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import LogEntry
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.form_drafts.uploads import ShowsPending
from accounts.workflow.declaration import NotAllowed

NOT_CHOSEN = ("", _("Hãy chọn"))


class AskedChoices:
    """Before a model admin: a field without a default begins empty, so that nobody forgets it."""

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        is_asked = not db_field.blank and not db_field.has_default()
        is_listed = db_field.name not in self.radio_fields  # type: ignore[attr-defined]
        if is_asked and is_listed and "choices" not in kwargs:
            kwargs["choices"] = db_field.get_choices(blank_choice=[NOT_CHOSEN])
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]


class SaysRefusals:
    """Before a model admin that saves by a service: its refusal stands over the form, which keeps
    what was typed and chosen.

    Where the account may no longer write the row, a message says it on the page that follows.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        show: Any = super().changeform_view  # type: ignore[misc]
        try:
            return show(request, *args, **kwargs)
        except NotAllowed as refusal:
            sentence = str(refusal)
        again: Any = request
        again.refused_because = sentence  # the form adds it to its errors
        for name in request.FILES:
            request.FILES[name].seek(0)
        try:
            answer: HttpResponse = show(request, *args, **kwargs)
        except (NotAllowed, PermissionDenied):
            answer = redirect(request.get_full_path())
        if answer.status_code != HTTPStatus.OK:
            messages.error(request, sentence)
        return answer


class AuditedRows:
    """Before a model admin: each row that is saved leaves an audit event, `audited_as`.

    Behind `SecondPersonRows`, which saves nothing of what is only proposed.
    """

    audited_as = ""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)  # type: ignore[misc]
        by: Any = request.user
        audit.record(self.audited_as, by=by, target=obj, fields=form.changed_data)


# What may be asked of a list in its address.


def tells_much(field: Any) -> bool:
    """Whether a column, asked piece by piece, tells more than a choice, a number or a date.

    So does a relation that comes from elsewhere, and a moment of which the page shows the hour or
    the day. Lists and objects break on what is no list.
    """
    if field is None:
        return False
    if not field.concrete:
        return True
    is_free = isinstance(field, models.CharField | models.TextField) and not field.choices
    others = ArrayField | models.JSONField | models.UUIDField | models.DateTimeField
    return is_free or isinstance(field, others)


# The field for a file in forms of the admin.


class KeptFile(ShowsPending):
    """Before the theme's field: says that a file is there and takes another one.

    The theme's own shows a link and a picture at the address of the upload, and uploads have none.
    """

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        return render_to_string("accounts/kept_file.html", context)


# The admin's own history tells what was done to which row, and never whose row it is.


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
