"""Admin of directions: each replied to and settled on its page."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    RangeDateFilter,
    ScopedRelatedFilter,
    display,
    nobody_may,
)
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.step_pages.content import Entry, RowContent
from accounts.step_pages.declaration import Step, StepForm
from accounts.step_pages.pages import StepPage
from broadcasts.requests.services import prepare_attachment
from documents import uploads
from oversight.admin_forms import DayField
from oversight.admin_pages import RowAdmin, day_words
from oversight.direction import services as direction
from oversight.direction.models import Direction, DirectionReply
from oversight.direction.rounds import services as rounds
from oversight.direction.rounds.models import LARGEST, AskedNumber, DirectionRound
from vietnamese.text import grouped

State = Direction.State
TONES: dict[str, str] = {
    State.OPEN: "warn", State.REPLIED: "info", State.RETURNED: "warn", State.ACCEPTED: "good",
    State.CLOSED: "",
}  # fmt: skip
SOON_DAYS = 3


def prepared(handed_in: Any) -> Any:
    """Check an uploaded file for secrecy marks. Raises ValidationError."""
    return prepare_attachment(handed_in) if isinstance(handed_in, UploadedFile) else handed_in


NUMBER = "so-"


def _number_field(asked: AskedNumber) -> forms.IntegerField:
    return forms.IntegerField(
        label=str(asked), min_value=0, max_value=LARGEST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "Hãy ghi số. Không có thì ghi 0."},
    )  # fmt: skip


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

    def prepare(self, row: Any, user: Any) -> None:
        """The asked numbers stand first; with them, words are not needed."""
        asked = list(row.round.asked.all()) if row is not None else []
        if not asked:
            return
        self.fields["text"].required = False
        self.fields["text"].widget.attrs["rows"] = 2
        self.fields["text"].label = _("Nói rõ thêm")
        numbers = {f"{NUMBER}{one.pk}": _number_field(one) for one in asked}
        self.fields = numbers | self.fields

    def clean_file(self) -> Any:
        return prepared(self.cleaned_data["file"])

    @staticmethod
    def numbers_in(data: Mapping[str, Any]) -> dict[int, int]:
        """The numbers of cleaned data, by the keys of `AskedNumber`."""
        return {
            int(name.removeprefix(NUMBER)): value
            for name, value in data.items()
            if name.startswith(NUMBER)
        }


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


STEPS = {
    "tra-loi": Step(
        "Trả lời", "Đã ghi trả lời. Nơi ra chỉ đạo đọc được ngay.",
        lambda row, by, data: direction.reply(
            row, data["text"], by=by, file=data["file"], numbers=ReplyForm.numbers_in(data)
        ),
        lambda row, user: State.REPLIED in Direction.TRANSITIONS[row.state]
        and direction.may_reply(row, user),
        ReplyForm, tone="primary", button="Gửi trả lời",
    ),
    "ghi-nhan": Step(
        "Ghi nhận", "Đã ghi nhận trả lời.",
        lambda row, by, data: direction.accept(row, by=by),
        lambda row, user: row.state == State.REPLIED and direction.settles(row, user),
        tone="primary",
    ),
    "tra-lai": Step(
        "Đề nghị trả lời thêm", "Đã trả lại, kèm hạn mới.",
        lambda row, by, data: direction.return_for_more(
            row, data["text"], due_on=data["due_on"], by=by
        ),
        lambda row, user: row.state == State.REPLIED and direction.settles(row, user),
        ReturnForm, is_rare=True,
    ),
    "nhac": Step(
        "Nhắc trả lời", "Đã nhắc. Nơi nhận được báo ngay.",
        lambda row, by, data: rounds.remind(row, by=by),
        lambda row, user: row.state in {State.OPEN, State.RETURNED}
        and direction.settles(row, user),
    ),
    "khep-lai": Step(
        "Khép lại", "Đã khép lại chỉ đạo.",
        lambda row, by, data: direction.close(row, by=by, text=data["text"]),
        lambda row, user: State.CLOSED in Direction.TRANSITIONS[row.state]
        and direction.settles(row, user),
        CloseForm, is_rare=True,
    ),
}  # fmt: skip


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
    has_add_permission = nobody_may  # a direction is given as a round

    @property
    def page(self) -> StepPage:
        return replace(super().page, opens_first=True)

    @display(description=_("nơi nhận"))
    def to(self, row: Direction) -> str:
        return row.addressee

    @display(description=_("hạn trả lời"), ordering="due_on")
    def due(self, row: Direction) -> str:
        is_open = row.state in {State.OPEN, State.RETURNED}
        return timing(row) or day_words(row.due_on, timezone.localdate(), is_open=is_open)

    def more_pages(self) -> dict[str, tuple[Any, ...]]:
        of_reply = "<int:pk>/tra-loi/<int:row_id>/tep/"
        sent = "<int:pk>/kem-theo/<int:row_id>/tep/"
        return super().more_pages() | {
            of_reply: (require_GET(self._reply_file), "reply_file"),
            sent: (require_GET(self._sent_file), "sent_file"),
        }

    def _sent_file(self, request: HttpRequest, *, site: Any, row: Any, row_id: int) -> HttpResponse:
        return sent_file(row.round, row_id, by=request.user)

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
        return rows.select_related("body", "hamlet", "organisation", "document", "commune", "round")

    def content(self, row: Direction, request: HttpRequest) -> RowContent:
        is_open = row.state in {State.OPEN, State.RETURNED}
        return RowContent(
            badge=str(row.get_state_display()),
            tone=TONES[row.state],
            under=row.addressee,
            texts=(("Nội dung chỉ đạo", row.text),),
            facts=(
                ("Gửi tới", row.addressee),
                ("Nơi ra chỉ đạo", str(row.round.get_issuer_display())),
                ("Người chỉ đạo", row.directed_by),
                ("Theo văn bản", str(row.document or "")),
                ("Ngày chỉ đạo", f"{row.given_on:%d/%m/%Y}"),
                ("Hạn trả lời", day_words(row.due_on, timezone.localdate(), is_open=is_open)),
                ("Trả lời", timing(row)),
                ("Số cần báo", "\n".join(map(str, row.round.asked.all()))),
            ),
            links=self._links(row, request),
            history=tuple(_history(row)),
        )

    def _links(self, row: Direction, request: HttpRequest) -> tuple[tuple[str, str], ...]:
        user: Any = request.user
        links = [
            (
                f"Tải {one.name}",
                reverse("admin:oversight_direction_sent_file", args=[row.pk, one.pk]),
            )
            for one in row.round.files.all()
        ]
        if DirectionRound.objects.visible_to(user).filter(pk=row.round_id).exists():
            show = reverse("admin:oversight_directionround_show", args=[row.round_id])
            links.append(("Xem cả đợt chỉ đạo", show))
        if row.post_request_id is not None and user.has_perm("broadcasts.view_postrequest"):
            url = reverse("admin:broadcasts_postrequest_show", args=[row.post_request_id])
            links.append(("Yêu cầu đăng bài kèm theo", url))
        return tuple(links)


def sent_file(given: DirectionRound, pk: int, *, by: Any) -> HttpResponse:
    """A file sent with a round, as a download. Raises Http404."""
    sent = given.files.filter(pk=pk).first()
    if sent is None:
        raise Http404
    response = uploads.download(sent.file, name=f"chi-dao-{given.pk}-{pk}")
    audit.record("directionround.file_opened", by=by, target=given, commune=given.commune)
    return response


def _history(row: Direction) -> list[Entry]:
    entries = [
        Entry(event.at, str(event.get_kind_display()), str(event.by), event.note)
        for event in row.events.select_related("by").exclude(kind="replied")
    ]
    for reply in row.replies.select_related("by").prefetch_related("numbers__asked"):
        entries.append(_reply_entry(row, reply))
    return sorted(entries, key=lambda entry: entry.at)


def _reply_entry(row: Direction, reply: DirectionReply) -> Entry:
    file = ""
    if reply.file:
        file = reverse("admin:oversight_direction_reply_file", args=[row.pk, reply.pk])
    what = "Trả lời (Văn phòng ghi thay theo văn bản giấy)" if reply.is_on_behalf else "Trả lời"
    numbers = [
        f"{one.asked.label}: {grouped(one.value)} {one.asked.unit}" for one in reply.numbers.all()
    ]
    return Entry(reply.at, what, str(reply.by), "\n".join([*numbers, reply.text]), file)
