"""Short codes that a person sends to the account, by which it is known who wrote."""

import re
import secrets
from typing import Final

from vietnamese.text import fold

ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH: Final = 8
_CODE: Final = r"[\s:.\-]+([a-z0-9]{4})[\s\-]?([a-z0-9]{4})[\s.]*"


def new_code() -> str:
    """A random code: 40 bits, no letter that is read as another."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spelled(word: str, code: str) -> str:
    """The message that the person sends: “LK AB3D-7KQ9”."""
    return f"{word} {code[:4]}-{code[4:]}"


def code_in(text: str, *words: str) -> str | None:
    """The code that a message brings after one of these words (folded), if it says nothing else."""
    found = re.fullmatch(f"(?:{'|'.join(words)}){_CODE}", fold(text))
    return "".join(found.groups()).upper() if found else None
