"""The import screen: member lists from upload to undo.

The list of imports is an ordinary admin list; what is done with one is in pages of their own that
work without scripts.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdminMixin, ScopedModelAdmin, ScopedRelatedFilter, display
from accounts.admin_pages import own_pages
from groups.admin.folded import FoldedSearchMixin
from groups.admin.member_imports import columns, finishing, pages, review, wording
from groups.models import MemberImport

TONE_CLASSES = {"plain": "", "good": "success", "warn": "warning", "bad": "danger", "info": "info"}


class WorkFilter(admin.SimpleListFilter):
    """Lists that wait for somebody, and one's own."""

    title = _("việc")
    parameter_name = "viec"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("cho", _("Chờ xem và nhập")),
            ("toi", _("Tôi tải lên")),
            ("lui", _("Hoàn tác được")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "cho":
            return queryset.filter(state__in=("reading", "preview", "committing", "failed"))
        if self.value() == "toi":
            return queryset.filter(created_by=request.user.pk)
        if self.value() == "lui":
            return queryset.filter(state="committed", undo_until__gte=timezone.now())
        return queryset


@admin.register(MemberImport)
class MemberImportAdmin(FoldedSearchMixin, ReadOnlyAdminMixin, ScopedModelAdmin):
    list_before_template = "admin/groups/memberimport/list_actions.html"
    list_display = ["filename", "hamlet", "shown_state", "figures", "created_by", "created_at"]
    list_filter = [WorkFilter, "state", ("hamlet", ScopedRelatedFilter)]
    list_select_related = ["hamlet", "created_by"]
    search_fields = ["hamlet__search_text"]
    search_help_text = _("Tìm theo tên ấp, khu phố")
    actions = None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A list has no form; its own page says what there is to do."""
        batch = self.get_object(request, object_id)
        if batch is None or not request.user.has_perm("groups.import_member"):
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:groups_memberimport_show", batch.pk)

    @display(description=_("tình trạng"), ordering="state", label=TONE_CLASSES)
    def shown_state(self, batch: MemberImport) -> tuple[str, str]:
        said = wording.state_of(batch)
        return said.tone, said.label

    @display(description=_("số dòng"))
    def figures(self, batch: MemberImport) -> str:
        return wording.figures_of(batch)

    def get_urls(self) -> list[URLPattern]:
        return _urls(self.admin_site) + super().get_urls()


def _urls(site: Any) -> list[URLPattern]:
    routes = {
        "tai-len/": (pages.upload, "upload"),
        "mau/": (pages.template, "template"),
        "<int:pk>/": (pages.show, "show"),
        "<int:pk>/tien-do/": (pages.progress, "progress"),
        "<int:pk>/cot/": (columns.mapping, "mapping"),
        "<int:pk>/xem/": (review.review, "review"),
        "<int:pk>/dong/<int:row_id>/": (review.correct, "correct"),
        "<int:pk>/dong/<int:row_id>/chon/": (review.decide, "decide"),
        "<int:pk>/sua-loat/": (review.repair, "repair"),
        "<int:pk>/nhap/": (finishing.commit, "commit"),
        "<int:pk>/ket-qua/": (finishing.result, "result"),
        "<int:pk>/tep-danh-dau/": (finishing.marked, "marked"),
        "<int:pk>/hoan-tac/": (finishing.undo, "undo"),
        "<int:pk>/bo/": (finishing.discard, "discard"),
    }
    return own_pages(site, "groups_memberimport", routes, "groups.import_member")
