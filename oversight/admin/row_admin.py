"""Admins whose rows are read on a page of their own: content, history, steps.

An admin class gives the content (`content`) and the steps (`steps`).
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts import audit, documents
from accounts.admin_base import ScopedModelAdmin
from accounts.step_pages.content import RowContent
from accounts.step_pages.declaration import Step
from accounts.step_pages.pages import StepPage
from broadcasts.querysets import folded
from groups.admin_forms import BareFields, OneButton, SaysRefusals
from groups.vietnamese import fold
from oversight.admin.home import AtHome

TEMPLATE = "step_pages/row.html"


class RowAdmin(AtHome, BareFields, OneButton, SaysRefusals, ScopedModelAdmin):
    """An admin whose rows are read on their page; a form only where a row may be written."""

    steps: Mapping[str, Step] = {}
    actions = None
    compressed_fields = False

    def content(self, row: Any, request: HttpRequest) -> RowContent:
        raise NotImplementedError

    def page_rows(self, request: HttpRequest) -> Any:
        return self.get_queryset(request)

    def not_yet(self, request: HttpRequest) -> str:
        """What has to be there before an account that may can add a row; empty where it is."""
        return ""

    def stored_file(self, row: Any, request: HttpRequest) -> Any:
        return getattr(row, "file", None)

    @property
    def _prefix(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    @property
    def page(self) -> StepPage:
        needs = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return StepPage(self._prefix, needs, self.page_rows, self._shown, self.steps, TEMPLATE)

    def page_of(self, row: Any) -> str:
        return self.page.address(row)

    def more_pages(self) -> dict[str, tuple[Any, ...]]:
        """Pages about a row beside its page, as `own_pages` takes them."""
        return {"<int:pk>/tep/": (require_GET(self._file), "file")}

    def get_urls(self) -> list[URLPattern]:
        return self.page.urls(self.admin_site, self.more_pages()) + super().get_urls()

    def _shown(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            "content": self.content(row, request),
            "edit_url": self._edit_url(request, row),
            "file_url": self._file_url(request, row),
        }

    def _edit_url(self, request: HttpRequest, row: Any) -> str:
        if not self.has_change_permission(request, row):
            return ""
        return reverse(f"admin:{self._prefix}_change", args=[row.pk])

    def _file_url(self, request: HttpRequest, row: Any) -> str:
        has_file = bool(self.stored_file(row, request))
        return reverse(f"admin:{self._prefix}_file", args=[row.pk]) if has_file else ""

    def _file(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        response = documents.download(
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
        """With or without marks, in the columns of `search_fields`."""
        asked = fold(search_term)
        if not asked:
            return queryset, False
        columns = {f"folded_{name}": folded(name) for name in self.search_fields}
        found = Q()
        for name in columns:
            found |= Q(**{f"{name}__contains": asked})
        return queryset.alias(**columns).filter(found), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """What can no longer be written is read on its page."""
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
    """`28/11/2026, còn 2 ngày`; nothing more once it is done."""
    if day is None:
        return "Không ghi hạn"
    said = f"{day:%d/%m/%Y}"
    if not is_open:
        return said
    left = (day - today).days
    if left < 0:
        return f"{said}, quá hạn {-left} ngày"
    return f"{said}, {'hạn hôm nay' if left == 0 else f'còn {left} ngày'}"
