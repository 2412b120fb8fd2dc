"""Read national ids; no message repeats the number."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from groups.member_import.national_ids import DIGITS, are_kept, contradicts, is_number
from groups.member_import.reader.aliases import FIELDS, NATIONAL_ID
from groups.member_import.reader.cells import is_nothing, refuse_formula, text_of
from groups.member_import.reader.columns import Column
from groups.member_import.reader.files import Cell
from groups.member_import.reader.problems import BadCell

_OLD_DIGITS = (8, 9)  # of the former identity card, the first nought perhaps lost
_SIGNS = re.compile(r"[\s.'’`\-]")
_POINT_NOUGHT = re.compile(r"[.,]0+$")
_SCIENTIFIC = re.compile(r"\d(?:[.,](\d+))?[eE]\+?(\d+)")
_PASSPORT = re.compile(r"[A-Z]\d{7,8}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadNationalId:
    number: str = ""
    note: str = ""


def field_labels() -> dict[str, str]:
    """Fields of columns in words; where ids are stored, theirs is read."""
    return {**FIELDS, NATIONAL_ID: "Số căn cước"} if are_kept() else FIELDS


def read_national_id(cell: Cell) -> ReadNationalId:
    """The twelve digits of a cell. Raises BadCell where it has others, or none."""
    text = unicodedata.normalize("NFKC", text_of(cell)).strip()
    refuse_formula(text)
    if is_nothing(text) or text == "0":
        return ReadNationalId()
    if isinstance(cell, date):
        raise BadCell("id_text")
    note = ""
    if scientific := _SCIENTIFIC.fullmatch(text):
        if len(scientific[1] or "") < int(scientific[2]):
            raise BadCell("id_rounded")
        text, note = str(round(float(text.replace(",", ".")))), "id_restored"
    digits = _SIGNS.sub("", _POINT_NOUGHT.sub("", text))
    if _PASSPORT.fullmatch(digits):
        return ReadNationalId(note="id_passport")
    if not digits.isdecimal():
        raise BadCell("id_text")
    if len(digits) in _OLD_DIGITS:
        return ReadNationalId(note="id_old")
    if DIGITS - 2 <= len(digits) < DIGITS and not digits.startswith("0"):
        digits, note = digits.zfill(DIGITS), note or "id_zero_added"
    if not is_number(digits):
        raise BadCell("id_length", digits=len(digits))
    return ReadNationalId(digits, note)


def id_columns(columns: Iterable[Column]) -> list[Column]:
    """The columns to read: none where ids are not kept."""
    return [column for column in columns if column.field == NATIONAL_ID] if are_kept() else []


def id_of_row(
    columns: Sequence[Column],
    cells: Sequence[Cell],
    report: Callable[..., None],
    *,
    birth_year: int | None,
    gender: str,
) -> str:
    """The first number of the columns; `report` takes a column and what is odd about its cell."""
    for column in columns:
        try:
            read = read_national_id(cells[column.index] if column.index < len(cells) else "")
        except BadCell as bad:
            report(column, bad.code, **bad.values)
            continue
        if read.note:
            report(column, read.note)
        if read.number:
            if contradicts(read.number, birth_year, gender):
                report(column, "id_differs")
            return read.number
    return ""
