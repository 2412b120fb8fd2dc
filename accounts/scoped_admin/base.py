"""The one place where the admin theme and the scope come in.

Every admin class of the portal builds on these, so that the theme can be exchanged here and no
view can forget `visible_to`: lists, pages, history, autocomplete, foreign-key fields, filters,
actions, delete confirmations, import and export. `tests/test_access.py` walks them all.

Never use `raw_id_fields`: their label is read past every scope.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects, get_fields_from_path
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import DEFAULT_DB_ALIAS, models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportModelAdmin
from import_export.tmp_storages import CacheStorage
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter as UnscopedAutocompleteFilter,
)
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    RelatedDropdownFilter,
)
from unfold.contrib.filters.forms import AutocompleteDropdownForm, DropdownForm
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.decorators import action
from unfold.forms import AdminOwnPasswordChangeForm
from unfold.sites import UnfoldAdminSite
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from accounts.audit import services as audit
from accounts.scoped_admin import formats
from accounts.scoped_admin.capped import CappedPaginator
from accounts.scoped_admin.day_filter import RangeDateFilter
from accounts.scoped_admin.deleting import ReasonedDeletion
from accounts.scoped_admin.form_versions import VersionedForms
from accounts.scoped_admin.labels import display
from accounts.scoped_admin.mixins import AskedChoices, KeptFile, NamelessHistoryMixin, tells_much
from accounts.scoped_admin.named_once import NamedOnce
from accounts.scoped_admin.related_links import OpenableRelations
from accounts.scoped_admin.scripts import FewScripts

__all__ = [
    "AdminOwnPasswordChangeForm",
    "AutocompleteSelectFilter",
    "ChoicesDropdownFilter",
    "ImportExportScopedAdmin",
    "LabelledChoices",
    "RangeDateFilter",
    "ReadOnlyAdminMixin",
    "ScopedModelAdmin",
    "ScopedRelatedFilter",
    "ScopedStackedInline",
    "ScopedTabularInline",
    "UnfoldAdminCheckboxSelectMultipleWidget",
    "UnfoldAdminSelectWidget",
    "UnfoldAdminSite",
    "UnfoldAdminTextareaWidget",
    "action",
    "confirm_page",
    "display",
    "first_found",
    "first_ids",
    "in_sight",
    "report_outcomes",
    "scoped",
    "visible_object",
]

# Hits of one search over the whole city.
SEARCH_CAP = 200
# Models without a commune that every staff account may be offered as a choice.
SHARED_MODELS = {"auth.group"}


def scoped(source: type[models.Model] | models.QuerySet, request: HttpRequest) -> models.QuerySet:
    """The rows of a model or queryset that the requesting account may see; fails closed."""
    rows = source if isinstance(source, models.QuerySet) else source._default_manager.all()
    if hasattr(rows, "visible_to"):
        return rows.visible_to(request.user)
    return rows if rows.model._meta.label_lower in SHARED_MODELS else rows.none()


def first_ids(rows: models.QuerySet) -> list[Any]:
    """Ids of a search over the whole city, those first written; as many as are ever looked at.

    To bring a hundred thousand hits into order would take longer than the page.
    """
    return list(rows.order_by("pk").values_list("pk", flat=True)[:SEARCH_CAP])


def first_found(rows: models.QuerySet) -> models.QuerySet:
    """The rows behind `first_ids`, in their own order."""
    return rows.filter(pk__in=first_ids(rows))


class _ScopedFields(AskedChoices, OpenableRelations):
    """Foreign keys and many-to-many fields offer and accept only visible rows."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = scoped(kwargs.get("queryset", db_field.remote_field.model), request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = scoped(kwargs.get("queryset", db_field.remote_field.model), request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return scoped(super().get_queryset(request), request)


class KeptFileInput(KeptFile, UnfoldAdminFileFieldWidget):  # type: ignore[misc]
    pass


class ScopedModelAdmin(
    ReasonedDeletion, FewScripts, VersionedForms, NamelessHistoryMixin, _ScopedFields, ModelAdmin
):
    """A model admin whose every view shows what `visible_to(user)` shows."""

    paginator = CappedPaginator
    search_cap = SEARCH_CAP
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200
    list_fullwidth = True
    # Columns of a card on a phone, where they are not the first and the first with a label.
    list_title = list_state = ""
    # The words of the button that begins a row, and the name of its form; blank: “Thêm …”.
    add_words = ""
    warn_unsaved_form = True
    compressed_fields = True
    formfield_overrides = {
        models.FileField: {"widget": KeptFileInput},
        models.ImageField: {"widget": KeptFileInput},
    }

    def __init__(self, model: type[models.Model], admin_site: Any) -> None:
        """A choice in a field takes effect by a button; a link needs none."""
        super().__init__(model, admin_site)  # type: ignore[call-arg]
        filters = [one[1] if isinstance(one, list | tuple) else one for one in self.list_filter]
        self.list_filter_submit = any(hasattr(one, "form_class") for one in filters)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        named = {"title": self.add_words} if self.add_words else {}
        return super().add_view(request, form_url, {**named, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Only what a filter offers may be asked in the address.

        Stock Django lets any local column be probed (`?phone__startswith=…`), whether or not it
        is shown, and asks whether rows out of sight hang on one (`?conflicts__isnull=0`).
        """
        try:
            field = self.opts.get_field(lookup.split("__")[0])
        except FieldDoesNotExist:
            field = None
        if tells_much(field) and lookup.split("__")[0] not in self._filtered_columns(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Over the whole city, rows of communes are too many for a drop-down: they are searched."""
        entries = super().get_list_filter(request)
        if request.user.commune_id is not None:
            return entries
        return [
            (one[0], AutocompleteSelectFilter) if self._is_too_long(one) else one for one in entries
        ]

    def _is_too_long(self, entry: Any) -> bool:
        if not isinstance(entry, list | tuple) or entry[1] is not ScopedRelatedFilter:
            return False
        related = get_fields_from_path(self.model, entry[0])[-1].remote_field
        names = ("commune_lookup", "hamlet_lookup")
        return any(hasattr(related.model, name) for name in names)

    def _filtered_columns(self, request: Any) -> set[str]:
        entries = self.get_list_filter(request) if request else self.list_filter
        named = (entry[0] if isinstance(entry, list | tuple) else entry for entry in entries)
        return {name.split("__")[0] for name in named if isinstance(name, str)}

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Refuses, without a name, where rows out of sight hang on the chosen ones."""
        collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=objs)
        collector.collect(objs)
        found = [row for rows in collector.model_objs.values() for row in rows]
        if _are_hidden([*found, *collector.protected], request):
            return [], {}, set(), [_("Dữ liệu liên quan nằm ngoài địa bàn của bạn")]
        return super().get_deleted_objects(objs, request)


def _are_hidden(found: list[models.Model], request: HttpRequest) -> bool:
    """Whether one of the rows is out of sight; asked once for all rows of a model."""
    of_models: dict[type[models.Model], set[Any]] = {}
    for row in found:
        of_models.setdefault(type(row), set()).add(row.pk)
    return any(
        hasattr(rows := model._default_manager.filter(pk__in=pks), "visible_to")
        and set(rows.visible_to(request.user).values_list("pk", flat=True)) != pks
        for model, pks in of_models.items()
    )


class ScopedTabularInline(NamedOnce, _ScopedFields, TabularInline):
    """Rows of an aggregate in a table, scoped."""

    extra = 0
    show_change_link = True


class ScopedStackedInline(NamedOnce, _ScopedFields, StackedInline):
    """Rows of an aggregate one below the other, scoped."""

    extra = 0


def nobody_may(admin: Any, request: HttpRequest, obj: Any = None) -> bool:
    """The answer of a `has_…_permission` that no account has."""
    return False


class ReadOnlyAdminMixin:
    """For logs and results: they are looked at, never written by hand."""

    has_add_permission = has_change_permission = has_delete_permission = nobody_may


class _PlainDropdownForm(DropdownForm):
    """A list of choices of the browser's own, which a thumb knows, without a script."""

    widget = UnfoldAdminSelectWidget(attrs={"class": "by-input"})

    class Media:
        js = ()


class _PlainDropdownFilter(RelatedDropdownFilter):
    form_class = _PlainDropdownForm


class ScopedRelatedFilter(_PlainDropdownFilter):
    """A drop-down of the related rows that this account may see, and that are still offered."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = scoped(field.remote_field.model, request)
        if hasattr(rows, "offered"):
            rows = rows.offered()
        return [(row.pk, str(row)) for row in rows]


class _ScopedAutocompleteForm(AutocompleteDropdownForm):
    """Draws the label of a chosen row only where the account may see it."""

    def __init__(self, request: HttpRequest, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, name, *args, **kwargs)
        self.fields[name].queryset = scoped(self.fields[name].queryset.model, request)


class AutocompleteSelectFilter(UnscopedAutocompleteFilter):
    """A filter with a search box, for related tables too long for a drop-down."""

    form_class = _ScopedAutocompleteForm


class _SharedUploads(CacheStorage):
    """An uploaded file waits for its confirmation where every web process finds it."""

    CACHE_LIFETIME = 3600
    CACHE_PREFIX = "import-upload-"


class _SmallImportForm(formats.SmallUpload, ImportForm):
    """The form of the theme."""


class ImportExportScopedAdmin(ScopedModelAdmin, ImportExportModelAdmin):
    """Plain import and export of a small table; resources scope themselves by the user.

    Both leave an audit event with the number of rows.
    """

    import_form_class = _SmallImportForm
    export_form_class = ExportForm
    tmp_storage_class = _SharedUploads
    formats = [formats.Xlsx, formats.Csv]
    to_encoding = "utf-8-sig"
    import_error_display = ("message", "row")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.import_{self.opts.model_name}")

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.export_{self.opts.model_name}")

    def get_valid_export_item_pks(self, request: HttpRequest) -> Any:
        return self.get_queryset(request).values_list("pk", flat=True)

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any
    ) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        audit.record(
            "data.exported", by=request.user, model=self.opts.label_lower, rows=queryset.count()
        )
        return data

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        counts = {kind: number for kind, number in result.totals.items() if number}
        audit.record("data.imported", by=request.user, model=self.opts.label_lower, **counts)
        return super().process_result(result, request)

    def add_data_read_fail_error_to_form(self, form: Any, error: Exception) -> None:
        form.add_error("import_file", formats.sentence_of(error))


class LabelledChoices(AutocompleteJsonView):
    """Choices by `choice_label` where a row has one: names alone may be those of several people."""

    def get_queryset(self) -> models.QuerySet:
        rows = super().get_queryset()
        related = self.model_admin.list_select_related
        return rows.select_related(*related) if related else rows

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        plain = super().serialize_result(obj, to_field_name)
        return {**plain, "text": getattr(obj, "choice_label", plain["text"])}


def in_sight(model_admin: Any, request: HttpRequest, object_id: str | None) -> models.QuerySet:
    """The row that a button is asked about, as a queryset; 404 when it is out of sight.

    For `has_…_permission` of an action: a forged address learns nothing from a refusal.
    """
    rows: models.QuerySet = model_admin.get_queryset(request)
    if object_id is None:
        return rows
    place, seen = (rows.model, str(object_id)), request.__dict__.setdefault("rows_in_sight", set())
    found = rows.filter(pk=object_id) if str(object_id).isdecimal() else rows.none()
    if place not in seen and not found.exists():
        raise Http404
    seen.add(place)  # each button of a page asks
    return found


def visible_object(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    """The row behind a custom address; 404 when it is out of sight."""
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    if not model_admin.has_view_permission(request, row):
        raise PermissionDenied
    return row


def confirm_page(
    model_admin: Any, request: HttpRequest, row: Any, *, title: str, **context: Any
) -> HttpResponse:
    """A page between an action and its effect: a sentence, perhaps a form, one button."""
    request.current_app = model_admin.admin_site.name  # type: ignore[attr-defined]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "original": row,
        **context,
    }
    return TemplateResponse(request, "admin/confirm_page.html", context)


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
