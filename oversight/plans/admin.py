"""Admin of plans: drafted by a form; steps are added, issued and followed on the page."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoped_admin.base import (
    ScopedRelatedFilter,
    UnfoldAdminCheckboxSelectMultipleWidget,
    display,
)
from accounts.step_pages.content import Line, RowContent
from accounts.step_pages.declaration import Step, StepForm, reason_form
from oversight.admin_forms import DayField, HomeForm, hamlets_for
from oversight.admin_pages import RowAdmin, day_words
from oversight.direction.querysets import bodies_of
from oversight.plans import services as plans
from oversight.plans.models import Milestone, Plan
from oversight.plans.pages import speaks_for

State = Plan.State
TONES: dict[str, str] = {State.DRAFT: "warn", State.ISSUED: "good", State.CLOSED: ""}
STEP_TONES: dict[str, str] = {"pending": "", "doing": "info", "done": "good", "dropped": ""}
NO_BODY = (
    "Tài khoản này chưa gắn với cơ quan nào. Hãy nhờ Văn phòng Đảng ủy mở mục Cơ quan và ghi tài "
    "khoản vào cơ quan của mình."
)


class WorkForm(StepForm):
    what = forms.CharField(label=_("Việc"), max_length=300)
    responsible = forms.CharField(
        label=_("Chủ trì"), max_length=150,
        help_text=_("Đơn vị hoặc chức danh, ví dụ: Trưởng ấp. Không ghi tên người."),
    )  # fmt: skip
    due_on = DayField(label=_("Hạn"), required=False, help_text=_("Để trống là việc thường xuyên."))


class OneWorkForm(WorkForm):
    hamlet: Any = forms.ModelChoiceField(
        label=_("Ấp, khu phố"), queryset=None, required=False, empty_label=_("Toàn xã")
    )

    def prepare(self, row: Plan, user: Any) -> None:
        self.fields["hamlet"].queryset = hamlets_for(user)  # type: ignore[attr-defined]


class IssueForm(StepForm):
    number = forms.CharField(
        label=_("Số, ký hiệu"), max_length=60, help_text=_("Ví dụ: 12/KH-UBND.")
    )
    issued_on = DayField(label=_("Ngày ban hành"))
    signed_by = forms.CharField(
        label=_("Người ký"), max_length=150, help_text=_("Chức danh, họ tên như trên văn bản.")
    )


class ClosePlanForm(StepForm):
    text = forms.CharField(
        label=_("Kết quả, hoặc lý do khép lại"), max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    replaced_by: Any = forms.ModelChoiceField(
        label=_("Thay bằng kế hoạch"), queryset=None, required=False, empty_label=_("Không thay")
    )

    def prepare(self, row: Plan, user: Any) -> None:
        others = Plan.objects.visible_to(user).filter(body=row.body_id)
        field: Any = self.fields["replaced_by"]
        field.queryset = others.exclude(pk=row.pk).exclude(state=State.DRAFT)


def _is_draft_of(row: Plan, user: Any) -> bool:
    return row.state == State.DRAFT and plans.is_keeper(row, user)


def _add(row: Plan, by: Any, data: Any) -> None:
    """Add a step in the chosen place; a form without a choice means every hamlet."""
    hamlets = [data["hamlet"]] if "hamlet" in data else list(hamlets_for(by))
    plans.add_steps(
        row, data["what"], responsible=data["responsible"], due_on=data["due_on"], by=by,
        hamlets=hamlets,
    )  # fmt: skip


STEPS = {
    "them-viec": Step(
        "Thêm việc", "Đã thêm việc.", _add, _is_draft_of, OneWorkForm, tone="primary",
    ),
    "moi-ap": Step(
        "Thêm việc cho mọi ấp, khu phố", "Đã thêm việc này cho các ấp, khu phố chưa có.",
        _add, _is_draft_of, WorkForm,
    ),
    "ban-hanh": Step(
        "Ghi đã ban hành", "Đã ghi ban hành. Các ấp, khu phố thấy việc của mình.",
        lambda row, by, data: plans.issue(row, by=by, **data), _is_draft_of, IssueForm,
    ),
    "khep-lai": Step(
        "Khép lại kế hoạch", "Đã khép lại kế hoạch.",
        lambda row, by, data: plans.close(
            row, data["text"], by=by, replaced_by=data["replaced_by"]
        ),
        lambda row, user: row.state == State.ISSUED and plans.is_keeper(row, user),
        ClosePlanForm,
    ),
    "xoa-du-thao": Step(
        "Xóa dự thảo", "Đã xóa dự thảo.",
        lambda row, by, data: plans.drop_draft(row, by=by, **data), _is_draft_of, reason_form(),
        tone="danger",
    ),
}  # fmt: skip


class PlanForm(HomeForm):
    class Meta:
        model = Plan
        fields = [
            "body", "subject", "starts_on", "ends_on", "purposes", "targets", "duties", "bases",
        ]  # fmt: skip

    def refusals(self) -> dict[str, list[str]]:
        return plans.refusals(self.instance)


class PlanYearFilter(admin.SimpleListFilter):
    """Filter by a year of the plan."""

    title = _("năm")
    parameter_name = "nam"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        year = timezone.localdate().year
        return [(str(one), str(one)) for one in range(year + 1, year - 4, -1)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        if not asked or not asked.isdecimal() or not 1900 < int(asked) < 2200:
            return queryset
        first, last = date(int(asked), 1, 1), date(int(asked), 12, 31)
        return queryset.filter(starts_on__lte=last, ends_on__gte=first)


@admin.register(Plan)
class PlanAdmin(RowAdmin):
    form = PlanForm
    steps = STEPS
    tones = TONES
    ordering = ["-starts_on", "-pk"]  # the counts below drop the order of the model
    list_display = ["subject", "body", "shown_years", "shown_state", "progress"]
    list_select_related = ["body"]
    list_filter = ["state", ("body", ScopedRelatedFilter), PlanYearFilter]
    search_fields = ["subject"]
    search_help_text = _("Tìm theo nội dung kế hoạch")
    day_fields = ("starts_on", "ends_on")
    filter_horizontal = ()
    fieldsets = [
        (_("Kế hoạch gì"), {"fields": ["body", "subject", "starts_on", "ends_on", "bases"]}),
        (_("Nội dung"), {"fields": ["purposes", "targets", "duties"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        open_steps = Q(milestones__state__in=("pending", "doing", "done"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                steps=Count("milestones", filter=open_steps),
                steps_done=Count("milestones", filter=Q(milestones__state="done")),
            )
        )

    @display(description=_("năm"), ordering="starts_on")
    def shown_years(self, row: Plan) -> str:
        return row.years

    @display(description=_("việc đã xong"))
    def progress(self, row: Any) -> str:
        return f"{row.steps_done}/{row.steps}"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "body":
            field.queryset = bodies_of(request.user).filter(is_active=True)
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Checkboxes: a multiple select needs the Ctrl key, which phones lack."""
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        own = list(bodies_of(request.user).filter(is_active=True)[:2])
        first = {"body": own[0].pk} if len(own) == 1 else {}
        return first | {"starts_on": today, "ends_on": date(today.year, 12, 31)}

    def not_yet(self, request: HttpRequest) -> str:
        return "" if bodies_of(request.user).filter(is_active=True).exists() else NO_BODY

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or _is_draft_of(obj, request.user))

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        verb = plans.change if change else plans.draft
        verb(obj, by=request.user)

    def page_rows(self, request: HttpRequest) -> Any:
        return Plan.objects.visible_to(request.user).select_related(
            "body", "commune", "created_by", "replaced_by"
        )

    def content(self, row: Plan, request: HttpRequest) -> RowContent:
        issued = f"{row.number}, ngày {row.issued_on:%d/%m/%Y}" if row.issued_on else ""
        closed = f"{row.closed_on:%d/%m/%Y}" if row.closed_on else ""
        bases = [f"{one} ({one.standing_on(row.starts_on).label})" for one in row.bases.all()]
        lines = tuple(_lines(row))
        return RowContent(
            badge=str(row.get_state_display()),
            tone=TONES[row.state],
            under=f"{row.body}, {row.years}",
            texts=(
                ("Mục đích, yêu cầu", row.purposes), ("Chỉ tiêu", row.targets),
                ("Tổ chức thực hiện", row.duties), ("Kết quả, lý do khép lại", row.close_note),
            ),
            facts=(
                ("Cơ quan ban hành", str(row.body)),
                ("Thời gian", f"{row.starts_on:%d/%m/%Y} – {row.ends_on:%d/%m/%Y}"),
                ("Ban hành", issued), ("Người ký", row.signed_by),
                ("Căn cứ", "; ".join(bases)), ("Khép lại ngày", closed),
                ("Thay bằng", str(row.replaced_by or "")),
            ),
            links=(("In kế hoạch", reverse("admin:oversight_plan_sheet", args=[row.pk])),),
            exports=(
                (("Tải kế hoạch (Word)", reverse("admin:oversight_plan_word", args=[row.pk])),)
                if speaks_for(cast("User", request.user), row)
                else ()
            ),
            list_title=f"Việc trong kế hoạch ({len(lines)})",
            lines=lines,
        )  # fmt: skip


def _lines(row: Plan) -> list[Line]:
    today = timezone.localdate()
    steps = row.milestones.select_related("hamlet")
    return [
        Line(
            step.what,
            reverse("admin:oversight_milestone_show", args=[step.pk]),
            str(step.get_state_display()),
            STEP_TONES[step.state],
            f"{step.place}. {step.responsible}. {step_timing(step, today)}",
        )
        for step in steps
    ]


def step_timing(step: Milestone, today: date) -> str:
    """`Hạn 30/11/2026, còn 4 ngày`, or the day on which it was done."""
    if step.done_on is not None:
        late = ", sau hạn" if step.is_late else ""
        return f"Xong ngày {step.done_on:%d/%m/%Y}{late}"
    if step.due_on is None:
        return "Thường xuyên"
    is_open = step.state in {Milestone.State.PENDING, Milestone.State.DOING}
    return "Hạn " + day_words(step.due_on, today, is_open=is_open)
