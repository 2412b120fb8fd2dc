"""Rows are deleted in the admin with a reason, which stands in the trail."""

from typing import Any, Final

from django.contrib.admin.actions import delete_selected as delete_at_once
from django.contrib.admin.decorators import action
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit

REASON: Final = "delete_reason"


def reason_of(request: HttpRequest) -> str:
    """The reason that was typed on the page of confirmation."""
    return request.POST.get(REASON, "").strip()[:300]


def lacks_reason(request: Any) -> bool:
    """Whether a deletion was confirmed without one; the page of confirmation then says so."""
    request.lacks_reason = "post" in request.POST and not reason_of(request)
    return bool(request.lacks_reason)


class ReasonedDeletion:
    """Before a model admin: no row is deleted without a reason."""

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if lacks_reason(request):
            request.POST = QueryDict()  # type: ignore[assignment]  # as if it was only asked for
        answer: HttpResponse = super().delete_view(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows = list(queryset)
        entries = super().log_deletions(request, rows)  # type: ignore[misc]
        by: Any = request.user
        for row in rows:
            audit.record("data.deleted", by=by, target=row, reason=reason_of(request))
        return entries


@action(permissions=["delete"], description=_("Delete selected %(verbose_name_plural)s"))
def delete_selected(model_admin: Any, request: HttpRequest, queryset: Any) -> Any:
    """The action of Django, with the reason."""
    if lacks_reason(request):
        asked = request.POST.copy()
        del asked["post"]
        request.POST = asked  # type: ignore[assignment]
    return delete_at_once(model_admin, request, queryset)
