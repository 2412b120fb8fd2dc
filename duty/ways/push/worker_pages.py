"""Pages for browsers without a session: worker, manifest, and the word that a notice was shown."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from duty.ways import base, devices

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
MOST_BYTES: Final = 64
ICONS: Final = (
    ("icon-192", "192x192", "any"),
    ("icon-512", "512x512", "any"),
    ("icon-maskable-512", "512x512", "maskable"),
)


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """`/sw.js`: at the root, so that its scope may be `/admin/`; never out of a cache."""
    return TemplateResponse(request, "duty/sw.js", content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def manifest(request: HttpRequest) -> HttpResponse:
    """Makes the portal installable, which pages of residents do not link to.

    The window of the app shows `/admin/` and `/viec/`, so its scope is both; the worker's is not.
    """
    icons = [
        {"src": static(f"duty/{name}.png"), "sizes": size, "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    about = {
        "id": "/admin/",
        "name": base.APP_NAME,
        "short_name": base.APP_NAME,
        "lang": "vi",
        "start_url": reverse("admin:index"),
        "scope": "/",
        "display": "standalone",
        "handle_links": "not-preferred",
        "background_color": "#ffffff",
        "theme_color": "#28665b",
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json")


@csrf_exempt
@require_POST
def note_shown(request: HttpRequest) -> HttpResponse:
    """The body is the one-use word of a notice.

    128 random bits are their own proof, and no guess is answered otherwise than a hit.
    """
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) <= MOST_BYTES:
        text = request.body.decode("ascii", "replace")
        if TOKEN.fullmatch(text):
            devices.note_shown(text)
    return HttpResponse(status=204)
