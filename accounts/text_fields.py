"""Columns of text that clean themselves or follow another column, however the row is written."""

from collections.abc import Callable
from typing import Any

from django.db import models

from vietnamese.text import clean, fold


class DerivedTextField(models.TextField):
    """Computed from another field when the row is saved, also by `bulk_create`."""

    derive: Callable[[str], str]

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs |= {"editable": False, "default": "", "blank": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for implied in ("editable", "default", "blank"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = type(self).derive(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


class FoldedTextField(DerivedTextField):
    """The searchable form of another field (see `vietnamese.text.fold`)."""

    derive = staticmethod(fold)


class CleanCharField(models.CharField):
    """Text kept in NFC with single spaces; None is kept as blank."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value("" if value is None else value)
        return clean(value) if isinstance(value, str) else value
