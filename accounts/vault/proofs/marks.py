"""Marks on rows of proofs: keyed hashes that the vault alone makes, so that no SQL writes a row."""

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings

from accounts.encryption.services import derive
from accounts.vault.calls import require_running

MARK = 64  # letters


def mark_of(what: str, *values: Any) -> str:
    """The mark of plain values of one kind of row. Raises VaultOnly outside of the vault."""
    require_running(f"the mark of {what}")
    key = derive(settings.VAULT_INDEX_KEY.encode(), "vault_proof")
    return hmac.new(key, json.dumps([what, *values]).encode(), hashlib.sha256).hexdigest()


def is_mark_of(mark: str, what: str, *values: Any) -> bool:
    """Whether the vault made this mark of these values."""
    return hmac.compare_digest(mark.encode(), mark_of(what, *values).encode())
