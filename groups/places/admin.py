"""Hamlets and teams."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import (
    ImportExportScopedAdmin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    action,
    confirm_page,
    in_sight,
    visible_object,
)
from accounts.scoped_admin.pages import try_out
from accounts.scoped_admin.work_filter import WorkFilter
from groups import services
from groups.admin_mixins import AddedInOwnPlace, DayInput, TracedAdmin
from groups.coverage import pages as coverage_pages
from groups.hamlet_changes.history import past_of
from groups.handovers.services import may_give
from groups.household_counts import services as household_counts
from groups.places.models import Hamlet, HamletAssignment, Officer, Team
from groups.residents.forms import DAY_FORMATS
from groups.resources import HamletResource, OfficerResource, TeamResource
from vietnamese.text import fold, grouped, local_phone


class InForceFilter(WorkFilter):
    """Hamlets that exist today, or those of the past; all unless one is chosen."""

    title = _("hiệu lực")
    parameter_name = "hieu-luc"
    works = {
        "nay": (_("Đang có"), lambda rows, _asked: rows.valid_on(timezone.localdate())),
        "cu": (
            _("Đã sáp nhập, giải thể"),
            lambda rows, _asked: rows.filter(valid_to__lt=timezone.localdate()),
        ),
    }


class AssignmentInline(ScopedTabularInline):
    model = HamletAssignment
    autocomplete_fields = ["officer", "hamlet"]


class NameForm(forms.Form):
    """How a name is written right, and how the slip came about."""

    name = forms.CharField(
        label=_("Tên viết đúng"), max_length=100,
        widget=forms.TextInput(attrs={"class": "by-input"}),
        help_text=_("Không kèm chữ Ấp, Khu phố."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Lý do"), max_length=300, widget=forms.TextInput(attrs={"class": "by-input"}),
        help_text=_("Ví dụ: gõ nhầm khi nhập danh sách ấp."),
    )  # fmt: skip


class HamletForm(forms.ModelForm):
    """A hamlet, and the day from which its number of households holds."""

    households_on = forms.DateField(
        label=_("Số hộ có từ ngày"), required=False, widget=DayInput(), input_formats=DAY_FORMATS,
        help_text=_(
            "Để trống thì tính từ hôm nay. Ngày đã qua sửa độ phủ từ ngày đó, không sửa tháng đã "
            "chốt."
        ),
    )  # fmt: skip

    def clean_households_on(self) -> date | None:
        day: date | None = self.cleaned_data["households_on"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("Ngày của số hộ không thể sau hôm nay."))
        return day


@admin.register(Hamlet)
class HamletAdmin(TracedAdmin, ImportExportScopedAdmin):
    """The name of a hamlet in use changes by a decision; a slip of the pen is mended on a page."""

    trail = "hamlet"
    form = HamletForm
    resource_classes = [HamletResource]
    list_display = ["__str__", "code", "households", "is_remote", "valid_from", "valid_to"]
    list_filter = ["kind", "is_remote", InForceFilter]
    search_fields = ["search_text", "code"]
    search_help_text = _("Tìm theo tên hoặc mã ấp")
    inlines = [AssignmentInline]
    actions_detail = ["correct_name"]
    change_form_before_template = "groups/hamlet/before_form.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A hamlet with successors by a decision stays as it was, name and all."""
        is_past = isinstance(obj, Hamlet) and not obj.is_in_force and obj.successors.exists()
        return not is_past and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Hamlet | None = None) -> Any:
        """In one order, whether or not the name can still be entered; a day only to fill in."""
        commune = ["commune"] if request.user.commune_id is None else []
        can_edit = obj is None or self.has_change_permission(request, obj)
        day = ["households_on"] if can_edit else []
        return [
            *commune, "kind", "name", "code", "households", *day, "is_remote",
            "valid_from", "valid_to", "predecessors",
        ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Hamlet | None = None) -> list[str]:
        """Decisions that are carried out write where a hamlet came from, and its new name."""
        named = ["name", "kind"] if obj is not None and obj.is_in_use else []
        return ["predecessors", *named]

    def has_correct_name_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Nothing to correct where a form still takes a name, or shows none."""
        if object_id is None:
            return self.has_change_permission(request)
        hamlet = self.get_object(request, object_id)
        may = hamlet is not None and self.has_change_permission(request, hamlet)
        return may and hamlet.is_in_use

    @action(description=_("Sửa lỗi chính tả tên"), url_path="sua-ten", permissions=["correct_name"])
    def correct_name(self, request: HttpRequest, object_id: str) -> HttpResponse:
        hamlet = visible_object(self, request, object_id)
        back_url = reverse("admin:groups_hamlet_change", args=[hamlet.pk])
        form = NameForm(request.POST or None, initial={"name": hamlet.name})
        refusal = ""
        if request.method == "POST" and form.is_valid():
            correct = partial(services.correct_name, hamlet, **form.cleaned_data, by=request.user)
            _hamlet, refusal = try_out(correct)
            if not refusal:
                self.message_user(request, _("Đã sửa tên."), messages.SUCCESS)
                return redirect(back_url)
        return confirm_page(
            self, request, hamlet, title=f"Sửa lỗi chính tả: {hamlet}", form=form,
            sentence="Chỉ sửa chữ viết sai: dấu, chữ hoa, một chữ cái. Đổi sang tên khác phải có "
            "nghị quyết, lập ở mục Sắp xếp ấp để tên cũ và số liệu cũ vẫn tra được.",
            button="Sửa tên", back_url=back_url, refusal=refusal,
        )  # fmt: skip

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        hamlet = self.get_object(request, object_id) if object_id else None
        context = {"past": past_of(hamlet, request.user) if hamlet is not None else []}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **context}
        )

    def get_urls(self) -> list[URLPattern]:
        return coverage_pages.urls(self.admin_site) + super().get_urls()

    def save_model(self, request: HttpRequest, obj: Hamlet, form: Any, change: bool) -> None:
        if request.user.commune_id is not None:
            obj.commune_id = request.user.commune_id
        on, number = form.cleaned_data.get("households_on"), obj.households
        if on is not None and change:
            obj.households = form.initial["households"]
        super().save_model(request, obj, form, change)
        if on is not None:
            stays = household_counts.record(obj, number, on=on, by=request.user)
            if stays is not None:
                self.message_user(
                    request,
                    f"Từ {stays.valid_from:%d/%m/%Y} đã ghi {grouped(stays.households)} hộ: "
                    "chỉ sửa quãng trước đó.",
                    messages.WARNING,
                )

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
class TeamAdmin(AddedInOwnPlace, TracedAdmin, ImportExportScopedAdmin):
    trail = "team"
    resource_classes = [TeamResource]
    list_display = ["name", "hamlet", "households", "leader"]
    list_select_related = ["hamlet", "leader"]
    list_filter = [("hamlet", ScopedRelatedFilter)]
    search_fields = ["name", "hamlet__search_text"]
    search_help_text = _("Tìm theo tên tổ hoặc tên ấp")
    autocomplete_fields = ["hamlet", "leader"]


# Officers and the hamlets they cover.


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
        """Accounts that may sign for this officer start here too."""
        if object_id is None:
            return request.user.has_perm("groups.add_handover")
        return may_give(in_sight(self, request, object_id).get(), request.user)

    @action(description=_("Bàn giao địa bàn"), url_path="ban-giao", permissions=["hand_over"])
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
