"""Text typed with fonts from before Unicode: TCVN3 (.VnTime) and VNI, read back as letters.

A word tells by itself: `NguyÔn` is no Vietnamese syllable, and becomes one under one of the
tables. Cells that could be either follow their row, then their sheet.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

_VOWELS = "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ"
_TCVN3_BYTES = (
    "aµ¶·¸¹ ¨»¼½¾Æ ©ÇÈÉÊË eÌÎÏÐÑ ªÒÓÔÕÖ i×ØÜÝÞ oßáâãä «åæçèé ¬êëìíî uïñòóô \xadõö÷øù yúûüýþ"
)
_TCVN3 = str.maketrans(
    dict(
        zip(
            _TCVN3_BYTES.replace(" ", "") + "®¡¢£¤¥¦§",
            _VOWELS.replace(" ", "") + "đĂÂÊÔƠƯĐ",
            strict=True,
        )
    )
)

_VNI_MARKS = {
    "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ù": "\u0301", "ï": "\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
    "á": "\u0302\u0301", "ä": "\u0302\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
    "é": "\u0306\u0301", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile("([aeouyôöAEOUYÔÖ])([" + "".join(_VNI_MARKS) + "])", re.IGNORECASE)
_VNI_LETTER = re.compile("[" + "".join(_VNI_LETTERS) + "]", re.IGNORECASE)

_ONSET = r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_NUCLEUS = (
    r"(?:iê|yê|ia|ya|uô|ua|ươ|ưa|uyê|uya|uâ|uê|uy|uơ|oa|oă|oe|oo|ie|uye"
    r"|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y)"
)
_CODA = r"(?:ch|nh|ng|[cmnptiuyo])?"
_SYLLABLE = re.compile(f"{_ONSET}{_NUCLEUS}{_CODA}")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
# Letters that only Unicode text has: ă đ ĩ ũ ơ ư and everything with a tone on a marked vowel.
_UNICODE_ONLY = re.compile("[\u0102-\u01b0\u1ea0-\u1ef9\u0300-\u0323]")
_WORD = re.compile(r"[^\s.,;:/()\[\]\"“”0-9_\-–+=!?]+")
_MAYBE_LEGACY = re.compile("[\u00a1-\u00ff]")

CODECS = ("TCVN3", "VNI")


def _from_vni(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        found = match[0]
        plain = _VNI_LETTERS[found.lower()]
        return plain if found.islower() else plain.upper()

    def pair(match: re.Match[str]) -> str:
        base = _VNI_LETTER.sub(letter, match[1])
        return unicodedata.normalize("NFC", base + _VNI_MARKS[match[2].lower()])

    # Pairs first, each beside the letters that stand alone.
    pieces, at = [], 0
    for match in _VNI_PAIR.finditer(text):
        pieces += [_VNI_LETTER.sub(letter, text[at : match.start()]), pair(match)]
        at = match.end()
    pieces.append(_VNI_LETTER.sub(letter, text[at:]))
    return "".join(pieces)


def convert(text: str, codec: str) -> str:
    """The text under one of the old tables."""
    if codec == "VNI":
        return _from_vni(text)
    after = text.translate(_TCVN3)
    plain = [letter for letter in text if letter.isascii() and letter.isalpha()]
    # TCVN3 has no capitals with tones: a font showed them, the other letters tell.
    return after.upper() if len(plain) > 2 and "".join(plain).isupper() else after


@lru_cache(maxsize=50_000)
def _is_strange(word: str) -> bool:
    """A word with marks that no Vietnamese speaker could read."""
    if word.isascii():
        return False
    inner = word[1:]
    if not (word.isupper() or inner.islower() or not inner):
        return True
    bare = _TONES.sub("", unicodedata.normalize("NFD", word.lower()))
    return not _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare))


def doubt(text: str) -> int:
    """How many words of the text are no Vietnamese syllables; shown signs count too."""
    return sum(_is_strange(word) for word in _WORD.findall(text))


@lru_cache(maxsize=20_000)
def codec_of(text: str) -> str:
    """The table under which a strange text becomes readable; empty if it is not strange."""
    strange = doubt(text)
    if not strange or _UNICODE_ONLY.search(text):
        return ""
    best = min(CODECS, key=lambda codec: doubt(convert(text, codec)))
    return best if doubt(convert(text, best)) < strange else ""


def repair_text(text: str) -> str:
    """A whole text under the table that most of its lines ask for."""
    votes = Counter(codec_of(line) for line in text.splitlines()[:400])
    del votes[""]
    return convert(text, votes.most_common(1)[0][0]) if votes else text


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell before and after; row and column count from 1."""

    row: int
    column: int
    codec: str
    before: str
    after: str


def repair_rows(rows: list[list]) -> list[Repair]:
    """Rewrites the legacy cells of a sheet in place and tells which."""
    suspects = [
        (number, column, cell)
        for number, row in enumerate(rows)
        for column, cell in enumerate(row)
        if isinstance(cell, str) and not cell.isascii()
    ]
    row_codecs: dict[int, str] = {}
    votes: Counter[str] = Counter()
    unicode_rows: set[int] = set()
    for number, _column, cell in suspects:
        if _UNICODE_ONLY.search(cell):
            unicode_rows.add(number)
        elif codec := codec_of(cell):
            votes[codec] += 1
            row_codecs.setdefault(number, codec)
    if not votes:
        return []
    sheet_codec = votes.most_common(1)[0][0]
    follows_sheet = len(row_codecs) > len(unicode_rows)
    repairs = []
    for number, column, cell in suspects:
        if _UNICODE_ONLY.search(cell) or not _MAYBE_LEGACY.search(cell):
            continue
        undecided = "" if number in unicode_rows or not follows_sheet else sheet_codec
        codec = (codec_of(cell) and sheet_codec) or row_codecs.get(number, undecided)
        if codec and (after := convert(cell, codec)) != cell:
            rows[number][column] = after
            repairs.append(Repair(number + 1, column + 1, codec, cell, after))
    return repairs
