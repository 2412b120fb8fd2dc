"""Admin of proposals to the Party Committee: sent by a form, answered on their page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import RangeDateFilter, UnfoldAdminSelectWidget, display
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.step_pages.content import Entry, RowContent
from accounts.step_pages.declaration import Step, reason_form, text_form
from oversight.admin_forms import HomeForm
from oversight.admin_pages import RowAdmin
from oversight.direction import services as direction
from oversight.direction.models import Proposal
from oversight.direction.services import side_of
from oversight.input_checks import blocked_fields

State = Proposal.State
TONES: dict[str, str] = {State.SENT: "warn", State.ANSWERED: "good", State.WITHDRAWN: ""}
NO_SENDER = (
    "Tài khoản này chưa gắn với cơ quan hoặc ấp, khu phố nào nên chưa gửi kiến nghị được. Hãy nhờ "
    "Văn phòng Đảng ủy hoặc Công an xã ghi giúp."
)


def _is_own(row: Proposal, user: Any) -> bool:
    own = user.has_perm("oversight.add_proposal")
    return own and Proposal.objects.spoken_for_by(user).filter(pk=row.pk).exists()


STEPS = {
    "tra-loi": Step(
        "Trả lời kiến nghị", "Đã trả lời. Nơi gửi đọc được ngay.",
        lambda row, by, data: direction.answer(row, data["text"], by=by),
        lambda row, user: row.state == State.SENT and user.has_perm("oversight.answer_proposal"),
        text_form("Trả lời của Đảng ủy", rows=5), tone="primary",
    ),
    "rut": Step(
        "Rút kiến nghị", "Đã rút kiến nghị.",
        lambda row, by, data: direction.withdraw(row, by=by, **data),
        lambda row, user: row.state == State.SENT and _is_own(row, user), reason_form("Vì sao rút"),
    ),
}  # fmt: skip


class ProposalForm(HomeForm):
    sender = forms.ChoiceField(label=_("Nơi kiến nghị"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Proposal
        fields = ["title", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = direction.senders_of(self.reader) if self.reader is not None else []
        self.offered = {f"{side_of(row)}-{row.pk}": row for row in rows}
        if "sender" in self.fields:
            choices = [(key, str(row)) for key, row in self.offered.items()]
            # No default among several: it could be sent in a wrong name.
            first = [("", _("Chọn nơi kiến nghị"))] if len(choices) > 1 else []
            self.fields["sender"].choices = [*first, *choices]  # type: ignore[attr-defined]

    def clean_sender(self) -> Any:
        return self.offered[self.cleaned_data["sender"]]

    def refusals(self) -> dict[str, list[str]]:
        return blocked_fields(self.instance, direction.PROPOSAL_TEXTS)


class ProposalWorkFilter(WorkFilter):
    title = _("việc cần làm")
    works = {"cho": (_("Chờ trả lời"), lambda rows, request: rows.waiting())}


@admin.register(Proposal)
class ProposalAdmin(RowAdmin):
    form = ProposalForm
    steps = STEPS
    tones = TONES
    is_written_once = True
    list_display = ["title", "sender", "shown_state", "sent_at"]
    list_select_related = ["body", "hamlet", "organisation"]
    list_filter = [ProposalWorkFilter, "state", ("sent_at", RangeDateFilter)]
    search_fields = ["title"]
    search_help_text = _("Tìm theo việc kiến nghị")
    fieldsets = [(_("Kiến nghị"), {"fields": ["sender", "title", "text"]})]

    @display(description=_("nơi kiến nghị"))
    def sender(self, row: Proposal) -> str:
        return row.addressee

    def not_yet(self, request: HttpRequest) -> str:
        return "" if direction.senders_of(request.user) else NO_SENDER

    def save_model(self, request: HttpRequest, obj: Proposal, form: Any, change: bool) -> None:
        direction.send(obj, sender=form.cleaned_data["sender"], by=request.user)

    def page_rows(self, request: HttpRequest) -> Any:
        rows = self.get_queryset(request)
        return rows.select_related("body", "hamlet", "organisation", "sent_by", "answered_by")

    def content(self, row: Proposal, request: HttpRequest) -> RowContent:
        sent = timezone.localtime(row.sent_at)
        history = [Entry(row.sent_at, "Gửi kiến nghị", str(row.sent_by))]
        if row.answered_at is not None:
            history.append(Entry(row.answered_at, "Trả lời", str(row.answered_by), row.answer))
        return RowContent(
            badge=str(row.get_state_display()),
            tone=TONES[row.state],
            under=row.addressee,
            texts=(("Nội dung kiến nghị", row.text), ("Trả lời của Đảng ủy", row.answer)),
            facts=(("Nơi kiến nghị", row.addressee), ("Gửi lúc", f"{sent:%H:%M %d/%m/%Y}")),
            history=tuple(history),
        )
