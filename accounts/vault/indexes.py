"""Keyed hashes that the vault alone makes: with the key, a dictionary finds whom a hash is of."""

import hashlib
import hmac

from django.conf import settings

from accounts.encryption.services import derive
from accounts.vault.calls import require_running


def vault_index(value: str, *, purpose: str) -> str:
    """A keyed hash (hex, 64 characters) by which equal values are found; see `blind_index`.

    Raises VaultOnly outside of the vault.
    """
    require_running(f"the index {purpose}")
    key = derive(settings.VAULT_INDEX_KEY.encode(), "vault_index")
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
