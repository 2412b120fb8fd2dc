"""Finds the tables of a sheet and tells people from titles, groups, totals and signatures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from groups.member_list import columns as headings
from groups.member_list.cells import text_of
from groups.member_list.columns import Column
from groups.member_list.problems import DroppedRow
from groups.member_list.reading import Cell, Sheet
from groups.vietnamese import clean, fold

_HEADER_WITHIN = 80
_HEADER_HEIGHT = 3
_LIST_MARK = r"(?:(?:[IVX]{1,5}|[A-H]|\d{1,2})\s*[.)/:\-–]\s*)?"
_TEAM_WORDS = (
    r"(?:tổ|to)(?:\s+(?:nhân dân|nhan dan|nd|antq|antt|tự quản|tu quan|an ninh(?:\s+tự quản)?|"
    r"đoàn kết|dân cư|liên gia|dân phố))?(?:\s+tự quản)?(?:\s+số)?"
)
_TEAM_NUMBER = r"\s*[:.\-]?\s*(\d{1,3}\s?[a-z]?|[ivx]{1,5})"
_GROUP_ROW = re.compile(
    rf"^{_LIST_MARK}(?:danh sách\s+)?(?:(?:ấp|khu phố|thôn|kp)\s+\S+\s*[-–,:]\s*)?"
    rf"{_TEAM_WORDS}{_TEAM_NUMBER}"
    r"(?:\s*[,:;(\[\-–].*|\s+(?:ấp|khu phố|gồm|có|thôn)\b.*)?$",
    re.IGNORECASE,
)
_TEAM_INSIDE = re.compile(
    r"(?:^|[\s,;(\-–])tổ(?:\s+(?:nhân dân|antq|tự quản))?(?:\s+số)?\s*[:.]?\s*(\d{1,3}[a-z]?)\b",
    re.IGNORECASE,
)
_PLACE_ROW = re.compile(
    rf"^{_LIST_MARK}(?:ấp|khu phố|thôn|kp)\s+\S{{1,20}}(?:\s\S+)?$", re.IGNORECASE
)
_TOTAL = re.compile(
    r"^(?:[*\-–]\s*)?(?:tong(?:$|\s*[:=]|\s+(?:cong|so|hop|nhan khau|toan)\b|\s+\d)"
    r"|cong(?:$|\s*[:=]|\s+(?:to|ap|cac|toan|chung|danh|lai|don)\b|\s+\d)"
    r"|danh sach (?:nay )?(?:co|gom)\b|an dinh\b|luy ke\b)"
)
_SIGNATURE = re.compile(
    r"^(?:nguoi (?:lap|ghi|thuc hien|tong hop|ke khai)|truong (?:ap|khu pho|thon|ban|kp)"
    r"|pho (?:truong )?(?:ap|khu pho|thon)|xac nhan|tm\b|t/m|kt\b|chu tich|to truong|bi thu chi bo"
    r"|can bo lap|truong cong an|ubnd xa|cong an xa|lap bieu|noi nhan|thu truong|\(?ky ten"
    r"|\(?ky(?: va)?,? (?:ghi ro )?ho ten|(?:.{0,30}, ?)?ngay (?:\d{1,2}|[._…]+|\s)+ ?thang)"
)
_NOTE_ROW = re.compile(r"^[*(]?\s*(?:ghi chu|luu y|chu thich|huong dan|vi du)\b")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
}


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


def team_name(text: str) -> str:
    """One spelling for one team: `TỔ NHÂN DÂN SỐ 03`, `3` and `Tổ 3` are `Tổ 3`."""
    text = clean(text)
    number = re.fullmatch(r"0*(\d{1,3})\s?([A-Za-z]?)(?:\.0)?", text)
    if number:
        return f"Tổ {number[1]}{number[2].upper()}"
    match = _GROUP_ROW.match(text)
    if match:
        found = match[1].lower().replace(" ", "")
        found = str(_ROMAN.get(found, found))
        return f"Tổ {found.lstrip('0').upper() or '0'}"
    return text[:1].upper() + text[1:].lower() if text.isupper() else text


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
        next_header = _fill(sheet, table, body, team, dropped)
        if next_header is None:
            return tables, dropped
        start, height = next_header
        team = table.rows[-1].team if table.rows else team


def _cell(row: Sequence[Cell], index: int) -> Cell:
    return row[index] if index < len(row) else ""


def _filled(row: Sequence[Cell]) -> list[str]:
    return [text for text in map(text_of, row) if text]


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
    first = _filled(sheet.rows[start]) if start < len(sheet.rows) else []
    if not first:
        return best
    for height in range(1, _HEADER_HEIGHT + 1):
        rows = sheet.rows[start : start + height]
        if len(rows) < height or any(len(t) > 70 for row in rows for t in _filled(row)):
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


def _continues(row: Sequence[Cell], parts: list[list[str]], fields: list[str]) -> bool:
    """Whether the row is a further row of the heading rather than the first person."""
    if len(_filled(row)) == 0:
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
    return all(len(_filled(row)) <= 1 for row in sheet.rows[start : start + 10])


def _heading_parts(sheet: Sheet, start: int, height: int) -> list[list[str]]:
    """For each column the texts above it; a text over several columns stands over each."""
    rows = sheet.rows[start : start + height]
    width = max((len(row) for row in rows), default=0)
    grid = [[text_of(_cell(row, index)) for index in range(width)] for row in rows]
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
        if not texts and not any(text_of(_cell(row, index)) for row in rows):
            continue  # a ghost: formatted once, never filled
        header = clean(" ".join(texts))
        letter = headings.letter_of(index)
        columns.append(Column(index, letter, header, headings.field_of(texts)))
    people = [row for row in rows if len(_filled(row)) > 1] or rows
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
    start = next(
        (
            number
            for number, row in enumerate(sheet.rows)
            if any(
                column.field == "full_name" and headings.looks_like_name(_cell(row, column.index))
                for column in columns
            )
            and len(_filled(row)) > 1
        ),
        0,
    )
    table = Table(sheet.name, 0, columns)
    dropped = _titles(sheet, 0, start)
    _fill(sheet, table, start, _team_of_titles(sheet, start), dropped)
    return [table], dropped


# The rows below


def _titles(sheet: Sheet, start: int, stop: int) -> list[DroppedRow]:
    return [
        DroppedRow(sheet.name, number + 1, "title", " ".join(_filled(sheet.rows[number]))[:200])
        for number in range(start, stop)
        if _filled(sheet.rows[number])
    ]


def _team_of_titles(sheet: Sheet, stop: int) -> str:
    """“… TỔ NHÂN DÂN SỐ 5” in a title, or a sheet called “Tổ 5”, speaks for all below."""
    if _GROUP_ROW.match(clean(sheet.name)):
        return team_name(sheet.name)
    for row in reversed(sheet.rows[:stop]):
        for text in _filled(row):
            if match := _TEAM_INSIDE.search(text):
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
) -> tuple[int, int] | None:
    """Sorts the rows below a heading; returns where the next heading of the sheet stands."""
    merges = _vertical_merges(sheet, table, body)
    by_row: dict[int, list[tuple[int, int]]] = {}
    for (number, index), top in merges.items():
        by_row.setdefault(number, []).append((index, top))
    is_signed = False
    for number in range(body, len(sheet.rows)):
        cells = sheet.rows[number]
        texts = _filled(cells)
        if not texts:
            continue
        if _may_be_heading(cells, table):
            height, score = _height_at(sheet, number)
            if score:
                return number, height
        kind = _kind(cells, texts, table, number - body)
        if kind == "signature" or (
            is_signed and kind != "group" and not _is_numbered(cells, table)
        ):
            is_signed, kind = True, "signature"
        elif kind == "person":
            is_signed = False
            cells = list(cells)
            for index, top in by_row.get(number, ()):
                if not text_of(_cell(cells, index)):
                    cells += [""] * (index + 1 - len(cells))
                    cells[index] = _cell(sheet.rows[top], index)
            table.rows.append(DataRow(number + 1, cells, team))
            continue
        elif kind == "group":
            is_signed = False
            team = team_name(next(text for text in _group_texts(texts) if _GROUP_ROW.match(text)))
        if kind != "numbered":
            dropped.append(DroppedRow(sheet.name, number + 1, kind, " ".join(texts)[:200]))
    return None


def _may_be_heading(cells: Sequence[Cell], table: Table) -> bool:
    for column in table.columns:
        if column.field in ("number", *headings.NAME_FIELDS):
            text = text_of(_cell(cells, column.index))
            if text[:1].lower() in "hst" and headings.field_named(text):
                return True
    return False


def _is_numbered(cells: Sequence[Cell], table: Table) -> bool:
    """A row with a number of its own and a name goes on below the signatures."""
    names = [c for c in table.columns if c.field in headings.NAME_FIELDS]
    numbers = [c for c in table.columns if c.field == "number"]
    return any(text_of(_cell(cells, c.index)).rstrip(".").isdigit() for c in numbers) and any(
        text_of(_cell(cells, c.index)) for c in names
    )


def _group_texts(texts: list[str]) -> Iterator[str]:
    yield from texts
    yield " ".join(texts)
    if len(texts) > 1 and len(texts[0]) <= 4:
        yield f"{texts[0].rstrip('.')}. {texts[1]}"


_KEPT = frozenset(headings.FIELDS) - {"number", headings.IGNORED, headings.NATIONAL_ID}


def _kind(cells: Sequence[Cell], texts: list[str], table: Table, depth: int) -> str:
    """person, group, place, total, signature, numbering, numbered, or note."""
    kept = {
        column.field: text
        for column in table.columns
        if column.field in _KEPT and (text := text_of(_cell(cells, column.index)))
    }
    name = next((kept[field] for field in headings.NAME_FIELDS if field in kept), "")
    distinct = list(dict.fromkeys(texts))
    if (
        depth <= 1
        and len(texts) > 2
        and all(re.fullmatch(r"\(?\d{1,2}\)?|[A-Z]", t) for t in texts)
    ):
        return "numbering"
    has_number = "phone" in kept and bool(re.search(r"\d{8}", kept["phone"].replace(" ", "")))
    if not has_number:
        is_headed = any(_GROUP_ROW.match(text) for text in _group_texts(texts[:3]))
        if is_headed and len(distinct) <= 3 and (not name or _GROUP_ROW.match(name)):
            return "group"
        if len(distinct) == 1 and _PLACE_ROW.match(distinct[0]):
            return "place"
        folded = [fold(text) for text in distinct]
        if any(_TOTAL.match(text) for text in (*folded[:3], fold(name))):
            return "total"
        is_role = bool(name) and bool(_SIGNATURE.match(fold(name)))
        is_numbered = _is_numbered(cells, table)
        if (
            (not name or is_role)
            and not is_numbered
            and any(_SIGNATURE.match(text) for text in folded)
        ):
            return "signature"
        if _NOTE_ROW.match(folded[0]):
            return "note"
    if name or has_number:
        return "person"
    if not kept:
        return "numbered" if all(re.fullmatch(r"[\d.\s]+", text) for text in texts) else "note"
    return "person" if len(kept) > 1 else "note"
