"""The poster for a notice board: where residents report to the police, and how to know it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.communes.public_pages import code_of, full_address
from accounts.scoped_admin.pages import own_pages
from reports.public.pages import layout_of


def urls(site: Any) -> list[URLPattern]:
    """Its address under the admin of tips."""
    pages = {"to-qr/": (poster, "poster")}
    return own_pages(site, "reports_tipreport", pages, "reports.view_tipreport")


@require_GET
def poster(request: HttpRequest, *, site: Any) -> HttpResponse:
    """An A4 poster with the QR code of the commune's page for tips."""
    commune = request.user.commune  # type: ignore[union-attr]
    if commune is None:
        messages.error(request, "Hãy dùng tài khoản của một xã để in tờ QR của xã đó.")
        return redirect("admin:reports_tipreport_changelist")
    address = full_address(request, reverse("tip_home", args=[commune.code]))
    context = {
        **layout_of(commune),
        "address": address,
        "qr": code_of(address),
        "today": timezone.localdate(),
    }
    return TemplateResponse(request, "reports/register/poster.html", context)
