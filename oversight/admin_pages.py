"""Admins whose rows have a page of their own with content, history and steps."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.audit import services as audit
from accounts.scoped_admin.base import ScopedModelAdmin, display, nobody_may
from accounts.services import NotAllowed
from accounts.step_pages.content import RowContent
from accounts.step_pages.declaration import Step, StepForm
from accounts.step_pages.pages import StepPage
from broadcasts.posts.querysets import folded
from documents import uploads
from groups.admin_mixins import BareFields, OneButton, SaysRefusals
from oversight.admin_forms import AtHome
from vietnamese.text import fold

TEMPLATE = "step_pages/row.html"
# Labels in lists by the tones of pages.
LABELS = {"": "", "info": "info", "warn": "warning", "good": "success", "bad": "danger"}


class RowAdmin(AtHome, BareFields, OneButton, SaysRefusals, ScopedModelAdmin):
    """An admin whose rows open on their page; subclasses give `content` and `steps`.

    The form opens only for a row that may be written.
    """

    steps: Mapping[str, Step] = {}
    tones: Mapping[str, str] = {}  # by state
    # Saved by a service when added; afterwards only steps change a row.
    is_written_once = False
    actions = None
    compressed_fields = False

    @display(description=_("tình trạng"), label=LABELS)
    def shown_state(self, row: Any) -> tuple[str, str]:
        return self.tones[row.state], str(row.get_state_display())

    def content(self, row: Any, request: HttpRequest) -> RowContent:
        raise NotImplementedError

    def page_rows(self, request: HttpRequest) -> Any:
        return self.get_queryset(request)

    def not_yet(self, request: HttpRequest) -> str:
        """Return why an account with the right cannot add a row yet; empty when it can."""
        return ""

    def stored_file(self, row: Any, request: HttpRequest) -> Any:
        return getattr(row, "file", None)

    @property
    def _prefix(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @property
    def page(self) -> StepPage:
        needs = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return StepPage(self._prefix, needs, self.page_rows, self._details, self.steps, TEMPLATE)

    def page_of(self, row: Any) -> str:
        return self.page.address(row)

    def more_pages(self) -> dict[str, tuple[Any, ...]]:
        """Further pages of a row, in the form that `own_pages` expects."""
        return {"<int:pk>/tep/": (require_GET(self._file), "file")}

    def get_urls(self) -> list[URLPattern]:
        return self.page.urls(self.admin_site, self.more_pages()) + super().get_urls()

    def _details(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        def address(name: str) -> str:
            return reverse(f"admin:{self._prefix}_{name}", args=[row.pk])

        return {
            "content": self.content(row, request),
            "edit_url": address("change") if self.has_change_permission(request, row) else "",
            "file_url": address("file") if self.stored_file(row, request) else "",
        }

    def _file(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        response = uploads.download(
            self.stored_file(row, request), name=f"{self.opts.model_name}-{row.pk}"
        )
        audit.record(f"{self.opts.model_name}.file_opened", by=request.user, target=row)
        return response

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        base = super().get_changelist(request, **kwargs)
        page_of = self.page_of

        class Lines(base):  # type: ignore[misc, valid-type]
            def url_for_result(self, result: Any) -> str:
                return page_of(result)

        return Lines

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Search `search_fields` without regard to diacritics."""
        asked = fold(search_term)
        if not asked:
            return queryset, False
        columns = {f"folded_{name}": folded(name) for name in self.search_fields}
        found = Q()
        for name in columns:
            found |= Q(**{f"{name}__contains": asked})
        return queryset.alias(**columns).filter(found), False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not self.is_written_once and super().has_change_permission(request, obj)

    has_delete_permission = nobody_may

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if not self.is_written_once:
            super().save_related(request, form, formsets, change)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Redirect to the page of a row that can no longer be written."""
        row = self.get_object(request, object_id) if object_id else None
        if row is not None and not self.has_change_permission(request, row):
            return redirect(self.page_of(row))
        may_add = object_id is None and self.has_add_permission(request)
        if may_add and (reason := self.not_yet(request)):
            self.message_user(request, reason, messages.WARNING)
            return redirect(f"admin:{self._prefix}_changelist")
        return super().changeform_view(request, object_id, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        self.message_user(request, str(_("Đã lưu.")), messages.SUCCESS)
        return redirect(self.page_of(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self.response_add(request, obj)


def day_words(day: Any, today: Any, *, is_open: bool) -> str:
    """`28/11/2026, còn 2 ngày`; the day alone once it is done."""
    if day is None:
        return "Không ghi hạn"
    words = f"{day:%d/%m/%Y}"
    if not is_open:
        return words
    left = (day - today).days
    if left < 0:
        return f"{words}, quá hạn {-left} ngày"
    return f"{words}, {'hạn hôm nay' if left == 0 else f'còn {left} ngày'}"


# Lists whose lines lead to a page of their own, and the page on which a new row begins.


# The tones of badges on pages, by those of labels in lists.
ON_PAGES = {"success": "good", "warning": "warn", "info": "info", "": "info"}


class ShownOnItsPage:
    """Mixin before a model admin: rows open on the page `shown_at` and begin on `new_at`.

    The theme's forms neither edit nor delete.
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

    has_change_permission = has_delete_permission = nobody_may

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


def refused(request: HttpRequest, sentence: str, back: str) -> HttpResponse:
    """A page with a refusal and the address to return to."""
    context = {"sentence": sentence, "back": back}
    return TemplateResponse(request, "oversight/refused.html", context, status=400)


def new_page(
    request: HttpRequest, site: Any, form_class: Callable[..., StepForm],
    act: Callable[[dict[str, Any]], str], *, prefix: str, title: str, button: str,
    hint: str = "", template: str = "oversight/year/new.html", **kwargs: Any,
) -> HttpResponse:  # fmt: skip
    """A page with one form; `act` calls the service and returns the address to follow."""
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
    page = {
        **site.each_context(request),
        "title": title,
        "form": form,
        "button": button,
        "hint": hint,
        "list_url": reverse(f"admin:{prefix}_changelist"),
        "list_name": "",
        **context,
    }
    return TemplateResponse(request, template, page, status=status)
