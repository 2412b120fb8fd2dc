"""What one cell says: a name, phones, a day of birth, a sex. What is uncertain is refused."""

import math
import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from groups.member_list.problems import BadCell
from groups.member_list.reading import Cell
from groups.vietnamese import (
    clean,
    fold,
    is_landline,
    is_old_phone,
    local_phone,
    normalise_phone,
    title_case,
)

MAX_NAME = 100
MAX_ADDRESS = 250

_FORMULA_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)|Err:\d+")
_NOTHING = {
    "", "-", "–", "—", "--", "/", ".", "?", "x", "khong", "ko", "k", "khong co", "ko co", "k co",
    "chua co", "kco", "khong dung", "khong ro", "chua ro", "khong biet", "khong co sdt", "trong",
    "khong co so", "khong sd", "khong su dung", "none", "null", "n/a",
}  # fmt: skip
_LONGEST_NOTHING = 20
_DAY_ZERO = date(1899, 12, 30)


@lru_cache(maxsize=1)
def _day_of(_minute: int) -> date:
    return timezone.localdate()


def _today() -> date:
    """The day here, worked out once a minute: each birth asks for it."""
    return _day_of(int(time.time() // 60))


def text_of(cell: Cell) -> str:
    """A cell as people see it: whole numbers without a point, days as d/m/y."""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float):
        whole = math.isfinite(cell) and cell.is_integer()
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, date):
        return f"{cell.day}/{cell.month}/{cell.year}"
    return str(cell)


def refuse_formula(text: str) -> None:
    """Raises for what a formula left behind in a kept column."""
    if _FORMULA_ERRORS.fullmatch(text):
        raise BadCell("formula_error", text=text)
    if text.startswith(("=", "@")):
        raise BadCell("formula")


def is_nothing(text: str) -> bool:
    """A dash, “không có” and the like: people fill cells that have no answer."""
    return len(text) <= _LONGEST_NOTHING and fold(text).strip(" .") in _NOTHING


# Names

_HONORIFIC = re.compile(
    r"^(?:(?:hộ\s+)?(?:ông|bà|anh|chị|cô|chú)(?:\s*[/&]\s*(?:ông|bà|anh|chị))?|hộ|mr|mrs|ms)[.:]?\s+"
    r"|^[ôbac]\.\s*(?=\w{2})",
    re.IGNORECASE,
)
_HEAD_NOTE = re.compile(r"[(\[]\s*(?:chủ hộ|ch|c\.hộ)\s*[)\]]|[-–]\s*chủ hộ\s*$", re.IGNORECASE)
_NOTE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_LEADING_NUMBER = re.compile(r"^\d{1,4}\s*[.)/-]\s*(?=\D)")
_HONORIFIC_GENDER = {
    "o": "male",
    "b": "female",
    "ong": "male",
    "anh": "male",
    "chu": "male",
    "ba": "female",
    "chi": "female",
}


@dataclass
class ReadName:
    full_name: str
    gender: str = ""
    is_head: bool = False
    notes: list[str] = field(default_factory=list)


def read_name(cell: Cell) -> ReadName:
    """A full name without honorifics and notes, with capitals where names have them."""
    if isinstance(cell, str) and len([line for line in cell.splitlines() if line.strip()]) > 2:
        raise BadCell("name_several")
    text = text_of(cell)
    refuse_formula(text)
    name = ReadName("")
    if _HEAD_NOTE.search(text):
        name.is_head = True
        text = clean(_HEAD_NOTE.sub(" ", text))
    shorter = clean(_NOTE.sub(" ", _LEADING_NUMBER.sub("", text)))
    text = (shorter if any(map(str.isalpha, shorter)) else text).strip(" .,;:-–*'\"")
    if not any(map(str.isalpha, text)):
        raise BadCell("name_no_letters", text=text_of(cell))
    if any(map(str.isdigit, text)):
        raise BadCell("name_digits", text=text)
    while (match := _HONORIFIC.match(text)) and " " in text[match.end() :].strip():
        words = fold(match[0]).replace("ho ", "").strip(" .:")
        name.gender = _HONORIFIC_GENDER.get(words, "")
        text = text[match.end() :].strip()
        name.notes.append("name_honorific")
    if len(text) > MAX_NAME:
        raise BadCell("name_too_long", limit=MAX_NAME)
    name.full_name = title_case(text)
    if text.isupper() and name.full_name != text:
        name.notes.append("name_capitals")
    return name


# Phones

_SPLIT = re.compile(r"[/,;|\n]+|\s[-–]\s|\s+(?:hoặc|và|hay)\s+", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"([+-]?\d+(?:[.,]\d+)?)[eE]\+?(\d+)")


@dataclass
class ReadPhones:
    phones: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_phones(cell: Cell) -> ReadPhones:
    """Every number of the cell as E.164, mobiles before landlines."""
    read = ReadPhones()
    if isinstance(cell, date | timedelta):
        raise BadCell("phone_text", text=text_of(cell))
    text = text_of(cell) if not isinstance(cell, str) else "\n".join(map(clean, cell.splitlines()))
    refuse_formula(text)
    if is_nothing(text) or text == "0":
        return read
    for part in _phone_parts(text):
        phone = _read_phone(part, read.notes)
        if phone not in read.phones:
            read.phones.append(phone)
    read.phones.sort(key=is_landline)
    if read.phones and is_landline(read.phones[0]):
        read.notes.append(("phone_landline", local_phone(read.phones[0])))
    return read


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _phone_parts(text: str) -> list[str]:
    parts = [part for part in _SPLIT.split(text) if not is_nothing(part)]
    if len(parts) > 1 and any(0 < len(_digits(part)) < 9 for part in parts):
        # “0912/000/111”: the strokes stand inside one number.
        whole = _digits(text)
        if normalise_phone(whole).startswith("+84"):
            return [whole]
    found: list[str] = []
    for part in parts:
        digits = _digits(part)
        if len(digits) >= 18 and (runs := _run_together(part, digits)):
            found += runs
        elif digits or not found:
            found.append(part)
    return found


def _run_together(text: str, digits: str) -> list[str]:
    """Numbers written side by side with no more than a space or a hyphen between them."""
    by_sign = [piece for piece in re.split(r"\s+|-", text) if _digits(piece)]
    if all(9 <= len(_digits(piece)) <= 13 for piece in by_sign):
        return by_sign
    if len(digits) % 10 == 0 and digits.startswith("0"):
        return [digits[at : at + 10] for at in range(0, len(digits), 10)]
    return []


@lru_cache(maxsize=4096)
def _is_scientific(text: str) -> tuple[str, str] | None:
    match = _SCIENTIFIC.fullmatch(text)
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
    digits = _digits(text)
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


# Days of birth

_YEAR_LABEL = re.compile(r"^(?:sinh năm|năm sinh|sinh ngày|sinh|sn|ns|năm|khoảng|~)[\s.:]*", re.I)
_YEAR = re.compile(r"(\d{4})(?:\.0+)?")
_DAY = re.compile(r"(\d{1,2})\s*[/.,\-\s]\s*(\d{1,2})\s*[/.,\-\s]\s*(\d{4}|\d{2})")
_MONTH = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_WORDS = re.compile(r"(?:ngày\s*)?(\d{1,2})\s*tháng\s*(\d{1,2})\s*(?:năm\s*)?(\d{4})", re.I)


@dataclass
class ReadBirth:
    year: int | None = None
    day: date | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_birth(cell: Cell) -> ReadBirth:
    """A day or a year; days are d/m/y, never m/d, and a year alone stays a year."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _read_calendar(cell)
    text = text_of(cell)
    refuse_formula(text)
    if is_nothing(text) or text == "0":
        return ReadBirth()
    if not isinstance(cell, str):
        if not float(text).is_integer() if _is_number(text) else True:
            raise BadCell("date_unreadable", text=text)
        if 10_000 <= int(text) <= 60_000:
            return _known(_DAY_ZERO + timedelta(days=int(text)), text)
    text = _YEAR_LABEL.sub("", text).strip(" '’`?*")
    return _read_birth_text(text, text_of(cell))


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))


def _read_calendar(day: date) -> ReadBirth:
    serial = (day - _DAY_ZERO).days
    if 1900 <= serial <= _today().year:
        # A year typed into a cell formatted as a day shows as a day of 1905.
        return ReadBirth(serial, None, [("year_as_date", str(serial))])
    return _known(day, text_of(day))


def _read_birth_text(text: str, written: str) -> ReadBirth:
    if match := _YEAR.fullmatch(text):
        return _known_year(int(match[1]), written)
    if match := _ISO.fullmatch(text):
        return _from_parts(match[3], match[2], match[1], written)
    if match := _DAY.fullmatch(text) or _WORDS.fullmatch(text):
        return _from_parts(match[1], match[2], match[3], written)
    if match := _MONTH.fullmatch(text):
        if not 0 <= int(match[1]) <= 12:
            raise BadCell("date_impossible", text=written)
        return _known_year(int(match[2]), written)
    if re.fullmatch(r"\d{7,8}", text):
        text = text.zfill(8)
        return _from_parts(text[:2], text[2:4], text[4:], written)
    if re.fullmatch(r"\d{5}", text) and 10_000 <= int(text) <= 60_000:
        return _known(_DAY_ZERO + timedelta(days=int(text)), written)
    raise BadCell("date_unreadable", text=written)


def _from_parts(day: str, month: str, year: str, written: str) -> ReadBirth:
    notes = []
    number = int(year)
    if len(year) == 2:
        this_year = _today().year
        number += 2000 if 2000 + number <= this_year else 1900
        notes.append(("year_two_digits", str(number)))
    if int(day) == 0 or int(month) == 0:
        if int(day) > 31 or int(month) > 12:
            raise BadCell("date_impossible", text=written)
        read = _known_year(number, written)
    else:
        try:
            known = date(number, int(month), int(day))
        except ValueError:
            raise BadCell("date_impossible", text=written) from None
        read = _known(known, written)
    read.notes += notes
    return read


def _known(day: date, written: str) -> ReadBirth:
    if day > _today():
        raise BadCell("date_future", text=written)
    return ReadBirth(_known_year(day.year, written).year, day)


def _known_year(year: int, written: str) -> ReadBirth:
    if year < 1900:
        raise BadCell("date_too_old", text=written)
    if year > _today().year:
        raise BadCell("date_future", text=written)
    return ReadBirth(year)


# Sex and marks

_MALE = {"nam", "trai", "male", "m", "ong", "anh", "con trai", "gioi tinh nam"}
_FEMALE = {"nu", "gai", "female", "f", "ba", "chi", "con gai", "gioi tinh nu"}
_MARKS = {"x", "xx", "v", "+", "*", "1", "co", "✓", "✔", "☑", "√", "●", "true", "dung", "nam", "nu"}


def read_gender(cell: Cell) -> str:
    """`male`, `female`, or nothing where nothing is written."""
    text = text_of(cell)
    refuse_formula(text)
    folded = fold(text).strip(" .")
    if folded in _MALE:
        return "male"
    if folded in _FEMALE:
        return "female"
    if is_nothing(text):
        return ""
    raise BadCell("gender_unreadable", text=text)


def is_mark(cell: Cell) -> bool:
    """A cross, a tick or a one."""
    return fold(text_of(cell)).strip(" .") in _MARKS
