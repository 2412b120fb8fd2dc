"""The key with which the portal says to push services who it is (VAPID, RFC 8292)."""

import hashlib
import time
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from duty.ways.push.base64url import encoded

HOUR_S: Final = 3600
LIFE_S: Final = 12 * HOUR_S  # a push service refuses more than a day


def is_on() -> bool:
    """Whether this process may push: it has the key."""
    return bool(settings.VAPID_PRIVATE_KEY)


@lru_cache(maxsize=4)
def _key(private: str) -> Vapid02:
    return Vapid02.from_raw(private.encode())


@lru_cache(maxsize=4)
def _public(private: str) -> str:
    point = _key(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encoded(point)


def public_key() -> str:
    """The public key as browsers take it, base64url; nothing without a key."""
    return _public(settings.VAPID_PRIVATE_KEY) if is_on() else ""


def made_for() -> str:
    """A hash of the portal's address and public key, which binds a device to it.

    A copy of the database under another address or with another key pushes to no device of it.
    """
    about = f"{settings.PORTAL_URL.rstrip('/')}\0{public_key()}"
    return hashlib.sha256(about.encode()).hexdigest()


@lru_cache(maxsize=64)
def _signed(private: str, subject: str, audience: str, hour: int) -> str:
    claims = {"aud": audience, "sub": subject, "exp": hour * HOUR_S + LIFE_S}
    signed: str = _key(private).sign(claims)["Authorization"]
    return signed


def authorization(audience: str) -> str:
    """The header for one push service (its scheme and host), signed once an hour."""
    hour = int(time.time()) // HOUR_S
    return _signed(settings.VAPID_PRIVATE_KEY, settings.VAPID_SUBJECT, audience, hour)
