"""Pages that show what is sealed: original words, the strike-out beside them, files.

Words are shown in answer to a pressed button alone, so that no link, history or reload opens them.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.admin_pages import number_of
from reports import emergency, striking
from reports.admin import frame
from reports.admin.forms import SortForm, SummaryForm
from reports.models import SealedText, TipAttachment, TipReport
from reports.services import reading, triage
from reports.services.errors import NotAllowed
from reports.services.words import SUMMARY


@require_POST
def read(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The words as they were told; of a new tip with the form to sort it below."""
    try:
        texts = reading.read_words(tip, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return frame.after(request, tip)
    sorts = request.user.has_perm("reports.triage_tipreport")
    is_new = tip.status == TipReport.Status.NEW
    return frame.page(
        request, site, tip, "read", "Lời gốc", texts=texts, hints=_hints(texts),
        form=SortForm(tip=tip) if is_new and sorts else None,
    )  # fmt: skip


def _hints(texts: list[SealedText]) -> list[str]:
    """What a person should look at; never more than a hint."""
    said = [hint.sentence for text in texts for hint in emergency.hints(text.text)]
    numbers = [number for text in texts for number in emergency.numbers_to_call(text.text)]
    if numbers:
        called = ", ".join(dict.fromkeys(numbers))
        said.insert(0, f"Có vẻ đang xảy ra hoặc cần người ngay: gọi {called}.")
    return list(dict.fromkeys(said))


@require_http_methods(["GET", "POST"])
def sort(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Sort a tip, or sort it anew."""
    form = SortForm(request.POST or None, tip=tip)
    if request.method == "POST" and form.is_valid():
        is_new = tip.status == TipReport.Status.NEW
        verb = triage.sort if is_new else triage.reclassify
        try:
            verb(tip, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã phân loại. Tiếp theo: ghi tóm tắt, rồi giao người làm.")
            return frame.after(request, tip)
    return frame.page(
        request, site, tip, "sort", "Phân loại", form=form,
        may_read=request.user.has_perm("reports.read_sealed_words"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def summary(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The clean summary, written by hand or taken over from the strike-out."""
    initial = {
        "summary": tip.summary, "place": tip.place, "occurred_words": tip.occurred_words,
        "occurred_at": tip.occurred_at,
    }  # fmt: skip
    form = SummaryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            triage.summarise(tip, by=request.user, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã ghi tóm tắt.")
            return frame.after(request, tip)
    return frame.page(
        request, site, tip, "summary", "Tóm tắt", form=form, texts=[],
        may_read=request.user.has_perm("reports.read_sealed_words"),
    )  # fmt: skip


@dataclass(frozen=True)
class Tick:
    """One suggestion with its box."""

    key: str
    suggestion: striking.Suggestion
    is_ticked: bool


@require_POST
def strike(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The words on the left with what to strike out; on the right the summary that comes of it."""
    try:
        texts = reading.read_words(tip, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return frame.after(request, tip)
    is_first = "again" not in request.POST
    chosen = set(request.POST.getlist("strike"))
    shown, struck = [], []
    for text in texts:
        ticks = [
            Tick(key, one, one.is_ticked if is_first else key in chosen)
            for one in striking.suggestions(text.text)
            for key in [f"{text.pk}:{one.start}:{one.end}"]
        ]
        taken = [tick.suggestion for tick in ticks if tick.is_ticked]
        struck.append(striking.apply(text.text, taken))
        shown.append({"text": text, "pieces": _pieces(text.text, taken), "ticks": ticks})
    made = "\n".join(struck)
    initial = {
        "summary": made[:SUMMARY], "place": tip.place, "occurred_words": tip.occurred_words,
        "occurred_at": tip.occurred_at,
    }  # fmt: skip
    return frame.page(
        request, site, tip, "summary", "Tóm tắt", form=SummaryForm(initial=initial), texts=shown,
        cut=max(0, len(made) - SUMMARY), may_read=True,
    )  # fmt: skip


def _pieces(text: str, taken: list[striking.Suggestion]) -> list[tuple[str, bool]]:
    """The text in pieces, with those that are struck out."""
    pieces, at = [], 0
    for one in sorted(taken, key=lambda row: row.start):
        if one.start < at:
            continue
        pieces += [(text[at : one.start], False), (text[one.start : one.end], True)]
        at = one.end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


@require_GET
def files(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Which files there are; the pictures load one by one, each look noted."""
    found = tip.attachments.order_by("at", "position", "pk")
    return frame.page(request, site, tip, "files", "Ảnh, tệp", files=found)


@require_GET
def file(request: HttpRequest, *, site: Any, tip: TipReport, row_id: int) -> HttpResponse:
    """One file, opened for this look and kept nowhere."""
    row = get_object_or_404(TipAttachment.objects.filter(tip=tip), pk=number_of(str(row_id)))
    try:
        content, content_type = reading.read_file(row, by=request.user)
    except NotAllowed as refusal:
        return HttpResponse(str(refusal), status=403, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{tip.code}-{row.position + 1}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
