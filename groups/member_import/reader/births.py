"""Read births: a day or a year alone; days are d/m/y, never m/d."""

import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from groups.member_import.reader.cells import is_nothing, refuse_formula, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.problems import BadCell
from vietnamese.text import fold

_DAY_ZERO = date(1899, 12, 30)


@lru_cache(maxsize=1)
def _day_of(_minute: int) -> date:
    return timezone.localdate()


def _today() -> date:
    """The day here, worked out once a minute: each birth asks for it."""
    return _day_of(int(time.time() // 60))


_YEAR_LABEL = re.compile(
    r"^(?:sinh năm|năm sinh|sinh ngày|ngày sinh|sinh|sn|ns|năm|ngày|khoảng|~)[\s.:]*", re.I
)
_YEAR = re.compile(r"(\d{4})(?:\.0+)?|([12])[.,\s](\d{3})")
_DAY = re.compile(
    r"(\d{1,2})\s*[/.,\-\s\\]\s*(\d{1,2})\s*[/.,\-\s\\]\s*(\d{4}|\d{2})"
    r"(?:\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_UNKNOWN = r"[-–._…?x\s]{0,6}"
_ONLY_YEAR = re.compile(rf"{_UNKNOWN}/(?:{_UNKNOWN}|\s*(?:0?[1-9]|1[0-2])\s*)/\s*(\d{{4}})", re.I)
_MONTH = re.compile(r"(?:tháng\s*)?(\d{1,2})\s*(?:[/.\-]|năm)\s*(\d{4})", re.I)
_AGE = re.compile(r"\s*\(\s*\d{1,3}\s*t(?:uổi)?\.?\s*\)$", re.I)
_NAMED_MONTH = re.compile(
    r"(\d{1,2})[\s\-]+(tháng [\w ]+?|th[gá]*\s?\d{1,2}|[a-z]{3,9})[\s\-,]+(?:năm\s+)?(\d{4})", re.I
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january thang-gieng thang-mot", "feb february thang-hai", "mar march thang-ba",
         "apr april thang-tu thang-bon", "may thang-nam", "jun june thang-sau",
         "jul july thang-bay", "aug august thang-tam", "sep september thang-chin",
         "oct october thang-muoi", "nov november thang-muoi-mot",
         "dec december thang-muoi-hai thang-chap"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
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
        if not re.fullmatch(r"-?\d+(\.\d+)?", text) or not float(text).is_integer():
            raise BadCell("date_unreadable", text=text)
        if 10_000 <= int(text) <= 60_000:
            return _known(_DAY_ZERO + timedelta(days=int(text)), text)
    bare = _YEAR_LABEL.sub("", text) if not text[0].isdigit() else text
    bare = _AGE.sub("", bare.rstrip(" '’`?*.").lstrip(" '’`*"))
    return _read_birth_text(bare, text)


def _read_calendar(day: date) -> ReadBirth:
    serial = (day - _DAY_ZERO).days
    if 1900 <= serial <= _today().year:
        # A year typed into a cell formatted as a day shows as a day of 1905.
        return ReadBirth(serial, None, [("year_as_date", str(serial))])
    return _known(day, text_of(day))


def _read_birth_text(text: str, written: str) -> ReadBirth:
    if match := _YEAR.fullmatch(text):
        return _known_year(int(match[1] or match[2] + match[3]), written)
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
    if match := _ONLY_YEAR.fullmatch(text):
        return _known_year(int(match[1]), written)
    if (match := _NAMED_MONTH.fullmatch(text)) and (month := _month_named(match[2])):
        return _from_parts(match[1], str(month), match[3], written)
    raise BadCell("date_unreadable", text=written)


def _month_named(text: str) -> int | None:
    """`tháng Ba`, `thg 3` or `Mar`."""
    folded = fold(text)
    if digits := re.sub(r"\D", "", folded):
        return int(digits)
    return _MONTHS.get(folded.replace(" ", "-"))


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
