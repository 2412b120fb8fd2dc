"""A table whose headings nobody knows: what people need to see to name its columns themselves."""

import re
from collections.abc import Mapping

from groups.member_list.aliases import LINE, NAME_FIELDS
from groups.member_list.cells import text_of
from groups.member_list.columns import (
    Column,
    letter_of,
    looks_like_birth,
    looks_like_name,
    looks_like_national_id,
    looks_like_phone,
)
from groups.member_list.problems import BadCell
from groups.member_list.reading import Cell, Sheet
from groups.member_list.rows import cell_at, filled
from groups.vietnamese import fold

_WITHIN = 80
_ROWS_SHOWN = 30
_SAMPLES = 3
_MAX_COLUMNS = 40
_LETTER = re.compile(r"[A-Z]{1,3}")


def columns_of(sheet: Sheet) -> tuple[int, list[Column]] | None:
    """The row that may be the heading, and the columns below; nothing for a sheet without a table.

    Samples tell names, phones and births alone: what else a stranger's table holds is not kept.
    """
    widths = [len(filled(row)) for row in sheet.rows[:_WITHIN]]
    if max(widths, default=0) < 2 or len(sheet.rows) < 2:
        return None
    top = next(number for number, width in enumerate(widths) if width * 2 > max(widths))
    heading, below = sheet.rows[top], sheet.rows[top + 1 : top + 1 + _ROWS_SHOWN]
    columns = []
    for index in range(min(max(map(len, [heading, *below])), _MAX_COLUMNS)):
        cells = [cell for row in below if text_of(cell := cell_at(row, index))]
        title = cell_at(heading, index)
        if not cells and not text_of(title):
            continue
        known = [text_of(cell) for cell in cells if _is_shown(cell)]
        header = "" if looks_like_national_id(title) else text_of(title)[:100]
        samples = tuple(known[:_SAMPLES])
        columns.append(Column(index, letter_of(index), header, samples=samples))
    return top + 1, columns


def _is_shown(cell: Cell) -> bool:
    if looks_like_national_id(cell):
        return False
    for looks in (looks_like_name, looks_like_phone, looks_like_birth):
        try:
            if looks(cell):
                return True
        except BadCell:
            continue
    return False


def known_row(sheet: Sheet, mapping: Mapping[str, str]) -> int:
    """The first row, from 1, with headings that people of the hamlet have named before; else 0."""
    named = {
        fold(heading): field for heading, field in mapping.items() if not _LETTER.fullmatch(heading)
    }
    for number, row in enumerate(sheet.rows[:_WITHIN], start=1):
        fields = [named[key] for text in filled(row) if (key := fold(text)) in named]
        if len(fields) > 1 and {*NAME_FIELDS, LINE} & set(fields):
            return number
    return 0
