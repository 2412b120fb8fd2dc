"""`POST /zalo/webhook/`: prove that it is Zalo, keep the event, answer. Nothing else.

A middleware in front of all others answers this address: no session, account, policy or form token
is looked at for a caller that has none. Whatever is answered with 200 lies in the database.
"""

import hashlib
import logging
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotAllowed,
    UnreadablePostError,
)
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from zalo import inbox
from zalo.types import as_id

logger = logging.getLogger(__name__)

PATH: Final = "/zalo/webhook/"
MAX_BYTES: Final = 256 * 1024
HEADER: Final = "HTTP_X_ZEVENT_SIGNATURE"
PLAIN: Final = "text/plain"


class WebhookMiddleware:
    """Stands first and answers the webhook's address itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH or request.path_info == PATH[:-1]:
            return receive(request)
        return self.get_response(request)


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """200 once the event lies in the inbox, now or before; 403 for a wrong signature, 400 for what
    is no event, 413 for too much, 503 for what could not be kept, so that Zalo tells it again."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    raw = _body(request)
    if isinstance(raw, HttpResponse):
        return raw
    try:
        body = inbox.read(raw)
    except ValueError:
        return HttpResponseBadRequest("not an event\n", content_type=PLAIN)
    timestamp = as_id(body.get("timestamp"))
    if not timestamp or not inbox.name_in(body):
        return HttpResponseBadRequest("not an event\n", content_type=PLAIN)
    if not settings.ZALO_OA_SECRET_KEY or not settings.ZALO_APP_ID:
        logger.error("zalo webhook: ZALO_OA_SECRET_KEY or ZALO_APP_ID is not set")
        return _later()
    if not is_signed(raw, timestamp, request.META.get(HEADER, ""), app_id=body.get("app_id")):
        inbox.count_bad_signature()
        return HttpResponseForbidden("bad signature\n", content_type=PLAIN)
    try:
        inbox.store(body, raw)
    except inbox.NotStored as error:
        logger.error("zalo webhook: event not stored: %s", error)
        return _later()
    return HttpResponse("ok\n", content_type=PLAIN)


def _body(request: HttpRequest) -> bytes | HttpResponse:
    """The bytes as they came, or the answer to a caller that sends too many or goes away."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MAX_BYTES:
        return HttpResponse("too large\n", status=413, content_type=PLAIN)
    try:
        return request.body
    except UnreadablePostError:
        return HttpResponseBadRequest("cut short\n", content_type=PLAIN)


def _later() -> HttpResponse:
    return HttpResponse("try again\n", status=503, content_type=PLAIN, headers={"Retry-After": 30})


def signature(raw: bytes, timestamp: str, *, app_id: str, secret: str) -> str:
    """SHA-256 (hex) over application, bytes as received, the body's own clock and the secret."""
    text = (timestamp + secret).encode("utf-8", "replace")
    return hashlib.sha256(app_id.encode() + raw + text).hexdigest()


def is_signed(raw: bytes, timestamp: str, presented: str, *, app_id: object) -> bool:
    """Whether `presented` (with or without `mac=`) proves the body; another application's does not.

    There is no limit of age: Zalo repeats a body for hours, and what came before is known.
    """
    ours = settings.ZALO_APP_ID
    named = as_id(app_id)
    offered = presented.rpartition("=")[2].strip().lower()
    expected = signature(raw, timestamp, app_id=ours, secret=settings.ZALO_OA_SECRET_KEY)
    return constant_time_compare(offered, expected) and (not named or named == ours)
