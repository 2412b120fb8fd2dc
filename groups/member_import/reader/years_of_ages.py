"""Births below headings that say something else as well."""

from collections.abc import Sequence

from groups.member_import.reader.aliases import IGNORED, plain_heading
from groups.member_import.reader.cell_checks import is_age, is_year_of_birth
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import Column, looks_like_birth
from groups.member_import.reader.files import Cell
from groups.member_import.reader.judging import share_of

MOST_YEARS = 0.75
_YEARS = {"tuoi": looks_like_birth, "sn": is_year_of_birth}


def settle_years(columns: list[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Below `Tuổi` many write the year: `Nhâm Dần (1962)`; `sn` is a house number, too."""
    for column in columns:
        reads = _YEARS.get(plain_heading(column.header))
        is_free = column.field in ("", IGNORED)
        is_named = any(one.field in ("birth", "birth_year") for one in columns)
        if not reads or not is_free or is_named:
            continue
        cells = [row[column.index] for row in rows if column.index < len(row)]
        if share_of([cell for cell in cells if text_of(cell)], reads) >= MOST_YEARS:
            column.field, column.is_guessed = "birth", True


def tells_ages(column: Column, cells: Sequence[Cell]) -> bool:
    """`Tuổi: Nam | Nữ`: the age stands in the column of the sex, and marks it."""
    return "tuoi" in plain_heading(column.header) and share_of(cells, is_age) >= MOST_YEARS
