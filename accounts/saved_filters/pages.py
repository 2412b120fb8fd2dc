"""Save the filters that are set in a list, and forget them; both lead back to the list."""

from copy import copy
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_POST

from accounts.saved_filters import services
from accounts.saved_filters.models import SavedFilter
from accounts.scoped_admin.list_head import head_of, is_covered
from accounts.scoped_admin.pages import attempt, own_pages
from accounts.workflow.declaration import NotAllowed

NOT_OF_LIST = "Bộ lọc này không dùng được cho danh sách. Hãy chọn lại trong phần Lọc."


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {"bo-loc/luu/": (save, "save"), "bo-loc/<int:pk>/bo/": (forget, "forget")}
    return own_pages(site, "saved_filters", pages, row="saved", rows=_rows)


def _rows(request: HttpRequest) -> Any:
    return SavedFilter.objects.visible_to(request.user)


@require_POST
def save(request: HttpRequest, *, site: Any) -> HttpResponse:
    listed, query = request.POST.get("listed", ""), request.POST.get("query", "")
    model_admin = _admin_of(site, listed)
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    user: Any = request.user

    def act() -> SavedFilter:
        combination = _combination(model_admin, request, query)
        return services.save(user, listed, name=request.POST.get("name", ""), query=combination)

    saved = attempt(request, act, "Đã lưu bộ lọc.")
    return _back(listed, saved.query if saved else "")


@require_POST
def forget(request: HttpRequest, *, site: Any, saved: SavedFilter) -> HttpResponse:
    attempt(request, lambda: services.forget(saved), f"Đã bỏ bộ lọc “{saved}”.")
    return _back(saved.listed, saved.query)


def _admin_of(site: Any, listed: str) -> Any:
    for model, model_admin in site._registry.items():
        if model._meta.label_lower == listed:
            return model_admin
    raise Http404


def _combination(model_admin: Any, request: HttpRequest, query: str) -> str:
    """The query in one order, each part of it set in a filter that this account has there."""
    longest = SavedFilter._meta.get_field("query").max_length or 0
    if len(query) > longest:
        raise NotAllowed(NOT_OF_LIST)
    asked = copy(request)
    asked.method, asked.GET = "GET", QueryDict(query)  # type: ignore[misc]
    try:
        head = head_of(model_admin.get_changelist_instance(asked), request.user)
    except (IncorrectLookupParameters, SuspiciousOperation, ValueError) as error:
        raise NotAllowed(NOT_OF_LIST) from error
    if not is_covered(head, query):
        raise NotAllowed(NOT_OF_LIST)
    return head.query


def _back(listed: str, query: str) -> HttpResponse:
    address = reverse(f"admin:{listed.replace('.', '_')}_changelist")
    return redirect(f"{address}?{query}" if query else address)
