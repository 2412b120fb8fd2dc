"""The one place where the admin theme and the scope come in.

Every admin class of the portal builds on these, so that the theme can be exchanged here and no
door can forget `visible_to`: lists, pages, history, autocomplete, foreign-key fields, filters,
actions, import and export.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.core.paginator import Paginator
from django.db import connections, models
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.sites import UnfoldAdminSite

__all__ = [
    "AdminPasswordChangeForm",
    "AutocompleteSelectFilter",
    "ImportExportScopedAdmin",
    "RangeDateFilter",
    "ReadOnlyAdminMixin",
    "ScopedModelAdmin",
    "ScopedRelatedFilter",
    "ScopedStackedInline",
    "ScopedTabularInline",
    "UnfoldAdminSite",
    "UserChangeForm",
    "UserCreationForm",
    "action",
    "display",
    "report_outcomes",
]

COUNT_CAP = 1000


def scoped(model: type[models.Model], request: HttpRequest) -> models.QuerySet:
    """All rows of a model that the requesting account may see; unscoped models stay whole."""
    rows = model._default_manager.all()
    return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows


class CappedPaginator(Paginator):
    """Counts up to a cap when filtered, and takes the planner's estimate when not.

    An exact count of a million rows costs more than the page itself.
    """

    @property
    def count(self) -> int:  # type: ignore[override]
        if not hasattr(self, "_count"):
            self._count = self._estimate() or self._capped_count()
        return self._count

    def _estimate(self) -> int:
        query = self.object_list.query
        if query.where or query.distinct:
            return 0
        with connections[self.object_list.db].cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)",
                [f'"{query.get_meta().db_table}"'],
            )
            (estimate,) = cursor.fetchone()
        return int(estimate) if estimate > 10 * COUNT_CAP else 0

    def _capped_count(self) -> int:
        capped = self.object_list.order_by()[: COUNT_CAP * 10]
        return int(capped.count())


class _ScopedFields(BaseModelAdmin):
    """Foreign keys and many-to-many fields offer and accept only visible rows."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", scoped(db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", scoped(db_field.remote_field.model, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows.none()


class ScopedModelAdmin(_ScopedFields, ModelAdmin):
    """A model admin whose every door shows what `visible_to(user)` shows."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_fullwidth = True
    warn_unsaved_form = True
    compressed_fields = True

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return super().get_list_select_related(request)


class ScopedTabularInline(_ScopedFields, TabularInline):
    """Rows of an aggregate in a table, scoped."""

    extra = 0
    show_change_link = True


class ScopedStackedInline(_ScopedFields, StackedInline):
    """Rows of an aggregate one below the other, scoped."""

    extra = 0


class ReadOnlyAdminMixin:
    """For logs and results: they are looked at, never written by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A related filter that lists only the rows that this account may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = scoped(field.remote_field.model, request)
        return [(row.pk, str(row)) for row in rows]


class ImportExportScopedAdmin(ScopedModelAdmin, ImportExportModelAdmin):
    """Plain import and export of a small table; resources scope themselves by the user."""

    import_form_class = ImportForm
    export_form_class = ExportForm

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return super().get_import_resource_kwargs(request, **kwargs)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.import_{self.opts.model_name}")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.export_{self.opts.model_name}")


def report_outcomes(
    model_admin: ModelAdmin,
    request: HttpRequest,
    outcomes: list[tuple[Any, str | None]],
    done: str,
) -> None:
    """One message for all that went well, one for each row that did not (row, reason)."""
    succeeded = [row for row, reason in outcomes if reason is None]
    if succeeded:
        model_admin.message_user(request, f"{done}: {len(succeeded)}.", messages.SUCCESS)
    for row, reason in outcomes:
        if reason is not None:
            model_admin.message_user(request, f"{row}: {reason}", messages.ERROR)
