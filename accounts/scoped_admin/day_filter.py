"""A filter of a list from one day to another."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.admin import FieldListFilter
from django.db import models
from django.http import HttpRequest
from django.utils.timezone import make_aware


class DaysForm(forms.Form):
    """Two days, each in the calendar of the phone."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for end, label in (("from", "Từ ngày"), ("to", "Đến ngày")):
            field = forms.DateField(label=label, required=False)
            field.widget = forms.DateInput({"type": "date", "class": "by-input"})
            self.fields[f"{path}_{end}"] = field


class RangeDateFilter(FieldListFilter):
    """Rows from one day to another, both counted; a text that is no day leaves none out."""

    form_class = DaysForm

    def expected_parameters(self) -> list[str | None]:
        return [f"{self.field_path}_from", f"{self.field_path}_to"]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        bounds = zip(self._values().values(), (("gte", 0), ("lt", 1)), strict=True)
        for text, (lookup, more) in bounds:
            try:
                day = date.fromisoformat(text) + timedelta(days=more)
            except (ValueError, OverflowError):
                continue
            has_hours = isinstance(self.field, models.DateTimeField)
            bound = make_aware(datetime.combine(day, time.min)) if has_hours else day
            queryset = queryset.filter(**{f"{self.field_path}__{lookup}": bound})
        return queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": self.form_class(self.field_path, data=self._values())}

    def _values(self) -> dict[str, str]:
        used: dict[str, Any] = self.used_parameters
        names = (f"{self.field_path}_{end}" for end in ("from", "to"))
        return {name: str(used.get(name, [""])[-1]) for name in names}
