"""Digits told by words, as somebody dictates a phone, an account or a plate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from groups.disclosure.reading import Reading

_DIGITS = {
    "không": "0", "hông": "0", "ko": "0", "zero": "0", "một": "1", "mốt": "1", "hai": "2",
    "ba": "3", "bốn": "4", "tư": "4", "năm": "5", "lăm": "5", "nhăm": "5", "sáu": "6", "bảy": "7",
    "bẩy": "7", "tám": "8", "chín": "9",
    "khong": "0", "mot": "1", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "sau": "6",
    "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_TENS, _TEN = "mươi", "mười"
_LETTERS = {
    "bê": "b", "bờ": "b", "cê": "c", "cờ": "c", "xê": "c", "đê": "d", "đờ": "d", "gờ": "g",
    "giê": "g", "hát": "h", "ca": "k", "lờ": "l", "mờ": "m", "nờ": "n", "pê": "p", "tê": "t",
    "vê": "v",
}  # fmt: skip
_SIGNS = {
    "gạch ngang": "-", "gạch nối": "-", "gạch": "-", "gach ngang": "-", "gach": "-",
    "chấm": ".", "cham": ".", "xẹt": "/", "phẩy": ",",
    "chữ cái": "", "chữ": "", "chu": "", "số": "", "rồi": "", "rồi đến": "",
}  # fmt: skip
_SAID = _DIGITS | _LETTERS | _SIGNS | {_TENS: "", _TEN: "", "muoi": ""}
_TOKEN = rf"(?:{'|'.join(sorted(_SAID, key=len, reverse=True))}|\d{{1,4}}|[a-zđ]\d?)"
_RUN = re.compile(rf"(?<![\w'’]){_TOKEN}(?:[ ,.\-]{{1,3}}{_TOKEN}){{3,30}}(?![\w'’])")
_PART = re.compile(_TOKEN + r"(?![\w'’])")
_WEEKDAY = re.compile(r"\b(?:thu|ap|khu|to|thon|mung|mong|lop)\s{1,2}$")
_FEWEST_WORDS = 3
_FEWEST_DIGITS = 6


@dataclass(frozen=True)
class _Part:
    """A word of a run and what it stands for."""

    start: int
    end: int
    said: str
    sign: str

    @property
    def is_digit(self) -> bool:
        return self.said in _DIGITS


def _parts(told: str, start: int, end: int) -> list[_Part]:
    found = [
        _Part(*part.span(), part[0], _SAID.get(part[0], part[0]))
        for part in _PART.finditer(told, start, end)
    ]
    return [_as_tens(found, place) for place in range(len(found))]


def _as_tens(parts: list[_Part], place: int) -> _Part:
    """`sáu mươi` is 60, `sáu mươi mốt` 61, `mười hai` 12."""
    one = parts[place]
    if one.said not in {_TENS, _TEN, "muoi"}:
        return one
    before = parts[place - 1] if place else None
    after = parts[place + 1] if place + 1 < len(parts) else None
    is_after = after is not None and after.is_digit and after.start - one.end == 1
    is_behind = before is not None and before.is_digit and one.start - before.end == 1
    tens = "" if one.said == _TENS or (one.said == "muoi" and is_behind) else "1"
    return replace(one, sign=tens + ("" if is_after else "0"))


def _runs(reading: Reading) -> Iterator[list[_Part]]:
    told = reading.text.lower()
    if len(told) != len(reading.text):
        return
    for run in _RUN.finditer(told):
        parts = _parts(told, *run.span())
        while parts and not parts[0].sign.isdigit():
            parts.pop(0)
        while parts and not (parts[-1].sign.isdigit() or parts[-1].said == _TENS):
            parts.pop()
        words = [part for part in parts if part.is_digit or part.said in {_TENS, _TEN, "muoi"}]
        digits = sum(len(part.sign) for part in parts if part.sign.isdigit())
        if len(words) < _FEWEST_WORDS or digits < _FEWEST_DIGITS:
            continue
        # “anh Ba, Tư, Năm, Sáu” are people, “thứ hai, ba, tư” days.
        shouted = sum(reading.text[part.start].isupper() for part in words[1:])
        if shouted * 2 > len(words) and any(map(str.islower, reading.text)):
            continue
        if not _WEEKDAY.search(reading.bare, max(0, parts[0].start - 8), parts[0].start):
            yield parts


def told_in_figures(reading: Reading) -> Reading:
    """The reading with runs of words for digits as digits; where none is, the reading itself."""
    pieces: list[tuple[str, str, int, int]] = []
    at = 0
    for parts in _runs(reading):
        pieces += _as_they_are(reading, at, parts[0].start)
        pieces += [
            (letter.upper(), letter, reading.starts[part.start], reading.ends[part.end - 1])
            for part in parts
            for letter in part.sign
        ]
        at = parts[-1].end
    if not at:
        return reading
    pieces += _as_they_are(reading, at, len(reading.text))
    text, bare, starts, ends = zip(*pieces, strict=True)
    return replace(reading, text="".join(text), bare="".join(bare), starts=starts, ends=ends)


def _as_they_are(reading: Reading, start: int, end: int) -> list[tuple[str, str, int, int]]:
    return list(
        zip(
            reading.text[start:end],
            reading.bare[start:end],
            reading.starts[start:end],
            reading.ends[start:end],
            strict=True,
        )
    )
