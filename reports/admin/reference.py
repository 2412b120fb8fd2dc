"""Ready answers and the lines of formal letters, for who keeps them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.admin_base import (
    ChoicesDropdownFilter,
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    UnfoldAdminTextareaWidget,
    display,
)
from accounts.admin_pages import number_of
from reports.models import CannedReply, Diversion


@admin.register(CannedReply)
class CannedReplyAdmin(ScopedModelAdmin):
    """Shipped answers are read and copied; those of the commune are its own to change."""

    list_display = ["title", "stage", "whose", "is_active"]
    list_filter = [("stage", ChoicesDropdownFilter), "is_active"]
    search_fields = ["title", "text"]
    search_help_text = _("Tìm theo tên mẫu hoặc nội dung")
    list_select_related = ["commune"]
    actions = None
    fields = ["stage", "title", "text", "position", "is_active"]
    change_form_outer_before_template = "reports/tip/canned_links.html"

    @display(description=_("của ai"))
    def whose(self, reply: CannedReply) -> str:
        return str(reply.commune) if reply.commune else "Mẫu dùng chung"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A copy of another one, to be made one's own."""
        source = self.get_queryset(request).filter(pk=number_of(request.GET.get("tu"))).first()
        return (
            {"stage": source.stage, "title": source.title, "text": source.text}
            if source
            else super().get_changeform_initial_data(request)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self._commune_id(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is None or obj.commune_id is not None
        return is_own and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is None or obj.commune_id is not None
        return is_own and super().has_delete_permission(request, obj)

    @staticmethod
    def _commune_id(request: HttpRequest) -> int | None:
        return request.user.commune_id  # type: ignore[union-attr]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 8})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: CannedReply, form: Any, change: bool) -> None:
        if not change:
            obj.commune_id = self._commune_id(request)
        super().save_model(request, obj, form, change)
        audit.record("cannedreply.changed", by=request.user, target=obj, commune=obj.commune)

    def delete_model(self, request: HttpRequest, obj: CannedReply) -> None:
        audit.record(
            "cannedreply.changed", by=request.user, target=obj, commune=obj.commune, is_deleted=True
        )
        super().delete_model(request, obj)


@admin.register(Diversion)
class DiversionAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """How often somebody was shown where to bring a formal letter: no name, no word."""

    list_display = ["on", "kind", "channel", "officer"]
    list_filter = ["kind", "channel"]
    list_select_related = ["officer"]
    actions = None
    fields = ["on", "kind", "channel", "officer"]
