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
from groups.sheets import watermark
from reports.register.paper import HEADINGS, NOTICE, cells_of, register_docx
from reports.register.rows import LONGEST_SPAN, Period, TooMany, lines, presets

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
    if not problem:
        _note("tip.register_printed", request, period, len(found))
    commune = _commune(request)
    context = {
        "period": period,
        "problem": problem,
        "rows": [cells_of(line) for line in found],
        "headings": [heading for heading, _width in HEADINGS],
        "presets": presets(timezone.localdate()),
        "commune": commune,
        "profile": commune.profile_on(timezone.localdate()) if commune else None,
        "mark": watermark(commune, request.user),
        "notice": NOTICE,
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
        sentence = problem or "Hãy dùng tài khoản của một xã."
        context = {"sentence": sentence}
        return TemplateResponse(request, "reports/register/refused.html", context, status=400)
    _note("tip.register_exported", request, period, len(found))
    content = register_docx(
        found,
        period,
        commune=commune,
        profile=commune.profile_on(timezone.localdate()),
        mark=watermark(commune, request.user),
    )
    response = HttpResponse(content, content_type=WORD)
    name = f"so-tiep-nhan-{period.first:%Y%m%d}-{period.last:%Y%m%d}.docx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


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
