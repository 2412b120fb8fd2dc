"""Zalo groups: what can be done with each, and whether it is in service."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import ChangeProposal
from accounts.scoped_admin.base import (
    ImportExportScopedAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    UnfoldAdminSelectWidget,
    action,
    confirm_page,
    in_sight,
    report_outcomes,
    visible_object,
)
from accounts.scoped_admin.columns import choice_column
from accounts.scoped_admin.known_choices import KnownChoicesFormSet
from accounts.scoped_admin.pages import try_out
from accounts.second_person.pages import sent
from groups import services
from groups.admin_mixins import (
    AddedInOwnPlace,
    ReasonForm,
    TracedAdmin,
    TracedPlacesMixin,
    ZaloGroupForm,
)
from groups.oa_groups import admin_urls
from groups.residents.models import Membership
from groups.resources import ZaloGroupResource
from groups.roll_call import pages as roll_call_pages
from groups.zalo_groups import genuine
from groups.zalo_groups import pages as zalo_groups_pages
from groups.zalo_groups.models import ZaloGroup
from groups.zalo_groups.services import missing, obstacles
from vietnamese.text import fold

Status = ZaloGroup.Status


class GenuineForm(forms.Form):
    """The choice of words about a group on the public page."""

    choice = forms.ChoiceField(
        label=_("Trang ghi gì"), widget=UnfoldAdminSelectWidget,
        choices=[
            ("link", "Tên nhóm và liên kết, ai cũng xin vào được"),
            ("name", "Tên nhóm; hỏi liên kết nào thì trả lời đúng hay không"),
            ("nothing", "Rút nhóm khỏi trang ngay"),
        ],
    )  # fmt: skip


def _settle_page(group: ZaloGroup, form: GenuineForm, *, by: Any) -> ChangeProposal | None:
    if form.cleaned_data["choice"] != "nothing":
        is_public = form.cleaned_data["choice"] == "link"
        return genuine.put_on_page(group, by=by, is_link_public=is_public)
    genuine.take_off(group, by=by)
    return None


class GroupMembershipInline(ScopedTabularInline):
    model = Membership
    verbose_name = _("người vào nhóm")
    autocomplete_fields = ["member"]
    formset = KnownChoicesFormSet
    per_page = 30
    fields = ["member", "role", "state", "joined_on", "left_on"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("member", "group")


@admin.register(ZaloGroup)
class ZaloGroupAdmin(AddedInOwnPlace, TracedPlacesMixin, TracedAdmin, ImportExportScopedAdmin):
    """The status moves by actions alone, so that no group skips the consultation."""

    trail = "group"
    form = ZaloGroupForm
    resource_classes = [ZaloGroupResource]
    list_display = ["name", "place", "kind", "posting", "status_label", "heads", "owner"]
    list_select_related = ["hamlet", "owner"]
    list_filter = ["kind", "status", ("hamlet", ScopedRelatedFilter)]
    search_fields = ["search_text", "hamlet__search_text", "zalo_group_id"]
    search_help_text = _("Tìm theo tên nhóm, tên ấp hoặc mã nhóm trên Zalo")
    autocomplete_fields = ["hamlet", "team", "owner"]
    inlines = [GroupMembershipInline]
    actions = ["activate_groups"]
    actions_detail = ["begin", "zalo_pages", "genuine", "activate", "pause", "close"]
    change_form_outer_before_template = "groups/roll_call/link.html"
    fieldsets = [
        (None, {"fields": ["name", "kind", "posting", "status"]}),
        (_("Thuộc về"), {"fields": ["hamlet", "team", "commune", "owner"]}),
        (
            _("Trên Zalo"),
            {
                "fields": [
                    "zalo_group_id",
                    "link",
                    "genuine_name",
                    "genuine_link",
                    "is_link_public",
                    "capacity",
                    "asset_expires_on",
                ]
            },
        ),
        (_("Số người"), {"fields": ["head_count", "head_count_on"]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "link":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "hamlet" and not request.user.has_perm("groups.view_all_hamlets"):
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: ZaloGroup | None = None) -> Any:
        fixed = ["kind"] if obj is not None else []
        if obj is not None and not obj.capabilities.head_count_is_declared:
            fixed += ["head_count", "head_count_on"]  # as Zalo says
        if obj is not None and not services.may_redirect(obj, by=request.user):
            fixed.append("zalo_group_id")
        if not request.user.has_perm("groups.view_all_hamlets"):
            fixed.append("commune")
            if obj is not None and obj.owner is not None and obj.owner.is_active:
                fixed.append("owner")  # goes on by a handover, which leaves a record
        return ["posting", "status", *genuine.FIELDS, *fixed]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_closed = isinstance(obj, ZaloGroup) and obj.status == Status.CLOSED
        return not is_closed and super().has_change_permission(request, obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        if not search_term.strip().isascii() or " " in search_term.strip():
            search_term = fold(search_term)
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: ZaloGroup, form: Any, change: bool) -> None:
        if "link" in form.changed_data:  # nobody has tried the new one yet
            obj.link_checked_on, obj.link_is_broken = None, False
        if change and {"hamlet", "commune"} & set(form.changed_data):  # other rules hold there
            obj.rules_pinned_on = obj.rules_pinned_by = obj.rules_pinned = None
        super().save_model(request, obj, form, change)
        if obj.genuine_name and {"name", "link"} & set(form.changed_data):
            _none, refusal = try_out(lambda: genuine.follow(obj, by=request.user))
            if refusal:  # closed in this very moment
                self.message_user(request, refusal, messages.WARNING)

    def response_add(
        self, request: HttpRequest, obj: ZaloGroup, post_url_continue: Any = None
    ) -> HttpResponse:
        """Go on to the steps of the new group: it is in no service yet."""
        if {"_popup", "_addanother", "_continue"} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        done = (
            f"Đã lập {obj}: “{obj.get_status_display()}”, chưa nhận bài. Làm tiếp các bước ở dưới; "
            "bước cuối là cán bộ phụ trách hoặc chỉ huy bấm Cho hoạt động."
        )
        self.message_user(request, done, messages.SUCCESS)
        return redirect("admin:groups_zalogroup_start", obj.pk)

    def written(self, obj: ZaloGroup, changed: set[str]) -> set[str]:
        """With the place goes the status in which it was left: nothing begins service on the way.

        What is said of a link or of pinned rules goes with those.
        """
        fields = super().written(obj, changed)
        if "link" in changed:
            fields |= {"link_checked_on", "link_is_broken"}
        if {"hamlet", "commune"} & changed:
            fields |= {"status", "rules_pinned_on", "rules_pinned_by", "rules_pinned"}
        return fields

    @admin.display(description=_("thuộc"), ordering="hamlet")
    def place(self, group: ZaloGroup) -> str:
        return str(group.hamlet) if group.hamlet else "Toàn xã"

    @admin.display(description=_("số người"), ordering="head_count")
    def heads(self, group: ZaloGroup) -> str:
        return group.said_heads

    @admin.display(description=_("cách đăng bài"))
    def posting(self, group: ZaloGroup) -> str:
        return group.capabilities.way if group.kind else "–"

    status_label = choice_column(
        "status", _("trạng thái"),
        {
            Status.ACTIVE: "success", Status.CONSULTING: "info", Status.DRAFT: "info",
            Status.PAUSED: "warning", Status.CLOSED: "danger",
        },
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        own = zalo_groups_pages.urls(self.admin_site) + admin_urls.urls(self.admin_site)
        own += roll_call_pages.urls(self.admin_site)
        return own + super().get_urls()

    @action(description=_("Bắt đầu nhóm"), url_path="cac-buoc", permissions=["view"])
    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:groups_zalogroup_start", visible_object(self, request, object_id).pk)

    @action(
        description=_("Trang nhóm chính thức"), url_path="nhom-chinh-thuc", permissions=["change"]
    )
    def genuine(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the group to stand on the public page, or take it off at once."""
        group = visible_object(self, request, object_id)
        back_url = reverse("admin:groups_zalogroup_change", args=[group.pk])
        form = GenuineForm(request.POST or None)
        refusal = ""
        if request.method == "POST" and form.is_valid():
            asked, refusal = try_out(partial(_settle_page, group, form, by=request.user))
            if asked is not None:
                return sent(request, asked)
            if not refusal:
                self.message_user(request, "Đã ghi. Trang đổi theo sau một phút.", messages.SUCCESS)
                return HttpResponseRedirect(back_url)
        present = group.genuine_name and f"Trang đang ghi: {group.genuine_name}. "
        return confirm_page(
            self, request, group, title=f"Trang “Nhóm chính thức”: {group}", form=form,
            button="Ghi", back_url=back_url, refusal=refusal,
            sentence=f"{present}Bà con tin những gì trang này ghi, nên đưa lên hoặc sửa thì cần "
            "người thứ hai xác nhận; rút xuống thì có hiệu lực ngay.",
        )  # fmt: skip

    def has_zalo_pages_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Only a group of the account has pages at Zalo."""
        if object_id is None:
            return request.user.has_perm("groups.view_zalogroup")
        group = in_sight(self, request, object_id).first()
        return group is not None and group.capabilities.roster_by_api

    @action(description=_("Trên Zalo, mã QR"), url_path="xem-tren-zalo", permissions=["zalo_pages"])
    def zalo_pages(self, request: HttpRequest, object_id: str) -> HttpResponse:
        group = visible_object(self, request, object_id)
        return redirect("admin:groups_zalogroup_at_zalo", group.pk)

    @admin.action(description=_("Cho các nhóm đã chọn hoạt động"), permissions=["change"])
    def activate_groups(self, request: HttpRequest, queryset: Any) -> None:
        outcomes: list[tuple[Any, str | None]] = []
        for group in queryset:
            _group, refusal = try_out(partial(services.activate, group, by=request.user))
            outcomes.append((group, refusal or None))
        report_outcomes(self, request, outcomes, "Đã cho hoạt động")

    @action(description=_("Cho hoạt động"), url_path="hoat-dong", permissions=["change"])
    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._settle(
            request, object_id, services.activate, "Cho nhóm hoạt động",
            "Nhóm nhận bài kể từ bây giờ. Nếu ấp chưa có quy chế đã thống nhất, chỉ huy phải ghi "
            "rõ lý do cho hoạt động trước.",
            lambda group: [*obstacles(group), *(f"Nên có: {what}." for what in missing(group))],
        )  # fmt: skip

    @action(description=_("Tạm dừng"), url_path="tam-dung", permissions=["change"])
    def pause(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._settle(
            request, object_id, services.pause, "Tạm dừng nhóm",
            "Bài mới không gửi vào nhóm này cho đến khi nhóm được cho hoạt động lại.",
        )  # fmt: skip

    @action(description=_("Đóng nhóm"), url_path="dong", permissions=["change"])
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._settle(
            request, object_id, services.close, "Đóng nhóm",
            "Nhóm đã đóng thì không mở lại được; lượt gửi cũ vẫn xem được.",
        )  # fmt: skip

    def _settle(
        self, request: HttpRequest, object_id: str, verb: Any, title: str, sentence: str,
        lacking: Any = None,
    ) -> HttpResponse:  # fmt: skip
        group = visible_object(self, request, object_id)
        back_url = reverse("admin:groups_zalogroup_change", args=[group.pk])
        if verb is services.activate and group.status == Status.ACTIVE:
            self.message_user(request, f"{group} đang hoạt động rồi.", messages.WARNING)
            return HttpResponseRedirect(back_url)
        form = ReasonForm(request.POST or None)
        refusal = ""
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            _group, refusal = try_out(lambda: verb(group, by=request.user, reason=reason))
            if not refusal:
                self.message_user(request, f"{title}: đã ghi nhận.", messages.SUCCESS)
                return HttpResponseRedirect(back_url)
        return confirm_page(
            self, request, group, title=f"{title}: {group}", sentence=sentence, form=form,
            button=title, back_url=back_url, refusal=refusal,
            points_title="Còn thiếu", points=lacking(group) if lacking and not refusal else [],
        )  # fmt: skip
