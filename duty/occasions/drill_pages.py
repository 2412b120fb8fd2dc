"""The page of a drill: a button, and who got it by which way, how fast."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.views.decorators.http import require_POST, require_safe

from accounts.scoped_admin.pages import attempt, own_pages
from duty.occasions import drills, history
from duty.occasions.kind_changes import RIGHT
from duty.occasions.kind_pages import actor


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "thu-bao-viec/": (show, "show"),
        "thu-bao-viec/bat-dau/": (begin, "begin"),
        "thu-bao-viec/ket-thuc/": (end, "end"),
    }
    return own_pages(site, "duty_drill", pages, RIGHT)


@require_safe
def show(request: HttpRequest, site: Any) -> HttpResponse:
    """The running drill or the last one, with each notice."""
    _user, commune = actor(request)
    drill = drills.last_of(commune)
    context = {
        **site.each_context(request),
        "title": "Thử báo việc",
        "drill": drill,
        "lines": drills.lines_of(drill) if drill else [],
        "history": history.lines_of(drill) if drill else [],
    }
    return TemplateResponse(request, "duty/drill.html", context)


@require_POST
def begin(request: HttpRequest, site: Any) -> HttpResponse:
    """Start a drill."""
    user, commune = actor(request)
    attempt(
        request,
        lambda: drills.begin(commune, by=user),
        "Đã bắt đầu thử. Người trực nhận báo trong vài giây.",
    )
    return redirect("admin:duty_drill_show")


@require_POST
def end(request: HttpRequest, site: Any) -> HttpResponse:
    """End the drill."""
    user, commune = actor(request)
    attempt(request, lambda: drills.end(commune, by=user), "Đã kết thúc thử.")
    return redirect("admin:duty_drill_show")
