"""Editions in the admin: a form while it is a draft, a page of its own for the rest."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedRelatedFilter, ScopedTabularInline, action, display
from accounts.scoped_admin.mixins import SaysRefusals
from accounts.scoped_admin.row_page import OwnPage
from accounts.scoped_admin.work_filter import WorkFilter
from procedures.editions import pages as editions_pages
from procedures.editions import services
from procedures.editions.content import PARTS, Content, plain, without_defaults
from procedures.editions.models import Edition
from procedures.editions.parts import Citation, DossierItem, Fee, LegalText, TimeLimit
from procedures.editions.services import keeps_library
from procedures.library.admin import FoldedSearch, LibraryAdmin

TONES = {"draft": "info", "checked": "warning", "published": "success", "superseded": ""}
FRESHNESS = {
    "đến hạn rà soát": "warning", "còn hạn": "success", "quá hạn": "danger", "mở lại": "danger",
}  # fmt: skip


class StateFilter(admin.SimpleListFilter):
    """Hides superseded editions unless they are chosen."""

    title = _("trạng thái")
    parameter_name = "ban"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [*Edition.Status.choices, ("tat-ca", _("Tất cả, cả bản đã thay thế"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in Edition.Status.values:
            return queryset.filter(status=self.value())
        return queryset if self.value() else queryset.exclude(status=Edition.Status.SUPERSEDED)


class ReviewFilter(WorkFilter):
    """Published editions with a due or overdue review."""

    title = _("rà soát")
    parameter_name = "ra-soat"
    works = {
        "can": (_("Cần rà soát"), lambda rows, request: rows.to_review(timezone.localdate())),
        "qua-han": (_("Quá 180 ngày"), lambda rows, request: rows.stale(timezone.localdate())),
    }


class PartInline(ScopedTabularInline):
    """A part is written with its edition, under the right to that."""

    show_change_link = False
    exclude = ["order"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("procedures.view_edition")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("procedures.change_edition") and keeps_library(request.user)

    has_add_permission = has_delete_permission = has_change_permission


class DossierInline(PartInline):
    model = DossierItem


class TimeLimitInline(PartInline):
    model = TimeLimit


class FeeInline(PartInline):
    model = Fee


class CitationInline(PartInline):
    model = Citation
    autocomplete_fields = ["text"]


class EditionList(ChangeList):
    """A line leads to the page of the edition."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:procedures_edition_show", args=[result.pk])


@admin.register(Edition)
class EditionAdmin(SaysRefusals, FoldedSearch, OwnPage, LibraryAdmin):
    """The status moves by the steps of its page alone."""

    page_name = "admin:procedures_edition_show"
    changed = _("Đã lưu bản nháp.")

    list_state = "shown_status"
    list_display = [
        "procedure", "area", "number", "shown_status", "freshness", "verified_on",
        "next_review_on", "confidence",
    ]  # fmt: skip
    list_filter = [("procedure__area", ScopedRelatedFilter), StateFilter, ReviewFilter]
    list_select_related = ["procedure__area"]
    search_fields = ["procedure__folded_name", "procedure__code", "procedure__matt_id"]
    meant_by = "procedure"
    search_help_text = _("Tìm theo tên, mã, hoặc như bà con hỏi; không cần dấu")
    ordering = ["procedure__area__order", "procedure__order", "procedure", "-number"]
    autocomplete_fields = ["procedure"]
    actions_list = ["take_out", "bring_in"]
    compressed_fields = False
    inlines = [DossierInline, TimeLimitInline, FeeInline, CitationInline]
    fieldsets = [
        (None, {"fields": ["procedure", "short_answer", "link"]}),
        (_("Ai, ở đâu, thế nào"), {
            "fields": ["who", "in_person", "where", "when", "how", "online", "result", "forms"],
        }),
        (_("Áp dụng và rà soát"), {"fields": ["valid_from", "valid_to", "review_note"]}),
    ]  # fmt: skip

    @admin.display(description=_("lĩnh vực"), ordering="procedure__area__order")
    def area(self, edition: Edition) -> str:
        return str(edition.procedure.area)

    @display(description=_("trạng thái"), ordering="status", label=TONES)  # type: ignore[untyped-decorator]
    def shown_status(self, edition: Edition) -> tuple[str, str]:
        return edition.status, edition.get_status_display()

    @display(description=_("hạn rà soát"), label=FRESHNESS)  # type: ignore[untyped-decorator]
    def freshness(self, edition: Edition) -> str:
        return editions_pages.freshness(edition, timezone.localdate())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return EditionList

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["procedure"] if obj is not None else []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "link":
            kwargs["assume_scheme"] = "https"
        made = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(made, "widget", None), forms.Textarea):
            made.widget.attrs["rows"] = 5 if db_field.name == "short_answer" else 3
        return made

    def get_urls(self) -> list[URLPattern]:
        own = [*editions_pages.PAGE.urls(self.admin_site), *editions_pages.urls(self.admin_site)]
        return [*own, *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (not isinstance(obj, Edition) or obj.status == Edition.Status.DRAFT)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Edition, form: Any, change: bool) -> None:
        """Written with its parts by a service, below."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        content = content_in(form, formsets)
        if change:
            services.edit(form.instance, content, by=request.user)
            return
        made = services.start(form.instance.procedure, content, by=request.user)
        form.instance.pk, form.instance.number = made.pk, made.number

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        return [{"added": {}}] if add else [{"changed": {"fields": list(form.changed_data)}}]

    def has_take_out_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("procedures.export_edition")

    def has_bring_in_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("procedures.import_edition") and keeps_library(request.user)

    @action(  # type: ignore[untyped-decorator]
        description=_("Xuất thư viện"), url_path="xuat", permissions=["take_out"]
    )
    def take_out(self, request: HttpRequest) -> HttpResponse:
        return editions_pages.export_library(request)

    @action(  # type: ignore[untyped-decorator]
        description=_("Nhập thư viện"), url_path="mo-nhap", permissions=["bring_in"]
    )
    def bring_in(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:procedures_edition_import")


def content_in(form: Any, formsets: Any) -> Content:
    """The content that a form with its parts was filled in with, as plain data."""
    content: Content = {name: plain(form.cleaned_data.get(name)) for name in Edition.CONTENT}
    by_model = {formset.model.__name__: formset for formset in formsets}
    for relation, (model, columns) in PARTS.items():
        rows = [
            line.cleaned_data
            for line in by_model[model].forms
            if line.cleaned_data and not line.cleaned_data.get("DELETE")
            and (line.has_changed() or line.instance.pk)
        ]  # fmt: skip
        content[relation] = [_row(row, columns) for row in rows]
    return {name: value for name, value in content.items() if value}


def _row(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    values = {name: row.get(name) for name in columns}
    if isinstance(values.get("text"), LegalText):
        values["text"] = values["text"].number
    return without_defaults(values)
