"""Columns of a table, what their cells look like, and the choice of a person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as field_of_class
from datetime import date
from functools import lru_cache

from groups.member_import.reader.aliases import FIELDS, IGNORED, NATIONAL_ID
from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.phones import read_phones
from vietnamese.text import fold

ZALO_SEVERAL = frozenset(("group_mark", "group_not", "note"))
ZALO_ONCE = (
    "joined_on", "left_on", "rejoined_on", "invited", "uses_zalo", "no_zalo", "zalo_owner",
    "proxy", "nickname", "consent_mark", "consent_on", "consent_paper",
)  # fmt: skip


@dataclass
class Column:
    """One column of a table; `letter` names it to people."""

    index: int
    letter: str
    header: str
    field: str = ""
    is_guessed: bool = False
    samples: tuple[str, ...] = ()
    is_hidden: bool = False
    doubt: str = ""  # a sentence where heading and cells disagree
    is_strict: bool = False  # a name there may be what people call somebody
    codes: dict[str, str] = field_of_class(default_factory=dict)  # the sex of `1`, `T`
    is_month_first: bool = False
    is_age: bool = False  # a column of one sex, which is marked by the age


@lru_cache(maxsize=512)
def letter_of(index: int) -> str:
    """0 → `A`, 26 → `AA`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def looks_like_phone(cell: Cell) -> bool:
    return any(phone.startswith("+84") for phone in read_phones(cell).phones)


def looks_like_birth(cell: Cell) -> bool:
    """A day or a year; two digits alone may count anything."""
    if not isinstance(cell, date) and len(text_of(cell)) < 4:
        return False
    return read_birth(cell).year is not None


def looks_like_name(cell: Cell) -> bool:
    """Two to six words of letters."""
    text = text_of(cell)
    return (
        isinstance(cell, str)
        and 1 <= text.count(" ") <= 5
        and not re.search(r"[\d@/:]", text)
        and len(text) <= 60
    )


def looks_like_national_id(cell: Cell) -> bool:
    return bool(re.fullmatch(r"0\d{11}|\d{12}", re.sub(r"[\s.'’]", "", text_of(cell))))


def apply_mapping(columns: list[Column], mapping: Mapping[str, str] | None) -> None:
    """The choice of a person overrides what was found; keys are letters or headings."""
    if not mapping:
        return
    chosen = {fold(key): value for key, value in mapping.items()}
    for column in columns:
        by_letter = chosen.get(column.letter.lower())
        value = by_letter if by_letter is not None else chosen.get(fold(column.header))
        if value is None or (not column.header and by_letter is None):
            continue
        if value and value not in FIELDS:
            raise ValueError(f"unknown field {value!r}")
        for other in columns:
            if value and value == other.field and other is not column and value in SINGLE:
                other.field = IGNORED
        column.is_strict = (
            value == "full_name"
            and column.field in ("nickname", "full_name")
            and (column.is_strict or column.field == "nickname")
        )
        column.field, column.is_guessed, column.doubt = value or IGNORED, False, ""


SINGLE = frozenset(FIELDS) - {
    IGNORED, NATIONAL_ID, "other_phone", "relative_phone", *ZALO_SEVERAL
}  # fmt: skip
