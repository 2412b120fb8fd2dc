"""Model fields that keep their value sealed in the database."""

from typing import Any

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts.encryption import seal, unseal


class Sealed(str):
    """A value as it lies in the database, not yet opened."""

    __slots__ = ()


class _OpeningAttribute(DeferredAttribute):
    """Opens a sealed value when it is first read, so that a list that shows none opens none."""

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = unseal(value, context=self.field.context_of(instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text sealed with AES-256-GCM under the context `table.column:row uuid`.

    The model must have a unique `uuid` field. The value is opened lazily on attribute access.
    It cannot be filtered on, nor written with `QuerySet.update` or `bulk_update`, which know no
    row; keep a `blind_index` column beside it to find equal values.
    """

    descriptor_class = _OpeningAttribute

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if not any(field.name == "uuid" for field in self.model._meta.get_fields()):
            problems.append(
                checks.Error("EncryptedTextField needs a uuid field on its model.", obj=self)
            )
        return problems

    def context_of(self, instance: models.Model) -> str:
        """What the sealed value is bound to."""
        return f"{instance._meta.db_table}.{self.column}:{instance.uuid}"  # type: ignore[attr-defined]

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        raw = model_instance.__dict__.get(self.attname)
        if isinstance(raw, Sealed) or not raw:
            return raw
        return Sealed(seal(raw, context=self.context_of(model_instance)))

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, Sealed):
            raise TypeError(
                f"{self.name} is encrypted: assign it on an instance and save; it cannot be "
                "filtered on or written by update()."
            )
        return None if value is None else str(value)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and is never serialised.")
