"""Encryption of a push for the one browser that can open it (RFC 8291, aes128gcm of RFC 8188)."""

import os
import struct
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE: Final = ec.SECP256R1()
RECORD_SIZE: Final = 4096
LAST_RECORD: Final = b"\x02"
POINT_BYTES, AUTH_BYTES, SALT_BYTES = 65, 16, 16


def _derived(key: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(key)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def receiver_key(p256dh: bytes) -> ec.EllipticCurvePublicKey:
    """The public key of a browser. Raises ValueError for what is no point of the curve."""
    if len(p256dh) != POINT_BYTES:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)


def encrypt(
    text: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    length: int = 0,
    salt: bytes | None = None,
    sender: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push: 103 bytes more than `text`, which zeros fill up to `length`.

    `p256dh` (65 bytes) and `auth` (16) are the browser's; `salt` and `sender` are new each time,
    but for test vectors. Raises ValueError for keys that are none and for a text that is too long.
    """
    receiver = receiver_key(p256dh)
    if len(auth) != AUTH_BYTES or (length and len(text) > length):
        raise ValueError("wrong secret, or a text longer than its padded length")
    salt = salt or os.urandom(SALT_BYTES)
    sender = sender or ec.generate_private_key(CURVE)
    own = _point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), receiver)
    about = b"WebPush: info\0" + p256dh + own
    secret = _derived(shared, salt=auth, info=about, length=32)
    key = _derived(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    padded = text + LAST_RECORD + b"\0" * max(0, length - len(text))
    head = salt + struct.pack("!IB", RECORD_SIZE, len(own)) + own
    return head + AESGCM(key).encrypt(nonce, padded, None)
