"""Pages that the vault answers in tests, beside those of the portal: what a page can do at all."""

import hashlib
import io
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseNotModified,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from accounts.audit import services as audit
from accounts.vault import pages
from accounts.vault.calls import matching
from reports.models import Reporter

LONGEST = 40 * 1024 * 1024


def names(first: int) -> Iterator[str]:
    """Names of reporters, of the first tips."""
    for row in Reporter.objects.order_by("pk")[:first]:
        yield row.name


def echo(request: HttpRequest) -> HttpResponse:
    """All that came: fields, files, headers, caller and account; the session counts."""
    request.session["seen"] = request.session.get("seen", 0) + 1
    files = {
        name: [file.name, file.size, hashlib.sha256(file.read()).hexdigest()]
        for name, file in request.FILES.items()
    }
    return JsonResponse({
        "method": request.method, "get": dict(request.GET.lists()),
        "post": dict(request.POST.lists()), "files": files, "user": request.user.username,
        "secure": request.is_secure(), "host": request.get_host(), "seen": request.session["seen"],
        "address": request.META["REMOTE_ADDR"], "header": request.headers.get("X-Kind", ""),
    })  # fmt: skip


def listed(request: HttpRequest, first: int) -> HttpResponse:
    """So many names."""
    return HttpResponse("\n".join(names(first)), content_type="text/plain")


def rendered(request: HttpRequest, first: int) -> HttpResponse:
    """So many names, opened as the template is rendered."""
    template = engines["django"].from_string("{% for name in names %}{{ name }};{% endfor %}")
    return TemplateResponse(request, template, {"names": names(first), "first": first})


def matched(request: HttpRequest, first: int) -> HttpResponse:
    """The number of names that match; then one of them."""
    with matching():
        rows = [row for row in Reporter.objects.order_by("pk")[:first] if "Mẫu" in row.name]
    return HttpResponse(f"{len(rows)} {rows[0].name}")


def streamed(request: HttpRequest, first: int) -> StreamingHttpResponse:
    return StreamingHttpResponse((f"{name}\n" for name in names(first)), content_type="text/csv")


def file(request: HttpRequest, size: int) -> FileResponse:
    content = bytes(range(256)) * (min(size, LONGEST) // 256)
    return FileResponse(io.BytesIO(content), as_attachment=True, filename="sổ tháng.bin")


def cookies(request: HttpRequest) -> HttpResponse:
    """Several cookies with all that a cookie can have, a message, and a redirect."""
    messages.success(request, "Đã ghi.")
    response = redirect("test_echo")
    response.set_cookie(
        "mot", 'a "b" ; ă', max_age=60, path="/x", secure=True, httponly=True, samesite="Strict"
    )
    response.set_signed_cookie("hai", "2", salt="x", domain="example.org")
    response.delete_cookie("ba", path="/y")
    return response


def unchanged(request: HttpRequest) -> HttpResponse:
    return HttpResponseNotModified(headers={"ETag": '"1"'})


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


@csrf_exempt
def slow(request: HttpRequest) -> HttpResponse:
    """Write one event, in the middle of a while."""
    wait: Any = float(request.POST["wait"])
    time.sleep(wait)
    audit.record("tip.searched", by=request.user)  # type: ignore[arg-type]
    time.sleep(wait)
    return HttpResponse("done")


def own(request: HttpRequest) -> HttpResponse:
    """A page of web, which opens nothing."""
    return HttpResponse("\n".join(names(1)))


VIEWS: dict[str, tuple[str, Callable[..., HttpResponseBase]]] = {
    "test_echo": ("echo/", echo), "test_listed": ("listed/<int:first>/", listed),
    "test_rendered": ("rendered/<int:first>/", rendered),
    "test_matched": ("matched/<int:first>/", matched),
    "test_streamed": ("streamed/<int:first>/", streamed),
    "test_file": ("file/<int:size>/", file), "test_cookies": ("cookies/", cookies),
    "test_unchanged": ("unchanged/", unchanged), "test_broken": ("broken/", broken),
    "test_slow": ("slow/", slow),
}  # fmt: skip
pages.register(*VIEWS)
pages.register("test_whole", most=None)
pages.register("test_public", is_public=True, is_sent=True)
urlpatterns = [
    *(path(f"test/{route}", view, name=name) for name, (route, view) in VIEWS.items()),
    path("test/whole/<int:first>/", listed, name="test_whole"),
    path("test/public/<int:first>/", csrf_exempt(listed), name="test_public"),
    path("test/own/", own, name="test_own"),
    path("", include("config.urls")),
]
handler400 = "accounts.views.bad_request"
handler403 = "accounts.views.permission_denied"
handler404 = "accounts.views.page_not_found"
handler500 = "accounts.views.server_error"
