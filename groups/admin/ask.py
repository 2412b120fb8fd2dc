"""A page with a sentence, a form and one button, for what is done about people."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

# So many of the chosen people are named.
SHOWN = 20


def ask_page(
    model_admin: Any, request: HttpRequest, *, title: str, back_url: str, **context: Any
) -> HttpResponse:
    """One question, one form, one button."""
    request.current_app = model_admin.admin_site.name  # type: ignore[attr-defined]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "back_url": back_url,
        **context,
    }
    return TemplateResponse(request, "groups/people/ask.html", context)
