"""Model fields that keep their value sealed in the database."""

from typing import Any, ClassVar

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts.encryption.services import PURPOSES, KeyRing, key_ring, sealed_with

PADDING_STEP = 200  # bytes of UTF-8
LOOKUPS = {"isnull", "exact", "in"}  # the last two find the empty value, where it is not sealed


class Sealed(str):
    """A text as it lies in the database, not yet opened."""

    __slots__ = ()


class SealedBytes(bytes):
    """Bytes as they lie in the database, not yet opened."""

    __slots__ = ()


class EncryptedAttribute(DeferredAttribute):
    """Opens a sealed value when it is first read, so that a list that shows none opens none."""

    field: "EncryptedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, self.field.sealed_type):
            value = self.field.opened(value, instance)
            if self.keeps_opened():
                instance.__dict__[self.field.attname] = value
        return value

    def keeps_opened(self) -> bool:
        """Whether the row keeps the opened value for its next reader."""
        return True

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.Field):
    """Base of sealed columns: AES-256-GCM under the context `table.column:row uuid`.

    The model must have a unique `uuid` field. The value is opened lazily on attribute access.
    It cannot be filtered on, nor written with `QuerySet.update` or `bulk_update`, which know no
    row; keep a `blind_index` column beside it to find equal values.

    `purpose` names the keys (see encryption.derive). Rows sealed under one purpose do not open
    under another: a column that changes it needs a data migration.
    """

    descriptor_class = EncryptedAttribute
    sealed_type: ClassVar[type]
    seals_empty: ClassVar[bool] = False  # whether a missing value is sealed like any other
    is_of_vault: ClassVar[bool] = False  # whether only the vault opens it (accounts.vault.fields)

    def __init__(self, *args: Any, purpose: str = "", **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.purpose:
            kwargs["purpose"] = self.purpose
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if self.purpose not in PURPOSES:
            problems.append(checks.Error("A purpose stands in services.PURPOSES.", obj=self))
        if not any(field.name == "uuid" for field in self.model._meta.get_fields()):
            name = type(self).__name__
            problems.append(checks.Error(f"{name} needs a uuid field on its model.", obj=self))
        return problems

    @property
    def ring(self) -> KeyRing:
        """The keys of this column."""
        return key_ring(self.purpose)

    def context_of(self, instance: models.Model) -> str:
        """The context that a sealed value is bound to."""
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
        if isinstance(raw, self.sealed_type):
            return self._with_first_key(raw, model_instance)
        if raw is None or (not raw and not self.seals_empty):
            return raw
        return self.sealed(raw, model_instance)

    def _with_first_key(self, sealed: Any, instance: models.Model) -> Any:
        # A row that was read before the keys were rotated is saved after it: the old key would be
        # needed again once everybody has been told that it is not.
        kid = sealed_with(sealed)
        if kid == self.ring.primary or not self.ring.holds(kid):
            return sealed
        return self.sealed(self.opened(sealed, instance), instance)

    def get_prep_value(self, value: Any) -> Any:
        is_plain = value is not None and not isinstance(value, self.sealed_type)
        if is_plain and (value or self.seals_empty):
            raise self._refusal()
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        # Lookups by pattern do not pass through get_prep_value: they would search the sealed text.
        if lookup_name not in LOOKUPS:
            raise self._refusal()
        return super().get_lookup(lookup_name)

    def _refusal(self) -> TypeError:
        return TypeError(
            f"{self.name} is encrypted: assign it on an instance and save; it cannot be "
            "filtered on or written by update()."
        )

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and is never serialised.")


class EncryptedTextField(EncryptedField, models.TextField):
    """Text, sealed; see EncryptedField."""

    sealed_type = Sealed

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return Sealed(self.ring.seal(raw, context=self.context_of(instance)))

    def opened(self, sealed: Any, instance: models.Model) -> str:
        return self.ring.unseal(sealed, context=self.context_of(instance))

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else str(value)


class PaddedTextField(EncryptedTextField):
    """Text of which the database tells neither whether there is any nor how long a name is.

    The empty text is sealed too. Up to 200 bytes of UTF-8 every sealed value has one length, then
    it grows by steps of 200. A column of this kind is made with its table: a row that never had a
    sealed value shows it until `rotate_keys` or a save.
    """

    seals_empty = True

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if self.null:
            problems.append(checks.Error("NULL would tell that nothing is there.", obj=self))
        return problems

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return super().sealed(pad(raw), instance)

    def opened(self, sealed: Any, instance: models.Model) -> str:
        return unpad(super().opened(sealed, instance))


def pad(text: str) -> str:
    """The text at a length that tells nothing: a multiple of PADDING_STEP bytes and one."""
    # The mark ends the text, so that one which ends in NULs comes back whole.
    size = len(text.encode())
    steps = max(1, -(-size // PADDING_STEP))
    return f"{text}\x01" + "\0" * (steps * PADDING_STEP - size)


def unpad(text: str) -> str:
    """The text that `pad` was given."""
    return text.rstrip("\0").removesuffix("\x01")


class EncryptedBinaryField(EncryptedField, models.BinaryField):
    """Bytes (a file of a few megabytes), sealed; see EncryptedField."""

    sealed_type = SealedBytes

    def sealed(self, raw: Any, instance: models.Model) -> SealedBytes:
        return SealedBytes(self.ring.seal_bytes(bytes(raw), context=self.context_of(instance)))

    def opened(self, sealed: Any, instance: models.Model) -> bytes:
        return self.ring.unseal_bytes(sealed, context=self.context_of(instance))
