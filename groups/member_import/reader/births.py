"""Read births: a day or a year alone; days are d/m/y, never m/d."""

import re
import time
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from groups.member_import.reader import scanned
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
_ABOUT = re.compile(r"khoảng|~|\?|\(|chừng|độ\b", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})(?:\.0+)?|([12])[.,\s](\d{3})")
_DAY = re.compile(
    r"(\d{1,2})\s*[/.,\-\s\\]\s*(\d{1,2})\s*[/.,\-\s\\]\s*(\d{4}|\d{2})"
    r"(?:\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[AP]M)?)?",
    re.IGNORECASE,
)
# `Giáp Tuất (1934)`: the year by its old name, too.
_CAN_CHI = re.compile(
    r"(?:giáp|ất|bính|đinh|mậu|kỷ|canh|tân|nhâm|quý|quí)\s+(?:tý|tí|sửu|dần|mão|mẹo|thìn|tỵ|tị|ngọ"
    r"|mùi|thân|dậu|tuất|hợi)\b",
    re.IGNORECASE,
)
# Years that somebody did not know to the end: `19..`, `195?`.
_HALF_A_YEAR = re.compile(r"(?:19|20)\d?[\s.…_?x-]{1,3}", re.IGNORECASE)
_WITHOUT_YEAR = re.compile(r"--\d{2}-?\d{2}|\d{1,2}/\d{1,2}/?[.…_?]*")  # of contacts
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
    if not text.isdigit() and (read := _unsure(text)):
        return read
    bare = text
    if not text[0].isdigit():
        bare = _CAN_CHI.sub("", _YEAR_LABEL.sub("", text)).strip(" ()-–,")
        if not bare:
            return ReadBirth(notes=[("birth_about", text)])
    bare = _AGE.sub("", bare.rstrip(" '’`?*.").lstrip(" '’`*"))
    read = _read_birth_text(bare, text)
    if _ABOUT.search(text):
        read.notes.append(("birth_about", text))
    return read


def _unsure(text: str) -> ReadBirth | None:
    """A year that a scanner wrote with letters, or one that nobody knows to the end."""
    if whole := scanned.year(text):
        return ReadBirth(_known_year(int(whole), text).year, None, [("birth_about", text)])
    if _WITHOUT_YEAR.fullmatch(text) or (_HALF_A_YEAR.fullmatch(text) and not text[-1].isdigit()):
        return ReadBirth(notes=[("birth_about", text)])
    return None


_MONTH_FIRST = re.compile(r"^(\d{1,2})([/.\-])(\d{1,2})(?=[/.\-]\d{4})")


def read_month_first(cell: Cell) -> ReadBirth:
    """The same of a column in which an American program wrote months first."""
    if isinstance(cell, str) and _MONTH_FIRST.match(cell.strip()):
        read = read_birth(_MONTH_FIRST.sub(r"\3\2\1", cell.strip()))
        read.notes.append(("birth_month_first", cell))
        return read
    return read_birth(cell)


def _read_calendar(day: date) -> ReadBirth:
    serial = (day - _DAY_ZERO).days
    if 1900 <= serial <= _today().year:
        # A year typed into a cell formatted as a day shows as a day of 1905.
        return ReadBirth(serial, None, [("year_as_date", str(serial))])
    return _known(day, text_of(day))


def _read_birth_text(text: str, written: str) -> ReadBirth:
    if match := _YEAR.fullmatch(text):
        return _known_year(int(match[1] or match[2] + match[3]), written)
    if re.fullmatch(r"\d{2}", text):
        year, notes = _whole_year(text)
        return ReadBirth(_known_year(year, written).year, None, notes)
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
    number, notes = _whole_year(year)
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


def _whole_year(year: str) -> tuple[int, list[tuple[str, str]]]:
    """Two digits are of this century where that is no future."""
    number = int(year)
    if len(year) != 2:
        return number, []
    number += 2000 if 2000 + number <= _today().year else 1900
    return number, [("year_two_digits", str(number))]


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
