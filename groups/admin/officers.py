"""Officers and the hamlets they cover."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import (
    ImportExportScopedAdmin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    action,
    in_sight,
    visible_object,
)
from groups.admin.traced import TracedAdmin
from groups.models import HamletAssignment, Officer
from groups.resources import OfficerResource
from groups.services.handovers import may_give
from groups.vietnamese import fold, local_phone


class CoveredHamletInline(ScopedTabularInline):
    model = HamletAssignment
    autocomplete_fields = ["hamlet"]


@admin.register(Officer)
class OfficerAdmin(TracedAdmin, ImportExportScopedAdmin):
    trail = "officer"
    resource_classes = [OfficerResource]
    list_display = ["full_name", "title", "said_phone", "user", "is_active"]
    list_select_related = ["user"]
    list_filter = ["is_active"]
    search_fields = ["search_text"]
    search_help_text = _("Tìm theo họ tên, có dấu hoặc không dấu")
    autocomplete_fields = ["user"]
    inlines = [CoveredHamletInline]
    ordering = ["sort_key"]
    actions_detail = ["hand_over"]

    def has_hand_over_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may sign for this officer finds the way here too."""
        if object_id is None:
            return request.user.has_perm("groups.add_handover")
        return may_give(in_sight(self, request, object_id).get(), request.user)

    @action(  # type: ignore[untyped-decorator]
        description=_("Bàn giao địa bàn"), url_path="ban-giao", permissions=["hand_over"]
    )
    def hand_over(self, request: HttpRequest, object_id: str) -> HttpResponse:
        officer = visible_object(self, request, object_id)
        return redirect(f"{reverse('admin:groups_handover_add')}?nguoi-giao={officer.pk}")

    def get_exclude(self, request: HttpRequest, obj: Officer | None = None) -> list[str]:
        return ["commune"] if request.user.commune_id is not None else []

    def save_model(self, request: HttpRequest, obj: Officer, form: Any, change: bool) -> None:
        if request.user.commune_id is not None:
            obj.commune_id = request.user.commune_id
        super().save_model(request, obj, form, change)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return queryset.filter(search_text__contains=fold(search_term)), False

    @admin.display(description=_("điện thoại"))
    def said_phone(self, officer: Officer) -> str:
        return local_phone(officer.phone)


@admin.register(HamletAssignment)
class HamletAssignmentAdmin(TracedAdmin, ScopedModelAdmin):
    trail = "assignment"
    list_display = ["hamlet", "officer", "valid_from", "valid_to", "is_cover"]
    list_select_related = ["hamlet", "officer"]
    list_filter = ["is_cover", ("hamlet", ScopedRelatedFilter)]
    search_fields = ["officer__search_text", "hamlet__search_text"]
    search_help_text = _("Tìm theo tên cán bộ hoặc tên ấp")
    autocomplete_fields = ["hamlet", "officer"]
