"""Actions on one person, or on several chosen in the list.

Each is a page with a sentence and one button; the services of `groups` decide.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import action, in_sight, visible_object
from accounts.scoped_admin.pages import try_out
from accounts.scoped_admin.request_cache import once_shown
from groups.linking import services as linking
from groups.linking.models import ZaloLink
from groups.member_import import national_ids
from groups.personal_data import erasure
from groups.personal_data.holdings import gather, workbook
from groups.residents.consent import services as consent
from groups.residents.exports import ListTakingMixin, sheet_response
from groups.residents.forms import (
    HoldingsForm,
    MayBeWhyForm,
    NationalIdForm,
    PaperForm,
    WhyForm,
    WithdrawForm,
)
from groups.residents.models import Member
from groups.residents.question_pages import NAMED, Question, StepsMixin, ask_page, carried_on

Status = Member.Status
NO_NOTICE = (
    "Xã chưa có bản thông báo về dữ liệu cá nhân đang dùng. Chỉ huy lập bản thông báo trước, rồi "
    "cán bộ mới ghi được sự đồng ý."
)


class PersonActionsMixin(ListTakingMixin, StepsMixin):
    """The life of a member in the admin: agreeing, withdrawing, leaving, being erased."""

    actions = ["record_joined", "record_consent", "print_codes", "take_list"]
    actions_detail = [
        "give_consent", "holdings", "national_id", "unlink_zalo", "come_back", "leave",
        "withdraw_consent", "erase",
    ]  # fmt: skip

    def get_main_steps(self, request: HttpRequest, object_id: str) -> tuple[str, ...]:
        """To note an agreement, where there is none; to take part again, for who left."""
        rows = in_sight(self, request, object_id)
        member = once_shown(request, (rows.model, object_id), rows.get)
        if member.status == Status.LEFT:
            return ("come_back",)
        return ("give_consent",) if member.consent_basis == Member.Consent.NONE else ()

    questions = {
        "withdraw_consent": Question(
            "Ghi rút đồng ý", "rut-dong-y", erasure.withdraw, WithdrawForm,
            "Người này thôi ở trong mọi nhóm trên sổ và không nhận tin nữa. Việc rút có hiệu lực "
            "ngay; lần đồng ý trước vẫn còn trong lịch sử. Nhớ mời họ ra khỏi nhóm Zalo.",
            permissions=("groups.change_consentrecord",),
            offered=lambda member: member.status != Status.WITHDRAWN,
        ),
        "national_id": Question(
            "Ghi số căn cước", "so-can-cuoc", erasure.record_national_id, NationalIdForm,
            "Chỉ ghi khi thật cần và người dân đã xem, đồng ý. Số được mã hóa; trên màn hình chỉ "
            "hiện ba số cuối.",
            permissions=("groups.change_member", "groups.reveal_member"),
            offered=lambda member: national_ids.are_kept(),
        ),
        "leave": Question(
            "Ghi thôi tham gia", "thoi-tham-gia", erasure.leave, MayBeWhyForm,
            "Dùng khi người này chuyển đi hoặc không tham gia nữa. Sau thời hạn lưu, thông tin của "
            "họ tự xóa; số liệu vẫn giữ.",
            permissions=("groups.change_member",),
            offered=lambda member: member.status == Status.ACTIVE,
        ),
        "come_back": Question(
            "Ghi tham gia trở lại", "tro-lai", erasure.come_back, forms.Form,
            "Người này lại có trong danh sách. Các nhóm phải thêm lại từng nhóm.",
            permissions=("groups.change_member",),
            offered=lambda member: member.status == Status.LEFT,
        ),
        "erase": Question(
            "Xóa thông tin", "xoa-thong-tin", erasure.anonymise, WhyForm,
            "Tên, điện thoại, ngày sinh, địa chỉ của người này bị xóa hẳn, không lấy lại được, kể "
            "cả trong danh sách đã tải lên. Chỉ còn số liệu. Bản sao lưu hết hạn theo lịch của nó; "
            "danh sách giấy, tệp ở máy người lập thì phải tự bỏ.",
            permissions=("groups.change_member", "groups.settle_datarequest"),
            tone="danger", to_list=True,
        ),
        "unlink_zalo": Question(
            "Bỏ liên kết Zalo", "bo-lien-ket-zalo", linking.end_for, MayBeWhyForm,
            "Cổng không còn biết tài khoản Zalo nào là của người này. Họ vẫn ở trong danh sách và "
            "trong nhóm; muốn liên kết lại thì làm lại từ đầu.",
            permissions=("groups.end_zalolink",),
            offered=lambda member: ZaloLink.objects.filter(member=member).exists(),
            button="Bỏ liên kết", tone="danger", done="Đã bỏ liên kết.",
        ),
    }  # fmt: skip

    # Who sees which button; the services ask again.

    def has_record_consent_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        in_sight(self, request, object_id)
        return request.user.has_perm("groups.add_consentrecord")

    def has_holdings_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        in_sight(self, request, object_id)
        return request.user.has_perm("groups.reveal_member")

    # Several people

    @admin.action(
        description=_("Ghi sự đồng ý của những người đã chọn"), permissions=["record_consent"]
    )
    def record_consent(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """From one paper, for everybody chosen."""
        rows = queryset.select_related("hamlet__commune")
        named = list(rows[:NAMED])
        if not named:
            return None
        is_answer = "basis" in request.POST or "given_on" in request.POST
        return self._paper_page(
            request,
            named,
            lambda: list(queryset.values_list("pk", flat=True)),
            is_answer=is_answer,
            back_url=request.get_full_path(),
            people=named,
            count=queryset.count(),
            hidden_count=-len(named),
            carried=carried_on(request, "record_consent"),
            hamlets=set(queryset.order_by().values_list("hamlet", flat=True)),
        )

    # One person

    @action(description=_("Ghi đồng ý"), url_path="dong-y", permissions=["record_consent"])
    def give_consent(self, request: HttpRequest, object_id: str) -> HttpResponse:
        member = visible_object(self, request, object_id)
        return self._paper_page(
            request,
            [member],
            lambda: [member.pk],
            is_answer=request.method == "POST",
            back_url=self._page_of(member),
            hamlets={member.hamlet_id},
        )

    def _paper_page(
        self,
        request: HttpRequest,
        members: list[Member],
        ids: Callable[[], list[int]],
        *,
        is_answer: bool,
        back_url: str,
        hamlets: set[int],
        **context: Any,
    ) -> HttpResponse:
        commune = members[0].hamlet.commune
        form = PaperForm(
            request.POST if is_answer else None, user=request.user, commune=commune,
            hamlets=hamlets,
        )  # fmt: skip
        title = f"Ghi sự đồng ý: {members[0]}" if len(members) == 1 else "Ghi sự đồng ý"
        refusal = ""
        if not form.fields["notice"].queryset.exists():
            return ask_page(self, request, title=title, back_url=back_url, warning=NO_NOTICE)
        if is_answer and form.is_valid():
            signed = form.stated()
            number, refusal = try_out(lambda: consent.give(ids(), signed=signed, by=request.user))
            if not refusal:
                known = "" if number else " Mọi người đã đồng ý với bản này từ trước."
                self.message_user(
                    request, f"Đã ghi sự đồng ý của {number} người.{known}", messages.SUCCESS
                )
                return HttpResponseRedirect(back_url)
        return ask_page(
            self, request, title=title, back_url=back_url, form=form, refusal=refusal,
            sentence="Chỉ ghi khi có giấy có chữ ký, biên bản họp hoặc phiếu. Im lặng không phải "
            "là đồng ý.",
            button="Ghi sự đồng ý", **context,
        )  # fmt: skip

    @action(
        description=_("Xem mọi dữ liệu đang giữ"), url_path="du-lieu-dang-giu",
        permissions=["holdings"],
    )  # fmt: skip
    def holdings(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To be handed to the person who asked for it; why is asked first."""
        member = visible_object(self, request, object_id)
        form = HoldingsForm(request.POST if request.method == "POST" else None)
        held, refusal = None, ""
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            held, refusal = try_out(lambda: gather(member, by=request.user, reason=reason))
        if held is None:
            return ask_page(
                self, request, title=f"Xem mọi dữ liệu đang giữ: {member}", form=form,
                sentence="Bản này chỉ trao cho chính người có dữ liệu. Mỗi trang mang tên người "
                "lấy và ngày giờ; lý do được ghi vào nhật ký.",
                button="Lập bản", back_url=self._page_of(member), refusal=refusal,
            )  # fmt: skip
        if form.cleaned_data["shape"] == "xlsx":
            return sheet_response(
                workbook(held), f"du-lieu-so-{member.pk}-{timezone.localdate():%Y%m%d}"
            )
        context = {"holdings": held, "mark": held.mark}
        response = TemplateResponse(request, "groups/people/holdings.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def _page_of(self, member: Member) -> str:
        return reverse("admin:groups_member_change", args=[member.pk])
