"""Lists whose lines lead to a page of their own, and the page on which a new row begins."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.services import NotAllowed
from accounts.step_pages.forms import StepForm

# The tones of badges on pages, by those of labels in lists.
ON_PAGES = {"success": "good", "warning": "warn", "info": "info", "": "info"}


class ShownOnItsPage:
    """For a model admin: rows are shown and moved on the page `shown_at`, begun on `new_at`.

    Nothing is edited or deleted by the forms of the theme.
    """

    shown_at = ""
    new_at = ""
    actions = None
    fields: Any = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        shown_at = self.shown_at

        class Lines(ChangeList):
            def url_for_result(self, result: Any) -> str:
                return reverse(f"admin:{shown_at}", args=[result.pk])

        return Lines

    def has_add_permission(self, request: HttpRequest) -> bool:
        may = super().has_add_permission(request)  # type: ignore[misc]
        return bool(self.new_at) and may and request.user.commune_id is not None  # type: ignore[union-attr]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if object_id is None and self.has_add_permission(request):
            return redirect(f"admin:{self.new_at}")
        found = self.get_object(request, object_id) if object_id else None  # type: ignore[attr-defined]
        if found is not None and self.has_view_permission(request, found):  # type: ignore[attr-defined]
            return redirect(f"admin:{self.shown_at}", found.pk)
        answer: HttpResponse = super().changeform_view(request, object_id, *args, **kwargs)  # type: ignore[misc]
        return answer


def new_page(
    request: HttpRequest, site: Any, form_class: type[StepForm],
    act: Callable[[dict[str, Any]], str], *, prefix: str, title: str, button: str,
    hint: str = "", template: str = "oversight/year/new.html", **kwargs: Any,
) -> HttpResponse:  # fmt: skip
    """One form; `act` calls the service and gives the address that follows."""
    if request.user.commune_id is None:  # type: ignore[union-attr]
        raise PermissionDenied  # rows are begun by accounts of a commune
    context = kwargs.pop("context", {})
    status = 200
    if request.method == "POST":
        form = form_class(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            try:
                return redirect(act(form.cleaned_data))
            except NotAllowed as refusal:
                form.add_error(None, str(refusal))
        status = 400
    else:
        form = form_class(user=request.user, **kwargs)
    shown = {
        **site.each_context(request),
        "title": title,
        "form": form,
        "button": button,
        "hint": hint,
        "list_url": reverse(f"admin:{prefix}_changelist"),
        "list_name": "",
        **context,
    }
    return TemplateResponse(request, template, shown, status=status)
