"""`POST /zalo/webhook/`: prove that it is Zalo, keep the event, answer. Nothing else.

In production the gate stands before Django itself (`config/wsgi.py`): no session, account, policy
or form token is looked at for a caller that has none. Whatever is answered with 200 lies in the
database.
"""

import hashlib
import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from zalo.client.types import as_id
from zalo.inbox import events
from zalo.inbox import services as inbox

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

PATHS: Final = frozenset({"/zalo/webhook/", "/zalo/webhook"})
MAX_BYTES: Final = 256 * 1024
WORDS: Final = {
    HTTPStatus.OK: "ok",
    HTTPStatus.BAD_REQUEST: "not an event",
    HTTPStatus.FORBIDDEN: "bad signature",
    HTTPStatus.METHOD_NOT_ALLOWED: "POST only",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too large",
    HTTPStatus.SERVICE_UNAVAILABLE: "try again",
}
EXTRA: Final = {
    HTTPStatus.METHOD_NOT_ALLOWED: [("Allow", "POST")],
    HTTPStatus.SERVICE_UNAVAILABLE: [("Retry-After", "30")],
}


class Gate:
    """Answers the webhook's address itself and hands everything else to the portal."""

    def __init__(self, portal: "WSGIApplication") -> None:
        self.portal = portal

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ.get("PATH_INFO") not in PATHS:
            return self.portal(environ, start_response)
        status = accept(environ)
        content = _content(status)
        start_response(f"{status.value} {status.phrase}", _headers(status, content))
        return [content]


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """The same as a view, where Django is reached without the gate (tests, `runserver`)."""
    status = accept(request.META)
    content = _content(status)
    return HttpResponse(content, status=status, headers=dict(_headers(status, content)))


def _content(status: HTTPStatus) -> bytes:
    return f"{WORDS[status]}\n".encode()


def _headers(status: HTTPStatus, content: bytes) -> list[tuple[str, str]]:
    return [
        ("Content-Type", "text/plain"),
        ("Content-Length", str(len(content))),
        ("X-Content-Type-Options", "nosniff"),
        *EXTRA.get(status, []),
    ]


def accept(environ: dict[str, Any]) -> HTTPStatus:
    """200 once the event lies in the inbox, now or before, if only set aside; 403 for a wrong
    signature, 400 for what is no event, 413 for too much, 503 for what could not be kept, so that
    Zalo tells it again."""
    if environ["REQUEST_METHOD"] != "POST":
        return HTTPStatus.METHOD_NOT_ALLOWED
    length = _length(environ)
    if length > MAX_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    try:
        raw = environ["wsgi.input"].read(length)
        body = inbox.read(raw)
    except (OSError, ValueError):
        return HTTPStatus.BAD_REQUEST
    timestamp = as_id(body.get("timestamp"))
    if len(raw) != length or not timestamp or not events.name_of(body):
        return HTTPStatus.BAD_REQUEST
    if not settings.ZALO_OA_SECRET_KEY or not settings.ZALO_APP_ID:
        logger.error("zalo webhook: ZALO_OA_SECRET_KEY or ZALO_APP_ID is not set")
        return HTTPStatus.SERVICE_UNAVAILABLE
    presented = environ.get("HTTP_X_ZEVENT_SIGNATURE", "")
    if not is_signed(raw, timestamp, presented, app_id=body.get("app_id")):
        inbox.count_bad_signature()
        return HTTPStatus.FORBIDDEN
    try:
        inbox.store(body, raw)
    except inbox.NotStored as error:
        logger.error("zalo webhook: event not stored: %s", error)
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK


def _length(environ: dict[str, Any]) -> int:
    length = environ.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


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
