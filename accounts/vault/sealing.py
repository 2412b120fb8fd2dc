"""Sealing to the vault's public key: HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM.

Whoever has the public key seals; only who has the private one opens. The context (table, column
and row) is bound to the value, so that a copy in another row does not open there. So is its form:
`v2`, or `v3` in columns whose values of v2 were bound to less (`accounts.vault.unbound`).
"""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from django.conf import settings

from accounts.encryption.services import DecryptionError
from accounts.vault.calls import require_running
from accounts.vault.errors import NoVaultKey

VERSION, BOUND = "v2", "v3"
VERSIONS = (VERSION, BOUND)
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def can_seal() -> bool:
    """Whether this installation has a public key of the vault."""
    return bool(settings.VAULT_PUBLIC_KEYS)


def is_vault() -> bool:
    """Whether this process has a private key of the vault."""
    return bool(settings.VAULT_KEYS)


def current_kid() -> str:
    """The name of the key that seals. Raises NoVaultKey."""
    for kid in settings.VAULT_PUBLIC_KEYS:
        return str(kid)
    raise NoVaultKey


def seal(plain: bytes, *, context: str, version: str = VERSION) -> str:
    """Return `v2:<kid>:<base64 of encapsulated key + ciphertext>`. Raises NoVaultKey."""
    return seal_to(current_kid(), plain, context=context, version=version)


def seal_to(kid: str, plain: bytes, *, context: str, version: str = VERSION) -> str:
    """Seal to the public key of that name; see `seal`."""
    sealed = _encrypt(kid, plain, _info(version, context))
    return f"{version}:{kid}:{base64.b64encode(sealed).decode('ascii')}"


def seal_bytes(plain: bytes, *, context: str, version: str = VERSION) -> bytes:
    """Return `v2:<kid>:` and, raw, encapsulated key + ciphertext. Raises NoVaultKey."""
    kid = current_kid()
    return f"{version}:{kid}:".encode() + _encrypt(kid, plain, _info(version, context))


def unseal(token: str, *, context: str) -> bytes:
    """Open what `seal` made for the same context. Raises DecryptionError, VaultOnly."""
    try:
        version, kid, encoded = token.split(":", 2)
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise DecryptionError("not a sealed value") from None
    return _decrypt(version, kid, raw, context)


def unseal_bytes(sealed: bytes, *, context: str) -> bytes:
    """Open what `seal_bytes` made for the same context. Raises DecryptionError, VaultOnly."""
    try:
        version, kid, raw = sealed.split(b":", 2)
        return _decrypt(version.decode(), kid.decode(), raw, context)
    except ValueError:
        raise DecryptionError("not a sealed value") from None


def is_sealed_here(value: str | bytes) -> bool:
    """Whether a stored value was sealed to the vault's key, not by the keys of before."""
    return version_of(value) in VERSIONS


def version_of(value: str | bytes) -> str:
    """The form that a stored value names."""
    begins = value[: len(VERSION) + 1]
    text = begins.decode("ascii", "replace") if isinstance(begins, bytes) else begins
    return text.removesuffix(":")


def public_part(private: bytes) -> bytes:
    """The public key of a private one, raw."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def opens_with(keys: Mapping[str, bytes], token: str, *, context: str) -> bytes:
    """Open with these private keys. Raises DecryptionError."""
    try:
        version, kid, encoded = token.split(":", 2)
        return _decrypt_with(keys, version, kid, base64.b64decode(encoded), context)
    except ValueError:
        raise DecryptionError("not a sealed value") from None


def _info(version: str, context: str) -> bytes:
    return f"binhyen:{version}:{context}".encode()


def _encrypt(kid: str, plain: bytes, info: bytes) -> bytes:
    return SUITE.encrypt(plain, _public(settings.VAULT_PUBLIC_KEYS[kid]), info=info)


def _decrypt(version: str, kid: str, raw: bytes, context: str) -> bytes:
    require_running(context)
    return _decrypt_with(settings.VAULT_KEYS, version, kid, raw, context)


def _decrypt_with(
    keys: Mapping[str, bytes], version: str, kid: str, raw: bytes, context: str
) -> bytes:
    if version not in VERSIONS or kid not in keys:
        raise DecryptionError(f"the vault has no key named {kid!r}")
    try:
        return SUITE.decrypt(raw, _private(keys[kid]), info=_info(version, context))
    except (InvalidTag, ValueError):
        raise DecryptionError("wrong key, altered value or wrong row") from None


@lru_cache(maxsize=16)
def _public(key: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(key)


@lru_cache(maxsize=16)
def _private(key: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(key)
