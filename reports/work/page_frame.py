"""Shared parts of the pages of one tip: visible rows, frame, tabs, record of each look."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from reports.tips import wording
from reports.tips.models import TipReport
from reports.tips.services import is_worker
from reports.vault import services as vault

GONE: Final = "{} nay không thuộc phần việc của đồng chí, nên không còn trong danh sách."
TABS = (
    ("show", "Phản ánh"),
    ("talk", "Trao đổi"),
    ("files", "Ảnh, tệp"),
    ("trail", "Quá trình"),
)


def rows(request: HttpRequest) -> Any:
    """Tips that this account sees, with the relations that their pages name."""
    return TipReport.objects.visible_to(request.user).select_related(
        "commune", "hamlet__commune", "owner", "recorded_by", "zalo_group", "duplicate_of"
    )


def address(name: str, tip: TipReport) -> str:
    return reverse(f"admin:reports_tipreport_{name}", args=[tip.pk])


def back(name: str, tip: TipReport) -> HttpResponse:
    """Redirect to a page of the tip."""
    return redirect(address(name, tip))


def after(request: HttpRequest, tip: TipReport, name: str = "show") -> HttpResponse:
    """Redirect to the tip's page, or to the queue where an action took the tip out of sight."""
    if rows(request).filter(pk=tip.pk).exists():
        return back(name, tip)
    messages.info(request, GONE.format(tip.code))
    return redirect("admin:reports_tipreport_changelist")


def page(
    request: HttpRequest, site: Any, tip: TipReport, template: str, title: str, **context: Any
) -> HttpResponse:
    """Render a page of the tip with its tabs and stages; the look is recorded."""
    vault.note_viewed(tip, by=request.user)
    now = timezone.now()
    may_read = request.user.has_perm("reports.read_sealed_words")
    tabs = [
        {"url": address(name, tip), "label": label, "is_here": name == template}
        for name, label in TABS
        if name in ("show", "trail") or (may_read and tip.emptied_at is None)
    ]
    return TemplateResponse(
        request,
        f"reports/tip/{template}.html",
        {
            **site.each_context(request),
            "title": f"{tip.code}: {title}",
            "heading": title,
            "tip": tip,
            "tabs": tabs,
            "strip": list(wording.strip(tip)),
            "tone": wording.TONES[tip.status],
            "urgency_tone": wording.URGENCY_TONES[tip.urgency],
            "due": wording.due(tip.next_due_at, now) if tip.is_open else None,
            "works": is_worker(request.user, tip)
            and request.user.has_perm("reports.work_tipreport"),
            "now": now,
            **context,
        },
    )
