"""One row of direction on a page of its own: what it is, its history, and what can be done next.

An admin class says what stands on the page (`sheet`) and which steps there are (`moves`); the
service behind a step checks person and moment again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts import audit, documents
from accounts.admin_base import ScopedModelAdmin
from accounts.own_pages import own_pages
from accounts.services import NotAllowed
from broadcasts.querysets import folded
from groups.admin_forms import ONE_BUTTON, DayInput
from groups.vietnamese import fold
from oversight.admin.steps import StepForm

NOT_OFFERED = "Bước này vừa có người làm, hoặc không phải việc của tài khoản này."


@dataclass(frozen=True)
class Entry:
    """A line of the history; `file` is the address of what came with it."""

    at: datetime
    what: str
    who: str
    words: str = ""
    file: str = ""


@dataclass(frozen=True)
class Line:
    """A row of the list on the page: its name, where it leads, how it stands."""

    title: str
    url: str
    badge: str = ""
    tone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """What the page says; `links` lead to pages, `takes` are files that go out by a button."""

    badge: str
    tone: str
    under: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    takes: tuple[tuple[str, str], ...] = ()
    list_title: str = ""
    lines: tuple[Line, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def words(self) -> list[tuple[str, str]]:
        """The texts that say something."""
        return [(heading, text) for heading, text in self.texts if text]


class MoveForm(StepForm):
    """What a step asks for; it knows the row and who fills it in."""

    def prepare(self, row: Any, user: Any) -> None:
        self.row, self.user = row, user


def words_form(label: str, *, rows: int = 4, is_needed: bool = True) -> type[MoveForm]:
    """A form with one box of text."""
    box = forms.CharField(
        label=label, max_length=5000, required=is_needed,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip
    return type("WordsForm", (MoveForm,), {"text": box})


@dataclass(frozen=True)
class Move:
    """One step: its button, when it is offered, what it does with what was said."""

    label: str
    done: str
    act: Callable[[Any, Any, Mapping[str, Any]], Any]
    offered: Callable[[Any, Any], bool]
    form: type[MoveForm] | None = None
    tone: str = "plain"


class SheetAdmin(ScopedModelAdmin):
    """An admin whose rows are read on their sheet; a form only where a row may be written."""

    moves: Mapping[str, Move] = {}
    actions = None
    compressed_fields = False
    day_fields: tuple[str, ...] = ()

    def sheet(self, row: Any, request: HttpRequest) -> Sheet:
        raise NotImplementedError

    def sheet_rows(self, request: HttpRequest) -> Any:
        return self.get_queryset(request)

    def not_yet(self, request: HttpRequest) -> str:
        """What has to be there before an account that may can add a row; empty where it is."""
        return ""

    def stored_file(self, row: Any, request: HttpRequest) -> Any:
        return getattr(row, "file", None)

    @property
    def _prefix(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def page_of(self, row: Any) -> str:
        return reverse(f"admin:{self._prefix}_show", args=[row.pk])

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[Any, ...]] = {
            "<int:pk>/xem/": (require_GET(self._show), "show"),
            "<int:pk>/buoc/<slug:name>/": (require_POST(self._step), "step"),
            "<int:pk>/tep/": (require_GET(self._file), "file"),
        }
        needs = (f"{self.opts.app_label}.view_{self.opts.model_name}",)
        own = own_pages(
            self.admin_site, self._prefix, pages, *needs, row="row", rows=self.sheet_rows
        )
        return own + super().get_urls()

    def _show(
        self, request: HttpRequest, *, site: Any, row: Any, asked: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        forms_of = {
            name: move.form(row=row, user=request.user, prefix=name) if move.form else None
            for name, move in self.moves.items()
            if move.offered(row, request.user)
        } | dict(asked or {})
        context = {
            **site.each_context(request),
            "title": str(row),
            "row": row,
            "name": self.opts.verbose_name,
            "list_url": reverse(f"admin:{self._prefix}_changelist"),
            "sheet": self.sheet(row, request),
            "offers": [(name, self.moves[name], form) for name, form in forms_of.items()],
            "presses": any(form is None for form in forms_of.values()),
            "asked": next(iter(asked or {}), ""),
            "step_name": f"admin:{self._prefix}_step",
            "edit_url": self._edit_url(request, row),
            "file_url": self._file_url(request, row),
        }
        return TemplateResponse(
            request, "oversight/direction/show.html", context, status=400 if asked else 200
        )

    def _edit_url(self, request: HttpRequest, row: Any) -> str:
        if not self.has_change_permission(request, row):
            return ""
        return reverse(f"admin:{self._prefix}_change", args=[row.pk])

    def _file_url(self, request: HttpRequest, row: Any) -> str:
        has_file = bool(self.stored_file(row, request))
        return reverse(f"admin:{self._prefix}_file", args=[row.pk]) if has_file else ""

    def _step(self, request: HttpRequest, *, site: Any, row: Any, name: str) -> HttpResponse:
        move = self.moves.get(name)
        if move is None:
            raise PermissionDenied
        form = None
        if move.form is not None:
            form = move.form(request.POST, request.FILES, row=row, user=request.user, prefix=name)
            if not form.is_valid():
                return self._refused(request, site, row, name, form)
        try:
            move.act(row, request.user, form.cleaned_data if form else {})
        except (NotAllowed, ValidationError) as refusal:
            sentences = getattr(refusal, "messages", [str(refusal)])
            return self._refused(request, site, row, name, form, sentences)
        messages.success(request, move.done)
        there = self.sheet_rows(request).filter(pk=row.pk).exists() if row.pk else False
        return redirect(self.page_of(row) if there else f"admin:{self._prefix}_changelist")

    def _refused(
        self, request: HttpRequest, site: Any, row: Any, name: str, form: MoveForm | None,
        sentences: Sequence[str] = (),
    ) -> HttpResponse:  # fmt: skip
        """What was typed stays on the page for as long as the step is offered."""
        stored = self.sheet_rows(request).filter(pk=row.pk).first()
        is_offered = stored is not None and self.moves[name].offered(stored, request.user)
        if form is not None and is_offered:
            for sentence in sentences:
                form.add_error(None, sentence)
            return self._show(request, site=site, row=stored, asked={name: form})
        for sentence in sentences or (NOT_OFFERED,):
            messages.error(request, sentence)
        return redirect(f"admin:{self._prefix}_changelist" if stored is None else self.page_of(row))

    def _file(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        response = documents.download(
            self.stored_file(row, request), name=f"{self.opts.model_name}-{row.pk}"
        )
        audit.record(f"{self.opts.model_name}.file_opened", by=request.user, target=row)
        return response

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        base = super().get_changelist(request, **kwargs)
        page_of = self.page_of

        class Sheets(base):  # type: ignore[misc, valid-type]
            def url_for_result(self, result: Any) -> str:
                return page_of(result)

        return Sheets

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """With or without marks, in the columns of `search_fields`."""
        asked = fold(search_term)
        if not asked:
            return queryset, False
        columns = {f"folded_{name}": folded(name) for name in self.search_fields}
        found = Q()
        for name in columns:
            found |= Q(**{f"{name}__contains": asked})
        return queryset.alias(**columns).filter(found), False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.day_fields:
            return db_field.formfield(widget=DayInput())
        made = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(made, "widget", None), RelatedFieldWidgetWrapper):
            made.widget = made.widget.widget
        return made

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new row belongs to the commune of the account; one of the whole city has none."""
        return super().has_add_permission(request) and request.user.commune_id is not None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What can no longer be written is read on its sheet."""
        row = self.get_object(request, object_id) if object_id else None
        if row is not None and not self.has_change_permission(request, row):
            return redirect(self.page_of(row))
        may_add = object_id is None and self.has_add_permission(request)
        if may_add and (reason := self.not_yet(request)):
            self.message_user(request, reason, messages.WARNING)
            return redirect(f"admin:{self._prefix}_changelist")
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except NotAllowed as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= ONE_BUTTON
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        self.message_user(request, str(_("Đã lưu.")), messages.SUCCESS)
        return redirect(self.page_of(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.response_add(request, obj)


class HomeForm(forms.ModelForm):
    """A form whose new row belongs to the commune of whoever fills it in; the service refuses."""

    home: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.home is not None and self.instance.pk is None
        if is_new and hasattr(self.instance, "commune_id"):
            self.instance.commune = self.home

    def refusals(self) -> dict[str, list[str]]:
        return {}

    def _get_validation_exclusions(self) -> set[str]:
        """What must be unique in a commune is asked for with the commune, which no form shows."""
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return left_out - {"commune"} if self.home is not None else left_out

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        for name, sentences in self.refusals().items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def day_words(day: Any, today: Any, *, is_open: bool) -> str:
    """`28/11/2026, còn 2 ngày`; nothing more once it is done."""
    if day is None:
        return "Không ghi hạn"
    said = f"{day:%d/%m/%Y}"
    if not is_open:
        return said
    left = (day - today).days
    if left < 0:
        return f"{said}, quá hạn {-left} ngày"
    return f"{said}, {'hạn hôm nay' if left == 0 else f'còn {left} ngày'}"
