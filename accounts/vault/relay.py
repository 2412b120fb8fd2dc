"""A request for a page of tips on its way to the vault, and the response on its way back.

Web sends what its server was given: method, address, headers, the address of the caller, the body.
The vault runs Django on it as web would, with all middleware, so that session, second step, right
and sight are checked there by the code of the page, and returns status, headers, cookies and body.
"""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import IO, Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core import signals
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from accounts.vault import guard
from accounts.vault.calls import Call, running
from accounts.vault.client import BUSY, CHUNK, Attached, ask_with
from accounts.vault.errors import ForgedCall, VaultAway, VaultRefused
from accounts.vault.operations import MOST_BYTES, WithBytes, operation, registered
from accounts.vault.pages import Page, page_of

ANSWER: Final = "vault.answer_page"
RELAYED: Final = frozenset(
    {"REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "SERVER_NAME", "SERVER_PORT",
     "SERVER_PROTOCOL", "REMOTE_ADDR", "wsgi.url_scheme"}
)  # fmt: skip
OF_HEADER: Final = "HTTP_"
NO_REQUEST: Final = "Kho niêm phong không hiểu yêu cầu này."
READ_FIRST: Final = 1024 * 1024  # bytes of a body that are read first, to be shown where it fails
# Requests that one process of web has at the vault: officers' pages leave threads to all others,
# and receipts, of which each costs a slow hash, leave the vault to officers.
OFFICERS, PUBLIC, WAIT_S = 4, 1, 5.0
_places = {False: threading.BoundedSemaphore(OFFICERS), True: threading.BoundedSemaphore(PUBLIC)}


# Web


def forwarded(request: HttpRequest, page: Page) -> HttpResponse:
    """The response of the vault. Raises VaultAway, VaultRefused."""
    size = size_of(request)
    environ = {
        name: value
        for name, value in request.META.items()
        if isinstance(value, str) and _is_relayed(name)
    }
    with _place(page):
        result, body = ask_with(
            ANSWER, _body_of(request, size), is_public=page.is_public, environ=environ
        )
    return _rebuilt(result, body)


@contextmanager
def _place(page: Page) -> Iterator[None]:
    place = _places[page.is_public]
    if not place.acquire(timeout=WAIT_S):
        raise VaultAway(BUSY)
    try:
        yield
    finally:
        place.release()


def size_of(request: HttpRequest) -> int:
    """The bytes of its body. Raises RequestDataTooBig for more than the vault takes."""
    length = request.META.get("CONTENT_LENGTH") or ""
    size = int(length) if length.isdecimal() else 0
    if size > MOST_BYTES:
        raise RequestDataTooBig
    return size


def names_account(request: HttpRequest) -> bool:
    """Whether there is a session of an account behind the request; which, and whether it still
    holds, the vault finds out."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    store = import_module(settings.SESSION_ENGINE).SessionStore
    return bool(key) and SESSION_KEY in store(key)


def _is_relayed(name: str) -> bool:
    return name.startswith(OF_HEADER) or name in RELAYED


def _body_of(request: HttpRequest, size: int) -> Attached:
    if size <= READ_FIRST:
        return Attached(len(request.body), (request.body,))
    return Attached(size, iter(lambda: request.read(CHUNK), b""))


def _rebuilt(result: dict[str, Any], body: bytes) -> HttpResponse:
    response = HttpResponse(body, status=result["status"], reason=result["reason"])
    del response["Content-Type"]
    for name, value in result["headers"]:
        response[name] = value
    for name, value, coded, attributes in result["cookies"]:
        response.cookies[name] = ""
        cookie = response.cookies[name]
        cookie.set(name, value, coded)
        cookie.update(attributes)
    response._has_been_logged = True  # type: ignore[attr-defined]  # by the vault
    return response


# The vault


@operation(ANSWER, needs_session=False, is_page=True)
def _answer(call: Call, *, environ: Any) -> WithBytes:
    request = _made(environ, call.attached or io.BytesIO())
    page = page_of(request)
    if page is None:
        raise ForgedCall("Trang này không do kho niêm phong trả lời.")
    _count(call, page)
    signals.request_started.send(_Handler, environ=request.environ)
    response = handler().get_response(request)
    try:
        body = _whole(response)
    finally:
        response.close()
    cookies = [
        [one.key, one.value, one.coded_value, {name: one[name] for name in one if one[name] != ""}]
        for one in response.cookies.values()
    ]
    head = {"status": response.status_code, "reason": response.reason_phrase}
    return WithBytes({**head, "headers": list(response.items()), "cookies": cookies}, body)


def _made(environ: Any, body: IO[bytes]) -> WSGIRequest:
    """The request that web was given. Raises ForgedCall for what no server of ours gives."""
    if not isinstance(environ, dict) or not all(
        isinstance(value, str) and _is_relayed(name) for name, value in environ.items()
    ):
        raise ForgedCall(NO_REQUEST)
    size = body.seek(0, io.SEEK_END)
    body.seek(0)
    set_script_prefix("/")
    own = {
        "CONTENT_LENGTH": str(size), "SCRIPT_NAME": "", "wsgi.input": body,
        "wsgi.errors": sys.stderr, "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    try:
        return WSGIRequest({**environ, **own})
    except (KeyError, UnicodeError, ValueError) as error:
        raise ForgedCall(NO_REQUEST) from error


def _count(call: Call, page: Page) -> None:
    assert call.page is not None  # noqa: S101 -- made for each page
    call.page.is_of(page.view, most=page.most, is_public=page.is_public)


class _Handler(BaseHandler):
    """Django without a server around it."""


@cache
def handler() -> BaseHandler:
    """Middleware and views of the portal, loaded once."""
    made = _Handler()
    made.load_middleware()
    return made


def _whole(response: HttpResponseBase) -> bytes:
    """The content, also of what streams, while sealed values open. Raises VaultRefused."""
    if not response.streaming:
        found = response.content  # type: ignore[attr-defined]
    else:
        parts, size = [], 0
        for part in response.streaming_content:  # type: ignore[attr-defined]
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                break
        found = b"".join(parts)
    if len(found) > MOST_BYTES:
        raise VaultRefused("Nội dung quá lớn để mở một lần.")
    return bytes(found)


# In one process


def answered_here(request: HttpRequest, page: Page, get_response: Any) -> Any:
    """The response, where this process is the vault: counted and logged as there. Raises
    VaultRefused."""
    with guard.watched(Call("?", "any")) as watch:
        call = watch.admit(registered(ANSWER), {"arguments": {"environ": {}}, "session": ""})
        _count(call, page)
        with running(call):
            response = get_response(request)
            if response.streaming:
                response.streaming_content = [_whole(response)]
    return response
