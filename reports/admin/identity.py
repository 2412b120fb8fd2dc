"""Opening who told a tip: asked on the tip's page, decided by another person, shown once a press.

Pages, sentences and counts are the same whether or not somebody gave a name.
"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.admin_base import ReadOnlyAdminMixin, ScopedModelAdmin, display, visible_object
from accounts.admin_pages import number_of, own_pages
from groups.admin.oa_groups.page import do
from reports.admin import frame
from reports.admin.forms import ReasonForm
from reports.models import IdentityOpening, TipReport
from reports.services import openings, reading
from reports.services.errors import NotAllowed

TONES = {
    "asked": "warning", "approved": "success", "refused": "danger", "ended": "",
}  # fmt: skip
WHY = "Vì sao cần biết người báo tin là ai"
SEEN = (
    "Người báo tin đọc được dòng này khi mở mã biên nhận. Không ghi tên người khác, không ghi việc "
    "đang làm."
)


@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Ask, take back, or look within the 24 hours; the values stand in this one answer alone."""
    form = ReasonForm(request.POST if "ask" in request.POST else None, label=WHY)
    form.fields["reason"].help_text = SEEN
    shown = None
    if request.method == "POST":
        if form.is_bound and form.is_valid():
            asked = do(
                request,
                lambda: openings.ask(tip, by=request.user, reason=form.cleaned_data["reason"]),
                "Đã gửi đề nghị. Người khác có quyền sẽ quyết định.",
            )
            if asked:
                return frame.back("identity", tip)
        elif "open" in request.POST:
            try:
                shown = openings.open_identity(tip, by=request.user)
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
        elif "end" in request.POST:
            row = get_object_or_404(tip.openings.all(), pk=number_of(request.POST["end"]))
            do(request, lambda: openings.end(row, by=request.user), "Đã kết thúc.")
            return frame.back("identity", tip)
    now = timezone.now()
    return frame.page(
        request, site, tip, "identity", "Danh tính người báo tin", form=form, shown=shown,
        leave=IdentityOpening.objects.open_for(request.user, tip, now).first(),
        waiting=tip.openings.filter(asked_by=request.user.pk, state="asked").first(),
        past=tip.openings.select_related("asked_by", "approved_by"),
    )  # fmt: skip


@admin.register(IdentityOpening)
class IdentityOpeningAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """What waits for a decision, and what was decided."""

    list_display = ["tip", "asked_by", "asked_at", "shown_state", "approved_by", "until"]
    list_filter = ["state"]
    list_select_related = ["tip", "asked_by", "approved_by"]
    search_fields = ["tip__code"]
    search_help_text = _("Tìm theo mã phản ánh")
    ordering = ["-asked_at"]
    actions = None

    @display(description=_("tình trạng"), ordering="state", label=TONES)
    def shown_state(self, opening: IdentityOpening) -> tuple[str, str]:
        is_over = opening.state == "approved" and opening.until and opening.until <= timezone.now()
        state = IdentityOpening.State.ENDED if is_over else IdentityOpening.State(opening.state)
        return str(state), str(state.label)

    def get_urls(self) -> list[URLPattern]:
        pages = {"<int:pk>/quyet-dinh/": (decide, "decide")}
        own = own_pages(
            self.admin_site, "reports_identityopening", pages, "reports.view_identityopening",
            row="opening", rows=_openings,
        )  # fmt: skip
        return [*own, *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if object_id is None:
            return super().changeform_view(request, object_id, *args, **kwargs)
        opening = visible_object(self, request, object_id)
        return redirect("admin:reports_identityopening_decide", opening.pk)


def _openings(request: HttpRequest) -> Any:
    rows = IdentityOpening.objects.visible_to(request.user)
    return rows.select_related("tip__commune", "tip__hamlet", "asked_by", "approved_by")


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, *, site: Any, opening: IdentityOpening) -> HttpResponse:
    """Yes for 24 hours, or no with a reason; nothing of the vault is read here."""
    tip: TipReport = opening.tip
    if request.method == "POST":
        approved = "approve" in request.POST
        done = do(
            request,
            lambda: openings.decide(
                opening, by=request.user, approved=approved, reason=request.POST.get("reason", "")
            ),
            "Đã duyệt: được xem trong 24 giờ." if approved else "Đã ghi: không duyệt.",
        )
        if done:
            return redirect("admin:reports_identityopening_changelist")
        return redirect("admin:reports_identityopening_decide", opening.pk)
    reading.note_viewed(tip, by=request.user)
    context = {
        **site.each_context(request),
        "title": f"{tip.code}: đề nghị mở danh tính",
        "opening": opening,
        "tip": tip,
        "may_decide": opening.state == IdentityOpening.State.ASKED
        and opening.asked_by_id != request.user.pk
        and request.user.has_perm("reports.decide_identityopening"),
    }
    return TemplateResponse(request, "reports/tip/decide.html", context)
