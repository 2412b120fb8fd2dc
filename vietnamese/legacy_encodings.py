"""Text from before Unicode: fonts of TCVN3 (.VnTime) and VNI, signs of VIQR, letters mixed up.

A word tells by itself: `NguyÔn` is no Vietnamese syllable, and becomes one under one of the
tables. `member_list.py` decides what is done with cells that could be either.
"""

import re
import unicodedata
from collections import Counter
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
UNICODE_ONLY = re.compile("[\u0102-\u01b0\u1ea0-\u1ef9\u0300-\u0323]")
_WORD = re.compile(r"[^\s.,;:/()\[\]\"“”0-9_\-–+=!?]+")
MAYBE_LEGACY = re.compile("[\u00a1-\u00ff]")

CODECS = ("TCVN3", "VNI")
VIQR, MIXED_UP = "VIQR", "UTF-8"


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
    if codec == VIQR:
        return from_viqr(text)
    if codec == MIXED_UP:
        return unmixed(text)
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
    bare, tones = _TONES.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones > 1 or not _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare))


def doubt(text: str) -> int:
    """How many words of the text are no Vietnamese syllables; shown signs count too."""
    return sum(_is_strange(word) for word in _WORD.findall(text))


@lru_cache(maxsize=20_000)
def codec_of(text: str) -> str:
    """The table under which a strange text becomes readable; empty if it is not strange."""
    strange = doubt(text)
    if not strange or UNICODE_ONLY.search(text):
        return ""
    best = min(CODECS, key=lambda codec: doubt(convert(text, codec)))
    return best if doubt(convert(text, best)) < strange else ""


def repair_text(text: str) -> str:
    """A whole text under the table that most of its lines ask for."""
    votes = Counter(codec_of(line) for line in text.splitlines()[:400])
    del votes[""]
    return convert(text, votes.most_common(1)[0][0]) if votes else text


# Letters typed as signs behind them (VIQR)

_SIGNED_WORD = re.compile(r"[A-Za-z][A-Za-z^`~+(.'?]*")
_SIGNED = re.compile(r"([aeiouyAEIOUY])([\^(+]?)([`'?~.]?)([\^(+]?)")
_ANY_SIGN = re.compile(r"[\^(+`~.']|[dD][dD]")
_SURE_SIGN = re.compile(
    r"\bdd[aeiou]|[aeo]\^|a\([a-z]|[ou]\+|[aeiouy][`~]|[aeiouy]\.[a-z]|[aeiouy]\^?'[a-z]",
    re.IGNORECASE,
)
_SIGNS = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "": ""}
_SIGNED_TONES = {
    "`": "\u0300", "?": "\u0309", "~": "\u0303", "'": "\u0301", ".": "\u0323", "": "",
}  # fmt: skip


def _from_signs(match: re.Match[str]) -> str:
    """One word, or the word without what turns out to be punctuation behind it."""
    word = match[0]
    for end in range(len(word), 0, -1):
        if end < len(word) and word[end] not in "?.'(`":
            break
        spelt = _SIGNED.sub(_signed_letter, re.sub("[Dd]d", "đ", word[:end]).replace("DD", "Đ"))
        if spelt.isalpha() and not _is_strange(spelt):
            return spelt + word[end:]
    return word


def _signed_letter(match: re.Match[str]) -> str:
    letter, before, tone, behind = match.groups()
    return unicodedata.normalize("NFC", letter + _SIGNS[before or behind] + _SIGNED_TONES[tone])


def from_viqr(text: str) -> str:
    """`Nguye^~n` as Nguyễn; words that do not become syllables stay."""
    return _SIGNED_WORD.sub(_from_signs, text)


def is_viqr(text: str) -> bool:
    """Whether signs stand behind letters where no sentence has any."""
    return bool(_ANY_SIGN.search(text) and _SURE_SIGN.search(text)) and any(
        _SURE_SIGN.search(word[0]) and _SIGNED_WORD.sub(_from_signs, word[0]).isalpha()
        for word in _SIGNED_WORD.finditer(text)
    )


# UTF-8 that a program took for Western letters

_MIXED_UP = re.compile("[\u00c3\u00c4\u00c6][\u0080-\uffff]|\u00e1[\u00ba\u00bb]")


def is_mixed_up(text: str) -> bool:
    return bool(_MIXED_UP.search(text)) and unmixed(text) != text


def unmixed(text: str) -> str:
    """The letters that the bytes stood for; the same text if they stood for none."""
    as_bytes = bytearray()
    for letter in text:
        try:
            as_bytes += letter.encode("cp1252")
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return text
            as_bytes.append(ord(letter))
    try:
        return as_bytes.decode("utf-8")
    except UnicodeDecodeError:
        return text
