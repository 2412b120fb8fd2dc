"""Linking in the admin: shares that wait for a call, slips with codes."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    action,
    display,
    in_sight,
    visible_object,
)
from accounts.scoped_admin.pages import try_out
from groups.linking import codes, followers
from groups.linking import services as linking
from groups.linking.models import LinkProposal
from groups.residents.forms import MayBeWhyForm
from groups.residents.models import Member
from groups.residents.question_pages import (
    NAMED,
    Question,
    StepsMixin,
    ask_page,
    carried_on,
    do_or_ask,
)
from vietnamese.text import local_phone, masked_phone

CALL_FIRST = (
    "Gọi số điện thoại trong danh sách (không gọi số vừa chia sẻ, nếu khác) và hỏi: có phải ông "
    "(bà) vừa bấm chia sẻ trên Zalo không. Chỉ xác nhận khi đã nghe trả lời."
)


class ChooseMemberForm(forms.Form):
    """Choose the member: found by the shared name or phone, or by other words."""

    words = forms.CharField(
        label="Tìm trong danh sách theo tên, hoặc những số cuối điện thoại", required=False,
        max_length=100, widget=forms.TextInput(attrs={"class": "by-input"}),
    )  # fmt: skip
    member = forms.ModelChoiceField(
        label="Người này là ai", queryset=Member.objects.none(), empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Hãy chọn một người trong danh sách tìm được."},
    )  # fmt: skip

    def __init__(self, data: Any, *, row: LinkProposal, user: Any) -> None:
        super().__init__(data)
        asked = data.get("words", "") if data is not None else ""
        found = linking.candidates(row, by=user, words=asked)
        self.fields["member"].queryset = found
        self.fields["member"].label_from_instance = lambda member: (
            f"{member.choice_label}, {masked_phone(member.phone) or 'chưa có số'}"
        )
        self.fields["member"].required = data is None or "chi-tim" not in data
        if not found:
            self.fields["member"].help_text = "Chưa tìm thấy ai. Hãy gõ tên khác rồi bấm Tìm."


@admin.register(LinkProposal)
class LinkProposalAdmin(StepsMixin, ReadOnlyAdminMixin, ScopedModelAdmin):
    """Shares that nobody has decided yet."""

    list_display = ["who", "place", "fits", "shared_at"]
    list_select_related = ["member", "hamlet"]
    list_before_template = "groups/linking/list_note.html"
    fields = ["fits", "who", "listed_phone", "place", "shared_name", "shared_phone", "shared_at"]
    readonly_fields = ["fits", "who", "listed_phone", "place", "shared_name", "shared_phone"]
    ordering = ["shared_at", "pk"]
    actions = None
    actions_detail = ["confirm", "refuse"]
    main_steps = ("confirm",)
    questions = {
        "refuse": Question(
            "Không phải, bỏ", "bo", linking.refuse, MayBeWhyForm,
            "Tên và số đã chia sẻ bị xóa ngay. Người dân được báo là chưa khớp với danh sách và có "
            "thể chia sẻ lại.",
            needs="settle", title="Bỏ đề nghị liên kết", button="Bỏ đề nghị này", tone="danger",
            done="Đã bỏ.", to_list=True,
        ),
    }  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        return [*followers.urls(self.admin_site), *super().get_urls()]

    def question_title(self, title: str, row: Any) -> str:
        return title

    def has_settle_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        in_sight(self, request, object_id)
        return request.user.has_perm("groups.settle_linkproposal")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id)
        if response.status_code == 200 and row is not None:
            commune = row.follower.account.commune
            audit.record("zalolink.proposal_viewed", by=request.user, commune=commune)
        return response

    @admin.display(description=_("người trong danh sách"))
    def who(self, row: LinkProposal) -> str:
        return row.member.choice_label if row.member is not None else "Chưa tìm thấy"

    @admin.display(description=_("ấp, khu phố"), ordering="hamlet__code")
    def place(self, row: LinkProposal) -> str:
        return str(row.hamlet or "Chưa rõ")

    @display(
        description=_("đối chiếu"), label={"Khớp tên và số": "success", "Chưa khớp": "warning"}
    )
    def fits(self, row: LinkProposal) -> str:
        return "Khớp tên và số" if row.member_id else "Chưa khớp"

    @admin.display(description=_("số trong danh sách"))
    def listed_phone(self, row: LinkProposal) -> str:
        return masked_phone(row.member.phone) if row.member is not None else "–"

    @admin.display(description=_("tên đã chia sẻ"))
    def shared_name(self, row: LinkProposal) -> str:
        return row.name or "–"

    @admin.display(description=_("số đã chia sẻ"))
    def shared_phone(self, row: LinkProposal) -> str:
        return local_phone(row.phone) if row.phone else "–"

    @action(description=_("Đã gọi, đúng người này"), url_path="xac-nhan", permissions=["settle"])
    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = visible_object(self, request, object_id)
        form_class: Any = forms.Form
        if row.member_id is None:
            form_class = partial(ChooseMemberForm, row=row, user=request.user)
        return do_or_ask(
            self, request, row, _confirm, form_class, title="Xác nhận liên kết Zalo",
            search_button="" if row.member_id else "Tìm",
            sentence=CALL_FIRST, button="Đã gọi, đúng người này",
            back_url=reverse("admin:groups_linkproposal_change", args=[row.pk]),
            done="Đã liên kết. Người dân được báo qua Zalo.",
            done_url=reverse("admin:groups_linkproposal_changelist"),
        )  # fmt: skip


def _confirm(row: LinkProposal, *, by: Any, member: Member | None = None, words: str = "") -> None:
    linking.confirm(row, by=by, member=member)


class LinkActionsMixin:
    """For the admin of members: slips with codes."""

    def has_print_codes_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        in_sight(self, request, object_id)
        return request.user.has_perm("groups.print_linkcode")

    @admin.action(
        description=_("In phiếu có mã liên kết Zalo cho những người đã chọn"),
        permissions=["print_codes"],
    )
    def print_codes(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """A question first: a new code ends the one on an older paper."""
        named = list(queryset.select_related("hamlet__commune")[:NAMED])
        if not named:
            return None
        refusal = ""
        if "in-ngay" in request.POST:
            ids = queryset.values_list("pk", flat=True)
            printed, refusal = try_out(lambda: codes.prepare(ids, by=request.user))
            if printed:
                return _slips_response(request, printed)
            refusal = refusal or (
                "Không có ai để in: những người đã chọn chưa đồng ý có tên trong danh sách, đã "
                "liên kết, hoặc không còn tham gia."
            )
        return ask_page(
            self, request, title="In phiếu có mã liên kết Zalo", people=named, refusal=refusal,
            count=queryset.count(), hidden_count=-len(named), form=forms.Form(),
            sentence="Mỗi người một phiếu, trao tận tay. Ai nhắn mã trên phiếu được coi là người "
            "đó, nên đừng chụp, đừng gửi phiếu qua Zalo. Phiếu cũ của họ hết dùng được.",
            button="In phiếu", back_url=request.get_full_path(),
            carried=[*carried_on(request, "print_codes"), ("in-ngay", "1")],
        )  # fmt: skip

    @admin.display(description=_("tài khoản Zalo"))
    def zalo_account(self, member: Member) -> str:
        return linking.in_words(member) or "Chưa liên kết"


def _slips_response(request: HttpRequest, printed: list[codes.PrintedCode]) -> HttpResponse:
    context = codes.context(printed, timezone.localdate())
    response = TemplateResponse(request, "groups/print/link_slips.html", context)
    response["Cache-Control"] = "no-store"
    return response
