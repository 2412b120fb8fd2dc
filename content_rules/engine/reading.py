"""A text as a reader takes it in, letter by letter beside the text as it was written.

Rules look at the plain form, so that invisible characters, unusual digits or letters of another
script hide nothing; what they find is shown in the text as it stands.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from content_rules.engine.findings import Hit, Level, key_of
from content_rules.engine.lexicon import word_pairs

type Span = tuple[int, int]  # first letter and the one behind the last

# Format characters and blank fillers: they show nothing and hide words from a reader of the text.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0]"
)

# Letters of other scripts that look like Latin ones.
_LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТУХасеіјорѕтмухԁΑΒΕΖΗΙΚΜΝΟΡΤΥΧοι", "ABCEHIJKMOPSTYXaceijopstmyxdABEZHIKMNOPTYXoi"
)
_LINE_ENDS = frozenset("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_DASHES = frozenset("\u2212\u02d7\u2043")
# Runs of digits in which letters stand for digits, as a hasty hand or a bad scan leaves them.
_FIGURES = re.compile(
    r"(?<!\w)[0-9oOiIl](?:[.\-_]{0,2}[0-9oOiIl]|[ \n]{1,2}(?:\d|[oOiIl](?=[0-9oOiIl]))){7,}(?!\w)"
)
_AS_FIGURES = str.maketrans("oOiIl", "00111")
_FEWEST_FIGURES = 5
_BOLD = re.compile(r"(?<!\*)\*{1,2}(?=[^\s*])|(?<=[^\s*])\*{1,2}(?!\*)")
_COLUMNS = 3  # so many spaces part two columns, fewer are one
# What may stand between two digits of one number, and what of it is usual.
WITHIN = r"(?:(?:[^\w\n]|_){0,3}|[^\w\n]{0,2}\n[^\w\n]{0,2})"
_USUAL = re.compile(r"[ .\-_·()/|\t]{1,3}")
_BETWEEN = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_GROUP = 3
_LONG = 7


@lru_cache(maxsize=4096)  # a post is made of few letters
def _plain(cluster: str) -> str:
    """One letter with its marks as plain letters; `` for what shows nothing."""
    if cluster[0] in _LINE_ENDS:
        return "\n"
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", cluster)).translate(_LOOK_ALIKES)
    letters = []
    for letter in unicodedata.normalize("NFC", plain):
        kind = unicodedata.category(letter)
        if kind == "Nd":
            letters.append(str(unicodedata.decimal(letter)))
        elif kind == "Pd" or letter in _DASHES:
            letters.append("-")
        elif letter != "\t" and (letter.isspace() or kind == "Cc"):
            letters.append(" ")
        elif kind not in {"Mn", "Me", "Cf"}:
            letters.append(letter)
    return "".join(letters)


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].lower()[0]


@lru_cache(maxsize=4096)
def _belongs_before(letter: str) -> bool:
    """A mark or an invisible sign, read together with the letter before it."""
    return unicodedata.category(letter) in {"Mn", "Me", "Cf"} or bool(INVISIBLE.match(letter))


@dataclass(frozen=True)
class Reading:
    """`text` is the plain form, `bare` the same in lower case without marks, letter for letter."""

    where: str
    raw: str
    text: str
    bare: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def figures(self) -> str:
        """`bare` with the letters in long numbers that stand for digits turned into those."""
        digits = self.bare
        for run in _FIGURES.finditer(self.text):
            if sum(map(str.isdigit, run[0])) >= _FEWEST_FIGURES:
                digits = digits[: run.start()] + run[0].translate(_AS_FIGURES) + digits[run.end() :]
        return digits

    def place(self, start: int, end: int) -> Span:
        """The place in the text as written of a stretch of the plain form."""
        if end <= start:
            return 0, 0
        return self.starts[start], self.ends[end - 1]

    def plain_place(self, start: int, end: int) -> Span:
        """The place in the plain form of a stretch of the text as written."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def line_of(self, at: int) -> Span:
        """First and last place of the line around a letter."""
        end = self.text.find("\n", at)
        return self.text.rfind("\n", 0, at) + 1, len(self.text) if end < 0 else end

    def hit(
        self, rule: str, level: Level, start: int, end: int, sentence: str, *, excerpt: str = ""
    ) -> Hit:
        """A finding about a stretch of the plain form; without an excerpt its words are shown."""
        words = self.text[start:end].strip()
        known = "".join(self.bare[start:end].split())
        return Hit(
            rule, level, excerpt or words[:80], sentence, self.where, *self.place(start, end),
            key_of(rule, self.where, known),
        )  # fmt: skip


def spans_of(pattern: re.Pattern[str], text: str, group: int = 0) -> list[Span]:
    """All places in which a pattern, or a group of it, is found."""
    return [match.span(group) for match in pattern.finditer(text)]


def meets(span: Span, others: Iterable[Span]) -> bool:
    """Whether a stretch shares a letter with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def read(raw: str, where: str = "text") -> Reading:
    """The plain form of a text."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at, total = 0, len(raw)
    spaces = 0
    bold = {place for sign in _BOLD.finditer(raw) for place in range(*sign.span())}
    while at < total:
        if bold and at in bold:
            at += 1
            continue
        end = at + 1 + (raw[at] == "\r" and raw.startswith("\n", at + 1))
        while end < total and raw[end] > "\x7f" and _belongs_before(raw[end]):
            end += 1
        for letter in _plain(raw[at:end]):
            if letter == " " and letters and letters[-1] in " \t":
                spaces += 1
                ends[-1] = end
                if spaces >= _COLUMNS:
                    letters[-1] = "\t"
                continue
            spaces = letter == " "
            letters.append(letter)
            starts.append(at)
            ends.append(end)
        at = end
    bare = "".join(map(_bare, letters))
    return Reading(where, raw, "".join(letters), bare, tuple(starts), tuple(ends))


def is_one_number(words: str, *, is_cued: bool = False) -> bool:
    """Groups of digits that a reader takes for one number, not hours, dates or a list.

    Beside the usual signs one other sign throughout, or none but groups of three and more: so
    `0912, 000, 345` is one number and `7:30, 9:15` is none. Behind a word for such a number the
    end of a line may part it anywhere.
    """
    between = _BETWEEN.findall(words)
    if all(_USUAL.fullmatch(signs) for signs in between):
        return True
    groups = re.findall(r"\d+", words)
    if all(len(group) >= _GROUP for group in groups):
        return True
    if "\n" in words and is_cued:
        return all(_USUAL.fullmatch(signs) or not signs.strip() for signs in between)
    if "\n" in words:
        return _is_broken(words)
    return len({signs.strip() for signs in between}) == 1


def _is_broken(words: str) -> bool:
    """A long number of which the end of a line cuts off a digit or two."""
    above, _end, below = words.partition("\n")
    parts = sorted((above.rstrip(), below.lstrip()), key=len)
    return all(map(str.isdigit, parts)) and len(parts[1]) >= _LONG


def masked(words: str) -> str:
    """A number of a person as findings show it: `075…123`."""
    signs = "".join(letter for letter in words if letter.isalnum())
    return f"{signs[:3]}…{signs[-3:]}" if len(signs) > 7 else f"{signs[:2]}…"


# Digits in words, as somebody dictates a phone, an account or a plate.


_DIGITS = word_pairs("spoken_digits")
_TENS, _TEN = "mươi", "mười"
_WORDS = (
    _DIGITS | word_pairs("spoken_letters") | word_pairs("spoken_signs")
    | {_TENS: "", _TEN: "", "muoi": ""}
)  # fmt: skip
_TOKEN = rf"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}|\d{{1,4}}|[a-zđ]\d?)"
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
    word: str
    sign: str

    @property
    def is_digit(self) -> bool:
        return self.word in _DIGITS


def _parts(text: str, start: int, end: int) -> list[_Part]:
    found = [
        _Part(*part.span(), part[0], _WORDS.get(part[0], part[0]))
        for part in _PART.finditer(text, start, end)
    ]
    return [_as_tens(found, place) for place in range(len(found))]


def _as_tens(parts: list[_Part], place: int) -> _Part:
    """`sáu mươi` is 60, `sáu mươi mốt` 61, `mười hai` 12."""
    one = parts[place]
    if one.word not in {_TENS, _TEN, "muoi"}:
        return one
    before = parts[place - 1] if place else None
    after = parts[place + 1] if place + 1 < len(parts) else None
    is_after = after is not None and after.is_digit and after.start - one.end == 1
    is_behind = before is not None and before.is_digit and one.start - before.end == 1
    tens = "" if one.word == _TENS or (one.word == "muoi" and is_behind) else "1"
    return replace(one, sign=tens + ("" if is_after else "0"))


def _runs(reading: Reading) -> Iterator[list[_Part]]:
    text = reading.text.lower()
    if len(text) != len(reading.text):
        return
    for run in _RUN.finditer(text):
        parts = _parts(text, *run.span())
        while parts and not parts[0].sign.isdigit():
            parts.pop(0)
        while parts and not (parts[-1].sign.isdigit() or parts[-1].word == _TENS):
            parts.pop()
        words = [part for part in parts if part.is_digit or part.word in {_TENS, _TEN, "muoi"}]
        digits = sum(len(part.sign) for part in parts if part.sign.isdigit())
        if len(words) < _FEWEST_WORDS or digits < _FEWEST_DIGITS:
            continue
        # “anh Ba, Tư, Năm, Sáu” are people, “thứ hai, ba, tư” days.
        shouted = sum(reading.text[part.start].isupper() for part in words[1:])
        if shouted * 2 > len(words) and any(map(str.islower, reading.text)):
            continue
        if not _WEEKDAY.search(reading.bare, max(0, parts[0].start - 8), parts[0].start):
            yield parts


def with_figures(reading: Reading) -> Reading:
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
