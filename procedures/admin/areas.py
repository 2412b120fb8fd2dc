"""Areas and procedures: the headings under which editions stand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedRelatedFilter, display
from procedures.admin.keeping import FoldedSearch, LibraryAdmin
from procedures.models import Procedure, ProcedureArea


@admin.register(ProcedureArea)
class ProcedureAreaAdmin(LibraryAdmin):
    list_display = ["name", "slug", "order"]
    ordering = ["order", "name"]
    fields = ["name", "slug", "order"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Procedure)
class ProcedureAdmin(FoldedSearch, LibraryAdmin):
    is_searched = True
    list_display = ["name", "area", "code", "level", "in_use", "is_active"]
    list_filter = [("area", ScopedRelatedFilter), "level", "is_active"]
    list_select_related = ["area"]
    search_fields = ["folded_name", "code", "matt_id"]
    meant_by = "pk"
    search_help_text = _("Tìm theo tên, mã, hoặc như bà con hỏi; không cần dấu")
    ordering = ["area__order", "order", "name"]
    fields = [
        "area", "name", "slug", "code", "matt_id", "other_codes", "level", "order", "is_active",
        "shown_editions",
    ]  # fmt: skip
    readonly_fields = ["shown_editions"]
    change_form_outer_before_template = "procedures/procedure/before_form.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_published()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The address of a page stays once it may stand on paper."""
        return ["shown_editions", "slug"] if obj is not None else ["shown_editions"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("bản đang dùng"))
    def in_use(self, procedure: Procedure) -> str:
        found = procedure.published_editions
        return f"bản {found[0].number}" if found else "chưa có"

    @admin.display(description=_("các bản"))
    def shown_editions(self, procedure: Procedure) -> str:
        if procedure.pk is None:
            return "Lưu thủ tục rồi soạn bản đầu ở mục Bản thủ tục."
        rows = procedure.editions.order_by("-number")
        return format_html_join(
            "; ",
            '<a href="{}">bản {}: {}</a>',
            (
                (
                    reverse("admin:procedures_edition_show", args=[row.pk]),
                    row.number,
                    row.get_status_display(),
                )
                for row in rows
            ),
        )
