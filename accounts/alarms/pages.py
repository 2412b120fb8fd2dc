"""The page of alarms: what happened, what to do, and the button of whoever has seen it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.views.decorators.http import require_GET, require_POST

from accounts.alarms import services
from accounts.alarms.models import Alarm
from accounts.scoped_admin.pages import attempt, own_pages

LISTED = 50


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "canh-bao/": (show, "show"),
        "canh-bao/<int:pk>/da-biet/": (acknowledge, "acknowledge"),
    }
    return own_pages(site, "alarms", pages, row="alarm", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return Alarm.objects.visible_to(request.user)


@require_GET
def show(request: HttpRequest, site: Any) -> HttpResponse:
    rows = _rows(request).select_related("acknowledged_by")
    waiting = rows.filter(acknowledged_at=None)[:LISTED]
    context = {
        **site.each_context(request),
        "title": "Cảnh báo an toàn",
        "waiting": [(row, services.why_not_acknowledge(row, request.user)) for row in waiting],
        "settled": rows.exclude(acknowledged_at=None)[:LISTED],
    }
    return TemplateResponse(request, "accounts/alarms.html", context)


@require_POST
def acknowledge(request: HttpRequest, site: Any, alarm: Alarm) -> HttpResponse:
    attempt(request, lambda: services.acknowledge(alarm, by=request.user), "Đã ghi là đã biết.")
    return redirect("admin:alarms_show")
