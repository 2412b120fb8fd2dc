"""A section's own page, and the page with all sections that a phone opens from its bar."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.scoped_admin.pages import guarded
from config.navigation import search
from config.navigation.sections import address, open_to
from config.navigation.state import state_of


def urls(site: Any) -> list[URLPattern]:
    def bound(view: Any) -> Any:
        return site.admin_view(guarded(site, view))

    return [
        # Before the theme's own search, which keeps what it found in the cache.
        path("search/", bound(search.page), name="search"),
        path("muc/", bound(all_sections), name="sections"),
        path("muc/<slug:key>/", bound(section), name="section"),
    ]


@require_safe
def all_sections(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Every section of the account with its sentence."""
    sections = [(one, address(one)) for one in open_to(request.user)]
    context = {**site.each_context(request), "title": "Tất cả các mục", "sections": sections}
    return TemplateResponse(request, "navigation/all.html", context)


@require_safe
def section(request: HttpRequest, key: str, *, site: Any) -> HttpResponse:
    """How a section stands, and the lines behind it; 404 for one that an account does not have."""
    found = next((one for one in open_to(request.user) if one.key == key and one.parts), None)
    if found is None:
        raise Http404
    context = {
        **site.each_context(request),
        "title": found.title,
        "section": found,
        "state": state_of(request.user, key, timezone.localtime()),
    }
    return TemplateResponse(request, "navigation/section.html", context)
