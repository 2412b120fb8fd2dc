"""Keyed hashes that the vault alone makes: with the key, a dictionary finds whom a hash is of."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from accounts.encryption.services import derive
from accounts.vault.calls import require_running
from accounts.vault.rows import is_refreshing


def vault_index(value: str, *, purpose: str) -> str:
    """A keyed hash (hex, 64 characters) by which equal values are found; see `blind_index`.

    Raises VaultOnly outside of the vault.
    """
    require_running(f"the index {purpose}")
    key = derive(settings.VAULT_INDEX_KEY.encode(), "vault_index")
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


class Hash(str):
    """A hash as it lies in the database."""

    __slots__ = ()


class _HashAttribute(DeferredAttribute):
    """Gives a stored hash to the vault alone: equal ones join rows of one person."""

    field: models.Field

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        is_stored = isinstance(instance.__dict__.get(self.field.attname), Hash | None)
        if is_stored and not is_refreshing():
            require_running(f"{instance._meta.db_table}.{self.field.column}")
        return super().__get__(instance, cls)

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class VaultIndexField(models.CharField):
    """A column of `vault_index` hashes: written and filtered on like any other, read by the vault
    alone."""

    descriptor_class = _HashAttribute

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Hash(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        found = model_instance.__dict__.get(self.attname)
        # What was read and not changed may have been made anew by now.
        return models.F(self.attname) if isinstance(found, Hash) and not add else found
