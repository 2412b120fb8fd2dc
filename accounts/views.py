"""Pages for when something is wrong: what happened, and what to do."""

import logging
import sys
from typing import Any
from urllib.parse import urlencode, urlsplit

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

logger = logging.getLogger(__name__)
WORTH_COPYING = 20
PART_DOWN = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string(f"errors/{template}.html", request=None), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403", 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """An unforeseen error; 503 with its own sentence when database or broker do not answer."""
    error = sys.exc_info()[1]
    if isinstance(error, PART_DOWN):
        logger.error("a part is down: %s", type(error).__name__)
        return unavailable(request)
    return _page(request, "500", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    is_inside = request.path.startswith(reverse("admin:index"))
    return _page(request, "csrf" if is_inside else "csrf_public", 403)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database or the broker does not answer."""
    response = _page(request, "503", 503)
    response["Retry-After"] = "10"
    return response


def safe_next(request: HttpRequest, address: str) -> str:
    """An address of this site to go on to; the home page when it is anything else."""
    hosts = {request.get_host()}
    is_whole = address.startswith(("/", "http:", "https:"))
    if is_whole and url_has_allowed_host_and_scheme(
        address, hosts, require_https=request.is_secure()
    ):
        return address
    return reverse("admin:index")


def redirect_via(name: str, address: str) -> HttpResponse:
    """Redirect to a page of the admin, which leads on to this address afterwards."""
    return redirect(f"{reverse(f'admin:{name}')}?{urlencode({'next': address})}")


def way_back(request: HttpRequest) -> str:
    """The page that a person was on: of a form that was sent, the page it was on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if safe_next(request, came_from) != came_from:
        return reverse("admin:index")
    page = urlsplit(came_from)
    return f"{page.path}?{page.query}" if page.query else page.path


def session_expired(request: HttpRequest) -> HttpResponse:
    """Show the sent texts once more to be copied; nothing was done or stored."""
    page = {"next": way_back(request), "was_sent": request.method == "POST"}
    return _with_texts(request, "accounts/session_expired.html", page, 401)


def vault_refused(request: HttpRequest, sentence: str, *, is_away: bool) -> HttpResponse:
    """The sentence of the vault, or that it is away (503); sent texts once more to be copied.

    Whether a form that was on its way was written down is not known.
    """
    page = {"sentence": sentence, "is_away": is_away, "was_sent": request.method == "POST"}
    return _with_texts(request, "errors/vault.html", page, 503 if is_away else 403)


def _with_texts(
    request: HttpRequest, template: str, page: dict[str, Any], status: int
) -> HttpResponse:
    try:
        sent = [
            text
            for name, texts in request.POST.lists()
            for text in texts
            if len(text.strip()) >= WORTH_COPYING and "csrf" not in name and "password" not in name
        ]
    except OSError:  # a long body that was handed on already
        sent = []
    response = HttpResponse(render_to_string(template, {**page, "texts": sent}), status=status)
    response["Cache-Control"] = "no-store"
    return response
