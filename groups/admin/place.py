"""Hamlets and teams."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import (
    ImportExportScopedAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
)
from groups.admin import coverage
from groups.history import past_of
from groups.models import Hamlet, HamletAssignment, Team
from groups.resources import HamletResource, TeamResource
from groups.vietnamese import fold


class InForceFilter(admin.SimpleListFilter):
    """Hamlets that exist today, unless asked for those of the past."""

    title = _("hiệu lực")
    parameter_name = "hieu-luc"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("nay", _("Đang có")), ("cu", _("Đã sáp nhập, giải thể"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "nay":
            return queryset.valid_on(timezone.localdate())
        return queryset.filter(valid_to__lt=timezone.localdate()) if self.value() else queryset


class AssignmentInline(ScopedTabularInline):
    model = HamletAssignment
    autocomplete_fields = ["officer", "hamlet"]


@admin.register(Hamlet)
class HamletAdmin(ImportExportScopedAdmin):
    resource_classes = [HamletResource]
    list_display = ["__str__", "code", "households", "is_remote", "valid_from", "valid_to"]
    list_filter = ["kind", "is_remote", InForceFilter]
    search_fields = ["search_text", "code"]
    search_help_text = _("Tìm theo tên hoặc mã ấp")
    readonly_fields = ["predecessors"]  # written by decisions that are carried out
    inlines = [AssignmentInline]
    change_form_before_template = "groups/hamlet/before_form.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What became another hamlet by a decision stays as it was, name and all."""
        is_past = isinstance(obj, Hamlet) and not obj.is_in_force and obj.successors.exists()
        return not is_past and super().has_change_permission(request, obj)

    def get_exclude(self, request: HttpRequest, obj: Hamlet | None = None) -> list[str]:
        """An account of one commune keeps the hamlets of that commune."""
        return ["commune"] if request.user.commune_id is not None else []

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        hamlet = self.get_object(request, object_id) if object_id else None
        shown = {"past": past_of(hamlet, request.user) if hamlet is not None else []}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **shown}
        )

    def get_urls(self) -> list[URLPattern]:
        return coverage.urls(self.admin_site) + super().get_urls()

    def save_model(self, request: HttpRequest, obj: Hamlet, form: Any, change: bool) -> None:
        if request.user.commune_id is not None:
            obj.commune_id = request.user.commune_id
        super().save_model(request, obj, form, change)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """`ap 3` and `khu pho hoa binh` are found too: the kind is not part of the name.

        Fields to fill in are offered what is there today; the list finds the past too.
        """
        if request.path == reverse("admin:autocomplete"):
            queryset = queryset.offered()
        term = fold(search_term)
        for kind, label in Hamlet.Kind.choices:
            if term == fold(str(label)) or term.startswith(f"{fold(str(label))} "):
                queryset, term = queryset.filter(kind=kind), term[len(fold(str(label))) :].strip()
        if not term:
            return queryset, False
        return queryset.filter(Q(search_text__contains=term) | Q(code__icontains=term)), False


@admin.register(Team)
class TeamAdmin(ImportExportScopedAdmin):
    resource_classes = [TeamResource]
    list_display = ["name", "hamlet", "households"]
    list_select_related = ["hamlet"]
    list_filter = [("hamlet", ScopedRelatedFilter)]
    search_fields = ["name", "hamlet__search_text"]
    search_help_text = _("Tìm theo tên tổ hoặc tên ấp")
    autocomplete_fields = ["hamlet"]
