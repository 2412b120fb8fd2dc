"""Report on a period, printed and as a Word file, and its figures as a workbook."""

from functools import partial
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.papers.downloads import handed_out, word_file
from accounts.papers.services import Issuer
from accounts.scoped_admin.pages import own_pages
from documents.new_workbook import XLSX
from oversight import periods
from oversight.admin_pages import refused
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.pages import VIEW
from oversight.dashboards.period_query import asked_period
from oversight.figures.registry import compute_all
from oversight.figures.report import KEYS, may_download, may_print, report_document
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.workbook import export_workbook
from oversight.periods import Period

# Path of each report; URL names follow the issuers.
REPORTS = {
    Issuer.POLICE: "bao-cao",
    Issuer.PARTY: "bao-cao-dang-uy",
    Issuer.COMMITTEE: "bao-cao-ubnd",
}


class _NotAsked(Exception):
    """No valid period or no commune; the message is for a person."""


def urls(site: Any) -> list[URLPattern]:
    """Addresses of the reports."""
    pages: dict[str, tuple[Any, ...]] = {"so-lieu/bang-so-lieu/": (download_workbook, "workbook")}
    for issuer, route in REPORTS.items():
        pages[f"so-lieu/{route}/"] = (partial(page, issuer=issuer), f"report_{issuer}")
        pages[f"so-lieu/{route}/tep/"] = (partial(download, issuer=issuer), f"report_{issuer}_file")
    return own_pages(site, "oversight", pages, VIEW)


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any, issuer: Issuer) -> HttpResponse:
    """Report for printing."""
    if not may_print(request.user, issuer):
        raise PermissionDenied
    try:
        scope, period = _asked(request, request.GET)
    except _NotAsked as problem:
        return refused(request, str(problem), reverse("admin:oversight_figures"))
    now = timezone.now()
    document = report_document("paper.report_printed", scope, period, issuer, now)
    context = {
        "paper": document,
        "period": period,
        "presets": periods.presets(timezone.localdate(now)),
        "back": dashboards_pages.ALL.address(period),
    }
    if may_download(request.user, issuer):
        context["file"] = reverse(f"admin:oversight_report_{issuer}_file")
    return TemplateResponse(request, "oversight/report.html", context)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any, issuer: Issuer) -> HttpResponse:
    """Download the report as a Word file."""
    if not may_download(request.user, issuer):
        raise PermissionDenied
    try:
        scope, period = _asked(request, request.POST)
    except _NotAsked as problem:
        return refused(request, str(problem), reverse("admin:oversight_figures"))
    now = timezone.now()
    document = report_document("paper.report_exported", scope, period, issuer, now)
    return word_file(document, name=f"{REPORTS[issuer]}-{period.code}")


@never_cache
@require_POST
def download_workbook(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Download the figures of this reader as a workbook."""
    try:
        scope, period = _asked(request, request.POST)
    except _NotAsked as problem:
        return refused(request, str(problem), reverse("admin:oversight_figures"))
    now = timezone.now()
    content = export_workbook(compute_all(KEYS, scope, period, as_of=now), scope)
    return handed_out(content, kind=XLSX, name=f"so-lieu-{period.code}.xlsx")


def _asked(request: HttpRequest, asked: Any) -> tuple[Scope, Period]:
    """Scope of the reader and requested period. Raises _NotAsked."""
    reader = cast("User", request.user)  # signed in, by the guard
    period, problem = asked_period(asked, timezone.localdate())
    if reader.commune is None:
        raise _NotAsked("Hãy dùng tài khoản của một xã để lấy báo cáo, số liệu của xã đó.")
    if problem:
        raise _NotAsked(problem)
    return whole_commune(reader.commune, reader=reader), period
