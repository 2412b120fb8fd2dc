"""Columns of names and phones, whichever way the row is written."""

from typing import Any

from django import forms
from django.db import models

from accounts.text_fields import CleanCharField as CleanCharField
from accounts.text_fields import DerivedTextField
from accounts.text_fields import FoldedTextField as FoldedTextField
from vietnamese.text import local_phone, normalise_phone, sort_key


class SortKeyField(DerivedTextField):
    """The order of a person's name; compared as bytes."""

    derive = staticmethod(sort_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)


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
