"""Proof of work: the browser finds a number while the person fills in the form.

Nobody else takes part in it, and nothing is stored: the challenge is signed, lives as long as a
draft, and is good once in the memory of this process. What is hashed is short enough for one block
of SHA-256, so that an old phone needs a second where a flood of a thousand needs an hour.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core import signing

from reports.abuse.nonce_store import Once
from reports.carrying import DRAFT_LIFE

MOST_BITS: Final = 20  # some seconds on an old phone
LONGEST_PROOF: Final = 12
_LONGEST_TOKEN = 200
_DIGEST_BITS = 256
_used = Once(50_000)


@dataclass(frozen=True, slots=True)
class Challenge:
    """`token` goes back with the answer; `nonce` and `bits` are what the browser works on."""

    token: str
    nonce: str
    bits: int


def issue(purpose: str, bits: int, *, now: datetime) -> Challenge:
    """A new challenge: SHA-256 of `nonce:number` shall begin with so many bits of zero."""
    nonce = secrets.token_urlsafe(18)
    token = _signer().sign(f"{purpose}:{bits}:{int(now.timestamp())}:{nonce}")
    return Challenge(token, nonce, bits)


def is_done(token: str, proof: str, *, purpose: str, bits: int, now: datetime) -> bool:
    """Whether the work for this purpose, of at least so many bits, was done, and not used before.

    A right answer is used up by asking.
    """
    if len(token) > _LONGEST_TOKEN or not 0 < len(proof) <= LONGEST_PROOF:
        return False
    if not (proof.isascii() and proof.isdigit()):
        return False
    try:
        named, difficulty, issued_at, nonce = _signer().unsign(token).split(":")
        is_young = abs(now.timestamp() - int(issued_at)) <= DRAFT_LIFE.total_seconds()
        is_enough = int(difficulty) >= bits
    except (signing.BadSignature, UnicodeError, ValueError):
        return False
    if named != purpose or not is_young or not is_enough:
        return False
    return _begins_with_noughts(f"{nonce}:{proof}", int(difficulty)) and _used.use(nonce)


def _signer() -> signing.Signer:
    return signing.Signer(salt="reports.abuse.work")


def _begins_with_noughts(text: str, bits: int) -> bool:
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return int.from_bytes(digest) >> (_DIGEST_BITS - bits) == 0
