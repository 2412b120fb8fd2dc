"""Admin of jobs: given on a short form, ended on their pages."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import display
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.step_pages.content import Entry, RowContent
from accounts.step_pages.declaration import Step, StepForm, text_form
from groups.admin_mixins import DayInput
from oversight.admin_forms import DayField, HomeForm
from oversight.admin_pages import LABELS, RowAdmin, day_words
from oversight.input_checks import blocked_fields
from oversight.jobs import services as jobs
from oversight.jobs.models import Job
from oversight.jobs.querysets import doers_for, with_hamlets

State = Job.State
NOT_SEEN = _("Đã giao")
DUE = _("Hạn: hết ngày")
TONES: dict[str, str] = {
    State.OPEN: "info", State.DONE: "good", State.RETURNED: "warn", State.CANCELLED: "",
}  # fmt: skip
NOBODY = "Chưa có ai để giao việc: ấp của đồng chí chưa có trưởng ấp, khu phố dùng cổng."


class AgainForm(StepForm):
    text = forms.CharField(
        label=_("Cần làm gì thêm"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = DayField(label=DUE)


def state_words(row: Job) -> str:
    """The state of a job; one that its doer has not opened is not being done yet."""
    is_new = row.state == State.OPEN and row.seen_at is None
    return str(NOT_SEEN if is_new else row.get_state_display())


def _leads(row: Job, user: Any, to: str) -> bool:
    return to in Job.TRANSITIONS[row.state] and jobs.is_giver(row, user)


STEPS = {
    "xong": Step(
        "Đã xong", "Đã ghi xong. Người giao đọc được ngay.",
        lambda row, by, data: jobs.finish(row, data["text"], by=by), jobs.is_doer,
        text_form("Đã làm gì, kết quả ra sao", rows=3, longest=1000, missing="Hãy ghi đã làm gì."),
        states=(State.OPEN,), tone="primary",
    ),
    "tra-lai": Step(
        "Trả lại", "Đã trả lại cho người giao.",
        lambda row, by, data: jobs.give_back(row, data["text"], by=by), jobs.is_doer,
        text_form("Vì sao trả lại", rows=3, longest=1000, missing="Hãy ghi vì sao trả lại."),
        states=(State.OPEN,),
    ),
    "giao-lai": Step(
        "Giao lại", "Đã giao lại.",
        lambda row, by, data: jobs.give_again(row, data["text"], due_on=data["due_on"], by=by),
        lambda row, user: _leads(row, user, State.OPEN), AgainForm,
    ),
    "huy": Step(
        "Hủy việc này", "Đã hủy.",
        lambda row, by, data: jobs.cancel(row, data["text"], by=by),
        lambda row, user: _leads(row, user, State.CANCELLED),
        text_form("Vì sao hủy", rows=2, longest=1000, missing="Hãy ghi vì sao hủy."),
        tone="danger",
    ),
}  # fmt: skip


class DoerChoice(forms.ModelChoiceField):
    """Accounts by name, office and the hamlets that they cover today, which tell officers apart."""

    def label_from_instance(self, user: Any) -> str:
        officer = getattr(user, "officer", None)
        if officer is None:
            return str(user)
        places = ", ".join(str(one.hamlet) for one in officer.covers_today)
        return f"{officer} – {places}" if places else str(officer)


class JobForm(HomeForm):
    doer = DoerChoice(queryset=None, label=_("Giao cho"), empty_label=_("– chọn –"))

    class Meta:
        model = Job
        fields = ["doer", "title", "text", "due_on"]
        widgets = {"due_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "due_on" in self.fields:  # the admin's own field for days takes no label of Meta
            self.fields["due_on"].label = DUE
        if "doer" in self.fields:
            self.fields["doer"].queryset = with_hamlets(doers_for(self.reader))
            self.fields["doer"].widget.attrs["class"] = "by-input max-w-2xl"

    def refusals(self) -> dict[str, list[str]]:
        return blocked_fields(self.instance, ("title", "text"))


class JobFilter(WorkFilter):
    """Jobs to do, jobs given."""

    title = _("việc cần làm")
    works = {
        "lam": (_("Tôi phải làm"), lambda rows, request: rows.to_do().filter(doer=request.user)),
        "giao": (_("Tôi giao, chưa xong"),
                 lambda rows, request: rows.to_do().filter(given_by=request.user)),
        "xem": (_("Trả lại hoặc quá hạn"),
                lambda rows, request: rows.to_look_after(timezone.localdate())),
    }  # fmt: skip


@admin.register(Job)
class JobAdmin(RowAdmin):
    form = JobForm
    steps = STEPS
    tones = TONES
    is_written_once = True
    add_words = "Giao việc"
    list_display = ["title", "doer", "given_by", "shown_state", "due"]
    list_select_related = ["doer", "given_by"]
    list_filter = [JobFilter, "state"]
    search_fields = ["title"]
    search_help_text = _("Tìm theo việc cần làm")
    day_fields = ("due_on",)
    fields = ["doer", "title", "text", "due_on"]

    @display(description=_("hạn"), ordering="due_on")
    def due(self, row: Job) -> str:
        return day_words(row.due_on, timezone.localdate(), is_open=row.state == State.OPEN)

    @display(description=_("tình trạng"), label=LABELS)
    def shown_state(self, row: Job) -> tuple[str, str]:
        return self.tones[row.state], state_words(row)

    def not_yet(self, request: HttpRequest) -> str:
        return "" if doers_for(request.user).exists() else NOBODY

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"due_on": timezone.localdate() + timedelta(days=3)}

    def save_model(self, request: HttpRequest, obj: Job, form: Any, change: bool) -> None:
        jobs.give(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        self.message_user(request, f"Đã giao việc cho {obj.doer}.", messages.SUCCESS)
        return redirect(self.page_of(obj))

    def page_rows(self, request: HttpRequest) -> Any:
        return self.get_queryset(request).select_related("doer", "given_by", "commune")

    def content(self, row: Job, request: HttpRequest) -> RowContent:
        jobs.note_seen(row, by=request.user)
        seen = f"{timezone.localtime(row.seen_at):%H:%M %d/%m/%Y}" if row.seen_at else "Chưa xem"
        events = row.events.select_related("by")
        return RowContent(
            badge=state_words(row),
            tone=TONES[row.state],
            texts=(("Nói rõ thêm", row.text),),
            facts=(
                ("Người làm", str(row.doer)), ("Người giao", str(row.given_by)),
                (str(DUE), self.due(row)), ("Người làm xem lúc", seen),
            ),
            history=tuple(
                Entry(one.at, str(one.get_kind_display()), str(one.by), one.note) for one in events
            ),
        )  # fmt: skip
