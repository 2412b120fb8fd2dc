"""Patterns for words as people type them: with marks, with half of them, or with none.

A pattern is written with marks; each marked letter also stands for itself without tone and without
marks. So `tôi` is found as `toi` but never in `tối` or `tới`.
"""

import re
import unicodedata
from pathlib import Path

_LEXICON = Path(__file__).parents[1] / "lexicon"
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _letter(letter: str) -> str:
    if letter in "đĐ":
        return "[đd]"
    decomposed = unicodedata.normalize("NFD", letter)
    toneless = unicodedata.normalize("NFC", "".join(m for m in decomposed if m not in _TONES))
    forms = "".join(dict.fromkeys([letter, toneless, decomposed[0]]))
    return f"[{forms}]" if len(forms) > 1 else letter


def vietnamese(pattern: str) -> re.Pattern[str]:
    """A pattern whose marked letters may have lost their marks; case does not matter."""
    return re.compile("".join(map(_letter, pattern)), re.IGNORECASE)


def any_of(phrases: str) -> re.Pattern[str]:
    """A pattern of whole phrases, one a line."""
    lines = "|".join(line.strip() for line in phrases.strip().splitlines())
    return vietnamese(rf"(?<!\w)(?:{lines})(?!\w)")


def phrases(name: str) -> re.Pattern[str]:
    """The pattern of a file of `reports/lexicon`: regular expressions, one a line."""
    return any_of((_LEXICON / f"{name}.txt").read_text(encoding="utf-8"))
