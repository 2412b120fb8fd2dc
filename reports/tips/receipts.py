"""Receipts of tips: twenty digits for the resident, a slow hash for the portal.

Twenty digits, the last of which is checked by the method of Damm: it catches every single wrong
digit and every swap of two neighbours. Digits are stretched by a slow hash, and a fast hash of that
is stored: who shows the stretched digits has the receipt, and who has the row cannot show them. The
salt is the same for all, so that a receipt is found by one look into an index, whether it exists or
not; it comes from the key of the blind indexes, without which a stolen database helps nobody.
"""

import hashlib
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Iterator
from typing import Final

from argon2.low_level import Type, hash_secret_raw
from django.conf import settings

from accounts.encryption.services import index_key

LENGTH: Final = 20
BLOCK: Final = 4
_LONGEST_TYPED = 200
_HASH_BYTES = 32
# The quasigroup of order ten that Damm published: totally anti-symmetric, noughts on the diagonal.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_DIGITS: Final = frozenset("0123456789")
_LOOK_ALIKES = {"O": "0", "o": "0", "l": "1", "L": "1", "I": "1", "i": "1"}
_DIGIT_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
# Each hash takes tens of MiB: so many at once in one process, the others wait their turn.
_AT_ONCE = threading.BoundedSemaphore(2)


def new() -> str:
    """A receipt nobody can guess: 19 random digits and their check digit."""
    digits = f"{secrets.randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The digit that Damm's method puts behind these."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def normalise(typed: str) -> str | None:
    """Return twenty plain digits of what a person typed or pasted; None if it cannot be a receipt.

    Forgives spaces, dashes, dots and other signs between the digits, a label before them, digits
    of other scripts, and letters that look like digits. The check digit is not looked at.
    """
    label, colon, rest = typed.rpartition(":")
    if colon and not any(letter.isdecimal() for letter in label):
        typed = rest
    if len(typed) > _LONGEST_TYPED:
        return None
    for bar in ("1", ""):  # an upright bar is a one, or stands between two blocks
        digits = "".join(_digits(typed, bar))
        if _is_plain(digits):
            return digits
    return None


def blocks(receipt: str) -> list[str]:
    """Five blocks of four digits, as a receipt is shown."""
    return [receipt[at : at + BLOCK] for at in range(0, LENGTH, BLOCK)]


def last_block(receipt: str) -> str:
    """The four digits that are typed back to prove that the receipt was written down."""
    return receipt[-BLOCK:]


def is_last_block(typed: str, receipt: str) -> bool:
    """Whether these are the last four digits, or the whole receipt, however they are typed."""
    digits = "".join(_digits(typed[:_LONGEST_TYPED], "1"))
    return digits in {last_block(receipt), receipt}


def spoken(receipt: str) -> str:
    """Return the receipt in words for the phone: digit by digit, with a rest after each block."""
    return ", ".join(
        " ".join(_DIGIT_WORDS[int(digit)] for digit in block) for block in blocks(receipt)
    )


def hash_of(receipt: str) -> str:
    """The hash under which a tip is found by its receipt, of the stretched digits; hex."""
    return hash_of_stretched(stretched(receipt))


def hash_of_stretched(stretched_digits: str) -> str:
    """The fast hash (SHA-256, hex, 64 characters) of digits that were stretched before."""
    return hashlib.sha256(stretched_digits.encode()).hexdigest()


def stretched(receipt: str) -> str:
    """The digits behind a slow hash (Argon2id, hex, 64 characters).

    Takes about a tenth of a second and as much memory as the settings say. Tips of before are
    stored under it. Raises ValueError for what is not normalised.
    """
    if not _is_plain(receipt):
        raise ValueError("a receipt is 20 digits")
    salt = hmac.new(index_key(), b"receipt-salt", hashlib.sha256).digest()
    with _AT_ONCE:
        made = hash_secret_raw(
            receipt.encode("ascii"),
            salt,
            time_cost=settings.RECEIPT_HASH_PASSES,
            memory_cost=settings.RECEIPT_HASH_MEMORY_KIB,
            parallelism=1,
            hash_len=_HASH_BYTES,
            type=Type.ID,
        )
    return made.hex()


def _is_plain(text: str) -> bool:
    return len(text) == LENGTH and _DIGITS.issuperset(text)


def _digits(typed: str, bar: str) -> Iterator[str]:
    """Each digit; a letter that can be none comes through as it is and makes the whole wrong."""
    for letter in typed:
        kind = unicodedata.category(letter)
        if letter == "|":
            yield bar
        elif kind == "Nd":
            yield str(unicodedata.decimal(letter))
        elif letter in _LOOK_ALIKES:
            yield _LOOK_ALIKES[letter]
        elif not (kind[0] in "PSZ" or kind == "Cf" or letter.isspace()):
            yield letter
