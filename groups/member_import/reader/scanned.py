"""Letters that a scanner, or a hurried hand, writes for digits: `09O0 000 l8B`, `l958`."""

import re
from collections.abc import Sequence
from itertools import pairwise

_ALIKE = str.maketrans("oOlISB", "001158")
_MAY_BE = re.compile(r"[oOlISB]")
_NUMBER = re.compile(r"(?<![^\W\d_])[\doOlIS](?:[.\-\s]?[\doOlISB]){7,}(?![^\W\d_])")
_YEAR = re.compile(r"(?<![\w/.\-])[1lI2][9O0][\dOlISB]{2}(?![\w])")
_FEWEST_DIGITS = 7


def as_digits(text: str) -> str:
    """The text with long numbers whole, where most of each are digits or the letter O."""
    return _NUMBER.sub(_whole, text) if _MAY_BE.search(text) else text


def _whole(found: re.Match[str]) -> str:
    known = sum(letter.isdigit() or letter in "oO" for letter in found[0])
    return found[0].translate(_ALIKE) if known >= _FEWEST_DIGITS else found[0]


def year(text: str) -> str:
    """`l958` as `1958`; empty where it is no such year, or needs no mending."""
    is_mended = len(text) == len("1958") and not text.isdigit() and _YEAR.fullmatch(text)
    return text.translate(_ALIKE) if is_mended else ""


def mended(text: str) -> str:
    """Running text with its numbers and years in digits."""
    return _YEAR.sub(lambda found: found[0].translate(_ALIKE), as_digits(text))


def letter_for_stroke(cells: Sequence[str], columns: int) -> list[str]:
    """The cells of a line with one too many, where a scanner saw a stroke for the last letter.

    `Tươ|  |` has lost its `i`: the stroke touches the word and nothing follows it.
    """
    touched = [
        index
        for index, (left, right) in enumerate(pairwise(cells))
        if left[-1:].isalpha() and not right.strip()
    ]
    if len(cells) != columns + 1 or len(touched) != 1:
        return [*cells]
    at = touched[0]
    return [*cells[:at], f"{cells[at]}i{cells[at + 1]}", *cells[at + 2 :]]
