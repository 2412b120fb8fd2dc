"""Pages for when something is wrong: what happened, and what to do."""

import logging
import sys

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)
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
    return _page(request, "csrf", 403)


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database or the broker does not answer."""
    response = _page(request, "503", 503)
    response["Retry-After"] = "10"
    return response
