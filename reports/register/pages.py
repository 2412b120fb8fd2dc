"""The register on the screen, on paper and as a file; each look is in the audit trail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.papers.downloads import word_file
from accounts.scoped_admin.pages import own_pages
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
    period, problem = _period(request.GET)
    try:
        paper = None if problem else print_register(period, by=request.user)
    except Refused as refusal:
        paper, problem = None, str(refusal)
    context = {
        "period": period,
        "problem": problem,
        "paper": paper,
        "presets": presets(timezone.localdate()),
    }
    status = 400 if problem else 200
    return TemplateResponse(request, "reports/register/page.html", context, status=status)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The same lines as a Word file."""
    period, problem = _period(request.POST)
    try:
        paper = None if problem else export_register(period, by=request.user)
    except Refused as refusal:
        paper, problem = None, str(refusal)
    if paper is None:
        context = {"sentence": problem}
        return TemplateResponse(request, "reports/register/refused.html", context, status=400)
    return word_file(paper, name=f"so-tiep-nhan-{period.first:%Y%m%d}-{period.last:%Y%m%d}")


def _period(data: Any) -> tuple[Period, str]:
    """The days asked for, this month by default, and what is wrong with them."""
    today = timezone.localdate()
    month = Period(today.replace(day=1), today)
    try:
        days = days_asked(data, longest=LONGEST_SPAN, said="một năm")
    except NotDays as problem:
        return month, str(problem)
    return (Period(*days) if days else month), ""
