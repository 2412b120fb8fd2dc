"""Pages of the register: screen, print and file; the audit trail has each look."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.papers.downloads import word_file
from accounts.scoped_admin.pages import own_pages
from documents.content import Paper
from reports.register.days import NotDays, days_asked
from reports.register.rows import (
    LONGEST_SPAN,
    Period,
    Refused,
    export_register,
    presets,
    print_register,
)


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of tips."""
    pages = {
        "so-tiep-nhan/": (page, "register"),
        "so-tiep-nhan/tep/": (download, "register_file"),
    }
    return own_pages(
        site, "reports_tipreport", pages, "reports.view_tipreport", "reports.print_register"
    )


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The register of a period, ready to be printed."""
    period, problem, document = _document(request.GET, print_register, request.user)
    context = {
        "period": period,
        "problem": problem,
        "paper": document,
        "presets": presets(timezone.localdate()),
    }
    status = 400 if problem else 200
    return TemplateResponse(request, "reports/register/page.html", context, status=status)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The same lines as a Word file."""
    period, problem, document = _document(request.POST, export_register, request.user)
    if document is None:
        context = {"sentence": problem}
        return TemplateResponse(request, "reports/register/refused.html", context, status=400)
    return word_file(document, name=f"so-tiep-nhan-{period.first:%Y%m%d}-{period.last:%Y%m%d}")


def _document(data: Any, make: Callable[..., Paper], user: Any) -> tuple[Period, str, Paper | None]:
    """Return the days asked for (this month by default), what is wrong with them, the register."""
    today = timezone.localdate()
    period = Period(today.replace(day=1), today)
    try:
        if days := days_asked(data, longest=LONGEST_SPAN, longest_words="một năm"):
            period = Period(*days)
        return period, "", make(period, by=user)
    except (NotDays, Refused) as refusal:
        return period, str(refusal), None
