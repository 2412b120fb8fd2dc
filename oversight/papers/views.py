"""The report on a span as a sheet and as a Word file, for who signs it."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.own_pages import own_pages
from accounts.papers.handing_out import word_file
from accounts.papers.letterheads import Issuer
from oversight.dashboards import VIEW, asked_period
from oversight.papers.report import export_report
from oversight.scopes import whole_commune


def urls(site: Any) -> list[URLPattern]:
    """The address of the file, beside the page of figures."""
    pages = {"so-lieu/bao-cao/": (take, "report_file")}
    needs = (VIEW, "reports.view_tipreport", "reports.print_register")
    return own_pages(site, "oversight", pages, *needs)


@never_cache
@require_POST
def take(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The report of the police on the days of the form, as a draft to be signed."""
    now, reader = timezone.now(), cast("User", request.user)  # signed in, by the guard
    period, problem = asked_period(request.POST, timezone.localdate(now))
    if reader.commune is None:
        problem = "Hãy dùng tài khoản của một xã để lấy báo cáo của xã đó."
    if problem or reader.commune is None:
        context = {"sentence": problem, "back": reverse("admin:oversight_figures")}
        return TemplateResponse(request, "oversight/refused.html", context, status=400)
    scope = whole_commune(reader.commune, reader=reader)
    paper = export_report(scope, period, issuer=Issuer.POLICE, as_of=now)
    return word_file(paper, name=f"bao-cao-{period.first:%Y%m%d}-{period.last:%Y%m%d}")
