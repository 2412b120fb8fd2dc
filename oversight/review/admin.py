"""Admin of yearly reviews: the page of the commune and the part of each hamlet."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.scoped_admin.base import ScopedModelAdmin, ScopedRelatedFilter, display
from accounts.scoped_admin.pages import own_pages
from accounts.step_pages.declaration import Step
from accounts.step_pages.pages import StepPage
from oversight import periods
from oversight.admin_pages import ON_PAGES, ShownOnItsPage, new_page
from oversight.checklists import forms as checklists_forms
from oversight.commendations import services as commendations
from oversight.periods import Period, moment_text
from oversight.review import services as reviews
from oversight.review import writers
from oversight.review.forms import (
    DiscardForm,
    OpenForm,
    PartEvidenceForm,
    PartForm,
    ReviewEvidenceForm,
    WriteForm,
)
from oversight.review.models import ReviewEvidence, ReviewHamlet, YearlyReview
from oversight.summaries.content import Unreadable
from oversight.summaries.services import figures_of

REVIEW, PART = "oversight_yearlyreview", "oversight_reviewhamlet"
CHANGES, CHANGES_PARTS = "oversight.change_yearlyreview", "oversight.change_reviewhamlet"
Status = YearlyReview.Status
TONES = {"preparing": "info", "frozen": "info", "assessed": "warning", "signed": "success"}


def _may_sign(row: YearlyReview, user: Any) -> bool:
    may = row.status == Status.ASSESSED and user.has_perms([CHANGES, writers.SIGNS])
    return may and not writers.refusal(row, user)


def _may_discard(row: YearlyReview, user: Any) -> bool:
    needs = ["oversight.add_yearlyreview", "groups.view_all_hamlets"]
    return row.status == Status.PREPARING and user.has_perms(needs)


def _part_at(*statuses: str) -> Any:
    """Offered while the review of this part stands there, to whoever writes parts of hamlets."""

    def is_offered(row: ReviewHamlet, user: Any) -> bool:
        return row.review.status in statuses and user.has_perm(CHANGES_PARTS)

    return is_offered


def _add(row: ReviewEvidence, by: Any, data: Mapping[str, Any]) -> None:
    for name, value in data.items():
        setattr(row, name, value or ("" if name == "file" else value))
    reviews.add_evidence(row, by=by)


WRITTEN_IN = (Status.FROZEN, Status.ASSESSED)
UNSIGNED = (Status.PREPARING, Status.FROZEN, Status.ASSESSED)
STEPS = {
    "chot": Step(
        "Chốt số liệu", "Đã chốt số liệu. Các ấp, khu phố viết phần của mình được rồi.",
        lambda row, by, data: reviews.freeze(row, by=by),
        lambda row, user: row.period.is_over(timezone.localdate()),
        permission=CHANGES, states=[Status.PREPARING],
        hint="Lấy báo cáo số liệu đã ký của kỳ này; chưa có thì lập và ký ngay bây giờ. Chốt rồi "
        "không đếm lại.",
    ),
    "trinh": Step(
        "Trình ký", "Đã trình. Chỉ huy khác đọc và ký.",
        lambda row, by, data: reviews.hand_in(row, by=by),
        lambda row, user: bool(row.strengths and row.shortcomings),
        permission=CHANGES, states=[Status.FROZEN],
        hint="Ai trình, ai viết một mục đang có trong bản thì không ký.",
    ),
    "ky": Step(
        "Ký tổng kết", "Đã ký. Từ nay không ai sửa được.",
        lambda row, by, data: reviews.sign(row, by=by), _may_sign,
        hint="Ký rồi không sửa, không thêm gì được nữa.",
    ),
    "danh-gia": Step(
        "Viết đánh giá", "Đã lưu đánh giá.",
        lambda row, by, data: reviews.write(row, by=by, **data),
        form=WriteForm, permission=CHANGES, states=WRITTEN_IN,
        hint="Không ghi tên người báo tin, không ghi nội dung mật.",
    ),
    "minh-chung": Step(
        "Thêm minh chứng", "Đã thêm minh chứng.",
        lambda row, by, data: _add(ReviewEvidence(review=row), by, data),
        lambda row, user: user.has_perm(CHANGES_PARTS), ReviewEvidenceForm,
        permission=CHANGES, states=UNSIGNED,
    ),
    "bo": Step(
        "Bỏ bản mở nhầm", "Đã bỏ bản tổng kết mở nhầm.",
        lambda row, by, data: reviews.discard(row, by=by, **data), _may_discard, DiscardForm,
        is_rare=True, tone="danger",
        hint="Dùng khi chọn sai ngày. Chốt số liệu rồi thì không bỏ được nữa.",
    ),
}  # fmt: skip
PART_STEPS = {
    "viet": Step(
        "Viết phần của ấp, khu phố", "Đã lưu.",
        lambda row, by, data: reviews.write_part(row, by=by, **data), _part_at(Status.FROZEN),
        PartForm,
    ),
    "minh-chung": Step(
        "Thêm minh chứng", "Đã thêm minh chứng.",
        lambda row, by, data: _add(
            ReviewEvidence(review=row.review, hamlet=row.hamlet), by, data
        ),
        _part_at(*UNSIGNED), PartEvidenceForm,
    ),
}  # fmt: skip


def _frozen(row: YearlyReview) -> str:
    """Moments of the counts: the commune by the signed summary, the hamlets at freezing."""
    if row.frozen_at is None or row.summary is None:
        return ""
    if row.summary.as_of == row.frozen_at:
        return f"Số liệu đếm lúc {moment_text(row.frozen_at)}."
    return (
        f"Số của xã theo báo cáo đã ký, đếm lúc {moment_text(row.summary.as_of)}. Số của từng ấp, "
        f"khu phố đếm lúc {moment_text(row.frozen_at)}."
    )


def _stages(row: YearlyReview, parts: list[ReviewHamlet], nominated: int) -> list[Any]:
    written = sum(bool(one.text) for one in parts)
    signed = ""
    if row.signed_at:
        signed = f"{row.signed_by}, {timezone.localtime(row.signed_at):%d/%m/%Y}."
    assessed = f"{row.assessed_by} trình ký. " if row.assessed_at else ""
    if wrote := writers.names_of(row):
        assessed += f"Người viết: {', '.join(wrote)}."
    return [
        ("Chốt số liệu", _frozen(row) or "Kỳ phải hết thì mới chốt được.",
         row.frozen_at is not None),
        ("Phần của các ấp, khu phố", f"{written}/{len(parts)} ấp, khu phố đã viết.",
         bool(parts) and written == len(parts)),
        ("Đánh giá", assessed or "Ưu điểm, hạn chế, nguyên nhân, kiến nghị.",
         bool(row.assessed_at)),
        ("Đề nghị khen thưởng, hội đồng biểu quyết", f"{nominated} đề nghị trong kỳ này.",
         nominated > 0),
        ("Ký", signed or "Người ký khác mọi người viết, người trình.", row.is_signed),
    ]  # fmt: skip


def _show(request: HttpRequest, row: YearlyReview) -> dict[str, Any]:
    parts = list(row.hamlets.select_related("hamlet").order_by("hamlet__code"))
    put_forward = row.commendations.select_related("achievement", "form").order_by("pk")
    lines = row.nominations if row.is_signed else commendations.lines_of(put_forward)
    notes = list(_notes(row, request.user))
    figures: list[dict[str, Any]] = []
    try:
        figures = _figures(row)
    except Unreadable as problem:
        notes.append(("bad", str(problem)))
    return {
        "badge": (ON_PAGES[TONES[row.status]], row.get_status_display()),
        "notes": notes,
        "stages": _stages(row, parts, len(lines)),
        "parts": [(label, getattr(row, name)) for name, label in writers.HEADINGS.items()
                  if getattr(row, name)],
        "nominations": lines,
        "hamlets": [(one, reverse(f"admin:{PART}_show", args=[one.pk])) for one in parts],
        "figures": figures,
        "counted_at": row.summary.as_of if row.summary else None,
        "shows_evidence": True,
        "evidence": checklists_forms.evidence_rows(
            row.evidence.select_related("hamlet", "group"), f"{REVIEW}_file", row, _about
        ),
    }  # fmt: skip


def _notes(row: YearlyReview, user: Any) -> Iterator[tuple[str, str]]:
    """Notes on what the review waits for."""
    if row.status == Status.ASSESSED and not _may_sign(row, user):
        yield "info", f"Đang chờ một chỉ huy khác ký. {writers.refusal(row, user)}".strip()
    yield from _warned(row, user)
    if row.status == Status.PREPARING and not row.period.is_over(timezone.localdate()):
        yield "info", f"Kỳ này hết ngày {row.period.last:%d/%m/%Y}, sau ngày đó mới chốt số liệu."


def _warned(row: YearlyReview, user: Any) -> Iterator[tuple[str, str]]:
    """Warn the last account that could still sign, before it writes."""
    may = row.status in WRITTEN_IN and user.has_perm(writers.SIGNS)
    if may and writers.is_last_to_sign(row, user):
        yield "warn", writers.LAST_ONE


def _figures(row: YearlyReview) -> list[dict[str, Any]]:
    """Frozen figures. Raises Unreadable."""
    if row.summary is None:
        return []
    return [
        {
            "name": one.figure.name, "unit": one.figure.unit,
            "definition": one.figure.definition, "columns": one.table.columns,
            "lines": [
                (line.label, line.values)
                for line in (*one.table.rows, *([one.table.total] if one.table.total else []))
            ],
        }
        for one in figures_of(row.summary)
        if one.table.rows
    ]  # fmt: skip


def _about(row: ReviewEvidence) -> str:
    return ", ".join(str(one) for one in (row.hamlet, row.group) if one)


def _part_evidence(request: HttpRequest, row: ReviewHamlet) -> Any:
    rows = ReviewEvidence.objects.visible_to(request.user)
    return rows.filter(review=row.review_id, hamlet=row.hamlet_id)


def _show_part(request: HttpRequest, row: ReviewHamlet) -> dict[str, Any]:
    rows, review = _part_evidence(request, row), row.review
    return {
        "badge": (ON_PAGES[TONES[review.status]], review.get_status_display()),
        "notes": list(_warned(review, request.user)),
        "facts": [("Kỳ tổng kết", review.period.words)],
        "counted_at": review.frozen_at,
        "figures": [
            {**one, "lines": [(line[0], line[1:]) for line in one["rows"]]} for one in row.figures
        ],
        "shows_evidence": True,
        "evidence": checklists_forms.evidence_rows(
            rows.select_related("hamlet", "group"), f"{PART}_file", row, _about
        ),
    }


def _rows(request: HttpRequest) -> Any:
    rows = YearlyReview.objects.visible_to(request.user)
    return rows.select_related(
        "commune", "summary", "signed_by", "assessed_by", "written_by", "frozen_by"
    )


def _part_rows(request: HttpRequest) -> Any:
    rows = ReviewHamlet.objects.visible_to(request.user)
    return rows.select_related("review__commune", "hamlet", "prepared_by")


PAGE = StepPage(
    REVIEW, "oversight.view_yearlyreview", _rows, _show, STEPS, "oversight/year/review.html",
    opens_first=True,
)  # fmt: skip
PART_PAGE = StepPage(
    PART, "oversight.view_reviewhamlet", _part_rows, _show_part, PART_STEPS,
    "oversight/year/part.html", opens_first=True,
)  # fmt: skip


def _download(request: HttpRequest, *, site: Any, row: YearlyReview, name: str) -> HttpResponse:
    return checklists_forms.download_evidence(
        request, row.evidence, name, action="review.file_taken"
    )


def _download_part(
    request: HttpRequest, *, site: Any, row: ReviewHamlet, name: str
) -> HttpResponse:
    rows = _part_evidence(request, row)
    return checklists_forms.download_evidence(request, rows, name, action="review.file_taken")


def _new(request: HttpRequest, *, site: Any) -> HttpResponse:
    user: Any = request.user

    def act(data: dict[str, Any]) -> str:
        period = Period(data["first"], data["last"])
        made = reviews.open_review(user.commune, period, by=user)
        messages.success(request, "Đã mở tổng kết.")
        return PAGE.address(made)

    today = timezone.localdate()
    usual = periods.commune_year(today.year)
    if not usual.is_over(today):
        usual = periods.commune_year(today.year - 1)
    return new_page(
        request, site, OpenForm, act, prefix=REVIEW, title="Mở tổng kết", button="Mở tổng kết",
        initial={"first": usual.first, "last": usual.last},
        hint="Thường là từ 16/11 năm trước đến hết 15/11, để khớp với năm xét xã an toàn; hoặc cả "
        "năm dương lịch. Năm nay, năm trước lúc nào cũng mở được; năm xa hơn thì phải có số liệu "
        "trong cổng. Kỳ phải hết thì mới chốt số liệu được.",
    )  # fmt: skip


@admin.register(YearlyReview)
class YearlyReviewAdmin(ShownOnItsPage, ScopedModelAdmin):
    shown_at = f"{REVIEW}_show"
    new_at = f"{REVIEW}_new"
    list_display = ["__str__", "shown_status", "shown_frozen", "shown_signed"]
    list_select_related = ["signed_by"]
    list_filter = ["status", "year"]

    @display(description=_("tình trạng"), ordering="status", label=TONES)
    def shown_status(self, row: YearlyReview) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @admin.display(description=_("chốt số liệu"), ordering="frozen_at", empty_value="-")
    def shown_frozen(self, row: YearlyReview) -> str | None:
        return f"Chốt số {timezone.localtime(row.frozen_at):%d/%m/%Y}" if row.frozen_at else None

    @admin.display(description=_("ký"), ordering="signed_at", empty_value="-")
    def shown_signed(self, row: YearlyReview) -> str | None:
        if row.signed_at is None:
            return None
        return f"{row.signed_by} ký {timezone.localtime(row.signed_at):%d/%m/%Y}"

    def get_urls(self) -> list[URLPattern]:
        new = own_pages(
            self.admin_site, REVIEW, {"mo/": (_new, "new")}, "oversight.add_yearlyreview",
            "groups.view_all_hamlets",
        )  # fmt: skip
        more = {"<int:pk>/tep/<slug:name>/": (require_GET(_download), "file")}
        return new + PAGE.urls(self.admin_site, more) + super().get_urls()


@admin.register(ReviewHamlet)
class ReviewHamletAdmin(ShownOnItsPage, ScopedModelAdmin):
    """Parts of hamlets, for officers and hamlet heads."""

    shown_at = f"{PART}_show"
    list_display = ["hamlet", "review", "shown_written", "prepared_by"]
    list_select_related = ["hamlet", "review", "prepared_by"]
    list_filter = [("hamlet", ScopedRelatedFilter)]
    search_fields = ["hamlet__search_text"]
    search_help_text = _("Tìm theo tên ấp, không dấu cũng được")

    @display(description=_("phần của ấp"), label={"yes": "success", "no": "warning"})
    def shown_written(self, row: ReviewHamlet) -> tuple[str, str]:
        return ("yes", "Đã viết") if row.text else ("no", "Chưa viết")

    def get_urls(self) -> list[URLPattern]:
        more = {"<int:pk>/tep/<slug:name>/": (require_GET(_download_part), "file")}
        return PART_PAGE.urls(self.admin_site, more) + super().get_urls()
