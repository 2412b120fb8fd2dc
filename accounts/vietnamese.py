"""Vietnamese text as data: one function folds for writing and for asking, so that a search finds
what was stored."""

import re
import unicodedata
from functools import lru_cache

_SPACES = re.compile(r"[\s\u00a0]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


def clean(text: str) -> str:
    """NFC, without invisible characters, with single spaces and none at the ends."""
    if (
        text.isprintable()
        and "  " not in text
        and (text.isascii() or unicodedata.is_normalized("NFC", text))
    ):
        return text.strip()  # nothing to repair, as in most cells of a list
    return _SPACES.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))).strip()


_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_BARE = "a" * 17 + "e" * 11 + "i" * 5 + "o" * 17 + "u" * 11 + "y" * 5 + "d"
_UNMARKED = str.maketrans(_MARKED, _BARE)


def fold(text: str) -> str:
    """Lower case without marks, đ as d: what searches compare (`Điểu` → `dieu`)."""
    return " ".join(map(_fold_word, clean(text).split(" ")))


@lru_cache(maxsize=4096)  # names and addresses are made of few words
def _fold_word(word: str) -> str:
    folded = word.lower().translate(_UNMARKED)
    if folded.isascii():
        return folded
    decomposed = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


# For a database that compares as `fold` does: each letter of the first is one of the second.
LETTERS_MARKED = _MARKED + _MARKED.upper()
LETTERS_FOLDED = fold(LETTERS_MARKED)
