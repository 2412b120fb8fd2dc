"""The register on the screen, on paper and as a file; each look is in the audit trail."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import Commune
from accounts.own_pages import own_pages
from accounts.papers.handing_out import word_file
from reports.register.paper import register_paper
from reports.register.rows import LONGEST_SPAN, Period, TooMany, lines, presets

NO_COMMUNE = "Hãy dùng tài khoản của một xã."


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
    found = []
    if not problem:
        try:
            found = lines(period, by=request.user)
        except TooMany as error:
            problem = str(error)
    commune = _commune(request)
    paper = None
    if not problem and commune is None:
        problem = NO_COMMUNE
    elif not problem:
        _note("tip.register_printed", request, period, len(found))
        paper = register_paper(found, period, commune=commune, by=request.user)
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
        found = [] if problem else lines(period, by=request.user)
    except TooMany as error:
        problem = str(error)
    commune = _commune(request)
    if problem or commune is None:
        sentence = problem or NO_COMMUNE
        context = {"sentence": sentence}
        return TemplateResponse(request, "reports/register/refused.html", context, status=400)
    _note("tip.register_exported", request, period, len(found))
    paper = register_paper(found, period, commune=commune, by=request.user)
    name = f"so-tiep-nhan-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    return word_file(paper, name=name)


def _note(action: str, request: HttpRequest, period: Period, rows: int) -> None:
    span = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    audit.record(action, by=request.user, commune=_commune(request), rows=rows, **span)


def _commune(request: HttpRequest) -> Commune | None:
    commune: Commune | None = request.user.commune
    return commune


def _period(data: Any) -> tuple[Period, str]:
    """The days asked for, this month by default, and what is wrong with them."""
    today = timezone.localdate()
    month = Period(today.replace(day=1), today)
    asked = [data.get("tu", ""), data.get("den", "")]
    if not any(asked):
        return month, ""
    first, last = (_day(text) for text in asked)
    if first is None or last is None:
        return month, "Ngày không đọc được. Hãy chọn lại từ ngày và đến ngày."
    if last < first:
        return month, "Ngày cuối đứng trước ngày đầu. Hãy chọn lại."
    if last - first > LONGEST_SPAN:
        return month, "Mỗi lần xem được nhiều nhất một năm. Hãy chọn khoảng ngắn hơn."
    return Period(first, last), ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # well formed, and no day of the calendar
        return None
