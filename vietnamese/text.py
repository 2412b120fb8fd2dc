"""Vietnamese text as data: one function folds for writing and for asking, so that a search finds
what was stored.
"""

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


def without_marks(text: str) -> str:
    """The letters of ASCII that stand for Vietnamese ones, in their case (`Điểu` → `Dieu`)."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


# For a database that compares as `fold` does: each letter of the first is one of the second.
LETTERS_MARKED = _MARKED + _MARKED.upper()
LETTERS_FOLDED = fold(LETTERS_MARKED)


# Vietnamese names and phones as data; how letters are cleaned and folded is in accounts.


_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_BASE = {letter: chr(ord("A") + index) for index, letter in enumerate(_ALPHABET)}
# Tones in dictionary order: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

# Numbers of eleven digits used before 15/11/2018 → the prefix that replaced theirs.
_OLD_PREFIXES = {
    **{f"016{n}": f"03{n}" for n in range(2, 10)},
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_NO_DIGIT = re.compile(r"\D")
_NAME_PART = re.compile(r"[^\W\d_]+")
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02\d{9}")


def given_name(full_name: str) -> str:
    """The last word: how a Vietnamese person is addressed and sorted."""
    return clean(full_name).rpartition(" ")[2]


@lru_cache(maxsize=4096)
def _word_key(word: str) -> str:
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", word.lower()):
        decomposed = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in decomposed if mark in _TONES), "0")
        base = unicodedata.normalize("NFC", "".join(m for m in decomposed if m not in _TONES))
        letters.append(_BASE.get(base, base))
        tones.append(tone)
    return "".join(letters) + "!" + "".join(tones)


def sort_key(full_name: str) -> str:
    """Orders by given name, then family, then middle, in the Vietnamese alphabet.

    Compare the keys as plain bytes (collation "C").
    """
    words = clean(full_name).split(" ")
    if len(words) == 1:
        return _word_key(words[0])
    return " ".join(map(_word_key, (words[-1], *words[:-1])))


def title_case(name: str) -> str:
    """Words of one case get a capital first: `NGUYỄN THỊ A` and `nguyễn thị a` → `Nguyễn Thị A`.

    Parts after a hyphen or an apostrophe too; words of mixed case stay as they are.
    """

    def part(match: re.Match[str]) -> str:
        found = match[0]
        one_case = found.islower() or found.isupper()
        return found[0].upper() + found[1:].lower() if one_case else found

    return _NAME_PART.sub(part, clean(name))


def is_old_phone(digits: str) -> bool:
    """Eleven digits under a prefix that went out of use in 2018."""
    return len(digits) == 11 and digits[:4] in _OLD_PREFIXES


def is_landline(e164: str) -> bool:
    """A number that can be called but has no Zalo."""
    return e164.startswith("+842")


def digits_of(text: str) -> str:
    """Only the digits."""
    return text if text.isdecimal() else _NO_DIGIT.sub("", text)


def normalise_phone(text: str) -> str:
    """One phone number as E.164 (`+84912000111`); what is no Vietnamese number comes back cleaned.

    Accepts 0…, 84…, +84…, 0084…, with dots, spaces, hyphens and brackets, and numbers of eleven
    digits from before 2018.
    """
    text = clean(text)
    digits = digits_of(text)
    if digits.startswith("0084"):
        digits = digits[4:]
    elif digits.startswith("84") and len(digits) >= 11:
        digits = digits[2:]
    if digits and not digits.startswith("0"):
        digits = "0" + digits
    if len(digits) == 11 and digits[:4] in _OLD_PREFIXES:
        digits = _OLD_PREFIXES[digits[:4]] + digits[4:]
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return "+84" + digits[1:]
    return text


def local_phone(e164: str) -> str:
    """Local form of a phone: `+84912000111` → `0912 000 111`."""
    if not e164.startswith("+84"):
        return e164
    digits = "0" + e164[3:]
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"


def masked_name(name: str) -> str:
    """The given name with initials before it: `Nguyễn Văn An` → `N. V. An`, `Tèo` → `T…`."""
    words = name.split()
    if len(words) < 2:
        return f"{name.strip()[:1]}…" if words else ""
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]])


def masked_phone(e164: str) -> str:
    """Only the last three digits: `••• ••• 111`."""
    return f"••• ••• {e164[-3:]}" if e164 else ""


def grouped(number: int) -> str:
    """A number with dots between thousands: 25000 → `25.000`."""
    return f"{number:,}".replace(",", ".")
