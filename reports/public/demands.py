"""Proof of work demanded before a tip or a receipt look-up, by load; nobody is turned away."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.core import signing

from accounts.sign_in.addresses import network_of
from reports.public import bursts, sums
from reports.public.form_tokens import DRAFT_LIFE
from reports.public.nonce_store import Once
from reports.public.thresholds import Counts

# Proof of work: the browser finds a number while the person fills in the form. Nobody else takes
# part, and nothing is stored: the challenge is signed, lives as long as a draft, and is good once
# in the memory of this process. The text fits into one block of SHA-256, so that an old phone needs
# a second where a flood of a thousand needs an hour.

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


# Demands before a tip is taken or a receipt looked up: nothing, or work, never to go away. `weigh`
# the demand, `issue` a challenge on every page of the form, ask `is_met` (else the same page again,
# with the question beside it), and `count` once it is taken.

CALM_BITS: Final = 15  # a quarter of a second on an old phone
_NEEDED_BITS = 17
_BURST_BITS = 18
_HOUR_S = 3600
_MOST_NETWORKS = 20_000


class Purpose(StrEnum):
    """Purpose of the work; work for one is not good for the other."""

    TIP = "tip"
    RECEIPT = "receipt"


# About so many an hour from one network ask for nothing. Operators of mobile phones put many people
# behind one network.
_FREE = {Purpose.TIP: 5, Purpose.RECEIPT: 15}
_STEPS: Final = 3  # at twice, four and eight times as many the work grows
_MANY = {Purpose.TIP: bursts.MANY, Purpose.RECEIPT: 4 * bursts.MANY}
_networks = {purpose: Counts(window_s=_HOUR_S, most=_MOST_NETWORKS) for purpose in Purpose}


@dataclass(frozen=True, slots=True)
class Demand:
    """The difficulty of the work (leading zero bits), and whether it is required."""

    bits: int
    is_needed: bool


def count(purpose: Purpose, address: str, *, commune: int | None = None) -> None:
    """Count a tip that came in, or a receipt that was tried, from this address."""
    _networks[purpose].add(network_of(address))
    bursts.add(_key(purpose, commune))


def weigh(purpose: Purpose, address: str, *, commune: int | None = None) -> Demand:
    """Return the demand on the next one."""
    bits = CALM_BITS
    if _is_past(purpose, address, 0):
        bits = _NEEDED_BITS + sum(_is_past(purpose, address, step + 1) for step in range(_STEPS))
    if bursts.is_on(_key(purpose, commune), many=_MANY[purpose]):
        bits = max(bits + 1, _BURST_BITS)
    return Demand(min(bits, MOST_BITS), is_needed=bits > CALM_BITS)


def is_met(
    demand: Demand,
    purpose: Purpose,
    *,
    now: datetime,
    challenge: str = "",
    proof: str = "",
    question: str = "",
    answer: str = "",
) -> bool:
    """Whether the work was done or the question answered, or neither is needed.

    Uses up what it was given; ask once for one request.
    """
    if not demand.is_needed:
        return True
    if is_done(challenge, proof, purpose=purpose, bits=demand.bits, now=now):
        return True
    return sums.is_answered(question, answer, now=now)


def _is_past(purpose: Purpose, address: str, step: int) -> bool:
    """Whether a limit is passed; each step has its own draw, or one would give the others away."""
    counts, network = _networks[purpose], network_of(address)
    limit = counts.limit(f"{purpose}:{step}:{network}", _FREE[purpose] * 2**step)
    return counts.of(network) >= limit


def _key(purpose: Purpose, commune: int | None) -> str:
    return f"{purpose}:{commune or 0}"
