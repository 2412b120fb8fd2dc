"""Legal texts; that one has changed reopens every edition in use which cites it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import action, confirm_page, visible_object
from procedures import services
from procedures.admin.keeping import LibraryAdmin
from procedures.models import Edition, LegalText
from procedures.services.steps import keeps_library


class ChangeForm(forms.Form):
    """How and when the text changed."""

    status = forms.ChoiceField(label="Văn bản", choices=LegalText.Status.choices[1:])
    changed_on = forms.DateField(label="Từ ngày", help_text="Ngày/tháng/năm.")
    through = forms.CharField(
        label="Bởi văn bản", max_length=120, required=False, help_text="Ví dụ: NĐ 320/2026/NĐ-CP."
    )


@admin.register(LegalText)
class LegalTextAdmin(LibraryAdmin):
    list_display = ["number", "title", "effective_on", "status", "changed_on", "changed_through"]
    list_filter = ["status"]
    search_fields = ["number", "title"]
    search_help_text = _("Tìm theo số, tên văn bản")
    fields = ["number", "title", "effective_on", "shown_state", "citing"]
    readonly_fields = ["shown_state", "citing"]
    actions_detail = ["tell_change"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("tình trạng"))
    def shown_state(self, text: LegalText) -> str:
        if text.changed_on is None:
            return str(text.get_status_display())
        through = f" ({text.changed_through})" if text.changed_through else ""
        return f"{text.get_status_display()} từ {text.changed_on:%d/%m/%Y}{through}"

    @admin.display(description=_("bản đang dùng có dẫn"))
    def citing(self, text: LegalText) -> str:
        if text.pk is None:
            return "chưa có"
        rows = Edition.objects.published().citing(text).select_related("procedure")
        return "; ".join(str(row) for row in rows) or "chưa có"

    def has_tell_change_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        return request.user.has_perm("procedures.change_law") and keeps_library(request.user)

    @action(  # type: ignore[untyped-decorator]
        description=_("Văn bản đã thay đổi"), url_path="thay-doi", permissions=["tell_change"]
    )
    def tell_change(self, request: HttpRequest, object_id: str) -> HttpResponse:
        text = visible_object(self, request, object_id)
        if not self.has_tell_change_permission(request):
            raise PermissionDenied
        back_url = reverse("admin:procedures_legaltext_change", args=[text.pk])
        form = ChangeForm(
            request.POST or None, initial={"changed_on": timezone.localdate(), "status": "amended"}
        )
        if request.method == "POST" and form.is_valid():
            try:
                count = services.reopen_citing(text, by=request.user, **form.cleaned_data)
            except services.NotAllowed as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, f"Đã ghi. Mở lại {count} bản để rà soát.")
            return redirect(back_url)
        rows = Edition.objects.published().citing(text).select_related("procedure")
        return confirm_page(
            self, request, text, title=f"{text} đã thay đổi", form=form, back_url=back_url,
            button="Ghi và mở lại các bản", points=[str(row) for row in rows],
            points_title="Bản được mở lại; máy không gửi cho tới khi kiểm chứng",
            sentence="Mọi bản đang dùng có dẫn văn bản này được đưa vào danh sách cần rà soát.",
        )  # fmt: skip
