"""Requests about personal data: a short form to take one in, a page with its clocks and buttons."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    ScopedModelAdmin,
    ScopedRelatedFilter,
    action,
    in_sight,
    visible_object,
)
from accounts.scoped_admin.columns import choice_column
from accounts.scoped_admin.request_cache import once_shown
from accounts.scoped_admin.work_filter import WorkFilter
from groups.personal_data import services as personal_data
from groups.personal_data.models import DataRequest
from groups.places.models import Hamlet
from groups.residents.forms import DataRequestForm, ResultForm, WhyForm
from groups.residents.models import Member
from groups.residents.question_pages import Question, StepsMixin, do_or_ask
from vietnamese.text import fold

NEXT_STEPS = {
    DataRequest.Kind.WITHDRAW: "Khi bấm “Làm xong”, sự đồng ý được ghi là đã rút và người "
    "này ra khỏi mọi nhóm trên sổ. Nhớ mời họ ra khỏi nhóm Zalo và báo cho họ biết.",
    DataRequest.Kind.DELETE: "Khi bấm “Làm xong”, tên, điện thoại, ngày sinh, địa chỉ bị xóa "
    "hẳn, không lấy lại được. Hãy báo cho người yêu cầu trước khi xóa, và dặn người lập danh sách "
    "bỏ tên này, kẻo lần nhập sau lại có.",
    DataRequest.Kind.ACCESS: "Mở trang của người này, bấm “Xem mọi dữ liệu đang giữ”, in hoặc tải "
    "tệp rồi trao cho đúng người đó. Sau đó ghi lại ở đây.",
    DataRequest.Kind.CORRECT: "Mở trang của người này, sửa chỗ sai rồi lưu. Sau đó ghi lại ở đây.",
    DataRequest.Kind.RESTRICT: "Ghi đã hạn chế việc dùng thế nào, ví dụ: chỉ giữ số điện thoại.",
    DataRequest.Kind.OBJECT: "Ghi đã thôi dùng thông tin vào việc gì.",
}


class ClockFilter(WorkFilter):
    """Open ones first; those past their day by one touch."""

    title = _("tình trạng hạn")
    parameter_name = "han"
    works = {
        "mo": (_("Chưa xong"), lambda rows, _asked: rows.open()),
        "qua": (_("Quá hạn"), lambda rows, _asked: rows.open().overdue(timezone.localdate())),
    }


@admin.register(DataRequest)
class DataRequestAdmin(StepsMixin, ScopedModelAdmin):
    """Written down once; afterwards the buttons alone move it."""

    form = DataRequestForm
    list_display = ["person_name", "kind", "place", "state_label", "clock"]
    list_select_related = ["hamlet"]
    list_filter = [ClockFilter, "status", "kind", ("hamlet", ScopedRelatedFilter)]
    autocomplete_fields = ["member", "hamlet"]
    actions_detail = ["acknowledge", "carry_out", "extend", "refuse"]
    main_steps = ("acknowledge", "carry_out")
    questions = {
        "acknowledge": Question(
            "Đã báo là đã nhận", "da-bao", personal_data.acknowledge, forms.Form,
            "Bấm sau khi đã gọi, nhắn hoặc gặp để báo cho người này biết yêu cầu đã được nhận.",
            needs="acknowledge", done="Đã ghi.",
        ),
        "extend": Question(
            "Gia hạn", "gia-han", personal_data.extend, WhyForm,
            "Chỉ gia hạn một lần, thêm đúng bằng số ngày của hạn đầu. Phải báo lý do cho người "
            "yêu cầu.",
            needs="settle", done="Đã ghi.",
        ),
        "refuse": Question(
            "Từ chối", "tu-choi", personal_data.refuse, WhyForm,
            "Chỉ từ chối khi luật cho phép, ví dụ người yêu cầu không phải chủ thông tin. Lý do "
            "được báo cho họ.",
            needs="settle", tone="danger", done="Đã ghi.",
        ),
    }  # fmt: skip
    search_fields = ["person_name", "member__search_text"]
    search_help_text = _("Tìm theo tên người yêu cầu")
    actions = None
    taken_in = [
        (None, {"fields": ["kind", "person_name", "contact", "channel", "received_at"]}),
        (_("Người này ở đâu trong sổ"), {"fields": ["member", "hamlet"]}),
        (None, {"fields": ["detail"]}),
    ]
    shown = [
        (None, {"fields": ["status", "clock", "next_step"]}),
        (_("Yêu cầu"), {"fields": ["kind", "person_name", "contact", "channel", "detail"]}),
        (_("Người này ở đâu trong sổ"), {"fields": ["member", "hamlet"]}),
        (
            _("Các mốc"),
            {
                "fields": [
                    "received_at", "recorded_by", "acknowledge_by", "acknowledged_at", "due_on",
                    "extension_reason", "closed_at", "handled_by", "result", "refusal_reason",
                ]
            },
        ),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_next_due()

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Open requests first, then closed ones, the latest first."""
        return [F("comes_first").asc(nulls_last=True), "-closed_at", "pk"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """By the name as written down, or without marks by that of the person in the list."""
        term = search_term.strip()
        if not term:
            return queryset, False
        listed = Q(member__search_text__contains=fold(term)) if fold(term) else Q()
        return queryset.filter(Q(person_name__icontains=term) | listed), False

    def get_fieldsets(self, request: HttpRequest, obj: DataRequest | None = None) -> Any:
        if obj is None:
            return self._taken_in(request)
        left_out = set()
        if not self.has_settle_permission(request):
            left_out.add("next_step")  # the buttons that it speaks of are not there
        people = Member.objects.visible_to(request.user)
        if obj.member_id is not None and not people.filter(pk=obj.member_id).exists():
            left_out.add("member")  # who wrote it down need not learn who was found
        return [
            (title, {"fields": [name for name in part["fields"] if name not in left_out]})
            for title, part in self.shown
        ]

    def _taken_in(self, request: HttpRequest) -> Any:
        """Without what this account could not choose from: then the chief says who it is."""
        empty = set()
        if not request.user.has_perm("groups.view_member"):
            empty.add("member")
        if not Hamlet.objects.visible_to(request.user).exists():
            empty.add("hamlet")
        parts = [
            (title, {"fields": [name for name in part["fields"] if name not in empty]})
            for title, part in self.taken_in
        ]
        return [(title, part) for title, part in parts if part["fields"]]

    def get_readonly_fields(self, request: HttpRequest, obj: DataRequest | None = None) -> Any:
        if obj is None:
            return []
        fixed = [name for _title, part in self.shown for name in part["fields"]]
        may_link = self.has_change_permission(request, obj)
        return [name for name in fixed if not (may_link and name == "member")]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the person in the list is still chosen, by who settles it."""
        if not request.user.has_perm("groups.settle_datarequest"):
            return False
        return obj is None or self._is_open(request, obj.pk)

    def _is_open(self, request: HttpRequest, pk: Any) -> bool:
        rows = self.get_queryset(request).open().filter(pk=pk)
        return once_shown(request, ("open request", str(pk)), rows.exists)

    def has_settle_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        in_sight(self, request, object_id)
        if not request.user.has_perm("groups.settle_datarequest"):
            return False
        return object_id is None or self._is_open(request, object_id)

    def has_acknowledge_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        waiting = self.get_queryset(request).filter(status=DataRequest.Status.RECEIVED)
        return (
            self.has_settle_permission(request, object_id) and waiting.filter(pk=object_id).exists()
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        if response.status_code == 200:  # a form with an error shows the same
            row = self.get_object(request, object_id)
            audit.record("datarequest.viewed", by=request.user, target=row)
        return response

    def save_model(self, request: HttpRequest, obj: DataRequest, form: Any, change: bool) -> None:
        if not change:
            personal_data.receive(obj, by=request.user)
        elif "member" not in form.changed_data:
            return
        elif obj.member is None:
            personal_data.unlink(obj, by=request.user)
        else:
            personal_data.link(obj, obj.member, by=request.user)

    def response_add(
        self, request: HttpRequest, obj: DataRequest, post_url_continue: Any = None
    ) -> Any:
        """To the page of the request: the next step is to tell the person."""
        self.message_user(
            request,
            f"Đã ghi. Báo cho người yêu cầu chậm nhất ngày {obj.acknowledge_by:%d/%m/%Y}.",
            messages.SUCCESS,
        )
        return HttpResponseRedirect(self._page_of(obj))

    @admin.display(description=_("ấp, khu phố"), ordering="hamlet__code")
    def place(self, request: DataRequest) -> str:
        return str(request.hamlet or "Chưa rõ")

    state_label = choice_column(
        "status", _("tình trạng"),
        {
            DataRequest.Status.RECEIVED: "warning", DataRequest.Status.ACKNOWLEDGED: "info",
            DataRequest.Status.DONE: "success", DataRequest.Status.REFUSED: "danger",
        },
    )  # fmt: skip

    @admin.display(description=_("hạn"), ordering="due_on")
    def clock(self, request: DataRequest) -> str:
        return personal_data.clock_in_words(request, timezone.localdate())

    @admin.display(description=_("việc cần làm"))
    def next_step(self, request: DataRequest) -> str:
        if not request.is_open:
            return "Không còn việc gì."
        text = NEXT_STEPS[DataRequest.Kind(request.kind)]
        if request.status == DataRequest.Status.RECEIVED:
            text = f"Gọi, nhắn hoặc gặp để báo đã nhận, rồi bấm “Đã báo là đã nhận”. Sau đó: {text}"
        if request.member_id is None:
            return f"{text} Trước đó hãy chọn người này ở ô Thành viên rồi lưu."
        page = reverse("admin:groups_member_change", args=[request.member_id])
        return format_html('{} <a class="by-link" href="{}">Mở trang của người này</a>', text, page)

    @action(description=_("Làm xong"), url_path="lam-xong", permissions=["settle"])
    def carry_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = visible_object(self, request, object_id)
        kind = DataRequest.Kind(row.kind)
        title = f"{kind.label}: làm xong"
        return do_or_ask(
            self, request, row, personal_data.carry_out, ResultForm,
            title=self.question_title(title, row), sentence=NEXT_STEPS[kind], button=title,
            tone="danger" if kind == DataRequest.Kind.DELETE else "primary",
            back_url=self._page_of(row), done="Đã ghi.",
        )  # fmt: skip

    def question_title(self, title: str, row: DataRequest) -> str:
        return f"{title} – {row.person_name}"

    def _page_of(self, row: DataRequest) -> str:
        return reverse("admin:groups_datarequest_change", args=[row.pk])
