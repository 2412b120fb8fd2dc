"""Requests of the script of a page, and the frame around each page that sends a form."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.contrib.messages import ERROR, get_messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.form_drafts import services, uploads
from accounts.form_drafts.addresses import saves_files, saves_texts, view_at, view_of
from accounts.scoped_admin.pages import own_pages

NUMBER: Final = "form-draft"  # the number of the draft of a page, sent with its form


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin, for the script and the picture of a page."""
    pages = {
        "ban-nhap/": (require_http_methods(["GET", "POST"])(never_cache(_drafts)), "drafts"),
        "ban-nhap/bo/": (require_POST(_drop), "drop"),
        "ban-nhap/tep/<uuid:number>/": (require_GET(never_cache(_file)), "file"),
    }
    return own_pages(site, "form_draft", pages)


def head(request: HttpRequest) -> dict[str, Any] | None:
    """Data for the script of a page whose forms have drafts; None for all others."""
    if not saves_texts(view_of(request)):
        return None
    number = uploads.number_of(request.POST.get(NUMBER))
    return {"account": request.user.pk, "number": str(number or "")}


# Requests of the script.


def _drafts(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Drafts of the forms on a page, or what came of one that is to be saved.

    A page of another account, open since before it signed out, saves nothing.
    """
    if request.method == "POST":
        is_own = request.POST.get("account") == str(request.user.pk)
        return JsonResponse(_saved(request) if is_own else {"state": "other"})
    account: Any = request.user
    found = {
        address: [
            {
                "number": str(draft.uuid),
                "at": moment(draft.updated_at),
                "fields": json.loads(draft.fields),
            }
            for draft in services.drafts_of(address, by=account)[: services.MOST]
        ]
        for address in request.GET.getlist("form")[:20]
        if saves_texts(view_at(address))
    }
    return JsonResponse({"account": account.pk, "token": get_token(request), "drafts": found})


def _saved(request: HttpRequest) -> dict[str, str]:
    try:
        fields = json.loads(request.POST.get("fields", ""))
        number = uploads.number_of(request.POST.get("number"))
        is_list = isinstance(fields, list) and all(
            isinstance(one, list) and len(one) in {2, 3} and all(isinstance(x, str) for x in one)
            for one in fields
        )
        if not is_list or number is None:
            raise ValueError
        address = request.POST.get("address", "")
        by: Any = request.user
        draft = services.save(address, fields, by=by, number=number)
    except services.DraftRefused as refusal:
        return {"state": refusal.reason}
    except ValueError:
        return {"state": "never"}
    return {"state": "saved", "number": str(draft.uuid), "at": moment(draft.updated_at)}


def _drop(request: HttpRequest, *, site: Any) -> HttpResponse:
    by: Any = request.user
    if (number := uploads.number_of(request.POST.get("number"))) is not None:
        services.drop(number, by=by)
    return JsonResponse({"state": "gone"})


def _file(request: HttpRequest, *, site: Any, number: Any) -> HttpResponse:
    """The picture that waits, for the account that chose it."""
    by: Any = request.user
    pending = uploads.waiting(number, by=by)
    if pending is None or not pending.is_picture:
        raise Http404
    response = HttpResponse(bytes(pending.content), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def moment(at: datetime) -> str:
    """`14:05`; with its day, where that is not today."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if is_today else f"{local:%H:%M} ngày {local:%d/%m}"


# Around each page of the admin.


def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, to which a refused form comes back with its files, and which clears up after one
    that was accepted: answered by a redirect, without a message of refusal.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        has_files = saves_files(view_of(request))
        if has_files:
            uploads.restore(request)
        response = view(request, *args, **kwargs)
        if _is_accepted(request, response):
            uploads.forget(request.POST, by=request.user)
            _forget_draft(request)
        elif has_files and isinstance(response, TemplateResponse) and not response.is_rendered:
            uploads.keep_refused(request, response.context_data or {})
        return response

    return wrapped


def _is_accepted(request: HttpRequest, response: HttpResponse) -> bool:
    queued = getattr(get_messages(request), "_queued_messages", ())
    is_refused = any(message.level >= ERROR for message in queued)
    return response.status_code in {302, 303} and not is_refused


def _forget_draft(request: HttpRequest) -> None:
    by: Any = request.user
    if (number := uploads.number_of(request.POST.get(NUMBER))) is not None:
        services.drop(number, by=by)
