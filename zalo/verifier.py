"""The page by which Zalo learns that this domain is ours."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.html import format_html


def page(request: HttpRequest, token: str) -> HttpResponse:
    """`/zalo_verifier<token>.html`, as Zalo's console hands it out (`ZALO_VERIFIER`)."""
    ours = settings.ZALO_VERIFIER
    if not ours or not constant_time_compare(token, ours):
        raise Http404
    return HttpResponse(
        format_html(
            '<!doctype html><html lang="vi"><head><title>Zalo</title>'
            '<meta name="zalo-platform-site-verification" content="{0}">'
            '<meta property="zalo-platform-site-verification" content="{0}"></head>'
            "<body>{0}</body></html>\n",
            token,
        )
    )
