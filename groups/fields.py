"""Columns that follow another column, whichever way the row is written."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models

from groups.vietnamese import clean, fold, local_phone, normalise_phone, sort_key


class _DerivedTextField(models.TextField):
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


class FoldedTextField(_DerivedTextField):
    """The searchable form of another field (see `groups.vietnamese.fold`)."""

    derive = staticmethod(fold)


class SortKeyField(_DerivedTextField):
    """The order of a person's name; compared as bytes."""

    derive = staticmethod(sort_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)


class CleanCharField(models.CharField):
    """Text kept in NFC with single spaces; None is kept as blank."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value("" if value is None else value)
        return clean(value) if isinstance(value, str) else value


class PhoneFormField(forms.CharField):
    """A phone as people say it; unchanged however it is spaced."""

    def prepare_value(self, value: Any) -> Any:
        return local_phone(value) if isinstance(value, str) else value

    def to_python(self, value: Any) -> Any:
        return normalise_phone(super().to_python(value) or "")


class PhoneField(models.CharField):
    """A phone kept as E.164 or blank, whatever form it is written in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 16)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return normalise_phone(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value("" if value is None else value)
        return normalise_phone(value) if isinstance(value, str) else value

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"form_class": PhoneFormField} | kwargs))
