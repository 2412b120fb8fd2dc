"""Model fields whose value everybody seals and only the vault opens."""

from collections.abc import Hashable
from typing import Any, ClassVar

from django.core import checks
from django.db import models

from accounts.encryption.fields import (
    EncryptedAttribute,
    EncryptedBinaryField,
    EncryptedField,
    EncryptedTextField,
    PaddedTextField,
    Sealed,
    SealedBytes,
    pad,
    unpad,
)
from accounts.encryption.services import sealed_with
from accounts.vault import sealing
from accounts.vault.calls import current, is_matching, require_running
from accounts.vault.rows import SealedRow, is_refreshing


def binds(model: type[models.Model]) -> tuple[str, ...]:
    """Columns of a model that its values are bound to, beside the uuid of the row."""
    return tuple(getattr(model, "vault_binds", ()))


def blank() -> str:
    """The empty value to assign to a padded column of the vault. It is sealed like any other, but
    where the installation has no key: what is to be wiped is wiped there too."""
    return "" if sealing.can_seal() else Sealed()


def counted_as(instance: models.Model) -> Hashable:
    """Name the thing that a page opens with a row: the number in the attribute that the model
    names in `vault_counted` (of a tip, for all rows of one tip), else the row itself."""
    name = getattr(instance, "vault_counted", "")
    return getattr(instance, name) if name else (instance._meta.db_table, instance.pk)


class _CountedAttribute(EncryptedAttribute):
    """Keeps no value that was opened to be compared: the next reader opens it anew, and counts."""

    def keeps_opened(self) -> bool:
        return not is_matching()


class VaultField(EncryptedField):
    """Base of columns that only the vault opens; see EncryptedField for what they share.

    Assigned and saved anywhere. Reading a stored value outside a call to the vault raises
    VaultOnly; a row that is saved unopened keeps its sealed value. Values of before, sealed with
    the keys of the portal under `purpose`, open in the vault until `seal_anew` has run. A model may
    name in `vault_binds` columns that never change: a value opens in a row with the same ones.
    """

    descriptor_class = _CountedAttribute
    is_of_vault: ClassVar[bool] = True

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if not issubclass(self.model, SealedRow):
            name = type(self).__name__
            problems.append(checks.Error(f"A model with {name} is a SealedRow.", obj=self))
        return problems

    def opened(self, sealed: Any, instance: models.Model) -> Any:
        if is_refreshing():
            return sealed
        call = require_running(f"{instance._meta.db_table}.{self.column}")
        if call.page is not None:
            call.page.count(counted_as(instance), is_match=call.is_matching)
        if sealing.is_sealed_here(sealed):
            return self.from_vault(sealed, self.bound_to(instance))
        return super().opened(sealed, instance)

    def bound_to(self, instance: models.Model) -> str:
        """The context that a value sealed to the vault is bound to."""
        more = [f":{name}={getattr(instance, name)}" for name in binds(type(instance))]
        return self.context_of(instance) + "".join(more)

    def from_vault(self, sealed: Any, context: str) -> Any:
        """The value that was sealed to the vault's key."""
        raise NotImplementedError

    def is_current(self, sealed: Any) -> bool:
        """Whether a stored value is sealed with the key that seals today."""
        return sealing.is_sealed_here(sealed) and sealed_with(sealed) == sealing.current_kid()

    def _with_first_key(self, sealed: Any, instance: models.Model) -> Any:
        if not sealed or current() is None or not sealing.can_seal() or self.is_current(sealed):
            return sealed
        return self.sealed(self.opened(sealed, instance), instance)


class VaultTextField(VaultField, EncryptedTextField):
    """Text that only the vault opens; see VaultField."""

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return Sealed(sealing.seal(raw.encode(), context=self.bound_to(instance)))

    def from_vault(self, sealed: Any, context: str) -> str:
        return sealing.unseal(sealed, context=context).decode()


class VaultPaddedField(VaultField, PaddedTextField):
    """Text that only the vault opens, empty or not, of one length; as PaddedTextField."""

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return Sealed(sealing.seal(pad(raw).encode(), context=self.bound_to(instance)))

    def from_vault(self, sealed: Any, context: str) -> str:
        return unpad(sealing.unseal(sealed, context=context).decode())


class VaultBinaryField(VaultField, EncryptedBinaryField):
    """Bytes that only the vault opens; see VaultField."""

    def sealed(self, raw: Any, instance: models.Model) -> SealedBytes:
        return SealedBytes(sealing.seal_bytes(bytes(raw), context=self.bound_to(instance)))

    def from_vault(self, sealed: Any, context: str) -> bytes:
        return sealing.unseal_bytes(sealed, context=context)
