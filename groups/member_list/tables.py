"""Finds the tables of a sheet and tells people from titles, groups, totals and signatures."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groups.member_list import columns as headings
from groups.member_list.cells import text_of
from groups.member_list.columns import Column
from groups.member_list.problems import DroppedRow, UnreadableFile
from groups.member_list.reading import Cell, Sheet
from groups.member_list.rows import (
    GROUP_ROW,
    TEAM_INSIDE,
    cell_at,
    filled,
    group_texts,
    is_entry,
    kind_of,
    team_name,
)
from groups.vietnamese import clean

_HEADER_WITHIN = 80
_HEADER_HEIGHT = 3


@dataclass
class DataRow:
    """A row that speaks of a person; the team is that of the group rows above it."""

    row: int
    cells: list[Cell]
    team: str


@dataclass
class Table:
    sheet: str
    header_row: int
    columns: list[Column]
    rows: list[DataRow] = field(default_factory=list)


def find_tables(
    sheet: Sheet,
    *,
    mapping: Mapping[str, str] | None = None,
    header_row: int = 0,
) -> tuple[list[Table], list[DroppedRow]]:
    """The tables of a sheet from top to bottom, and the rows that belong to nobody."""
    start, height = _find_header(sheet, header_row)
    if height == 0:
        return _headless(sheet, mapping)
    tables: list[Table] = []
    dropped = _titles(sheet, 0, start)
    team = _team_of_titles(sheet, start)
    while True:
        parts = _heading_parts(sheet, start, height)
        body = start + height
        columns = _columns(sheet, parts, body, mapping)
        table = Table(sheet.name, start + 1, columns)
        tables.append(table)
        next_header, team = _fill(sheet, table, body, team, dropped)
        if next_header is None:
            return tables, dropped
        start, height = next_header


# The heading


def _find_header(sheet: Sheet, wanted: int) -> tuple[int, int]:
    """Where the heading starts and how many rows it has; height 0 means there is none."""
    if wanted:
        return wanted - 1, max(1, _height_at(sheet, wanted - 1)[0])
    best = (0, 0, 0)
    for start in range(min(len(sheet.rows), _HEADER_WITHIN)):
        height, score = _height_at(sheet, start)
        if score > best[0] and (best[0] == 0 or start < best[1] + best[2] + 1):
            best = (score, start, height)
    return best[1], best[2]


def _height_at(sheet: Sheet, start: int) -> tuple[int, int]:
    """The height that names the most columns, and how many; (0, 0) if this is no heading."""
    best = (0, 0)
    first = filled(sheet.rows[start]) if start < len(sheet.rows) else []
    if not first:
        return best
    for height in range(1, _HEADER_HEIGHT + 1):
        rows = sheet.rows[start : start + height]
        if len(rows) < height or any(_is_prose(text) for row in rows for text in filled(row)):
            break
        parts = _heading_parts(sheet, start, height)
        fields = [headings.field_of(part) for part in parts]
        known = {name for name in fields if name}
        if height > 1 and not _continues(rows[-1], parts, fields):
            break
        if not known & set(headings.NAME_FIELDS):
            continue
        alone = len(first) == 1 and height == 1 and _is_single_column(sheet, start)
        if (len(known) >= 2 or alone) and len(known) > best[1]:
            best = (height, len(known))
    return best


def _is_prose(text: str) -> bool:
    return len(text) > 70 and len(headings.without_notes(text)) > 70


def _continues(row: Sequence[Cell], parts: list[list[str]], fields: list[str]) -> bool:
    """Whether the row is a further row of the heading rather than the first person."""
    if len(filled(row)) == 0:
        return False
    for index, cell in enumerate(row):
        text = text_of(cell)
        if not isinstance(cell, str) or re.search(r"\d{3}", text):
            return False
        name_cell = fields[index] in headings.NAME_FIELDS
        if text and name_cell and not headings.field_of(parts[index][-1:]):
            return False
    return True


def _is_single_column(sheet: Sheet, start: int) -> bool:
    return all(len(filled(row)) <= 1 for row in sheet.rows[start : start + 10])


def _heading_parts(sheet: Sheet, start: int, height: int) -> list[list[str]]:
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


def _columns(
    sheet: Sheet, parts: list[list[str]], body: int, mapping: Mapping[str, str] | None
) -> list[Column]:
    rows = sheet.rows[body : body + 300]
    width = max([len(parts), *(len(row) for row in rows)], default=0)
    columns = []
    for index in range(width):
        texts = parts[index] if index < len(parts) else []
        if not texts and not any(text_of(cell_at(row, index)) for row in rows):
            continue  # a ghost: formatted once, never filled
        header = clean(" ".join(texts))
        letter = headings.letter_of(index)
        is_hidden = index + 1 in sheet.hidden_columns
        columns.append(Column(index, letter, header, headings.field_of(texts), is_hidden=is_hidden))
    people = [row for row in rows if len(filled(row)) > 1] or rows
    if headings.stand_side_by_side(columns, people):
        raise UnreadableFile(
            f"Trang tính “{sheet.name}” có hai bảng đặt cạnh nhau. "
            "Hãy chuyển bảng bên phải xuống dưới bảng bên trái rồi tải lên lại."
        )
    headings.settle(columns, people)
    headings.apply_mapping(columns, mapping)
    return columns


def _headless(
    sheet: Sheet, mapping: Mapping[str, str] | None
) -> tuple[list[Table], list[DroppedRow]]:
    """A list without headings is known by its content: a name beside a phone or a birth."""
    columns = _columns(sheet, [], 0, mapping)
    known = {column.field for column in columns}
    if not known & set(headings.NAME_FIELDS) or not known & {"phone", "birth"}:
        return [], []
    several = [number for number, row in enumerate(sheet.rows) if len(filled(row)) > 1]
    complete = [number for number in several if _is_complete(sheet.rows[number], columns)]
    if len(complete) * 2 < len(several):
        return [], []
    start = complete[0]
    table = Table(sheet.name, 0, columns)
    dropped = _titles(sheet, 0, start)
    _fill(sheet, table, start, _team_of_titles(sheet, start), dropped)
    return [table], dropped


def _is_complete(row: Sequence[Cell], columns: list[Column]) -> bool:
    """A name, and beside it something that a guess went by."""
    filled = {column.field for column in columns if text_of(cell_at(row, column.index))}
    names = [column for column in columns if column.field in headings.NAME_FIELDS]
    has_name = any(headings.looks_like_name(cell_at(row, column.index)) for column in names)
    return has_name and bool(filled & {"phone", "birth"})


# The rows below


def _titles(sheet: Sheet, start: int, stop: int) -> list[DroppedRow]:
    return [
        DroppedRow(sheet.name, number + 1, "title", " ".join(filled(sheet.rows[number]))[:200])
        for number in range(start, stop)
        if filled(sheet.rows[number])
    ]


def _team_of_titles(sheet: Sheet, stop: int) -> str:
    """“… TỔ NHÂN DÂN SỐ 5” in a title, or a sheet called “Tổ 5”, speaks for all below."""
    if GROUP_ROW.match(clean(sheet.name)):
        return team_name(sheet.name)
    for row in reversed(sheet.rows[:stop]):
        for text in filled(row):
            if match := TEAM_INSIDE.search(text):
                return team_name(match[1])
    return ""


def _vertical_merges(sheet: Sheet, table: Table, body: int) -> dict[tuple[int, int], int]:
    """For cells under the first of a merged area: the row that holds the text."""
    carried = {
        column.index
        for column in table.columns
        if column.field in ("address", "house_number", "street", "team", "household_code")
        or column.field == "household_head"
    }
    return {
        (row, index): top
        for (top, left), (bottom, right) in sheet.merged
        if top >= body and bottom > top
        for index in range(left, min(right, left + 20) + 1)
        if index in carried
        for row in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1)
    }


def _fill(
    sheet: Sheet, table: Table, body: int, team: str, dropped: list[DroppedRow]
) -> tuple[tuple[int, int] | None, str]:
    """Sorts the rows below a heading; returns the next heading of the sheet, and the team there."""
    merges = _vertical_merges(sheet, table, body)
    by_row: dict[int, list[tuple[int, int]]] = {}
    for (number, index), top in merges.items():
        by_row.setdefault(number, []).append((index, top))
    is_signed = False
    for number in range(body, len(sheet.rows)):
        cells = sheet.rows[number]
        texts = filled(cells)
        if not texts:
            continue
        if _may_be_heading(cells, table):
            height, score = _height_at(sheet, number)
            if score:
                return (number, height), team
        kind = kind_of(cells, texts, table.columns, number - body)
        if kind == "signature" or (
            is_signed and kind != "group" and not is_entry(cells, table.columns)
        ):
            is_signed, kind = True, "signature"
        elif kind == "person":
            is_signed = False
            cells = list(cells)
            for index, top in by_row.get(number, ()):
                if not text_of(cell_at(cells, index)):
                    cells += [""] * (index + 1 - len(cells))
                    cells[index] = cell_at(sheet.rows[top], index)
            table.rows.append(DataRow(number + 1, cells, team))
            continue
        elif kind == "group":
            is_signed = False
            team = team_name(next(text for text in group_texts(texts) if GROUP_ROW.match(text)))
        if kind != "numbered":
            dropped.append(DroppedRow(sheet.name, number + 1, kind, " ".join(texts)[:200]))
    return None, team


def _may_be_heading(cells: Sequence[Cell], table: Table) -> bool:
    for column in table.columns:
        if column.field in ("number", *headings.NAME_FIELDS):
            text = text_of(cell_at(cells, column.index))
            if text[:1].lower() in "hst" and headings.field_named(text):
                return True
    return False
