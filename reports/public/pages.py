"""Shared parts of pages for residents: layout, headers, whom to call."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.communes.public_pages import callable_number, inside_a_sentence
from accounts.models import Commune

type View = Callable[..., HttpResponse]


def unseen(view: View) -> View:
    """Keep a response out of caches, browsers and search engines.

    The address goes to no other site. A stricter policy (`no-referrer`) makes browsers send forms
    with an origin of `null`, which the check against forged forms has to refuse.
    """

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return answered


def show(
    request: HttpRequest, name: str, commune: Commune | None, **context: Any
) -> TemplateResponse:
    """Render the page `name` in the layout of a commune, or of none."""
    return TemplateResponse(
        request, f"reports/public/{name}.html", {**layout_of(commune), **context}
    )


def layout_of(commune: Commune | None) -> dict[str, Any]:
    """Return the context of the layout: the commune and its duty phone."""
    if commune is None:
        return {"police": "Công an", "duty_phone": "", "duty_call": ""}
    profile = commune.profile_on(timezone.localdate())
    phone = profile.duty_phone if profile is not None else ""
    return {
        "commune": commune,
        "police": f"Công an {inside_a_sentence(commune)}",
        "duty_phone": phone,
        "duty_call": callable_number(phone),
        "reception_place": profile.reception_place if profile is not None else "",
        "opening_hours": profile.opening_hours if profile is not None else "",
    }
