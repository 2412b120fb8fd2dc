"""A sum in words, for browsers without scripts: asked only where much comes at once.

It keeps off what fills in every form it finds; a program written against this page reads it. What
holds then is that the tips of a flood stand together in the queue.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from reports.public.nonce_store import Once
from vietnamese.text import fold

LIFE: Final = timedelta(hours=1)
_LONGEST_TOKEN = 300
_LONGEST_ANSWER = 40
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_UNITS = {fold(word): number for number, word in enumerate(_WORDS)} | {"tu": 4, "lam": 5, "nham": 5}
_NUMBERS = (
    _UNITS
    | {f"muoi {word}": 10 + number for word, number in _UNITS.items() if number}
    | {"muoi": 10}
    | {str(number): number for number in range(100)}
    | {f"0{number}": number for number in range(10)}
)
# `bảy` folds to `bay` as `bẩy` does; what else people write around a number says nothing.
_AROUND = re.compile(r"\b(?:la|bang|so|da|a|thua|dap an|ket qua|bang so)\b|[.!,…]+(?!\d)")
_SUM = re.compile(rf"({'|'.join(_WORDS)}) (cộng|trừ) ({'|'.join(_WORDS)})", re.IGNORECASE)
_used = Once(50_000)


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence to show and the token that goes back with the answer."""

    sentence: str
    token: str


def ask(*, now: datetime) -> Question:
    """A new question whose answer is a number from 1 to 18."""
    left, right = sorted((1 + secrets.randbelow(9), 1 + secrets.randbelow(9)))
    if left < right and secrets.randbelow(2):
        sentence = _("{left} trừ {right} bằng mấy?").format(
            left=_WORDS[right].capitalize(), right=_WORDS[left]
        )
        answer = right - left
    else:
        answer = left + right
        form = _("{left} cộng {right} bằng mấy?")
        if answer >= len(_WORDS):
            form = _("{left} cộng {right} bằng bao nhiêu?")
        sentence = form.format(left=_WORDS[left].capitalize(), right=_WORDS[right])
    nonce = f"{int(now.timestamp())}:{secrets.token_urlsafe(12)}"
    return Question(sentence, _signer().sign(f"{nonce}:{_mark(nonce, answer)}"))


def parts_of(sentence: str) -> tuple[int, str, int]:
    """The sum in a question, as `(3, "cộng", 4)`. Raises ValueError for another sentence."""
    found = _SUM.search(sentence)
    if found is None:
        raise ValueError("no question of ours")
    return _UNITS[fold(found[1])], found[2], _UNITS[fold(found[3])]


def is_answered(token: str, typed: str, *, now: datetime) -> bool:
    """Whether the number answers the question; right or wrong, a number uses the question up."""
    answer = number_in(typed)
    if answer is None or len(token) > _LONGEST_TOKEN:
        return False
    try:
        issued_at, nonce, mark = _signer().unsign(token).split(":")
        age = now.timestamp() - int(issued_at)
    except (signing.BadSignature, UnicodeError, ValueError):
        return False
    if abs(age) > LIFE.total_seconds() or not _used.use(nonce):
        return False
    return constant_time_compare(mark, _mark(f"{issued_at}:{nonce}", answer))


def number_in(typed: str) -> int | None:
    """The number that a person typed, in digits or words; None where it is not just one number."""
    if len(typed) > _LONGEST_ANSWER:
        return None
    plain = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in typed)
    return _NUMBERS.get(" ".join(_AROUND.sub(" ", fold(plain)).split()))


def _signer() -> signing.Signer:
    return signing.Signer(salt="reports.abuse.questions")


def _mark(nonce: str, answer: int) -> str:
    return salted_hmac(
        "reports.abuse.questions.answer", f"{nonce}:{answer}", algorithm="sha256"
    ).hexdigest()
