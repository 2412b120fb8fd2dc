"""Rendering of a post: plain text in parts that Zalo accepts.

Zalo takes 2,000 characters a message; we count UTF-16 units, which never undercounts. A mention
(`[@id]`, `[@group id]` for everyone) is written inside the text, so `[@` from a form is broken.
"""

import re
import unicodedata

from content_rules.engine.reading import INVISIBLE

PART_LIMIT = 2000
SEPARATORS = ("\n\n", "\n", ".", " ")

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TRAILING = re.compile(r"[ \t\u00a0]+\n")
_BLANK_LINES = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def plain(text: str) -> str:
    """NFC with `\\n` line ends, no invisible characters, at most one blank line in a row."""
    text = _LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text))
    text = _TRAILING.sub("\n", INVISIBLE.sub("", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def without_mentions(text: str) -> str:
    """`[@` becomes `[ @`, so that nobody can call a whole group by a text."""
    return re.sub(r"\[\s*@", "[ @", text)


def length(text: str) -> int:
    """Characters as a phone counts them at worst (UTF-16 units)."""
    return len(text.encode("utf-16-le")) // 2


def _cut(word: str, limit: int) -> list[str]:
    """Pieces of something that has no place to break at."""
    pieces = [""]
    for letter in word:
        if length(pieces[-1] + letter) > limit:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _units(text: str, limit: int, separators: tuple[str, ...], joint: str) -> list[tuple[str, str]]:
    """Pieces of a text, each with the joint before it; split further only where it does not fit."""
    if length(text) <= limit:
        return [(joint, text)]
    if not separators:
        first, *others = _cut(text, limit)
        return [(joint, first), *(("", piece) for piece in others)]
    separator, *finer = separators
    pieces = _SENTENCE_END.split(text) if separator == "." else text.split(separator)
    inner = " " if separator == "." else separator
    units: list[tuple[str, str]] = []
    for piece in pieces:
        units += _units(piece, limit, tuple(finer), inner if units else joint)
    return units


def text_parts(text: str, limit: int = PART_LIMIT) -> list[str]:
    """The messages that a text becomes: split at paragraph ends, else lines, sentences, words."""
    parts = [""]
    for joint, unit in _units(without_mentions(plain(text)), limit, SEPARATORS, ""):
        candidate = parts[-1] + (joint if parts[-1] else "") + unit
        if length(candidate) > limit:
            parts.append(unit)
        else:
            parts[-1] = candidate
    return [part for part in (part.strip() for part in parts) if part]
