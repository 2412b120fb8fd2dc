"""The account's health and the call log: to be looked at; connecting is done by command."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ReadOnlyAdminMixin, ScopedModelAdmin, display
from zalo import admin_pages, inbox_admin  # noqa: F401 -- registers the inbox
from zalo.models import ApiCall, GroupAsset, OfficialAccount


class OutcomeFilter(admin.SimpleListFilter):
    """Success or trouble, without a DISTINCT over the whole log."""

    title = _("kết quả")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("failed", _("Có lỗi")), ("ok", _("Thành công"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "failed":
            return queryset.failed()
        return queryset.filter(code="0") if self.value() == "ok" else queryset


@admin.register(OfficialAccount)
class OfficialAccountAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """The state of the connection; the tokens are on no screen."""

    list_display = ["name", "oa_id", "commune", "health", "token_expires_at", "is_active"]
    list_select_related = ["commune"]
    search_fields = ["name", "oa_id"]
    search_help_text = _("Tìm theo tên hoặc mã OA")
    fieldsets = [
        (None, {"fields": ["commune", "name", "oa_id", "health", "last_error", "last_error_at"]}),
        (
            _("Theo Zalo"),
            {"fields": ["oa_type_label", "is_verified", "package_name", "checked_at"]},
        ),
        (
            _("Quyền truy cập"),
            {
                "fields": [
                    "connected_at",
                    "refreshed_at",
                    "token_expires_at",
                    "refresh_expires_at",
                    "endpoint_family",
                    "is_active",
                ]
            },
        ),
    ]
    readonly_fields = ["health", "oa_type_label"]

    def get_urls(self) -> list[Any]:
        return [*admin_pages.urls(self.admin_site), *super().get_urls()]

    @display(  # type: ignore[untyped-decorator]
        description=_("tình trạng"),
        label={"Tốt": "success", "Có lỗi": "warning", "Cần cấp quyền lại": "danger"},
    )
    def health(self, account: OfficialAccount) -> str:
        if account.needs_consent or not account.has_tokens:
            return "Cần cấp quyền lại"
        if account.last_error:
            return "Có lỗi"
        return "Tốt" if account.is_active else "Tạm ngừng"

    @admin.display(description=_("loại tài khoản"))
    def oa_type_label(self, account: OfficialAccount) -> str:
        return {2: "Doanh nghiệp", 4: "Cơ quan nhà nước"}.get(account.oa_type or 0, "Chưa rõ")


@admin.register(ApiCall)
class ApiCallAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """What was asked of Zalo and what came back; no text, no person, no token."""

    list_display = ["at", "endpoint", "answer", "duration_ms", "reference", "account"]
    list_select_related = ["account"]
    list_filter = [OutcomeFilter]
    search_fields = ["reference"]
    search_help_text = _("Tìm theo tham chiếu")
    fields = ["at", "account", "endpoint", "answer", "duration_ms", "reference"]
    readonly_fields = ["answer"]

    @admin.display(description=_("Zalo trả lời"))
    def answer(self, call: ApiCall) -> str:
        return call.answer_sentence


@admin.register(GroupAsset)
class GroupAssetAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """What was paid for at Zalo; bought and renewed there by a person, never from here."""

    list_display = ["said_capacity", "status", "valid_through", "renewal", "used_by", "account"]
    list_select_related = ["account"]
    list_filter = ["status", "is_auto_renewed"]
    search_fields = ["asset_id", "used_by"]
    search_help_text = _("Tìm theo mã gói hoặc mã nhóm")
    fields = [
        "account", "asset_id", "product_type", "capacity", "quota_type", "status", "used_by",
        "valid_through", "is_auto_renewed", "seen_at", "gone_at",
    ]  # fmt: skip

    @display(  # type: ignore[untyped-decorator]
        description=_("tự gia hạn"), label={"Tự gia hạn": "success", "Không tự gia hạn": "warning"}
    )
    def renewal(self, asset: GroupAsset) -> str:
        return "Tự gia hạn" if asset.is_auto_renewed else "Không tự gia hạn"

    @admin.display(description=_("gói"), ordering="capacity")
    def said_capacity(self, asset: GroupAsset) -> str:
        return asset.said_capacity
