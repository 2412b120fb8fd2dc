"""Rows that go on with the row above: a cell of several lines that a program cut into rows.

Only below a column of numbers in which every person has one, so that a row without is nobody's own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from groups.member_import.reader import aliases
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import Column
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.rows import cell_at, filled, kind_of
from vietnamese.text import clean, digits_of

_COUNT = re.compile(r"[\dlOB]{1,4}[.)]?")
# What stands in the first cell where a line break cut the row: brackets, a number, small letters.
_GOES_ON = re.compile(r"\(|[\d .()+\-]{9,}$|[^\W\d_A-ZÀ-Ỵ][^\W\d_]*(?: |$)")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_ONE_WORD = re.compile(r"[^\W\d_]+")
_FEWEST, _MOST_BOTH = 3, 2
_NAMES = frozenset(aliases.NAME_FIELDS)
_NO_PART = ("total", "signature", "group", "place", "numbering", "organisation")


@dataclass
class Continued:
    """The cells of rows that others go on with, and those others, by index."""

    cells: dict[int, list[Cell]] = field(default_factory=dict)
    further: set[int] = field(default_factory=set)


def rows_of(tab: Worksheet, columns: Sequence[Column], body: int, width: int) -> Continued:
    """Joins what belongs together; `width` is how many cells the heading has."""
    found = Continued()
    count = next((c.index for c in columns if c.field == "number"), None)
    if count is None:
        return found
    last: int | None = None
    loose: list[tuple[int, int]] = []
    counted = 0
    for number in range(body, len(tab.rows)):
        row = tab.rows[number]
        if _COUNT.fullmatch(text_of(cell_at(row, count))):
            last, counted = number, counted + 1
        elif not filled(row):
            last = None
        elif last is not None:
            loose.append((number, last))
    if not loose or counted < _FEWEST or _others_go_uncounted(tab, columns, count, loose):
        return found
    for number, top in loose:
        if number - 1 != top and number - 1 not in found.further:
            continue  # a sum stands between
        above = found.cells.get(top, tab.rows[top])
        row = tab.rows[number]
        joined = _cut_in_name(tab, above, row, columns, count, width)
        joined = (
            joined
            or _shifted(tab, above, row, count, width)
            or _below(above, tab.rows[number], columns, count)
        )
        if joined:
            found.cells[top] = joined
            found.further.add(number)
    return found


def _others_go_uncounted(
    tab: Worksheet, columns: Sequence[Column], count: int, loose: list[tuple[int, int]]
) -> bool:
    """People without a number of their own: those of a household below its head."""
    names = [c.index for c in columns if c.field in _NAMES]
    for number, _top in loose:
        row = tab.rows[number]
        if text_of(cell_at(row, count)):
            continue
        name = " ".join(text_of(cell_at(row, index)) for index in names).strip()
        several = len(filled(row)) > 1 and " " in name and not _IN_BRACKETS.fullmatch(name)
        if several and kind_of(row, filled(row), columns, number) == "person":
            return True
    return False


def _shifted(
    tab: Worksheet, above: Sequence[Cell], row: Sequence[Cell], count: int, width: int
) -> list[Cell] | None:
    """A line break inside the last cell of the row above: the rest of that row follows here."""
    if tab.name or count != 0 or not _GOES_ON.match(text_of(cell_at(row, count))):
        return None
    length = max(n for n, cell in enumerate(above) if text_of(cell)) + 1
    if length + len(row) - 1 > width or length >= width:
        return None
    text = f"{text_of(above[length - 1])}\n{text_of(row[0])}"
    return [*above[: length - 1], text, *row[1:]]


def _cut_in_name(
    tab: Worksheet,
    above: Sequence[Cell],
    row: Sequence[Cell],
    columns: Sequence[Column],
    count: int,
    width: int,
) -> list[Cell] | None:
    """A line break inside a name: its other words begin the row, and the rest of the row above."""
    texts = [text_of(cell) for cell in above]
    length = max((n for n, text in enumerate(texts) if text), default=0) + 1
    ends_in_name = any(c.index == length - 1 and c.field in _NAMES for c in columns)
    words = text_of(cell_at(row, 0))
    if tab.name or count != 0 or not ends_in_name or not _WORDS.fullmatch(words):
        return None
    if length + len(row) - 1 > width or len(row) < _FEWEST:
        return None
    return [*above[: length - 1], f"{texts[length - 1]} {words}", *row[1:]]


_WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,3}")


def _may_go_on(field: str, text: str) -> bool:
    """A number of a page below phones is no further line of theirs; a birth has one line."""
    if field in ("phone", "other_phone", "relative_phone"):
        return len(digits_of(text)) >= _DIGITS or bool(_IN_BRACKETS.fullmatch(text))
    return not field.startswith(("birth", "gender", "male_", "female_"))


_DIGITS = 8


def _below(
    above: Sequence[Cell], row: Sequence[Cell], columns: Sequence[Column], count: int
) -> list[Cell] | None:
    """Further lines of cells of the row above, each below its own."""
    if text_of(cell_at(row, count)) or kind_of(row, filled(row), columns, 9) in _NO_PART:
        return None
    fields = {column.index: column.field for column in columns}
    both = [n for n, cell in enumerate(row) if text_of(cell) and text_of(cell_at(above, n))]
    if len(both) > _MOST_BOTH or "family_name" in fields.values():
        return None
    joined = [*above, *[""] * (len(row) - len(above))]
    for index, cell in enumerate(row):
        text = text_of(cell)
        if not text:
            continue
        is_name = fields.get(index, "") in _NAMES
        if is_name and not (_IN_BRACKETS.fullmatch(text) or _ONE_WORD.fullmatch(text)):
            return None
        if not _may_go_on(fields.get(index, ""), text):
            return None
        if not text_of(joined[index]):
            joined[index] = cell
        else:
            joined[index] = f"{text_of(joined[index])}{' ' if is_name else chr(10)}{text}"
    has_words = any(re.search(r"[^\W\d_]|\d{6}", clean(text)) for text in filled(row))
    return joined if has_words else None
