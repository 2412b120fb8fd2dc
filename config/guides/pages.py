"""The guides as pages of the admin: all of them, those of one's own role first, and each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from accounts.scoped_admin.pages import guarded
from config.guides.declared import first_for
from config.guides.reading import guides


def urls(site: Any) -> list[URLPattern]:
    def bound(view: Any) -> Any:
        return site.admin_view(guarded(site, view))

    return [
        path("huong-dan/", bound(all_guides), name="guides"),
        path("huong-dan/<slug:key>/", bound(guide), name="guide"),
    ]


@require_safe
def all_guides(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Names of all guides."""
    own = first_for(set(request.user.groups.values_list("name", flat=True)))
    parts = [
        ("Của đồng chí", [guides()[key] for key in own]),
        ("Hướng dẫn khác", [one for key, one in guides().items() if key not in own]),
    ]
    context = {**site.each_context(request), "title": "Hướng dẫn", "parts": parts}
    return TemplateResponse(request, "guides/all.html", context)


@require_safe
def guide(request: HttpRequest, key: str, *, site: Any) -> HttpResponse:
    """One guide; 404 for a name that none has."""
    found = guides().get(key)
    if found is None:
        raise Http404
    context = {**site.each_context(request), "title": found.title, "guide": found}
    return TemplateResponse(request, "guides/guide.html", context)
