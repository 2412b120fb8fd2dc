"""Regulations in the admin: a form while the text may change, a page of its own for the rest."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    action,
    confirm_page,
)
from accounts.scoped_admin.columns import choice_column
from groups import services
from groups.admin_mixins import (
    AddedInOwnPlace,
    FoldedSearchMixin,
    LinesLeadToPages,
    SaysRefusals,
)
from groups.consultation import regulation_pages
from groups.consultation.models import Regulation
from groups.consultation.regulation_text import DEFAULT_TEXT
from groups.consultation.services import may_write
from groups.residents.models import RegulationAcknowledgement

TONES = {"draft": "info", "consulting": "warning", "agreed": "success", "issued": "success"}


@admin.register(Regulation)
class RegulationAdmin(
    AddedInOwnPlace, LinesLeadToPages, SaysRefusals, FoldedSearchMixin, ScopedModelAdmin
):
    """The status moves by the steps of its page alone."""

    line_page = "groups_regulation_page"
    list_display = ["place", "version", "shown_status", "agreed_on", "issued_on"]
    list_select_related = ["hamlet", "commune"]
    list_filter = ["status", ("hamlet", ScopedRelatedFilter)]
    search_fields = ["hamlet__search_text"]
    search_help_text = _("Tìm theo tên ấp")
    autocomplete_fields = ["hamlet"]
    actions = None
    actions_list = ["draft_everywhere"]
    compressed_fields = False
    shown_status = choice_column("status", _("trạng thái"), TONES)

    @admin.display(description=_("của"), ordering="hamlet")
    def place(self, regulation: Regulation) -> str:
        return str(regulation.hamlet or "Nhóm toàn xã")

    def get_fields(self, request: HttpRequest, obj: Regulation | None = None) -> Any:
        if obj is not None:
            return ["text"]
        sees_all = request.user.has_perm("groups.view_all_hamlets")
        return ["hamlet", "commune", "text"] if sees_all else ["hamlet", "text"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"text": DEFAULT_TEXT} | super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "text":
            field.widget.attrs["rows"] = 28
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "hamlet" and not request.user.has_perm("groups.view_all_hamlets"):
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return regulation_pages.urls(self.admin_site) + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if not isinstance(obj, Regulation):
            return True
        reaches = obj.hamlet_id is not None or request.user.has_perm("groups.view_all_hamlets")
        return reaches and may_write(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Regulation, form: Any, change: bool) -> None:
        if change:
            services.edit(obj, form.cleaned_data["text"], by=request.user)
        else:
            services.draft(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        self.message_user(request, _("Đã lưu dự thảo."), messages.SUCCESS)
        return redirect("admin:groups_regulation_page", obj.pk)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.response_add(request, obj)

    @action(
        description=_("Lập dự thảo cho ấp chưa có"), url_path="lap-du-thao", permissions=["add"]
    )
    def draft_everywhere(self, request: HttpRequest) -> HttpResponse:
        back_url = reverse("admin:groups_regulation_changelist")
        if request.method == "POST":
            count = services.draft_everywhere(by=request.user)
            self.message_user(request, f"Đã lập {count} dự thảo quy chế.", messages.SUCCESS)
            return redirect(back_url)
        return confirm_page(
            self, request, None, title="Lập dự thảo quy chế", button="Lập dự thảo",
            sentence="Mỗi ấp chưa có quy chế nào được một bản dự thảo theo mẫu. Sau đó mở từng bản "
            "để sửa và đưa ra lấy ý kiến.",
            back_url=back_url,
        )  # fmt: skip


@admin.register(RegulationAcknowledgement)
class RegulationAcknowledgementAdmin(FoldedSearchMixin, ReadOnlyAdminMixin, ScopedModelAdmin):
    """Looked at here, made on the page of a regulation, taken back one by one."""

    list_display = ["member", "regulation", "acknowledged_on", "way", "recorded_by"]
    list_select_related = ["member", "regulation__hamlet", "recorded_by"]
    list_filter = ["way", ("regulation__hamlet", ScopedRelatedFilter)]
    search_fields = ["member__search_text"]
    search_help_text = _("Tìm theo tên người dân, không cần dấu")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("groups.delete_regulationacknowledgement"))

    def delete_model(self, request: HttpRequest, obj: RegulationAcknowledgement) -> None:
        services.take_back(obj, by=request.user)
