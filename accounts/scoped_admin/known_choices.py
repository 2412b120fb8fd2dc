"""Labels of the chosen rows of a table in a form, read once for all its lines."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.widgets import AutocompleteMixin
from django.db.models import Model
from django.forms import Form

from accounts.scoped_admin.base import ScopedTabularInline

_Lines: Any = ScopedTabularInline.formset


class _Chosen:
    """Answers what an autocomplete widget asks of its choices, of rows that are read already."""

    def __init__(self, rows: dict[str, Model]) -> None:
        self._rows = rows

    def using(self, alias: str) -> "_Chosen":
        return self

    def filter(self, **asked: Iterable[str]) -> list[Model]:
        (values,) = asked.values()
        return [self._rows[value] for value in values if value in self._rows]


class KnownChoicesFormSet(_Lines):
    """Lines whose autocomplete fields name the chosen row without a query each.

    The labels are those of the field's own query set, so of rows in the sight of the account. A
    form that was sent back asks for each line, as its choices are not those of the stored rows.
    """

    def add_fields(self, form: Form, index: int | None) -> None:
        super().add_fields(form, index)
        if self.is_bound:
            return
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, AutocompleteMixin):
                field.widget.choices.queryset = _Chosen(self._chosen(name, field))

    def _chosen(self, name: str, field: Any) -> dict[str, Model]:
        known = self.__dict__.setdefault("_known_choices", {})
        if name not in known:
            ids = {getattr(row, self.model._meta.get_field(name).attname) for row in self.queryset}
            rows = field.queryset.filter(**{f"{field.to_field_name or 'pk'}__in": ids - {None}})
            known[name] = {str(getattr(row, field.to_field_name or "pk")): row for row in rows}
        found: dict[str, Model] = known[name]
        return found
