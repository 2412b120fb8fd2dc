"""Where the heading of a table stands, and the texts above each of its columns."""

import re
from collections.abc import Sequence

from groups.member_list import aliases, couples
from groups.member_list.cells import text_of
from groups.member_list.reading import Cell, Sheet
from groups.member_list.rows import cell_at, filled

_HEADER_WITHIN = 80
_HEADER_HEIGHT = 3


def find_header(sheet: Sheet, wanted: int) -> tuple[int, int]:
    """Where the heading starts and how many rows it has; height 0 means there is none."""
    if wanted:
        return wanted - 1, max(1, height_at(sheet, wanted - 1)[0])
    best = (0, 0, 0)
    for start in range(min(len(sheet.rows), _HEADER_WITHIN)):
        height, score = height_at(sheet, start)
        if score > best[0] and (best[0] == 0 or start < best[1] + best[2] + 1):
            best = (score, start, height)
    score, start, height = best
    while height > 1 and _is_title(sheet, start) and height_at(sheet, start + 1)[1] >= score:
        start, height = start + 1, height_at(sheet, start + 1)[0]
    return start, height


def _is_title(sheet: Sheet, start: int) -> bool:
    """One text alone, right above the heading."""
    texts = filled(sheet.rows[start])
    return len(texts) == 1 and not aliases.field_named(texts[0])


def height_at(sheet: Sheet, start: int) -> tuple[int, int]:
    """The height that names the most columns, and how many; (0, 0) if this is no heading."""
    best = (0, 0)
    first = filled(sheet.rows[start]) if start < len(sheet.rows) else []
    if not first or sum(map(_answers_itself, first)) > 1:
        return best
    for height in range(1, _HEADER_HEIGHT + 1):
        rows = sheet.rows[start : start + height]
        if len(rows) < height or any(_is_prose(text) for row in rows for text in filled(row)):
            break
        if not filled(rows[-1]):
            continue
        parts = heading_parts(sheet, start, height)
        fields = couples.fields_of(parts)
        known = {name for name in fields if name}
        if height > 1 and not _continues(rows[-1], parts, fields):
            break
        if not known & set(aliases.NAME_FIELDS):
            continue
        alone = len(first) == 1 and height == 1 and _is_single_column(sheet, start)
        score = len(known) + bool(couples.sides_of(parts))
        if (len(known) >= 2 or alone) and score > best[1]:
            best = (height, score)
    return best


def _answers_itself(text: str) -> bool:
    """`Năm sinh: 1970` is no heading, with others of its kind beside it."""
    return bool(re.search(r":\s*[^\s:]", aliases.without_notes(text)))


def _is_prose(text: str) -> bool:
    return len(text) > 70 and len(aliases.without_notes(text)) > 70


def _continues(row: Sequence[Cell], parts: list[list[str]], fields: list[str]) -> bool:
    """Whether the row is a further row of the heading rather than the first person."""
    if len(filled(row)) == 0:
        return False
    for index, cell in enumerate(row):
        text = text_of(cell)
        if not isinstance(cell, str) or re.search(r"\d{3}", text):
            return False
        name_cell = fields[index] in aliases.NAME_FIELDS
        if text and name_cell and not (aliases.field_of([text]) or couples.is_side(text)):
            return False
    return True


def _is_single_column(sheet: Sheet, start: int) -> bool:
    return all(len(filled(row)) <= 1 for row in sheet.rows[start : start + 10])


def heading_parts(sheet: Sheet, start: int, height: int) -> list[list[str]]:
    """For each column the texts above it; a text over several columns stands over each."""
    rows = sheet.rows[start : start + height]
    width = max((len(row) for row in rows), default=0)
    grid = [[text_of(cell_at(row, index)) for index in range(width)] for row in rows]
    for (top, left), (bottom, right) in sheet.merged:
        if start <= top < start + height and top == bottom:
            for index in range(left, min(right, width - 1) + 1):
                grid[top - start][index] = grid[top - start][left]
    for level in range(height - 1):
        for index in range(1, width):
            below = any(grid[lower][index] for lower in range(level + 1, height))
            left_below = any(grid[lower][index - 1] for lower in range(level + 1, height))
            if below and left_below and not grid[level][index]:
                grid[level][index] = grid[level][index - 1]
    return [
        list(dict.fromkeys(grid[level][index] for level in range(height) if grid[level][index]))
        for index in range(width)
    ]
