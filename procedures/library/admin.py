"""Areas, procedures and legal texts in the admin; base classes of the library's admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    ScopedModelAdmin,
    ScopedRelatedFilter,
    action,
    confirm_page,
    display,
    nobody_may,
    visible_object,
)
from accounts.scoped_admin.pages import attempt
from procedures.editions import services
from procedures.editions.models import Edition
from procedures.editions.parts import LegalText
from procedures.editions.services import keeps_library
from procedures.library.models import Procedure, ProcedureArea
from procedures.searching.services import matching_ids, refresh
from vietnamese.text import fold


class FoldedSearch:
    """Searches compare without marks, as the folded columns are.

    With `meant_by`, the path to a procedure, they also find what the words mean: everyday ones,
    mistyped ones, whole questions.
    """

    meant_by = ""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        rows, is_repeating = super().get_search_results(  # type: ignore[misc]
            request, queryset, fold(search_term)
        )
        if self.meant_by and (found := matching_ids(search_term)):
            rows |= queryset.filter(**{f"{self.meant_by}__in": found})
        return rows, is_repeating


class LibraryAdmin(ScopedModelAdmin):
    """Only accounts that keep the library write; writes are audited."""

    audited_as = "procedure.listed"
    is_searched = False  # whether the search is made of these rows
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and keeps_library(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and keeps_library(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and keeps_library(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(self.audited_as, by=request.user, target=obj, fields=form.changed_data)
        if self.is_searched:
            refresh()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record(self.audited_as, by=request.user, target=obj, reason="Xóa")
        super().delete_model(request, obj)
        if self.is_searched:
            refresh()


@admin.register(ProcedureArea)
class ProcedureAreaAdmin(LibraryAdmin):
    list_display = ["name", "slug", "order"]
    ordering = ["order", "name"]
    fields = ["name", "slug", "order"]

    has_delete_permission = nobody_may


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
        """The address of a page is fixed once it may be printed."""
        return ["shown_editions", "slug"] if obj is not None else ["shown_editions"]

    has_delete_permission = nobody_may

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


class ChangeForm(forms.Form):
    """How and when the text changed."""

    status = forms.ChoiceField(label="Văn bản", choices=LegalText.Status.choices[1:])
    changed_on = forms.DateField(label="Từ ngày", help_text="Ngày/tháng/năm.")
    through = forms.CharField(
        label="Bởi văn bản", max_length=120, required=False, help_text="Ví dụ: NĐ 320/2026/NĐ-CP."
    )


@admin.register(LegalText)
class LegalTextAdmin(LibraryAdmin):
    list_state = "status"
    list_display = ["number", "title", "effective_on", "status", "changed_on", "changed_through"]
    list_filter = ["status"]
    search_fields = ["number", "title"]
    search_help_text = _("Tìm theo số, tên văn bản")
    fields = ["number", "title", "effective_on", "shown_state", "citing"]
    readonly_fields = ["shown_state", "citing"]
    actions_detail = ["tell_change"]

    has_delete_permission = nobody_may

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
            by: Any = request.user
            count = attempt(
                request, lambda: services.reopen_citing(text, by=by, **form.cleaned_data)
            )
            if count is not None:
                messages.success(request, f"Đã ghi. Mở lại {count} bản để rà soát.")
            return redirect(back_url)
        rows = Edition.objects.published().citing(text).select_related("procedure")
        return confirm_page(
            self, request, text, title=f"{text} đã thay đổi", form=form, back_url=back_url,
            button="Ghi và mở lại các bản", points=[str(row) for row in rows],
            points_title="Bản được mở lại; máy không gửi cho tới khi kiểm chứng",
            sentence="Mọi bản đang dùng có dẫn văn bản này được đưa vào danh sách cần rà soát.",
        )  # fmt: skip
