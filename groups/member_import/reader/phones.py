"""Read phones: every number as E.164; an uncertain one is refused."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta

from groups.member_import.reader import scanned
from groups.member_import.reader.cells import is_nothing, refuse_formula, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.names import looks_like_person
from groups.member_import.reader.problems import BadCell
from vietnamese.text import (
    clean,
    digits_of,
    fold,
    is_landline,
    is_old_phone,
    local_phone,
    normalise_phone,
)

_SPLIT = re.compile(r"[/,;|\n]+|\s[-–]\s|\s+(?:hoặc|và|hay)\s+", re.IGNORECASE)
_LETTERS = re.compile(r"(?<![^\W\d_])[\doOlIS](?:[.\-\s]?[\doOlISB]){7,}(?![^\W\d_])")
_LETTERS = re.compile(r"[^\W\d_]+")
_MOBILE = re.compile(r"0[35789][0-9]{8}")
_ONE_NUMBER = re.compile(r"\+?[0-9]{2,}(?:[ .][0-9]{3,4}){0,3}")
_GROUPS = re.compile(r"[;|\n]+")
# A Vietnamese Excel writes decimals with a comma.
_DECIMAL = re.compile(r"\+?\d+,\d+[eE]\+?\d+|\d{9,12},0+")
_SCIENTIFIC = re.compile(r"([+-]?\d+(?:[.,]\d+)?)[eE]\+?(\d+)")


_FEWEST_PLACES, _MOST_PLACES = 6, 12
_LONGEST_NOTE = 500


@dataclass
class ReadPhones:
    phones: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_phones(cell: Cell) -> ReadPhones:
    """Every number of the cell as E.164, mobiles before landlines."""
    if isinstance(cell, str) and _MOBILE.fullmatch(cell):
        return ReadPhones(["+84" + cell[1:]])  # as most cells are
    read = ReadPhones()
    if isinstance(cell, date | timedelta):
        raise BadCell("phone_text", text=text_of(cell))
    text = text_of(cell) if not isinstance(cell, str) else "\n".join(map(clean, cell.splitlines()))
    text = scanned.as_digits(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)  # wide digits
    refuse_formula(text)
    if is_nothing(text) or text == "0":
        return read
    digits = digits_of(text)
    if not digits and any(map(str.isalpha, text)) and not looks_like_person(text):
        return ReadPhones(notes=[("phone_none", clean(text))])
    if _FEWEST_PLACES < len(digits) <= _MOST_PLACES and len(set(digits)) == 1:
        return ReadPhones(notes=[("phone_none", clean(text))])  # typed to get past a form
    for part in _phone_parts(text):
        phone = _read_phone(part, read.notes)
        if phone not in read.phones:
            read.phones.append(phone)
    read.phones.sort(key=is_landline)
    if read.phones and (words := _words_beside(text)):
        read.notes.append(("phone_words", words))
    if read.phones and is_landline(read.phones[0]):
        read.notes.append(("phone_landline", local_phone(read.phones[0])))
    return read


_LABELS = frozenset(
    re.findall(
        r"\w+",
        "sdt dt so dtdd dd zalo dien thoai tel phone di dong lien he lac lh va hoac hay nha rieng"
        " ban o e mobile may cam tay ca nhan goi hotline",
    )
)


def _words_beside(text: str) -> str:
    """The words of a cell beside its numbers: “(con)”, “gọi sau 17h”; empty for labels alone."""
    words = [fold(word) for word in _LETTERS.findall(text)]
    return clean(text) if any(word not in _LABELS for word in words) else ""


def _phone_parts(text: str) -> list[str]:
    if len(text) < 18 and _ONE_NUMBER.fullmatch(text):
        return [text]
    if _DECIMAL.fullmatch(text):
        return [text.replace(",", ".")]
    groups = [group for group in _GROUPS.split(text) if re.search(r"\d", group)]
    if len(groups) > 1 and all(len(re.findall(r"\d", group)) >= 9 for group in groups):
        return [part for group in groups for part in _phone_parts(group.strip())]
    parts = [part for part in _SPLIT.split(text) if not is_nothing(part)]
    if len(parts) > 1 and any(0 < len(digits_of(part)) < 9 for part in parts):
        # “0912/000/111”: the strokes stand inside one number.
        whole = digits_of(text)
        if normalise_phone(whole).startswith("+84"):
            return [whole]
    with_digits = [part for part in parts if digits_of(part)]
    found: list[str] = []
    for part in with_digits or parts[:1]:
        digits = digits_of(part)
        if len(digits) >= 18 and (runs := _run_together(part, digits)):
            found += runs
        else:
            found += _among_words(part) or [part]
    return found


def _among_words(text: str) -> list[str]:
    """The number in “0912000111 gọi sau 17h”: words stand between, and the rest is no number."""
    pieces = [piece for piece in _LETTERS.split(text) if digits_of(piece)]
    phones = [piece for piece in pieces if normalise_phone(piece).startswith("+84")]
    others = [piece for piece in pieces if piece not in phones]
    is_sure = len(pieces) > 1 and all(len(digits_of(piece)) < 6 for piece in others)
    return phones if is_sure else []


def _run_together(text: str, digits: str) -> list[str]:
    """Numbers written side by side with no more than a space or a hyphen between them."""
    by_sign = [piece for piece in re.split(r"\s+|-", text) if digits_of(piece)]
    if all(9 <= len(digits_of(piece)) <= 13 for piece in by_sign):
        return by_sign
    if len(digits) % 10 == 0 and digits.startswith("0"):
        return [digits[at : at + 10] for at in range(0, len(digits), 10)]
    return []


def _is_scientific(text: str) -> tuple[str, str] | None:
    match = _SCIENTIFIC.fullmatch(text) if "e" in text or "E" in text else None
    return (match[1].replace(",", "."), match[2]) if match else None


def _read_phone(part: str, notes: list[tuple[str, str]]) -> str:
    text = part.strip(" '’`.:")
    if scientific := _is_scientific(text):
        mantissa, exponent = scientific
        decimals = mantissa.partition(".")[2]
        if len(decimals) < int(exponent) or int(exponent) > 12:
            raise BadCell("phone_rounded", text=text)
        text = str(round(float(mantissa) * 10 ** int(exponent)))
        phone = _plain_phone(text, text, notes=[])
        notes.append(("phone_restored", local_phone(phone)))
        return phone
    return _plain_phone(re.sub(r"\.0+$", "", text) if text.count(".") == 1 else text, text, notes)


def _plain_phone(text: str, written: str, notes: list[tuple[str, str]]) -> str:
    digits = digits_of(text)
    if not digits:
        raise BadCell("phone_text", text=written)
    phone = normalise_phone(digits)
    foreign = text.lstrip("( ").startswith("+") and not digits.startswith("84")
    if foreign:
        raise BadCell("phone_foreign", text=written)
    if phone.startswith("+84"):
        local = "0" + digits[2:] if digits.startswith("84") and len(digits) > 10 else digits
        if local.startswith("0084"):
            local = "0" + local[4:]
        if not local.startswith("0"):
            local = "0" + local
            notes.append(("phone_zero_added", local_phone(phone)))
        if is_old_phone(local):
            notes.append(("phone_old_prefix", local_phone(phone)))
        return phone
    if len(digits) == 12 or (len(digits) == 11 and digits[0] in "123456789"):
        raise BadCell("phone_national_id")
    if len(digits) == 10 and digits.startswith("0"):
        raise BadCell("phone_prefix", text=written)
    raise BadCell("phone_length", text=written, digits=len(digits))


_WHOLE = re.compile(r"(?<!\d)(?:\(?\+?84\)?[ .\-]?|0)[35789](?:[ .\-]?\d){8}(?!\d)")
_OF_OTHERS = re.compile(
    r"(?<!\w)(?:qua|nhắn|báo|nhờ|của|con|cháu|vợ|chồng|mẹ|má|bố|cha|anh|chị|em|ông|bà|hàng xóm"
    r"|số cũ)(?!\w)[^;.\n]*$",
    re.IGNORECASE,
)


def phones_beside(text: str) -> str:
    """The mobile numbers among the words of a note; empty where they are somebody else's."""
    if len(text) > _LONGEST_NOTE or sum(map(str.isdigit, text)) < _FEWEST_PLACES:
        return ""
    found = [m for m in _WHOLE.finditer(text) if not _OF_OTHERS.search(text[: m.start()])]
    return "\n".join(one[0] for one in found)
