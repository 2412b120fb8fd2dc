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

from accounts.form_drafts import services, stores, uploads
from accounts.form_drafts.addresses import saves_files, view_of
from accounts.scoped_admin.pages import own_pages, try_out

NUMBER: Final = "form-draft"  # the number of the draft of a page, sent with its form
GONE: Final = "Bản đang ghi này không còn."


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin, for the script and the picture of a page."""
    pages = {
        "ban-nhap/": (require_http_methods(["GET", "POST"])(never_cache(_drafts)), "drafts"),
        "ban-nhap/bo/": (require_POST(never_cache(_drop)), "drop"),
        "ban-nhap/mo/": (require_POST(never_cache(_open)), "open"),
        "ban-nhap/tep/<uuid:number>/": (require_GET(never_cache(_file)), "file"),
    }
    return own_pages(site, "form_draft", pages)


def head(request: HttpRequest) -> dict[str, Any] | None:
    """Data for the script of a page whose forms have drafts; None for all others."""
    store = stores.store_on(view_of(request))
    if store is None:
        return None
    number = uploads.number_of(request.POST.get(NUMBER))
    left_out = " ".join(sorted(store.left_out))
    return {"account": request.user.pk, "number": str(number or ""), "left_out": left_out}


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
            _offered(store, draft)
            for draft in services.drafts_of(address, by=account)[: services.MOST]
        ]
        for address in request.GET.getlist("form")[:20]
        if (store := stores.store_at(address)) is not None
    }
    return JsonResponse({"account": account.pk, "token": get_token(request), "drafts": found})


def _offered(store: stores.Store, draft: Any) -> dict[str, Any]:
    offered = {"number": str(draft.uuid), "at": moment(draft.updated_at)}
    if store.open_later is None:
        return {**offered, "fields": json.loads(draft.fields)}
    return offered


def _open(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The texts of one draft that did not come with the page, or why they do not open."""
    by: Any = request.user
    number = uploads.number_of(request.POST.get("number"))
    found = services.find_draft(number, by=by) if number is not None else None
    if found is None or (act := found[0].open_later) is None:
        return JsonResponse({"state": "refused", "words": GONE})
    text, refusal = try_out(lambda: act(found[1]))
    if text is None:
        return JsonResponse({"state": "refused", "words": refusal})
    return JsonResponse({"state": "opened", "fields": json.loads(text)})


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
        services.end(number, by=by)
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


def accept(request: HttpRequest) -> None:
    """Say that the form of a request was accepted, for a page that answers without a redirect."""
    request.is_form_accepted = True  # type: ignore[attr-defined]


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
    if getattr(request, "is_form_accepted", False):
        return True
    queued = getattr(get_messages(request), "_queued_messages", ())
    is_refused = any(message.level >= ERROR for message in queued)
    return response.status_code in {302, 303} and not is_refused


def _forget_draft(request: HttpRequest) -> None:
    by: Any = request.user
    if (number := uploads.number_of(request.POST.get(NUMBER))) is not None:
        services.end(number, by=by)
