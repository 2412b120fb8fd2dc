"""The address of the own calendar: made and revoked by the person, read without a session."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.scoped_admin.pages import attempt
from duty.roster.models import Feed
from duty.shifts import feeds


@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The own shifts for a calendar program; an unknown, revoked or disabled one is not there."""
    now = timezone.now()
    user = feeds.reader_of(secret, now)
    if user is None:
        raise Http404
    response = HttpResponse(
        feeds.calendar_of(user, now), content_type="text/calendar; charset=utf-8"
    )
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Disposition"] = 'attachment; filename="lich-truc.ics"'
    return response


@require_GET
def show(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Whether there is an address, since when, and when a calendar last asked."""
    return _page(request, site)


def _page(request: HttpRequest, site: Any, address: str = "") -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": "Lịch trực trên điện thoại",
        "feed": Feed.objects.filter(user=request.user.pk).first(),
        "address": address,
    }
    response = TemplateResponse(request, "duty/roster_feed.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def make(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Show the new address once, on the page that answers."""
    secret = attempt(
        request,
        lambda: feeds.make(by=request.user),  # type: ignore[arg-type]
        "Đã lập địa chỉ mới. Địa chỉ cũ (nếu có) không dùng được nữa.",
    )
    if secret is None:
        return redirect("admin:duty_roster_feed")
    portal = settings.PORTAL_URL or f"{request.scheme}://{request.get_host()}"
    return _page(request, site, f"{portal.rstrip('/')}{reverse('duty_feed', args=[secret])}")


@require_POST
def revoke(request: HttpRequest, *, site: Any) -> HttpResponse:
    attempt(
        request,
        lambda: feeds.revoke(by=request.user),  # type: ignore[arg-type]
        "Đã bỏ địa chỉ lịch.",
    )
    return redirect("admin:duty_roster_feed")
