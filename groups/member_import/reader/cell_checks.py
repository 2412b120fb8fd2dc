"""Small questions about one cell, or about the cells of a column, of a list."""

import re
from collections.abc import Sequence

from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.zalo_marks import is_no, is_yes

_MANY = 25


def is_one_word(cell: Cell) -> bool:
    text = text_of(cell)
    return isinstance(cell, str) and text.isalpha() and " " not in text


def has_digits(cell: Cell) -> bool:
    return not isinstance(cell, str) or any(map(str.isdigit, cell))


def is_short(cell: Cell) -> bool:
    return len(text_of(cell)) <= 4


def is_small_count(cell: Cell) -> bool:
    return bool(re.fullmatch(r"\d{1,3}", text_of(cell)))


def is_age(cell: Cell) -> bool:
    """`71`, `71 tuổi`: below `Nam` or `Nữ` it tells the sex, too."""
    return bool(re.fullmatch(r"(?:1[01]|[1-9])?\d(?: ?t(?:uổi)?)?", text_of(cell).lower()))


def is_year_of_birth(cell: Cell) -> bool:
    """A day or a year, also of two digits."""
    return read_birth(cell).year is not None


def answers(cell: Cell) -> bool:
    return is_yes(cell) or is_no(cell)


def are_counts(cells: Sequence[Cell]) -> bool:
    """How many men and women a household has; ones and noughts alone are marks."""
    texts = [text_of(cell) for cell in cells]
    return any(text not in ("0", "1") for text in texts) and all(
        re.fullmatch(r"\d{1,2}", text) and int(text) <= _MANY for text in texts
    )
