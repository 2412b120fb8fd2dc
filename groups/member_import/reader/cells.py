"""Read any cell as text, and small answers: nothing, a sex, a mark."""

import math
import re
from calendar import month_abbr
from datetime import date
from functools import lru_cache

from django.utils import timezone

from groups.member_import.reader.files import Cell
from groups.member_import.reader.problems import BadCell
from vietnamese.text import clean, fold

MAX_ADDRESS = 250

_FORMULA_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)|Err:\d+")
_NOTHING = {
    "", "-", "–", "—", "--", "/", ".", "?", "x", "khong", "ko", "k", "kco", "khong ro", "chua ro",
    "khong biet", "khong nho", "trong", "khong sd", "none", "null", "n/a", "dang cap nhat",
    "bo sung sau",
    *(
        " ".join(filter(None, (no, has, what)))
        for no in ("khong", "ko", "k", "chua", "khg", "kg", "hong")
        for has in ("", "co", "dung", "su dung", "xai", "cho", "cung cap", "cap nhat")
        for what in ("", "so", "sdt", "dt", "dien thoai", "so dien thoai", "zalo")
    ),
}  # fmt: skip
_LONGEST_NOTHING = max(map(len, _NOTHING))
_SIGNS = frozenset("-–—/.…_?")
_STARTS_NOTHING = _SIGNS | frozenset("xkctnđdbXKCTNĐDB ")


# A cell is asked for many times while its row is read; `forget` lets go of the last list's texts.
_cleaned = lru_cache(maxsize=4096)(clean)
_folded = lru_cache(maxsize=4096)(fold)
_LONGEST_KEPT = 80


def forget() -> None:
    """Keep no text of a list that has been read."""
    _cleaned.cache_clear()
    _folded.cache_clear()


def text_of(cell: Cell) -> str:
    """A cell as people see it: whole numbers without a point, days as d/m/y."""
    if isinstance(cell, str):
        return _cleaned(cell) if len(cell) < _LONGEST_KEPT else clean(cell)
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


_AS_ABOVE = {'"', "''", "“", "”", "″", "〃", ",,", "nt", "n/t", "nhu tren"}


def is_as_above(text: str) -> bool:
    """The sign of a hand that does not write the same again."""
    return len(text) < 12 and _folded(text).strip(" -–.()") in _AS_ABOVE


def plain_text(cell: Cell) -> str:
    """The text of a cell; raises for what a formula left behind."""
    text = text_of(cell)
    refuse_formula(text)
    return text


def is_nothing(text: str) -> bool:
    """A dash, “không có” and the like: people fill cells that have no answer."""
    if not text:
        return True
    if text[0] not in _STARTS_NOTHING:
        return False
    if text[0] in _SIGNS and not any(map(str.isalnum, text)):
        return True  # dots to write on
    return len(text) <= _LONGEST_NOTHING and _folded(text).strip(" .") in _NOTHING


_MONTHS = {name.lower(): number for number, name in enumerate(month_abbr) if name}
_DAY_AND_MONTH = re.compile(r"(\d{1,2})-([A-Za-z]{3})")
_MONTH_AND_YEAR = re.compile(r"([A-Za-z]{3})-(\d{2})")
_YEARS_AGO = 10


def house_number(cell: Cell) -> str:
    """`12/4` and `3/45` where Excel has made them a day; empty for any other cell."""
    if isinstance(cell, date):
        is_recent = -_YEARS_AGO <= cell.year - timezone.localdate().year <= 0
        if cell.day == 1 and not is_recent:
            return f"{cell.month}/{cell.year % 100:02}"
        return f"{cell.day}/{cell.month}"
    if not isinstance(cell, str) or len(cell) not in (5, 6):
        return ""
    if (match := _DAY_AND_MONTH.fullmatch(cell)) and (month := _MONTHS.get(match[2].lower())):
        return f"{match[1]}/{month}"
    if (match := _MONTH_AND_YEAR.fullmatch(cell)) and (month := _MONTHS.get(match[1].lower())):
        return f"{month}/{match[2]}"
    return ""


_MALE = {"nam", "trai", "male", "m", "ong", "anh", "con trai", "gioi tinh nam"}
_FEMALE = {"nu", "gai", "female", "f", "ba", "chi", "con gai", "gioi tinh nu"}
_MARKS = {"x", "xx", "v", "+", "*", "1", "co", "✓", "✔", "☑", "√", "●", "true", "dung", "nam", "nu"}
_LONGEST_MARK = max(map(len, _MARKS))


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
    text = text_of(cell).strip(" .")
    return len(text) <= _LONGEST_MARK and fold(text) in _MARKS
