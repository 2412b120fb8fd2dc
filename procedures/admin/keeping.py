"""The library is changed by the city's accounts, or by those of the only commune."""

from typing import Any

from django.http import HttpRequest

from accounts import audit
from accounts.admin_base import ScopedModelAdmin
from accounts.vietnamese import fold
from procedures.searching import meant, refresh
from procedures.services.steps import keeps_library


class FoldedSearch:
    """Searches compare without marks, as the folded columns are.

    With `meant_by`, the path to a procedure, they also find what the words mean: everyday ones,
    mistyped ones, whole questions.
    """

    meant_by = ""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        rows, is_repeating = super().get_search_results(  # type: ignore[misc]
            request, queryset, fold(search_term)
        )
        if self.meant_by and (found := meant(search_term)):
            rows |= queryset.filter(**{f"{self.meant_by}__in": found})
        return rows, is_repeating


class LibraryAdmin(ScopedModelAdmin):
    """Everybody of the role reads; only who keeps the library writes, and it is audited."""

    audited_as = "procedure.listed"
    is_searched = False  # whether the search is made of these rows
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and keeps_library(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and keeps_library(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and keeps_library(request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(self.audited_as, by=request.user, target=obj, fields=form.changed_data)
        if self.is_searched:
            refresh()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        audit.record(self.audited_as, by=request.user, target=obj, reason="Xóa")
        super().delete_model(request, obj)
        if self.is_searched:
            refresh()
