"""How a post's words leave: plain text in parts that Zalo takes.

Zalo takes 2,000 characters a message; we count UTF-16 units, which never undercounts. A mention
(`[@id]`, `[@group id]` for everyone) is written inside the text, so `[@` from a form is broken.
"""

import re
import unicodedata

PART_LIMIT = 2000

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_TRAILING = re.compile(r"[ \t\u00a0]+\n")
_BLANK_LINES = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def plain(text: str) -> str:
    """NFC with `\\n` line ends, no invisible characters, at most one blank line in a row."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = _TRAILING.sub("\n", _INVISIBLE.sub("", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def without_mentions(text: str) -> str:
    """`[@` becomes `[ @`, so that nobody can call a whole group by a text."""
    return re.sub(r"\[\s*@", "[ @", text)


def length(text: str) -> int:
    """Characters as a phone counts them at worst (UTF-16 units)."""
    return len(text.encode("utf-16-le")) // 2


def _hard_cut(piece: str, limit: int) -> list[str]:
    cut, current = [], ""
    for letter in piece:
        if length(current + letter) > limit:
            cut.append(current)
            current = ""
        current += letter
    return [*cut, current]


def _pieces(text: str, limit: int, separators: tuple[str, ...]) -> list[str]:
    """Pack the text into parts at the first separator, finer ones only where one does not fit."""
    if length(text) <= limit:
        return [text]
    if not separators:
        return _hard_cut(text, limit)
    separator, *finer = separators
    units = _SENTENCE_END.split(text) if separator == "." else text.split(separator)
    joint = " " if separator == "." else separator
    parts: list[str] = []
    current = ""
    for unit in units:
        candidate = current + joint + unit if current else unit
        if length(candidate) <= limit:
            current = candidate
            continue
        if current:
            parts.append(current)
        *whole, current = _pieces(unit, limit, tuple(finer))
        parts.extend(whole)
    return [*parts, current] if current else parts


def text_parts(text: str, limit: int = PART_LIMIT) -> list[str]:
    """The messages that a text becomes: split at paragraph ends, else lines, sentences, words."""
    whole = without_mentions(plain(text))
    parts = (part.strip() for part in _pieces(whole, limit, ("\n\n", "\n", ".", " ")))
    return [part for part in parts if part]
