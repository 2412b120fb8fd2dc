"""Sealing values with keys that live outside the database.

AES-256-GCM with a ring of keys: the first encrypts, all decrypt, so a key is rotated while the
portal runs. The context (table, column and row) is authenticated, so a sealed value that is copied
to another row does not open there. A purpose has keys of its own, derived from the ring's: whoever
holds those opens that purpose and nothing else. Values that must be found again carry a keyed hash
beside them.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v1"
NONCE_BYTES = 12
KEY_BYTES = 32
BEGINS = 100  # characters that surely hold the version and the name of the key
PURPOSE = re.compile(r"[a-z][a-z_]*", re.ASCII)
# "" is the keys themselves; "drafts" is what a public form carries along.
PURPOSES = ("", "words", "identity", "files", "questions", "drafts")


class DecryptionError(Exception):
    """A sealed value cannot be opened: key missing, value altered, or moved to another row."""


def nothing() -> None:
    """The keys are confirmed, or nobody asked for it."""


# Called before a key of the settings is used; set by `accounts.encryption.checks.arm`.
before_use: Callable[[], None] = nothing


class KeyRing:
    """Keys by name (kid → 32 bytes), in order; the first seals, every one opens."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {kid: AESGCM(key) for kid, key in keys.items()}
        self.primary = next(iter(self._ciphers))

    def seal(self, plaintext: str, *, context: str) -> str:
        """Return `v1:<kid>:<base64 of nonce + ciphertext + tag>`."""
        sealed = self._encrypt(plaintext.encode(), context)
        return f"{VERSION}:{self.primary}:{base64.b64encode(sealed).decode('ascii')}"

    def unseal(self, token: str, *, context: str) -> str:
        """Open what `seal` made for the same context. Raises DecryptionError."""
        try:
            version, kid, encoded = token.split(":", 2)
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            raise DecryptionError("not a sealed value") from None
        return self._decrypt(version, kid, raw, context).decode()

    def seal_bytes(self, plain: bytes, *, context: str) -> bytes:
        """Return `v1:<kid>:` and, raw, nonce + ciphertext + tag: no third more for base64."""
        return f"{VERSION}:{self.primary}:".encode() + self._encrypt(plain, context)

    def unseal_bytes(self, sealed: bytes, *, context: str) -> bytes:
        """Open what `seal_bytes` made for the same context. Raises DecryptionError."""
        try:
            version, kid, raw = sealed.split(b":", 2)
            return self._decrypt(version.decode(), kid.decode(), raw, context)
        except ValueError:
            raise DecryptionError("not a sealed value") from None

    def holds(self, kid: str) -> bool:
        """Whether what was sealed with the key of this name can be opened."""
        return kid in self._ciphers

    def _encrypt(self, plain: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[self.primary].encrypt(nonce, plain, context.encode())

    def _decrypt(self, version: str, kid: str, raw: bytes, context: str) -> bytes:
        if version != VERSION or kid not in self._ciphers:
            raise DecryptionError(f"no key named {kid!r}")
        nonce, ciphertext = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        try:
            return self._ciphers[kid].decrypt(nonce, ciphertext, context.encode())
        except (InvalidTag, ValueError):
            raise DecryptionError("wrong key, altered value or wrong row") from None


def sealed_with(token: str | bytes) -> str:
    """The kid with which a sealed value, or its beginning, was made; "" if it is none."""
    begins = token[:BEGINS]
    text = begins.decode("ascii", "replace") if isinstance(begins, bytes) else begins
    return text.partition(":")[2].partition(":")[0]


def derive(key: bytes, purpose: str) -> bytes:
    """The 32 bytes that stand for `key` in one purpose: HKDF-SHA256, one way.

    Neither the key nor what another purpose has follows from them. Raises ValueError for a purpose
    that is not a lower-case word.
    """
    if not PURPOSE.fullmatch(purpose):
        raise ValueError(f"not the name of a purpose: {purpose!r}")
    info = f"{VERSION}:{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


@lru_cache(maxsize=32)
def _ring(items: tuple[tuple[str, bytes], ...], purpose: str) -> KeyRing:
    return KeyRing({kid: derive(key, purpose) if purpose else key for kid, key in items})


def key_ring(purpose: str = "") -> KeyRing:
    """The ring of `settings.DATA_ENCRYPTION_KEYS` for one purpose; "" is those keys themselves."""
    if purpose not in PURPOSES:
        raise ValueError(f"no check value is kept for this purpose: {purpose!r}")
    before_use()
    return _ring(tuple(settings.DATA_ENCRYPTION_KEYS.items()), purpose)


def seal(plaintext: str, *, context: str, purpose: str = "") -> str:
    """Seal with the first key of the settings; see KeyRing.seal."""
    return key_ring(purpose).seal(plaintext, context=context)


def unseal(token: str, *, context: str, purpose: str = "") -> str:
    """Open with the keys of the settings; see KeyRing.unseal."""
    return key_ring(purpose).unseal(token, context=context)


def index_key() -> bytes:
    """The secret of every keyed hash in the database."""
    before_use()
    return settings.BLIND_INDEX_KEY.encode()


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed hash (hex, 64 characters) by which equal values are found without being readable.

    The caller normalises first; `purpose` keeps the hashes of different columns apart.
    """
    message = f"{purpose}\0{value}".encode()
    return hmac.new(index_key(), message, hashlib.sha256).hexdigest()
