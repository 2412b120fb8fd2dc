"""Codes of the made-up accounts of the demo, whose seeds anybody can compute; no other account has
such a seed.
"""

import base64
import hashlib
from typing import Final

from django_otp.oath import hotp

STEP_S: Final = 30
ACCOUNTS: Final = ("truong.congan", "pho.congan", "canbo.diaban", "canbo.diaban2")


def seed_of(username: str) -> str:
    """The seed of the app of a made-up account."""
    digest = hashlib.sha256(f"binhyen demo: {username}".encode()).digest()
    return base64.b32encode(digest[:20]).decode("ascii")


def code_of(username: str, moment: float) -> str:
    """The code that its app shows at this moment."""
    return f"{hotp(base64.b32decode(seed_of(username)), int(moment // STEP_S)):06d}"
