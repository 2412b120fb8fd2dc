"""Finds the tables of a sheet and tells people from titles, groups, totals and signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from groups.member_import.reader import aliases, headings, lines
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import (
    Column,
    apply_mapping,
    letter_of,
    looks_like_name,
    settle,
    stand_side_by_side,
)
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.headings import find_header, heading_parts, height_at
from groups.member_import.reader.problems import DroppedRow, UnreadableFile
from groups.member_import.reader.rows import (
    TEAM_INSIDE,
    cell_at,
    filled,
    group_name,
    group_texts,
    is_entry,
    is_group,
    kind_of,
    team_name,
)
from vietnamese.text import clean

_OF_HOUSEHOLDS = frozenset(
    ("address", "house_number", "street", "team", "household_code", "household_head", "phone")
)
_HEADING_STARTS = frozenset("hstHST")
# Names that many cells below a heading begin with, and no heading does.
_FAMILIES = frozenset(["Trần", "TRẦN", "Huỳnh", "HUỲNH", "Hoàng", "HOÀNG", "Trương", "TRƯƠNG"])


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
    line: Column | None = None  # whole people stand in its cells
    parts: list[Column] = field(default_factory=list)
    side: headings.Side | None = None  # where each row speaks of two people
    nth: int = 0

    def __post_init__(self) -> None:
        self.line = next((one for one in self.columns if one.field == aliases.LINE), None)
        if self.line:
            first = max(column.index for column in self.columns) + 1
            known = {column.field for column in self.columns}
            self.parts = [
                Column(first + number, self.line.letter, self.line.header, name)
                for number, name in enumerate(lines.PARTS)
                if name not in known
            ]

    @property
    def all_columns(self) -> list[Column]:
        return [*self.columns, *self.parts]

    def is_of_another(self, cells: list[Cell]) -> bool:
        """Nothing of the row is of this one of the two people alone."""
        own = self.side.own if self.side else ()
        return bool(own) and not any(text_of(cell_at(cells, index)) for index in own)

    def with_parts(self, cells: list[Cell]) -> list[Cell]:
        """The row with the parts of its line behind it."""
        if not self.line:
            return cells
        parts = lines.parts_of(cell_at(cells, self.line.index), is_sure=bool(self.header_row))
        if parts is None:
            return cells
        width = max(column.index for column in self.columns) + 1
        named = dict(zip(lines.PARTS, parts, strict=True))
        wide = [*cells[:width], *[""] * (width - len(cells))]
        for column in self.columns:
            own, part = text_of(wide[column.index]), named.get(column.field)
            if part and (not own or column.field == "phone"):
                wide[column.index] = f"{own}\n{part}".strip()
        return [*wide, *parts]


def find_tables(
    tab: Worksheet,
    *,
    mapping: Mapping[str, str] | None = None,
    header_row: int = 0,
) -> tuple[list[Table], list[DroppedRow]]:
    """The tables of a sheet from top to bottom, and the rows that belong to nobody."""
    start, height = find_header(tab, header_row)
    if height == 0:
        tables, dropped = _headless(tab, mapping)
        has_lines = any(table.line for table in tables)
        return _lines(tab, mapping) if has_lines or not tables else (tables, dropped)
    tables = []
    dropped = _titles(tab, 0, start)
    team = _team_of_titles(tab, start)
    while True:
        parts = heading_parts(tab, start, height)
        body = start + height
        columns = _columns(tab, parts, body, mapping, *headings.sides_of(parts)[:1])
        if beside := _beside(tab, columns, body):
            left = [column for column in columns if column.index < beside]
            titles = " ".join(c.header for c in columns if c.index > beside and c.header)
            dropped.append(DroppedRow(tab.name, start + 1, "beside", titles[:200]))
            rows = [*tab.rows[:body], *(row[:beside] for row in tab.rows[body:])]
            tab, columns = replace(tab, rows=rows), left
        sides = headings.sides_of(parts)
        table = Table(tab.name, start + 1, columns, side=sides[0] if sides else None)
        tables.append(table)
        above = team
        next_header, team = _fill(tab, table, body, team, dropped)
        _carry_team(table)
        for side in sides[1:]:
            columns = _columns(tab, parts, body, mapping, side)
            table = Table(tab.name, start + 1, columns, side=side, nth=1)
            tables.append(table)
            _fill(tab, table, body, above, [])
            _carry_team(table)
        if next_header is None:
            return tables, dropped
        start, height = next_header


# The columns


def _columns(
    tab: Worksheet,
    parts: list[list[str]],
    body: int,
    mapping: Mapping[str, str] | None,
    side: headings.Side | None = None,
) -> list[Column]:
    rows = tab.rows[body : body + 300]
    width = max([len(parts), *(len(row) for row in rows)], default=0)
    fields = headings.fields_of(parts)
    columns = []
    for index in range(width):
        if side and index < len(parts) and index not in side.columns:
            continue
        texts = parts[index] if index < len(parts) else []
        if not texts and not any(text_of(cell_at(row, index)) for row in rows):
            continue  # a ghost: formatted once, never filled
        header = clean(" ".join(texts))
        letter = letter_of(index)
        is_hidden = index + 1 in tab.hidden_columns
        name = fields[index] if index < len(fields) else ""
        columns.append(Column(index, letter, header, name, is_hidden=is_hidden))
    people = _people_among(rows, columns)
    if stand_side_by_side(columns, people):
        raise UnreadableFile(
            f"Trang tính “{tab.name}” có hai bảng đặt cạnh nhau. "
            "Hãy chuyển bảng bên phải xuống dưới bảng bên trái rồi tải lên lại."
        )
    settle(columns, people)
    apply_mapping(columns, mapping)
    return columns


def _people_among(rows: list[list[Cell]], columns: list[Column]) -> list[list[Cell]]:
    """The rows that tell what a column holds: a sum or a signature below it would mislead."""
    several = [row for row in rows if len(filled(row)) > 1]
    kinds = [kind_of(row, filled(row), columns, depth) for depth, row in enumerate(several)]
    signed = kinds.index("signature") if "signature" in kinds else len(kinds)
    people = [
        row
        for number, (row, kind) in enumerate(zip(several, kinds, strict=True))
        if kind == "person" and (number < signed or is_entry(row, columns))
    ]
    return people or several or rows


def _headless(
    tab: Worksheet, mapping: Mapping[str, str] | None
) -> tuple[list[Table], list[DroppedRow]]:
    """A list without headings is known by its content: a name beside a phone or a birth."""
    columns = _columns(tab, [], 0, mapping)
    known = {column.field for column in columns}
    of_lines = aliases.LINE in known
    if not of_lines and not (known & set(aliases.NAME_FIELDS) and known & {"phone", "birth"}):
        return [], []
    least = 1 if of_lines else 2
    several = [number for number, row in enumerate(tab.rows) if len(filled(row)) >= least]
    complete = [number for number in several if _is_complete(tab.rows[number], columns)]
    if len(complete) * 2 < len(several):
        return [], []
    start = complete[0]
    table = Table(tab.name, 0, columns)
    dropped = _titles(tab, 0, start)
    _fill(tab, table, start, _team_of_titles(tab, start), dropped)
    return [table], dropped


def _lines(
    tab: Worksheet, mapping: Mapping[str, str] | None
) -> tuple[list[Table], list[DroppedRow]]:
    """The same for lines of text that a comma in them had cut into cells."""
    if not tab.name:
        whole: list[list[Cell]] = [[", ".join(filled(row))] for row in tab.rows]
        tab = replace(tab, rows=whole, merged=[])
    return _headless(tab, mapping)


def _is_complete(row: Sequence[Cell], columns: list[Column]) -> bool:
    """A name, and beside it something that a guess went by."""
    of_lines = [column for column in columns if column.field == aliases.LINE]
    if any(lines.looks_like_line(cell_at(row, column.index)) for column in of_lines):
        return True
    filled = {column.field for column in columns if text_of(cell_at(row, column.index))}
    names = [column for column in columns if column.field in aliases.NAME_FIELDS]
    has_name = any(looks_like_name(cell_at(row, column.index)) for column in names)
    return has_name and bool(filled & {"phone", "birth"})


def _beside(tab: Worksheet, columns: list[Column], body: int) -> int:
    """The empty column behind which a small table of figures stands beside the list; 0 if none."""
    indexes = {column.index for column in columns}
    names = [c.index for c in columns if c.field in (*aliases.NAME_FIELDS, aliases.LINE)]
    gaps = [
        n for n in range(max(names, default=0) + 1, max(indexes, default=0)) if n not in indexes
    ]
    for gap in gaps[:1]:
        left = {column.field for column in columns if column.index < gap}
        right = {column.field for column in columns if column.index > gap}
        rows = [row for row in tab.rows[body:] if filled(row[:gap])]
        filled_right = [bool(filled(row[gap:])) for row in rows]
        count = sum(filled_right)
        is_short = 2 <= count <= len(rows) * 0.75 and all(filled_right[:count])
        has_figures = len([column for column in columns if column.index > gap]) > 1
        if (
            is_short
            and has_figures
            and right <= left | {"", "team", "household_code", aliases.IGNORED}
        ):
            return gap
    return 0


# The rows below


def _titles(tab: Worksheet, start: int, stop: int) -> list[DroppedRow]:
    return [
        DroppedRow(tab.name, number + 1, "title", " ".join(filled(tab.rows[number]))[:200])
        for number in range(start, stop)
        if filled(tab.rows[number])
    ]


def _team_of_titles(tab: Worksheet, stop: int) -> str:
    """“… TỔ NHÂN DÂN SỐ 5” in a title, or a sheet called “Tổ 5”, speaks for all below."""
    if is_group(clean(tab.name)):
        return group_name(clean(tab.name))
    for row in reversed(tab.rows[:stop]):
        for text in filled(row):
            if match := TEAM_INSIDE.search(text):
                return team_name(match[1])
    return ""


def _vertical_merges(tab: Worksheet, table: Table, body: int) -> dict[tuple[int, int], int]:
    """For cells under the first of a merged area: the row that holds the text."""
    carried = {column.index for column in table.columns if column.field in _OF_HOUSEHOLDS}
    return {
        (row, index): top
        for (top, left), (bottom, right) in tab.merged
        if top >= body and bottom > top
        for index in range(left, min(right, left + 20) + 1)
        if index in carried
        for row in range(top + 1, min(bottom, len(tab.rows) - 1) + 1)
    }


def _fill(
    tab: Worksheet, table: Table, body: int, team: str, dropped: list[DroppedRow]
) -> tuple[tuple[int, int] | None, str]:
    """Sorts the rows below a heading; returns the next heading of the sheet, and the team there."""
    merges = _vertical_merges(tab, table, body)
    by_row: dict[int, list[tuple[int, int]]] = {}
    for (number, index), top in merges.items():
        by_row.setdefault(number, []).append((index, top))
    is_signed = False
    columns = table.all_columns
    heads = [c.index for c in table.columns if c.field in ("number", *aliases.NAME_FIELDS)]
    counts = [c.index for c in table.columns if c.field == "number"]
    for number in range(body, len(tab.rows)):
        cells = tab.rows[number]
        texts = filled(cells)
        if not texts:
            continue
        is_counted = any(text_of(cell_at(cells, index)).isdigit() for index in counts)
        if not is_counted and any(
            _may_be_heading(cells[index]) for index in heads if index < len(cells)
        ):
            height, score = height_at(tab, number)
            if score:
                return (number, height), team
        cells = table.with_parts(cells)
        kind = kind_of(cells, texts, columns, number - body)
        is_numbered = is_signed and _are_numbered(table)
        if kind == "signature" or (
            is_signed and kind != "group" and not is_entry(cells, columns, is_numbered=is_numbered)
        ):
            is_signed, kind = True, "signature"
        elif kind in ("person", "note") and table.is_of_another(cells):
            continue
        elif kind == "person":
            is_signed = False
            cells = list(cells)
            for index, top in by_row.get(number, ()):
                if not text_of(cell_at(cells, index)):
                    cells += [""] * (index + 1 - len(cells))
                    cells[index] = cell_at(tab.rows[top], index)
            table.rows.append(DataRow(number + 1, cells, team))
            continue
        elif kind == "group":
            is_signed = False
            team = group_name(next(filter(is_group, group_texts(texts))))
        if kind != "numbered":
            dropped.append(DroppedRow(tab.name, number + 1, kind, " ".join(texts)[:200]))
    return None, team


def _are_numbered(table: Table) -> bool:
    numbers = [column.index for column in table.columns if column.field == "number"]
    return bool(numbers and table.rows) and all(
        any(text_of(cell_at(row.cells, index)) for index in numbers) for row in table.rows
    )


def _carry_team(table: Table) -> None:
    """A column that names each team once, where it begins, speaks for the rows below."""
    index = next((column.index for column in table.columns if column.field == "team"), None)
    if index is None or any(row.team for row in table.rows):
        return
    named = [text_of(cell_at(row.cells, index)) for row in table.rows]
    teams = [text for text in named if text]
    if len(teams) < 2 or len(set(teams)) < len(teams) or not named[0]:
        return
    team = ""
    for row, text in zip(table.rows, named, strict=True):
        team = team_name(text) if text else team
        row.team = team


def _may_be_heading(cell: Cell) -> bool:
    if not isinstance(cell, str):
        return False
    text = clean(cell)
    if text[:1] not in _HEADING_STARTS or text.partition(" ")[0] in _FAMILIES:
        return False
    return bool(aliases.field_named(text))
