"""Admin of safety checklists: one page to tick lines, file evidence and record the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.scoped_admin.base import ScopedModelAdmin, ScopedRelatedFilter, display
from accounts.scoped_admin.mixins import NOT_CHOSEN
from accounts.scoped_admin.pages import own_pages
from accounts.services import NotAllowed
from accounts.step_pages.declaration import Step, StepForm
from accounts.step_pages.pages import StepPage
from oversight.admin_forms import AtHome, DayField
from oversight.admin_pages import ShownOnItsPage, new_page
from oversight.checklists import forms as checklists_forms
from oversight.checklists import services as checklists
from oversight.checklists.models import (
    ChecklistEvidence,
    ChecklistItem,
    SafetyChecklist,
    SafetyCriterion,
)

VIEW = "oversight.view_safetychecklist"
DECIDE = "oversight.decide_safetychecklist"
PREFIX = "oversight_safetychecklist"
TONES = {"": "info", "yes": "success", "no": "warning"}


class RegisterForm(StepForm):
    on = DayField(label="Đăng ký ngày")
    paper = forms.CharField(
        label="Bản đăng ký số", max_length=60, required=False, help_text="Ví dụ: 03/ĐK-AĐ."
    )


class PaperForm(checklists_forms.EvidenceForm):
    kind = forms.ChoiceField(
        label="Loại tài liệu", choices=[NOT_CHOSEN, *ChecklistEvidence.Kind.choices]
    )
    item = forms.ModelChoiceField(
        ChecklistItem.objects.none(), label="Cho dòng", required=False, empty_label="Cả bảng kiểm"
    )

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["item"].queryset = row.items.filter(is_tick_only=False)  # type: ignore[attr-defined]


class DecisionForm(StepForm):
    is_recognised = forms.TypedChoiceField(
        label="Văn bản ghi", choices=[("", "Chọn theo văn bản"), ("co", "Công nhận"),
                                      ("khong", "Không công nhận")],
        coerce=lambda data: data == "co",
    )  # fmt: skip
    number = forms.CharField(label="Số văn bản", max_length=60)
    on = DayField(label="Ngày văn bản")


def _may_change(row: SafetyChecklist, user: Any) -> bool:
    return row.is_recognised is None and user.has_perm("oversight.change_safetychecklist")


def _file(row: SafetyChecklist, by: Any, data: Mapping[str, Any]) -> None:
    evidence = ChecklistEvidence(checklist=row, **{**data, "file": data["file"] or ""})
    checklists.add_evidence(evidence, by=by)


STEPS = {
    "dang-ky": Step(
        "Ghi đăng ký", "Đã ghi ngày đăng ký.",
        lambda row, by, data: checklists.register(
            row, by=by, on=data["on"], number=data["paper"]
        ),
        lambda row, user: row.registered_on is None and _may_change(row, user), RegisterForm,
    ),
    "tai-lieu": Step(
        "Thêm tài liệu", "Đã thêm tài liệu.", _file, _may_change, PaperForm,
        hint="Bản đăng ký, tờ trình, báo cáo, biên bản: tải tệp hoặc ghi số hồ sơ giấy.",
    ),
    "ket-qua": Step(
        "Ghi kết quả theo văn bản", "Đã ghi kết quả theo văn bản.",
        lambda row, by, data: checklists.decide(row, by=by, **data),
        lambda row, user: row.is_recognised is None and user.has_perm(DECIDE), DecisionForm,
        hint="Chỉ chép lại văn bản của cấp có thẩm quyền. Ghi rồi thì bảng kiểm không sửa nữa.",
    ),
    "van-ban-khac": Step(
        "Ghi lại kết quả", "Đã ghi lại kết quả theo văn bản.",
        lambda row, by, data: checklists.decide(row, by=by, is_another=True, **data),
        lambda row, user: row.is_recognised is not None and user.has_perm(DECIDE), DecisionForm,
        is_rare=True,
        hint="Chỉ dùng khi chép sai hoặc có văn bản mới thay văn bản trên.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line on the page: stored item, values of its fields, refusal."""

    item: ChecklistItem
    answer: str
    note: str
    refusal: str = ""


def _show(request: HttpRequest, row: SafetyChecklist) -> dict[str, Any]:
    items = list(row.items.select_related("answered_by"))
    papers = row.evidence.select_related("item").order_by("on", "pk")
    unticked = [str(one.position) for one in items if not one.answer]
    facts = [("Năm xét", f"{row.window.first:%d/%m/%Y} đến {row.window.last:%d/%m/%Y}")]
    if row.registered_on:
        registration = (
            f"Bản số {row.registration_paper}, ngày" if row.registration_paper else "Ngày"
        )
        facts.append(("Đăng ký", f"{registration} {row.registered_on:%d/%m/%Y}"))
    if row.is_recognised is not None and row.decided_on is not None:
        result = "công nhận" if row.is_recognised else "không công nhận"
        facts.append(
            ("Theo văn bản", f"{row.decision_number} ngày {row.decided_on:%d/%m/%Y}: {result}")
        )
    notes = []
    if row.is_recognised is not None:
        notes = [("info", "Đã ghi kết quả theo văn bản, nên bảng kiểm không sửa nữa.")]
    elif unticked:
        notes = [("warn", f"Chưa đánh dấu dòng {', '.join(unticked)}.")]
    return {
        "facts": facts,
        "notes": notes,
        "lines": [Line(one, one.answer, one.note) for one in items],
        "answers": [("yes", "Có"), ("no", "Không"), ("not_applicable", "Không áp dụng"),
                    ("", "Chưa đánh dấu")],
        "may_tick": _may_change(row, request.user),
        "ticks_url": reverse(f"admin:{PREFIX}_tick", args=[row.pk]),
        "steps_title": "Hồ sơ, kết quả",
        "shows_evidence": True,
        "evidence": checklists_forms.evidence_rows(papers, f"{PREFIX}_file", row, _about),
    }  # fmt: skip


def _about(evidence: ChecklistEvidence) -> str:
    kind = str(evidence.get_kind_display())
    return f"{kind}, cho dòng {evidence.item.position}" if evidence.item else kind


def _rows(request: HttpRequest) -> Any:
    return SafetyChecklist.objects.visible_to(request.user).select_related("hamlet", "commune")


PAGE = StepPage(
    PREFIX, VIEW, _rows, _show, STEPS, "oversight/year/checklist.html", opens_first=True
)


def _sent_answer(request: HttpRequest, item: ChecklistItem) -> checklists.LineAnswer:
    """Read the sent answer of a line; a missing field counts as unchanged."""
    sent = request.POST
    seen = (
        sent.get(f"shown-tick-{item.pk}", item.answer),
        sent.get(f"shown-note-{item.pk}", item.note),
    )
    answer = sent.get(f"tick-{item.pk}", seen[0])
    return checklists.LineAnswer(answer, sent.get(f"note-{item.pk}", seen[1]), seen)


def _tick(request: HttpRequest, *, site: Any, row: SafetyChecklist) -> HttpResponse:
    """Save the changed lines; after a refusal the page keeps all of them as typed."""
    answers = {
        item.pk: one
        for item in row.items.all()
        if (one := _sent_answer(request, item)).seen != (one.answer, one.note)
    }
    try:
        checklists.tick_lines(row, answers, by=request.user)  # type: ignore[arg-type]
    except checklists.LinesRefused as refusal:
        messages.error(request, str(refusal))
        lines = [
            Line(item, one.answer, one.note, refusal.by_line.get(item.pk, ""))
            if (one := answers.get(item.pk))
            else Line(item, item.answer, item.note)
            for item in row.items.select_related("answered_by")
        ]
        return PAGE.again(request, site=site, row=row, extra={"lines": lines})
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Đã lưu các dòng đã đánh dấu.")
    return redirect(PAGE.address(row))


def _download(request: HttpRequest, *, site: Any, row: SafetyChecklist, name: str) -> HttpResponse:
    return checklists_forms.download_evidence(
        request, row.evidence, name, action="checklist.file_taken"
    )


class OpenYearForm(StepForm):
    year = forms.IntegerField(label="Năm xét", min_value=2022, max_value=2100)


def _open(request: HttpRequest, *, site: Any) -> HttpResponse:
    def act(data: dict[str, Any]) -> str:
        made = checklists.open_year(request.user.commune, data["year"], by=request.user)  # type: ignore[union-attr, arg-type]
        sentence = f"Đã lập {made} bảng kiểm." if made else "Năm này đã có đủ bảng kiểm."
        messages.success(request, sentence)
        return reverse(f"admin:{PREFIX}_changelist")

    year = checklists.year_of(timezone.localdate())
    return new_page(
        request, site, OpenYearForm, act, prefix=PREFIX, title="Lập bảng kiểm của một năm",
        button="Lập bảng kiểm", initial={"year": year},
        hint="Mỗi ấp, khu phố một bảng, xã một bảng. Tiêu chí chép từ bản của năm trước, sửa được "
        "ở mục Tiêu chí an toàn trước khi lập.",
    )  # fmt: skip


@admin.register(SafetyChecklist)
class SafetyChecklistAdmin(ShownOnItsPage, ScopedModelAdmin):
    shown_at = f"{PREFIX}_show"
    new_at = f"{PREFIX}_new"
    list_display = ["place", "year", "registered_on", "result"]
    list_select_related = ["hamlet", "commune"]
    list_filter = ["year", ("hamlet", ScopedRelatedFilter)]
    search_fields = ["hamlet__search_text"]
    search_help_text = _("Tìm theo tên ấp, không dấu cũng được")

    @admin.display(description=_("của"), ordering="hamlet__code")
    def place(self, row: SafetyChecklist) -> str:
        return row.place

    @display(description=_("theo văn bản"), label=TONES)
    def result(self, row: SafetyChecklist) -> tuple[str, str]:
        if row.is_recognised is None:
            return "", "Chưa có văn bản"
        return ("yes", "Công nhận") if row.is_recognised else ("no", "Không công nhận")

    def get_urls(self) -> list[URLPattern]:
        more = {
            "<int:pk>/danh-dau/": (
                require_POST(_tick), "tick", "oversight.change_safetychecklist",
            ),
            "<int:pk>/tep/<slug:name>/": (require_GET(_download), "file"),
        }  # fmt: skip
        new = own_pages(
            self.admin_site, PREFIX, {"lap-nam/": (_open, "new")}, "oversight.add_safetychecklist",
            "groups.view_all_hamlets",
        )  # fmt: skip
        return new + PAGE.urls(self.admin_site, more) + super().get_urls()


@admin.register(SafetyCriterion)
class SafetyCriterionAdmin(AtHome, ScopedModelAdmin):
    """Criteria of a year, edited before its lists are opened."""

    list_display = ["text", "level", "year", "position", "shown_way"]
    list_filter = ["year", "level"]
    fields = ["level", "year", "position", "text", "source", "is_tick_only"]
    actions = None

    @admin.display(description=_("cách ghi"), ordering="is_tick_only")
    def shown_way(self, row: SafetyCriterion) -> str:
        return "Chỉ đánh dấu" if row.is_tick_only else "Ghi chú được"
