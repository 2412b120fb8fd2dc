"""Finds the tables of a sheet and tells people from titles, groups, totals and signatures."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from groups.member_import.reader import (
    abreast,
    aliases,
    cards,
    headings,
    lines,
    message_exports,
    paired_rows,
    phone_book,
    talk,
    team_columns,
    turned,
)
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.columns import (
    Column,
    apply_mapping,
    letter_of,
    looks_like_name,
)
from groups.member_import.reader.families import begins_family_name
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.filling import (
    Filler,
    carry_household,
    carry_team,
    team_of_titles,
    titles,
)
from groups.member_import.reader.headings import find_header, heading_parts
from groups.member_import.reader.judging import KINDS, share_of
from groups.member_import.reader.people_table import DataRow, Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.rows import (
    cell_at,
    filled,
    group_name,
    is_entry,
    is_group,
    kind_of,
)
from groups.member_import.reader.settling import set_aside, settle
from vietnamese.text import clean

__all__ = ["DataRow", "Table", "find_tables"]


def find_tables(
    tab: Worksheet,
    *,
    mapping: Mapping[str, str] | None = None,
    header_row: int = 0,
) -> tuple[list[Table], list[DroppedRow]]:
    """The tables of a sheet from top to bottom, and the rows that belong to nobody."""
    start, height = find_header(tab, header_row)
    if not header_row:
        for read in (message_exports.read, phone_book.read, team_columns.read, turned.read):
            if found := read(tab):
                return found
        if found := cards.read(tab, has_heading=height > 0):
            return found
        if found := paired_rows.read(tab, start, height):
            return found
    if height == 0:
        start, height = find_header(tab, 0, is_nameless=True)
        if height and (named := _below(tab, start, height, mapping)) and _has_names(named[0]):
            return named
        tables, dropped = _headless(tab, mapping)
        spoken = talk.read(tab)
        if tables and not any(table.line for table in tables):
            return (
                spoken if spoken and _people(spoken[0]) > 2 * _people(tables) else (tables, dropped)
            )
        tables, dropped = _lines(tab, mapping)
        return spoken if spoken and _people(spoken[0]) > _people(tables) else (tables, dropped)
    parts = heading_parts(tab, start, height)
    areas = [] if headings.sides_of(parts) else abreast.areas_of(tab, parts, start + height)
    if not areas:
        return _below(tab, start, height, mapping)
    return _side_by_side(tab, areas, (start, height), mapping)


def _people(tables: list[Table]) -> int:
    """How many rows of the tables name a person with a birth or a phone."""
    count = 0
    for table in tables:
        columns = table.all_columns
        names = [c for c in columns if c.field in aliases.NAME_FIELDS]
        facts = [c for c in columns if c.field in ("birth", "phone")]
        for row in table.rows:
            is_named = any(text_of(cell_at(row.cells, c.index)).istitle() for c in names)
            count += is_named and any(text_of(cell_at(row.cells, c.index)) for c in facts)
    return count


def _has_names(tables: list[Table]) -> bool:
    """Most rows have a person's name in the column of names that the cells told."""
    cells: list[Cell] = []
    for table in tables:
        names = table.names
        cells += [cell_at(row.cells, names.index) if names else "" for row in table.rows]
    return share_of(cells, KINDS["full_name"]) >= 0.5


def _side_by_side(
    tab: Worksheet,
    areas: list[tuple[int, int]],
    heading: tuple[int, int],
    mapping: Mapping[str, str] | None,
) -> tuple[list[Table], list[DroppedRow]]:
    """Each list as if it stood alone on the sheet, its people on the rows of the others'."""
    tables: list[Table] = []
    of_rows: dict[tuple[int, str], DroppedRow] = {}
    whole = [abreast.only(tab, *area) for area in areas]
    teams = [team_of_titles(one, heading[0]) for one in whole]
    for nth, (area, one) in enumerate(zip(areas, whole, strict=True)):
        found, dropped = _below(one, *heading, mapping, team=teams[nth] or teams[0])
        for table in found:
            table.nth, table.left_of = nth, area
        tables += found
        for line in dropped:
            first = of_rows.setdefault((line.row, line.kind), line)
            if first is not line:
                joined = f"{first.text} {line.text}"[:200]
                of_rows[line.row, line.kind] = replace(first, text=joined)
    return tables, sorted(of_rows.values(), key=lambda line: line.row)


def _below(
    tab: Worksheet,
    start: int,
    height: int,
    mapping: Mapping[str, str] | None,
    *,
    team: str | None = None,
) -> tuple[list[Table], list[DroppedRow]]:
    """The tables from a heading to the end of the sheet."""
    tables: list[Table] = []
    team = team_of_titles(tab, start) if team is None else team
    filler = Filler(tab, team, dropped=titles(tab, 0, start))
    filler.read_titles(start)
    while True:
        parts = heading_parts(tab, start, height)
        over = {group_name(text) for texts in parts for text in texts[:-1] if is_group(text)}
        filler.team = over.pop() if len(over) == 1 else filler.team
        body = start + height
        columns = _columns(tab, parts, body, mapping, *headings.sides_of(parts)[:1])
        if beside := _beside(tab, columns, body):
            left = [column for column in columns if column.index < beside]
            texts = " ".join(c.header for c in columns if c.index > beside and c.header)
            filler.dropped.append(DroppedRow(tab.name, start + 1, "beside", texts[:200]))
            rows = [*tab.rows[:body], *(row[:beside] for row in tab.rows[body:])]
            tab, columns = replace(tab, rows=rows), left
            filler.tab = tab
        sides = headings.sides_of(parts)
        table = Table(tab.name, start + 1, columns, side=sides[0] if sides else None)
        tables.append(table)
        above = filler.team
        next_header = filler.fill(table, body)
        carry_team(table)
        carry_household(table)
        for nth, side in enumerate(sides[1:], start=1):
            columns = _columns(tab, parts, body, mapping, side)
            table = Table(tab.name, start + 1, columns, side=side, nth=nth)
            tables.append(table)
            Filler(tab, above).fill(table, body)
            carry_team(table)
            carry_household(table)
        if next_header is None:
            read = {row.row for table in tables for row in table.rows} if filler.passed else set()
            filler.dropped += [
                DroppedRow(tab.name, row, "note", text)
                for row, text in filler.passed.items()
                if row not in read  # of nobody at all
            ]
            return tables, filler.dropped
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
        if side and side.is_kin and name == "relative_phone":
            name = "phone"  # `SĐT bố`, of whom the columns speak
        columns.append(Column(index, letter, header, name, is_hidden=is_hidden))
    people = _people_among(rows, columns)
    settle(columns, people)
    if tab.kind or (side and side.is_kin):
        for column in columns:
            column.is_strict = column.field == "full_name"
    if mapping:
        apply_mapping(columns, mapping)
        set_aside(columns)
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
    has_names = bool(known & set(aliases.NAME_FIELDS))
    only_names = has_names and not known & {"phone", "birth"}
    if not of_lines and (not has_names or (only_names and not _are_names(tab, columns))):
        return [], []
    least = 1 if of_lines or only_names else 2
    several = [number for number, row in enumerate(tab.rows) if len(filled(row)) >= least]
    complete = [
        number for number in several if only_names or _is_complete(tab.rows[number], columns)
    ]
    is_talk = of_lines and not tab.name and len(complete) > 1
    if len(complete) * (_TALK if is_talk else 2) < len(several):
        return [], []
    start = complete[0]
    table = Table(tab.name, 0, columns)
    filler = Filler(tab, team_of_titles(tab, start), dropped=titles(tab, 0, start))
    filler.read_titles(start)
    filler.fill(table, start)
    return [table], filler.dropped


def _is_sure_line(row: Sequence[Cell]) -> bool:
    """A line of a chat that begins with a person's name, or with its number in a list."""
    cell = cell_at(row, 0)
    return lines.looks_like_line(cell) and begins_family_name(lines.split_line(cell).name)


_FEWEST_NAMES = 3
_TALK = 6  # one line of six in a chat speaks of a person


def _are_names(tab: Worksheet, columns: list[Column]) -> bool:
    """A sheet of hardly anything but names of people."""
    index = next(column.index for column in columns if column.field == "full_name")
    cells = [cell for row in tab.rows if text_of(cell := cell_at(row, index))]
    return (
        len(cells) >= _FEWEST_NAMES
        and share_of(cells, KINDS["full_name"]) >= 0.8
        and all(column.field in ("full_name", "number", "") for column in columns)
        and len(columns) <= 2
    )


def _lines(
    tab: Worksheet, mapping: Mapping[str, str] | None
) -> tuple[list[Table], list[DroppedRow]]:
    """The same for lines of text that a comma in them had cut into cells."""
    if not tab.name:
        whole: list[list[Cell]] = [[", ".join(filled(row))] for row in tab.rows]
        tab = replace(tab, rows=whole, merged=[])
        known = sum(map(_is_sure_line, whole))
        texts = sum(bool(text_of(cell_at(row, 0))) for row in whole)
        if not mapping and known > 1 and known * _TALK >= texts:
            mapping = {"A": aliases.LINE}
    return _headless(tab, mapping)


def _is_complete(row: Sequence[Cell], columns: list[Column]) -> bool:
    """A name, and beside it something that a guess went by."""
    of_lines = [column for column in columns if column.field == aliases.LINE]
    if any(lines.looks_like_line(cell_at(row, column.index)) for column in of_lines):
        return True
    filled = {c.field for c in columns if any(map(str.isdigit, text_of(cell_at(row, c.index))))}
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
