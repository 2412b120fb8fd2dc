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
from accounts.vault import sealing, unbound
from accounts.vault.calls import Call, is_matching, require_running
from accounts.vault.rows import SealedRow, is_refreshing


def binds(model: type[models.Model]) -> tuple[str, ...]:
    """Columns of a model that its values are bound to, beside the uuid of the row."""
    return tuple(getattr(model, "vault_binds", ()))


def version(model: type[models.Model]) -> str:
    """The form of values of a model: another one where those of v2 were bound to the row alone."""
    return sealing.BOUND if getattr(model, "vault_bound_later", False) else sealing.VERSION


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
    VaultOnly; a row that is saved unopened keeps what the database has by then. Values of before,
    sealed with the keys of the portal under `purpose`, open in the vault until `seal_anew` has run.
    A model may name in `vault_binds` columns that its values are bound to beside the row
    (`accounts.vault.rows.rebind` changes them), and say that this came later
    (`vault_bound_later`): values of the form before open until `accounts.vault.unbound` is closed.
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
        if not sealing.is_sealed_here(sealed):
            return super().opened(sealed, instance)
        if sealing.version_of(sealed) == version(type(instance)):
            return self.opened_once(sealed, self.bound_to(instance), call)
        unbound.require_open(f"{instance._meta.db_table}.{self.column}")
        return self.from_vault(sealed, self.context_of(instance))

    def opened_once(self, sealed: Any, context: str, call: Call) -> Any:
        """The value; of one that was opened to be compared, what was found then."""
        key = (sealed, context)
        if (found := call.compared.get(key)) is not None:
            return found
        opened = self.from_vault(sealed, context)
        if call.is_matching and isinstance(opened, str):
            call.compared[key] = opened
        return opened

    def bound_to(self, instance: models.Model) -> str:
        """The context that a value sealed to the vault is bound to."""
        more = [f":{name}={getattr(instance, name)}" for name in binds(type(instance))]
        return self.context_of(instance) + "".join(more)

    def how(self, instance: models.Model) -> dict[str, str]:
        """The context and the form in which a value is sealed."""
        return {"context": self.bound_to(instance), "version": version(type(instance))}

    def from_vault(self, sealed: Any, context: str) -> Any:
        """The value that was sealed to the vault's key."""
        raise NotImplementedError

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        found = model_instance.__dict__.get(self.attname)
        if found and isinstance(found, self.sealed_type) and not add:
            # Nobody opened it, so it is what was read: by now it may have been sealed anew.
            return models.F(self.attname)
        return super().pre_save(model_instance, add)

    def _with_first_key(self, sealed: Any, instance: models.Model) -> Any:
        return sealed


class VaultTextField(VaultField, EncryptedTextField):
    """Text that only the vault opens; see VaultField."""

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return Sealed(sealing.seal(raw.encode(), **self.how(instance)))

    def from_vault(self, sealed: Any, context: str) -> str:
        return sealing.unseal(sealed, context=context).decode()


class VaultPaddedField(VaultField, PaddedTextField):
    """Text that only the vault opens, empty or not, of one length; as PaddedTextField."""

    def sealed(self, raw: Any, instance: models.Model) -> Sealed:
        return Sealed(sealing.seal(pad(raw).encode(), **self.how(instance)))

    def from_vault(self, sealed: Any, context: str) -> str:
        return unpad(sealing.unseal(sealed, context=context).decode())


class VaultBinaryField(VaultField, EncryptedBinaryField):
    """Bytes that only the vault opens; see VaultField."""

    def sealed(self, raw: Any, instance: models.Model) -> SealedBytes:
        return SealedBytes(sealing.seal_bytes(bytes(raw), **self.how(instance)))

    def from_vault(self, sealed: Any, context: str) -> bytes:
        return sealing.unseal_bytes(sealed, context=context)
