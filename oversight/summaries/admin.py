"""Admin and pages of summaries."""

from typing import Any, cast

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import services as audit
from accounts.models import User
from accounts.papers.services import Issuer
from accounts.scoped_admin.base import ReadOnlyAdminMixin, ScopedModelAdmin, display
from accounts.scoped_admin.pages import own_pages, reason_in
from accounts.services import NotAllowed
from documents.new_workbook import XLSX
from documents.word import WORD
from oversight import periods
from oversight.dashboards.rows import frozen_view
from oversight.review.models import YearlyReview
from oversight.summaries import services as summaries
from oversight.summaries.content import Unreadable
from oversight.summaries.models import ISSUERS, PeriodSummary
from oversight.summaries.querysets import SIGNS
from oversight.summaries.readers import scope_for
from oversight.summaries.result_post import draft_post, may_become_post

FREEZES = (
    "Số liệu của kỳ này giữ nguyên mãi, dù sau này phản ánh được phân loại lại hay xóa bớt.",
    "Tên cơ quan, người ký, thể thức của ngày hôm nay đi cùng văn bản.",
    "Không ai sửa hoặc xóa được bản đã ký. Cần sửa thì lập bản thay thế; cả hai bản vẫn xem được.",
    "Số, ngày, chữ ký, dấu trên giấy vẫn do người có thẩm quyền ghi khi ban hành.",
)
FILES = {"docx": WORD, "xlsx": XLSX}


def rows(request: HttpRequest) -> Any:
    return PeriodSummary.objects.visible_to(request.user).select_related(
        "commune", "signed_by", "supersedes"
    )


def _by(request: HttpRequest) -> User:
    return cast("User", request.user)  # signed in, by the guard


def _back(summary: PeriodSummary) -> HttpResponse:
    return redirect("admin:oversight_periodsummary_show", summary.pk)


@never_cache
@require_GET
def show(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    """Page of a summary: figures, and a check of the signed digests."""
    by = _by(request)
    newer = rows(request).filter(supersedes=summary).first()
    signs = by.has_perm(SIGNS[Issuer(summary.issuer)])
    faults = summaries.check(summary)
    try:
        figures = [frozen_view(one) for one in summaries.figures_of(summary)]
    except Unreadable as problem:
        figures, faults = [], [*faults, str(problem)]
    may_write = by.has_perm("broadcasts.add_broadcast")
    context = {
        "summary": summary,
        "figures": figures,
        "faults": faults,
        "newer": newer,
        "may_draft": signs and not summary.is_signed,
        "may_supersede": signs and summary.is_signed and newer is None,
        "may_post": may_write and may_become_post(summary),
        "posts_elsewhere": may_write and summary.is_signed and not summary.is_for_outsiders,
    }
    return TemplateResponse(request, "oversight/summary/page.html", context)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Draft a summary; offers past periods and the bodies of the account."""
    by, now = _by(request), timezone.now()
    today = timezone.localdate(now)
    offered = [one for one in _offered(today, by) if one.is_over(today)]
    issuers = [issuer for issuer in Issuer if by.has_perm(SIGNS[issuer])]
    refusal = ""
    asked = {name: request.POST.get(name, "") for name in ("period", "issuer")}
    if request.method == "POST":
        named = {f"{one.first}:{one.last}": one for one in offered}
        period = named.get(asked["period"])
        issuer = next((one for one in issuers if one == asked["issuer"]), None)
        try:
            if period is None or issuer is None or by.commune is None:
                raise NotAllowed("Hãy chọn kỳ và cơ quan báo cáo trong danh sách.")
            scope = scope_for(by.commune, issuer, by=by)
            made = summaries.draft(scope, period, issuer=issuer, by=by, as_of=now)
        except NotAllowed as refused:
            refusal = str(refused)
            if (signed := _signed(by, issuer, period)) is not None:
                messages.warning(request, refusal)
                return _back(signed)
        else:
            messages.success(request, "Đã lập dự thảo. Hãy xem số liệu rồi ký.")
            return _back(made)
    context = {
        "offered": [(f"{one.first}:{one.last}", one.words) for one in offered],
        "issuers": [(str(one), ISSUERS[one]) for one in issuers],
        "asked": asked,
        "refusal": refusal,
    }
    status = 400 if refusal else 200
    return TemplateResponse(request, "oversight/summary/draft.html", context, status=status)


def _signed(by: User, issuer: Issuer | None, period: periods.Period | None) -> Any:
    """Signed summary in force of this body and period, if any."""
    if issuer is None or period is None:
        return None
    rows = PeriodSummary.objects.visible_to(by).in_force()
    return rows.filter(issuer=issuer, first=period.first, last=period.last).first()


def _offered(today: Any, by: User) -> list[periods.Period]:
    """Periods of reports and yearly reviews without duplicates, latest first."""
    found = dict.fromkeys(periods.presets(today))
    found |= dict.fromkeys(one.period for one in YearlyReview.objects.of_commune(by.commune))
    for running, many in ((periods.month_of(today), 12), (periods.quarter_of(today), 4)):
        one = running
        for _back_in_time in range(many):
            one = periods.before(one)
            found[one] = None
    return sorted(found, key=lambda one: (one.last, one.first), reverse=True)


@require_POST
def redraft(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    return _done(
        request, summary, lambda: summaries.redraft(summary, by=_by(request)),
        "Đã lập lại dự thảo theo số liệu hôm nay.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    """Sign after a confirmation; `digest` is that of the figures shown to the account."""
    if request.method == "POST":
        summary.digest = request.POST.get("digest", "")
        return _done(
            request, summary, lambda: summaries.sign(summary, by=_by(request)),
            "Đã ký, số liệu đã chốt. Có thể tải văn bản.",
        )  # fmt: skip
    context = {
        "summary": summary, "title": f"Ký báo cáo: {summary}", "points": FREEZES,
        "button": "Ký (chốt số liệu)", "digest": summary.digest,
    }  # fmt: skip
    return TemplateResponse(request, "oversight/summary/confirm.html", context)


@require_http_methods(["GET", "POST"])
def supersede(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    """Draft a replacement with a reason; a refusal keeps the typed text."""
    reason, refusal = request.POST.get("reason", "")[:1000], ""
    if request.method == "POST":
        try:
            made = summaries.supersede(summary, by=_by(request), reason=reason)
        except NotAllowed as refused:
            refusal = str(refused)
        else:
            messages.success(request, "Đã lập dự thảo thay thế. Bản cũ vẫn giữ nguyên.")
            return _back(made)
    context = {
        "reason": reason, "refusal": refusal,
        "summary": summary, "title": f"Lập bản thay thế: {summary}", "asks_reason": True,
        "points": ("Bản đã ký giữ nguyên và vẫn xem được.", "Bản mới đếm theo số liệu hôm nay."),
        "button": "Lập bản thay thế",
    }  # fmt: skip
    status = 400 if refusal else 200
    return TemplateResponse(request, "oversight/summary/confirm.html", context, status=status)


@require_POST
def discard(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    old = summary.supersedes or summary

    def act() -> PeriodSummary:
        summaries.discard(summary, by=_by(request), reason=reason_in(request))
        return old

    return _done(request, summary, act, "Đã bỏ dự thảo thay thế.")


@never_cache
@require_GET
def print_page(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    """Report for printing: signed as it was, a draft as of today."""
    try:
        document = summaries.paper_of(summary)
    except Unreadable as problem:
        messages.error(request, str(problem))
        return _back(summary)
    audit.record("summary.printed", by=_by(request), target=summary, revision=summary.revision)
    context = {
        "paper": document,
        "back": reverse("admin:oversight_periodsummary_show", args=[summary.pk]),
    }
    if summary.is_signed:
        context["file"] = reverse("admin:oversight_periodsummary_take", args=[summary.pk, "docx"])
    return TemplateResponse(request, "groups/print/paper.html", context)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any, summary: PeriodSummary, kind: str) -> HttpResponse:
    """Download a signed file, byte for byte."""
    if kind not in FILES or not summary.is_signed or getattr(summary, kind) is None:
        raise Http404
    audit.record("summary.taken", by=_by(request), target=summary, file=kind)
    response = HttpResponse(bytes(getattr(summary, kind)), content_type=FILES[kind])
    name = f"bao-cao-{summary.issuer}-{summary.period.code}"
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def post(request: HttpRequest, *, site: Any, summary: PeriodSummary) -> HttpResponse:
    """Create a draft post from the frozen numbers, to be submitted by this account."""
    try:
        made = draft_post(summary, by=_by(request))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return _back(summary)
    messages.success(request, "Đã soạn bản nháp từ báo cáo đã ký. Hãy đọc lại rồi trình.")
    return redirect("admin:broadcasts_broadcast_change", made.pk)


def _done(request: HttpRequest, summary: PeriodSummary, act: Any, words: str) -> HttpResponse:
    """Call `act` and redirect to the page of the row it returns."""
    try:
        left = act()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return _back(summary)
    messages.success(request, words)
    return _back(left)


TONES = {"draft": "info", "signed": "success"}


@admin.register(PeriodSummary)
class PeriodSummaryAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    list_display = ["shown_period", "issuer", "shown_status", "as_of", "signed_name"]
    list_filter = ["status", "issuer"]
    ordering = ["-last", "-first", "issuer", "-pk"]
    actions = None

    @display(description=_("kỳ"), ordering="last")
    def shown_period(self, summary: PeriodSummary) -> str:
        words = summary.period.words
        return words[:1].upper() + words[1:]

    @display(description=_("trạng thái"), ordering="status", label=TONES)
    def shown_status(self, summary: PeriodSummary) -> tuple[str, str]:
        if summary.is_signed:
            return summary.status, summary.get_status_display()
        return summary.status, f"Dự thảo lần {summary.revision}, chưa ký"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).for_lists()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return any(request.user.has_perm(right) for right in SIGNS.values())

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("admin:oversight_periodsummary_draft")

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Redirect to the page of the summary."""
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            return super().change_view(request, object_id, *args, **kwargs)
        return redirect("admin:oversight_periodsummary_show", found.pk)

    def get_urls(self) -> list[URLPattern]:
        own = own_pages(
            self.admin_site, "oversight_periodsummary",
            {
                "lap/": (draft, "draft"),
                "<int:pk>/xem/": (show, "show"),
                "<int:pk>/lap-lai/": (redraft, "redraft"),
                "<int:pk>/ky/": (sign, "sign"),
                "<int:pk>/thay/": (supersede, "supersede"),
                "<int:pk>/bo/": (discard, "discard"),
                "<int:pk>/in/": (print_page, "sheet"),
                "<int:pk>/tep/<slug:kind>/": (download, "take"),
                "<int:pk>/bai-dang/": (post, "post", "broadcasts.add_broadcast"),
            },
            "oversight.view_periodsummary", row="summary", rows=rows,
        )  # fmt: skip
        return [*own, *super().get_urls()]
