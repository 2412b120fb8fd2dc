"""Pages of sealed content and of requests to open the identity of a reporter."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.scoped_admin.base import ReadOnlyAdminMixin, ScopedModelAdmin, display, visible_object
from accounts.scoped_admin.pages import number_of, own_pages
from groups.oa_groups.pages import do
from reports.redaction import services as redaction
from reports.tips import emergency
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.tips.services import MAX_SUMMARY
from reports.triage import finishing
from reports.triage import services as triage
from reports.vault import openings, proofs
from reports.vault import operations as vault_operations
from reports.vault import services as vault
from reports.vault.models import IdentityOpening, SealedText
from reports.vault.proof_context import proof_fields, proof_in
from reports.work import page_frame
from reports.work.forms import FinishForm, OpeningForm, SortForm, SummaryForm, canned_for
from reports.work.models import CannedReply
from zalo.inbox.file_types import RISKY

Stage = CannedReply.Stage


@require_POST
def read(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The original words; of a new tip with the form to sort it below."""
    if (texts := _words(request, tip)) is None:
        return page_frame.after(request, tip)
    sorts = request.user.has_perm("reports.triage_tipreport")
    is_new = tip.status == TipReport.Status.NEW
    finish, picked = None, next(iter(canned_for(tip, Stage.RESOLVED)), None)
    if finishing.may_finish(tip, request.user):  # type: ignore[arg-type]
        finish = FinishForm(tip=tip, canned=picked)
    return page_frame.page(
        request, site, tip, "read", "Lời gốc", texts=texts, hints=_hints(texts), finish=finish,
        picked=picked, form=SortForm(tip=tip) if is_new and sorts else None,
    )  # fmt: skip


def _words(request: HttpRequest, tip: TipReport) -> list[SealedText] | None:
    """Return the sealed words; where they are refused, say why and return None."""
    try:
        return vault.read_words(tip, by=request.user)  # type: ignore[arg-type]
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return None


def _hints(texts: list[SealedText]) -> list[str]:
    """Return hints for a person; the machine decides nothing."""
    found = [hint.sentence for text in texts for hint in emergency.hints(text.text)]
    numbers = [number for text in texts for number in emergency.numbers_to_call(text.text)]
    if numbers:
        called = ", ".join(dict.fromkeys(numbers))
        found.insert(0, f"Có vẻ đang xảy ra hoặc cần người ngay: gọi {called}.")
    return list(dict.fromkeys(found))


@require_http_methods(["GET", "POST"])
def sort(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Sort a tip, or sort it anew."""
    form = SortForm(request.POST or None, tip=tip)
    if request.method == "POST" and form.is_valid():
        is_new = tip.status == TipReport.Status.NEW
        verb = triage.sort if is_new else triage.reclassify
        if _save(request, form, tip, verb):
            messages.success(request, "Đã phân loại. Tiếp theo: ghi tóm tắt, rồi giao người làm.")
            return page_frame.after(request, tip)
    return page_frame.page(
        request, site, tip, "sort", "Phân loại", form=form,
        may_read=request.user.has_perm("reports.read_sealed_words"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def summary(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Write the clean summary by hand, or from the redaction."""
    form = SummaryForm(request.POST or None, initial=_initial(tip, tip.summary))
    if request.method == "POST" and form.is_valid() and _save(request, form, tip, triage.summarise):
        messages.success(request, "Đã ghi tóm tắt.")
        return page_frame.after(request, tip)
    return page_frame.page(
        request, site, tip, "summary", "Tóm tắt", form=form, texts=[],
        may_read=request.user.has_perm("reports.read_sealed_words"),
    )  # fmt: skip


def _initial(tip: TipReport, summary: str) -> dict[str, Any]:
    return {
        "summary": summary, "place": tip.place, "occurred_words": tip.occurred_words,
        "occurred_at": tip.occurred_at,
    }  # fmt: skip


def _save(request: HttpRequest, form: Any, tip: TipReport, verb: Callable[..., Any]) -> bool:
    """Call the verb with the values of the form; a refusal stands above the form."""
    try:
        verb(tip, by=request.user, **form.cleaned_data)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@dataclass(frozen=True)
class Tick:
    """One suggestion with its box."""

    key: str
    suggestion: redaction.Suggestion
    is_ticked: bool


@require_POST
def strike(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Show the words with proposed redactions on the left, the resulting summary on the right."""
    if (texts := _words(request, tip)) is None:
        return page_frame.after(request, tip)
    is_first = "again" not in request.POST
    chosen = set(request.POST.getlist("strike"))
    columns, struck = [], []
    for text in texts:
        ticks = [
            Tick(key, one, one.is_ticked if is_first else key in chosen)
            for one in redaction.suggestions(text.text)
            for key in [f"{text.pk}:{one.start}:{one.end}"]
        ]
        ticked = [tick.suggestion for tick in ticks if tick.is_ticked]
        struck.append(redaction.apply(text.text, ticked))
        columns.append({"text": text, "pieces": _pieces(text.text, ticked), "ticks": ticks})
    made = "\n".join(struck)
    form = SummaryForm(initial=_initial(tip, made[:MAX_SUMMARY]))
    return page_frame.page(
        request, site, tip, "summary", "Tóm tắt", form=form, texts=columns,
        cut=max(0, len(made) - MAX_SUMMARY), may_read=True,
    )  # fmt: skip


def _pieces(text: str, ticked: list[redaction.Suggestion]) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether it is struck out."""
    pieces, at = [], 0
    for one in sorted(ticked, key=lambda row: row.start):
        if one.start < at:
            continue
        pieces += [(text[at : one.start], False), (text[one.start : one.end], True)]
        at = one.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


@require_GET
def files(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """List the files; the pictures load one by one, each look recorded."""
    found = tip.attachments.open_to(request.user).order_by("at", "position", "pk")
    return page_frame.page(request, site, tip, "files", "Ảnh, tệp", files=found)


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, *, site: Any, tip: TipReport, row_id: int) -> HttpResponse:
    """One file, opened for this look and stored nowhere; a risky one after a page that warns."""
    rows = tip.attachments.open_to(request.user)
    row = get_object_or_404(rows, pk=number_of(str(row_id)))
    if row.is_risky and request.method == "GET":
        is_mine = tip.owner_id == request.user.pk
        return page_frame.page(
            request, site, tip, "risky_file", "Tệp có thể gây hại", file=row, is_mine=is_mine
        )
    try:
        content, content_type = vault.read_file(row, by=request.user)
    except NotAllowed as refusal:
        return HttpResponse(str(refusal), status=403, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type=content_type)
    name = f"{tip.code}-{row.position + 1}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    if row.is_risky:
        ending = content_type.removeprefix(RISKY)
        response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# Identity openings: asked on the tip's page, decided by another person, shown once a press. Pages,
# sentences and counts are the same whether or not somebody gave a name.

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
    """Ask, withdraw, or look within the 24 hours; the values stand in this response alone."""
    form = OpeningForm(request.POST if "ask" in request.POST else None, label=WHY)
    form.fields["reason"].help_text = SEEN
    proof, values, phone = proof_in(request), None, None
    if request.method == "POST":
        if form.is_bound and form.is_valid():
            proof["opening"] = request.POST.get("opening", "")
            act = partial(vault_operations.ask_opening, tip, **form.cleaned_data, **proof)
            if do(request, act, "Đã gửi đề nghị. Người khác có quyền sẽ quyết định."):
                return page_frame.back("identity", tip)
        elif "open" in request.POST or "phone" in request.POST:
            try:
                if "phone" in request.POST:
                    phone = vault_operations.phone_of(tip, **proof)
                else:
                    values = vault_operations.identity_of(tip, **proof)
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
        elif "end" in request.POST:
            row = get_object_or_404(tip.openings.all(), pk=number_of(request.POST["end"]))
            do(request, lambda: openings.end(row, by=request.user), "Đã kết thúc.")
            return page_frame.back("identity", tip)
    now = timezone.now()
    leave = IdentityOpening.objects.open_for(request.user, tip, now).first()
    page = page_frame.page(
        request, site, tip, "identity", "Danh tính người báo tin", form=form, shown=values,
        phone=phone, leave=leave,
        proof=proof_fields(request.user, "look" if leave else "ask", tip, leave),  # type: ignore[arg-type]
        is_proven=leave is not None and proofs.is_fresh(leave, by=request.user, now=now),  # type: ignore[arg-type]
        waiting=tip.openings.filter(asked_by=request.user.pk, state="asked").first(),
        past=tip.openings.select_related("asked_by", "approved_by"),
    )  # fmt: skip
    if phone is not None:
        seconds = round(proofs.LOOK_FOR.total_seconds())
        page["Refresh"] = f"{seconds}; url={page_frame.address('identity', tip)}"
    if phone is not None or values is not None:
        page["Cache-Control"] = "no-store"
    return page


@admin.register(IdentityOpening)
class IdentityOpeningAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
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
    """Approve for 24 hours, or refuse with a reason; nothing of the vault is read here."""
    tip: TipReport = opening.tip
    if request.method == "POST":
        approved = "approve" in request.POST
        reason = request.POST.get("reason", "")
        act = partial(openings.decide, opening, by=request.user, approved=False, reason=reason)
        if approved:
            act = partial(vault_operations.approve_opening, opening, **proof_in(request))
        words = "Đã duyệt: được xem trong 24 giờ." if approved else "Đã ghi: không duyệt."
        if do(request, act, words):
            return redirect("admin:reports_identityopening_changelist")
        return redirect("admin:reports_identityopening_decide", opening.pk)
    vault.note_viewed(tip, by=request.user)
    context = {
        **site.each_context(request),
        "title": f"{tip.code}: đề nghị mở danh tính",
        "opening": opening,
        "tip": tip,
        "may_decide": opening.state == IdentityOpening.State.ASKED
        and opening.asked_by_id != request.user.pk
        and request.user.has_perm("reports.decide_identityopening"),
    }
    if context["may_decide"]:
        context["proof"] = proof_fields(request.user, "approve", tip, opening)  # type: ignore[arg-type]
    return TemplateResponse(request, "reports/tip/decide.html", context)
