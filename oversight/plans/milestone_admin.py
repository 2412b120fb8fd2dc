"""Admin of the steps of plans."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedRelatedFilter, display, nobody_may
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.services import NotAllowed
from accounts.step_pages.content import Entry, RowContent
from accounts.step_pages.declaration import Step, StepForm, reason_form, text_form
from oversight.admin_forms import DayField
from oversight.admin_pages import RowAdmin
from oversight.direction.admin import due_soon
from oversight.input_checks import page_of
from oversight.plans import services as plans
from oversight.plans.admin import STEP_TONES, step_timing
from oversight.plans.models import Milestone, Plan

State = Milestone.State


class DoneForm(StepForm):
    done_on = DayField(label=_("Xong ngày"))
    evidence = forms.CharField(
        label=_("Kết quả, minh chứng"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    link = forms.CharField(
        label=_("Trang minh chứng"), max_length=200, required=False,
        help_text=_("Chép từ thanh địa chỉ. Không nhận trang của phản ánh."),
    )  # fmt: skip

    def prepare(self, row: Milestone, user: Any) -> None:
        self.fields["done_on"].initial = timezone.localdate()

    def clean_link(self) -> str:
        """Cut a copied address down to the page."""
        try:
            return page_of(self.cleaned_data["link"])
        except NotAllowed as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def _may(row: Milestone, user: Any, *states: str) -> bool:
    is_in_force = row.plan.state == Plan.State.ISSUED
    return is_in_force and row.state in states and plans.may_report(row, user)


def _keeps(row: Milestone, user: Any, *states: str) -> bool:
    is_in_force = row.plan.state == Plan.State.ISSUED
    return is_in_force and row.state in states and plans.is_keeper(row.plan, user)


OPEN = (State.PENDING, State.DOING)
STEPS = {
    "xong-hom-nay": Step(
        "Xong hôm nay", "Đã ghi xong hôm nay.",
        lambda row, by, data: plans.finish(row, done_on=timezone.localdate(), by=by),
        lambda row, user: _may(row, user, *OPEN), tone="primary",
    ),
    "bat-dau": Step(
        "Bắt đầu làm", "Đã ghi đang làm.",
        lambda row, by, data: plans.begin(row, by=by),
        lambda row, user: _may(row, user, State.PENDING),
    ),
    "xong": Step(
        "Xong ngày khác, kèm minh chứng", "Đã ghi xong.",
        lambda row, by, data: plans.finish(row, by=by, **data),
        lambda row, user: _may(row, user, *OPEN), DoneForm,
    ),
    "bao-tien-do": Step(
        "Báo tiến độ", "Đã ghi tiến độ.",
        lambda row, by, data: plans.report(row, data["text"], by=by),
        lambda row, user: _may(row, user, *OPEN), text_form("Đang đến đâu"),
    ),
    "khong-lam": Step(
        "Không làm việc này", "Đã ghi không làm, kèm lý do.",
        lambda row, by, data: plans.drop(row, data["text"], by=by),
        lambda row, user: _keeps(row, user, *OPEN), text_form("Lý do", rows=3),
    ),
    "lam-lai": Step(
        "Mở lại", "Đã mở lại việc này.",
        lambda row, by, data: plans.reopen(row, data["text"], by=by),
        lambda row, user: _keeps(row, user, State.DONE, State.DROPPED),
        text_form("Lý do", rows=3),
    ),
    "bo-viec": Step(
        "Bỏ khỏi dự thảo", "Đã bỏ khỏi dự thảo.",
        lambda row, by, data: plans.remove_step(row, by=by, **data),
        lambda row, user: row.plan.state == Plan.State.DRAFT and plans.is_keeper(row.plan, user),
        reason_form(), tone="danger",
    ),
}  # fmt: skip


class StepWorkFilter(WorkFilter):
    """Filter: open, due, overdue, late."""

    title = _("việc cần làm")
    works = {
        "mo": (_("Chưa xong"), lambda rows, request: rows.open()),
        "sap": (_("Sắp đến hạn"), lambda rows, request: due_soon(rows)),
        "qua": (_("Quá hạn"), lambda rows, request: rows.overdue(timezone.localdate())),
        "muon": (_("Xong sau hạn"), lambda rows, request: rows.late()),
    }


@admin.register(Milestone)
class MilestoneAdmin(RowAdmin):
    steps = STEPS
    tones = STEP_TONES
    is_written_once = True
    list_display = ["what", "where", "responsible", "shown_state", "due"]
    list_select_related = ["hamlet", "plan"]
    list_filter = [StepWorkFilter, "state", ("plan", ScopedRelatedFilter)]
    search_fields = ["what"]
    search_help_text = _("Tìm theo việc")
    fields = ["what", "responsible"]

    @display(description=_("nơi làm"), ordering="hamlet")
    def where(self, row: Milestone) -> str:
        return row.place

    @display(description=_("hạn"), ordering="due_on")
    def due(self, row: Milestone) -> str:
        return step_timing(row, timezone.localdate())

    has_add_permission = nobody_may  # steps are added on the page of their plan

    def page_rows(self, request: HttpRequest) -> Any:
        return self.get_queryset(request).select_related("plan__body", "plan__commune", "hamlet")

    def content(self, row: Milestone, request: HttpRequest) -> RowContent:
        links = []
        if row.evidence_link:
            links.append(("Trang minh chứng", row.evidence_link))
        if Plan.objects.visible_to(request.user).filter(pk=row.plan_id).exists():
            links.append(("Kế hoạch", reverse("admin:oversight_plan_show", args=[row.plan_id])))
        reports = row.reports.select_related("by")
        return RowContent(
            badge=str(row.get_state_display()),
            tone=STEP_TONES[row.state],
            under=row.place,
            texts=(("Kết quả, minh chứng", row.evidence), ("Lý do không làm", row.drop_reason)),
            facts=(
                ("Trong kế hoạch", str(row.plan)), ("Của", str(row.plan.body)),
                ("Nơi làm", row.place), ("Chủ trì", row.responsible),
                ("Thời hạn", step_timing(row, timezone.localdate())),
            ),
            links=tuple(links),
            history=tuple(
                Entry(one.at, str(one.get_kind_display()), str(one.by), one.text) for one in reports
            ),
        )  # fmt: skip
