"""Model fields that keep their value sealed in the database."""

from typing import Any, ClassVar

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts.encryption import key_ring


class Sealed(str):
    """A text as it lies in the database, not yet opened."""

    __slots__ = ()


class SealedBytes(bytes):
    """Bytes as they lie in the database, not yet opened."""

    __slots__ = ()


class _OpeningAttribute(DeferredAttribute):
    """Opens a sealed value when it is first read, so that a list that shows none opens none."""

    field: "EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, self.field.sealed_type):
            value = self.field.opened(value, instance)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """What sealed columns share: AES-256-GCM under the context `table.column:row uuid`.

    The model must have a unique `uuid` field. The value is opened lazily on attribute access.
    It cannot be filtered on, nor written with `QuerySet.update` or `bulk_update`, which know no
    row; keep a `blind_index` column beside it to find equal values.
    """

    descriptor_class = _OpeningAttribute
    sealed_type: ClassVar[type]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if not any(field.name == "uuid" for field in self.model._meta.get_fields()):
            name = type(self).__name__
            problems.append(checks.Error(f"{name} needs a uuid field on its model.", obj=self))
        return problems

    def context_of(self, instance: models.Model) -> str:
        """What the sealed value is bound to."""
        return f"{instance._meta.db_table}.{self.column}:{instance.uuid}"  # type: ignore[attr-defined]

    def sealed(self, raw: Any, instance: models.Model) -> Any:
        """The value as it goes into the row of `instance`."""
        raise NotImplementedError

    def opened(self, sealed: Any, instance: models.Model) -> Any:
        """The value that lies in the row of `instance`. Raises DecryptionError."""
        raise NotImplementedError

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.sealed_type(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        raw = model_instance.__dict__.get(self.attname)
        if isinstance(raw, self.sealed_type) or not raw:
            return raw
        return self.sealed(raw, model_instance)

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, self.sealed_type):
            raise TypeError(
                f"{self.name} is encrypted: assign it on an instance and save; it cannot be "
                "filtered on or written by update()."
            )
        return value

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and is never serialised.")


class EncryptedTextField(EncryptedField, models.TextField):
    """Text, sealed; see EncryptedField."""

    sealed_type = Sealed

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return Sealed(key_ring().seal(raw, context=self.context_of(instance)))

    def opened(self, sealed: Any, instance: models.Model) -> str:
        return key_ring().unseal(sealed, context=self.context_of(instance))

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else str(value)


class EncryptedBinaryField(EncryptedField, models.BinaryField):
    """Bytes (a file of a few megabytes), sealed; see EncryptedField."""

    sealed_type = SealedBytes

    def sealed(self, raw: Any, instance: models.Model) -> SealedBytes:
        return SealedBytes(key_ring().seal_bytes(bytes(raw), context=self.context_of(instance)))

    def opened(self, sealed: Any, instance: models.Model) -> bytes:
        return key_ring().unseal_bytes(sealed, context=self.context_of(instance))
