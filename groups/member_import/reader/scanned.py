"""Letters that a scanner, or a hurried hand, writes for digits: `09O0 000 l8B`, `l958`."""

import re

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
