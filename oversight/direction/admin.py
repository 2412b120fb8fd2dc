"""Admin of directions: given to many at once, replied to and settled on their pages."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    RangeDateFilter,
    ScopedRelatedFilter,
    UnfoldAdminCheckboxSelectMultipleWidget,
    display,
)
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.step_pages.content import Entry, RowContent
from accounts.step_pages.declaration import Step, StepForm
from broadcasts.requests.services import prepare_attachment
from documents import uploads
from groups.admin_mixins import DayInput
from oversight.admin_forms import DayField, HomeForm, hamlets_for
from oversight.admin_pages import RowAdmin, day_words
from oversight.direction import services as direction
from oversight.direction.models import Direction, DirectionReply
from oversight.direction.registers.models import IN_PAPERS, Body, PartyOrganisation
from oversight.input_checks import blocked_fields

State = Direction.State
TONES: dict[str, str] = {
    State.OPEN: "warn", State.REPLIED: "info", State.RETURNED: "warn", State.ACCEPTED: "good",
    State.CLOSED: "",
}  # fmt: skip
SOON_DAYS = 3
# Labels of the choices that stand for all of a side.
EVERYONE = {"hamlet": _("Mọi ấp, khu phố"), "organisation": _("Mọi chi bộ, tổ chức đảng")}


def prepared(handed_in: Any) -> Any:
    """Check an uploaded file for secrecy marks. Raises ValidationError."""
    return prepare_attachment(handed_in) if isinstance(handed_in, UploadedFile) else handed_in


class ReplyForm(StepForm):
    text = forms.CharField(
        label=_("Đã làm gì, kết quả thế nào"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Không ghi tên, số điện thoại của người dân. Ghi xong không sửa được."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Văn bản kèm theo"), required=False,
        help_text=_("Word, PDF hoặc ảnh chụp. Không gửi văn bản có dấu mật."),
    )  # fmt: skip

    def clean_file(self) -> Any:
        return prepared(self.cleaned_data["file"])


class ReturnForm(StepForm):
    text = forms.CharField(
        label=_("Cần trả lời thêm điều gì"), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    due_on = DayField(label=_("Hạn mới"))


class CloseForm(StepForm):
    text = forms.CharField(
        label=_("Ghi chú; chưa có trả lời thì ghi lý do"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


def _settles(row: Direction, user: Any) -> bool:
    return bool(user.has_perm("oversight.settle_direction"))


STEPS = {
    "tra-loi": Step(
        "Trả lời", "Đã ghi trả lời. Văn phòng Đảng ủy đọc được ngay.",
        lambda row, by, data: direction.reply(row, data["text"], by=by, file=data["file"]),
        lambda row, user: State.REPLIED in Direction.TRANSITIONS[row.state]
        and direction.may_reply(row, user),
        ReplyForm, tone="primary",
    ),
    "ghi-nhan": Step(
        "Ghi nhận", "Đã ghi nhận trả lời.",
        lambda row, by, data: direction.accept(row, by=by),
        lambda row, user: row.state == State.REPLIED and _settles(row, user),
        tone="primary",
    ),
    "tra-lai": Step(
        "Đề nghị trả lời thêm", "Đã trả lại, kèm hạn mới.",
        lambda row, by, data: direction.return_for_more(
            row, data["text"], due_on=data["due_on"], by=by
        ),
        lambda row, user: row.state == State.REPLIED and _settles(row, user),
        ReturnForm,
    ),
    "khep-lai": Step(
        "Khép lại", "Đã khép lại chỉ đạo.",
        lambda row, by, data: direction.close(row, by=by, text=data["text"]),
        lambda row, user: State.CLOSED in Direction.TRANSITIONS[row.state] and _settles(row, user),
        CloseForm,
    ),
}  # fmt: skip


class DirectionForm(HomeForm):
    recipients = forms.MultipleChoiceField(
        label=_("Gửi tới"), widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Mỗi nơi nhận một chỉ đạo riêng và trả lời riêng."),
    )  # fmt: skip

    class Meta:
        model = Direction
        fields = [
            "title", "text", "directed_by", "document", "post_request", "given_on", "due_on",
        ]  # fmt: skip
        widgets = {"given_on": DayInput(), "due_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = dict(_recipients(self.reader)) if self.reader is not None else {}
        if "recipients" in self.fields:
            self.fields["recipients"].choices = [  # type: ignore[attr-defined]
                *((key, label) for key, label in EVERYONE.items() if self._all_of(key)),
                *((key, str(row)) for key, row in self.offered.items()),
            ]

    def _all_of(self, side: str) -> list[str]:
        return [key for key in self.offered if key.startswith(f"{side}-")]

    def clean_recipients(self) -> list[Any]:
        """Recipients without duplicates, in the order of the form; “all” is expanded."""
        chosen = set(self.cleaned_data["recipients"])
        for side in EVERYONE.keys() & chosen:
            chosen.update(self._all_of(side))
        return [row for key, row in self.offered.items() if key in chosen]

    def refusals(self) -> dict[str, list[str]]:
        return blocked_fields(self.instance, direction.DIRECTION_TEXTS)


def _recipients(user: Any) -> list[tuple[str, Any]]:
    bodies = Body.objects.visible_to(user).filter(is_active=True).exclude(kind=Body.Kind.PARTY)
    bodies = bodies.order_by(IN_PAPERS, "name", "pk")
    today = timezone.localdate()
    organisations = PartyOrganisation.objects.visible_to(user).valid_on(today)
    return [
        *((f"body-{row.pk}", row) for row in bodies),
        *((f"organisation-{row.pk}", row) for row in organisations),
        *((f"hamlet-{row.pk}", row) for row in hamlets_for(user)),
    ]


def due_soon(rows: Any) -> Any:
    """Rows due within `SOON_DAYS`."""
    today = timezone.localdate()
    return rows.due_between(today, today + timedelta(days=SOON_DAYS))


class DirectionWorkFilter(WorkFilter):
    """Filter: waiting, due, overdue, replied, late."""

    title = _("việc cần làm")
    works = {
        "cho": (_("Chờ trả lời"), lambda rows, request: rows.waiting()),
        "sap": (_("Sắp đến hạn"), lambda rows, request: due_soon(rows)),
        "qua": (_("Quá hạn"), lambda rows, request: rows.overdue(timezone.localdate())),
        "xem": (
            _("Đã trả lời, chờ ghi nhận"),
            lambda rows, request: rows.filter(state=State.REPLIED),
        ),
        "muon": (_("Đã trả lời, sau hạn"), lambda rows, request: rows.late()),
    }


def timing(row: Direction) -> str:
    """Day of the reply, and how late it was."""
    if row.answered_on is None:
        return ""
    when = f"Trả lời ngày {row.answered_on:%d/%m/%Y}"
    return f"{when}, sau hạn {(row.answered_on - row.due_on).days} ngày" if row.is_late else when


@admin.register(Direction)
class DirectionAdmin(RowAdmin):
    form = DirectionForm
    steps = STEPS
    tones = TONES
    is_written_once = True
    list_display = ["title", "to", "shown_state", "due"]
    list_select_related = ["body", "hamlet", "organisation"]
    list_filter = [
        DirectionWorkFilter, "state", ("body", ScopedRelatedFilter), ("given_on", RangeDateFilter),
    ]  # fmt: skip
    search_fields = ["title"]
    search_help_text = _("Tìm theo việc cần làm")
    day_fields = ("given_on", "due_on")
    fieldsets = [
        (_("Gửi tới"), {"fields": ["recipients"]}),
        (_("Cần làm gì"), {"fields": ["title", "text", "directed_by", "document"]}),
        (_("Thời hạn"), {"fields": ["given_on", "due_on", "post_request"]}),
    ]

    @display(description=_("nơi nhận"))
    def to(self, row: Direction) -> str:
        return row.addressee

    @display(description=_("hạn trả lời"), ordering="due_on")
    def due(self, row: Direction) -> str:
        is_open = row.state in {State.OPEN, State.RETURNED}
        return timing(row) or day_words(row.due_on, timezone.localdate(), is_open=is_open)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        return {"given_on": today, "due_on": today + timedelta(days=7)}

    def save_model(self, request: HttpRequest, obj: Direction, form: Any, change: bool) -> None:
        given = direction.give(obj, to=form.cleaned_data["recipients"], by=request.user)
        obj.pk, obj.given = given[0].pk, len(given)  # type: ignore[attr-defined]  # said after

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        data = f"Đã giao cho {obj.given} nơi. Mỗi nơi trả lời riêng."
        self.message_user(request, data, messages.SUCCESS)
        return redirect("admin:oversight_direction_changelist")

    def more_pages(self) -> dict[str, tuple[Any, ...]]:
        of_reply = "<int:pk>/tra-loi/<int:row_id>/tep/"
        return super().more_pages() | {of_reply: (require_GET(self._reply_file), "reply_file")}

    def _reply_file(
        self, request: HttpRequest, *, site: Any, row: Any, row_id: int
    ) -> HttpResponse:
        reply = row.replies.filter(pk=row_id).first()
        if reply is None:
            raise Http404
        response = uploads.download(reply.file, name=f"tra-loi-{row.pk}-{row_id}")
        audit.record("direction.file_opened", by=request.user, target=row)
        return response

    def page_rows(self, request: HttpRequest) -> Any:
        rows = self.get_queryset(request)
        return rows.select_related("body", "hamlet", "organisation", "document", "commune")

    def content(self, row: Direction, request: HttpRequest) -> RowContent:
        is_open = row.state in {State.OPEN, State.RETURNED}
        return RowContent(
            badge=str(row.get_state_display()),
            tone=TONES[row.state],
            under=row.addressee,
            texts=(("Nội dung chỉ đạo", row.text),),
            facts=(
                ("Gửi tới", row.addressee),
                ("Người chỉ đạo", row.directed_by),
                ("Theo văn bản", str(row.document or "")),
                ("Ngày chỉ đạo", f"{row.given_on:%d/%m/%Y}"),
                ("Hạn trả lời", day_words(row.due_on, timezone.localdate(), is_open=is_open)),
                ("Trả lời", timing(row)),
            ),
            links=self._links(row, request),
            history=tuple(_history(row)),
        )

    def _links(self, row: Direction, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        if row.post_request_id is None or not request.user.has_perm("broadcasts.view_postrequest"):
            return ()
        url = reverse("admin:broadcasts_postrequest_show", args=[row.post_request_id])
        return (("Yêu cầu đăng bài kèm theo", url),)


def _history(row: Direction) -> list[Entry]:
    entries = [
        Entry(event.at, str(event.get_kind_display()), str(event.by), event.note)
        for event in row.events.select_related("by").exclude(kind="replied")
    ]
    for reply in row.replies.select_related("by"):
        entries.append(_reply_entry(row, reply))
    return sorted(entries, key=lambda entry: entry.at)


def _reply_entry(row: Direction, reply: DirectionReply) -> Entry:
    file = ""
    if reply.file:
        file = reverse("admin:oversight_direction_reply_file", args=[row.pk, reply.pk])
    what = "Trả lời (Văn phòng ghi thay theo văn bản giấy)" if reply.is_on_behalf else "Trả lời"
    return Entry(reply.at, what, str(reply.by), reply.text, file)
