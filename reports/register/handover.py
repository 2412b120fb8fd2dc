"""The sheet that goes along when a tip becomes a formal case, on screen and as a Word file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.admin_pages import own_pages
from accounts.models import User
from accounts.papers.handing_out import word_file
from groups.sheets import watermark
from reports.models import TipReport
from reports.register.transfer import export_transfer, handover_paper


def urls(site: Any) -> list[URLPattern]:
    """Its address under the admin of tips."""
    pages = {
        "<int:pk>/ban-giao/": (page, "handover"),
        "<int:pk>/ban-giao/tep/": (take, "handover_file"),
    }
    return own_pages(
        site, "reports_tipreport", pages, "reports.view_tipreport", "reports.print_register",
        row="tip", rows=_rows,
    )  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    """Tips that still have their content and that this account sees."""
    return (
        TipReport.objects.visible_to(request.user)
        .filter(emptied_at=None)
        .select_related("commune", "hamlet__commune", "owner", "recorded_by")
    )


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The sheet, ready to be printed and signed."""
    user: User = request.user  # type: ignore[assignment]
    audit.record("tip.handover_printed", by=user, target=tip, commune=tip.commune)
    context = {
        "paper": handover_paper(tip, mark=watermark(tip.commune, user)),
        "back": reverse("admin:reports_tipreport_show", args=[tip.pk]),
        "file": reverse("admin:reports_tipreport_handover_file", args=[tip.pk]),
    }
    return TemplateResponse(request, "groups/print/paper.html", context)


@never_cache
@require_POST
def take(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """The same sheet as a Word file."""
    user: User = request.user  # type: ignore[assignment]
    paper = export_transfer(tip, by=user)
    return word_file(paper, name=f"phieu-chuyen-{tip.code}")
