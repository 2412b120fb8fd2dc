"""Reads the XML of sheets in pieces: how far cells reach, and what calamine does not tell."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from groups.member_import.reader import limits
from groups.member_import.reader.problems import UnreadableFile

type Area = tuple[tuple[int, int], tuple[int, int]]

_LONGEST_TAG = 1024 * 1024
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
CELL = re.compile(rb"<(?:\w+:)?c(?:\s([^>]*[^>/]))?>")
# The same with its place, where that comes first, as all programs write it.
_PLACED_CELL = re.compile(
    rb"""<(?:\w+:)?c(?:\s+r=["']([A-Za-z]{1,3})(\d{1,7})["'])?(?:\s[^>]*+)?(?<!/)>"""
)
# A cell that is only coloured, as some programs write it; calamine leaves it out too.
_GHOST = re.compile(
    rb"""<c(?![^>]*\st\s*=\s*["'][^n])(?:\s[^>]*+)?(?<!/)>(?:<v\s*/>|<v></v>)?</c>"""
)
_MAY_BE_GHOST = (b'"></c>', b"'></c>", b"<v></v></c>", b"<v/></c>", b"<v /></c>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
AT = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["'](\d{1,7})["']""")
_COLUMN_SPAN = re.compile(rb"""(?:^|\s)(min|max)\s*=\s*["'](\d{1,5})["']""")
_HIDDEN = re.compile(rb"""(?:^|\s)hidden\s*=\s*["'](?:1|true)["']""")
# A formula whose answer no program ever worked out; an empty text is an answer.
_UNANSWERED = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_IS_TEXT = re.compile(rb"""(?:^|\s)t\s*=\s*["']str["']""")
_CLOSED = re.compile(rb"</(?:\w+:)?c>")
_IS_ERROR = re.compile(rb"""(?:^|\s)t\s*=\s*["']e["']""")
_AN_ERROR = re.compile(rb"""=\s*["']e["']""")
_ODS_TOKEN = re.compile(
    rb"<(/?)table:(table-row|table-cell|covered-table-cell|table-column|table)(?=[\s/>])([^>]*)>"
)
_ODS_COUNT = re.compile(
    rb"""table:number-(rows|columns)-(repeated|spanned)\s*=\s*["'](\d{1,7})["']"""
)
_ODS_NAME = re.compile(rb"""table:name\s*=\s*["']([^"']*)["']""")
_ODS_HIDDEN = re.compile(rb"""table:visibility\s*=\s*["'](?:collapse|filter)["']""")
_ODS_ERROR = re.compile(rb"""calcext:value-type\s*=\s*["']error["']""")


@dataclass
class SheetFacts:
    """Facts that calamine omits; rows and columns count from 1, areas and fonts from 0."""

    part: str = ""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    error_cells: list[tuple[int, int]] = field(default_factory=list)
    unanswered: set[tuple[int, int]] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)
    fonts: list[list[str]] = field(default_factory=list)  # of an .xls, by row and column
    # of an .xls: row and column from 0, and the text of the note there
    comments: list[tuple[int, int, str]] = field(default_factory=list)


def column_number(letters: bytes) -> int:
    """`A` → 1, `XFD` → 16384."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def whole_tags(pieces: Iterator[bytes], counted: list[int]) -> Iterator[bytes]:
    """The same bytes, cut only between tags; a tag longer than a piece is no spreadsheet's."""
    rest = b""
    for piece in pieces:
        counted[0] += len(piece)
        text = rest + piece
        cut = text.rfind(b">") + 1
        rest = text[cut:]
        if len(rest) > _LONGEST_TAG:
            raise UnreadableFile(limits.BOMB)
        yield text[:cut]


def scan_xlsx(pieces: Iterator[bytes], name: str, facts: SheetFacts) -> int:
    """Refuses a sheet whose filled cells reach too far; calamine lays out all between them."""
    counted = [0]
    columns = rows = cells = row = 0
    cut_cell = tail = b""
    for piece in whole_tags(pieces, counted):
        text = tail + piece
        tail = _empty_so_far(text)
        text = text[: len(text) - len(tail)]
        if any(sign in text for sign in _MAY_BE_GHOST):
            text = _GHOST.sub(b"", text)
        opened = _ROW_NUMBER.findall(b" ".join(_ROW.findall(text)))
        row = max([row, *map(int, opened)])
        placed = _PLACED_CELL.findall(text)
        cells += len(placed)
        letters = {letters for letters, _number in placed}
        if b"" in letters:
            filled = CELL.findall(text)
            placed = AT.findall(b" ".join(filled))
            letters = {letters for letters, _number in placed}
            if len(placed) < len(filled):
                rows = max(rows, row)  # without a place of its own a cell stands in an open row
        columns = max([columns, *map(column_number, letters)])
        rows = max([rows, *{int(number) for _letters, number in placed}])
        if _AN_ERROR.search(text):
            _note_errors(CELL.findall(text), facts)
        if b"hidden" in text:
            _note_hidden(text, facts)
        if cut_cell or b"<f" in text or b":f" in text:
            cut_cell = _note_unanswered(cut_cell + text, facts)
        if cells > limits.MAX_CELLS or (not cells and counted[0] > limits.MAX_TEXTS):
            raise UnreadableFile(limits.BOMB)
    limits.check_extent(name.rpartition("/")[2].removesuffix(".xml"), rows, columns)
    return counted[0]


def _empty_so_far(text: bytes) -> bytes:
    """The cell that is open at the end of a piece, as long as nothing stands in it."""
    at = text.rfind(b"<")
    while at > 0 and text.startswith((b"<v", b"</v"), at):
        at = text.rfind(b"<", 0, at)
    return text[at:] if at >= 0 and text[at : at + 3] == b"<c " and text[-2:] != b"/>" else b""


def _note_errors(cells: list[bytes], facts: SheetFacts) -> None:
    for attributes in cells:
        place = AT.search(attributes) if _IS_ERROR.search(attributes) else None
        if place and len(facts.error_cells) < limits.MAX_ROWS:
            facts.error_cells.append((int(place[2]), column_number(place[1])))


def _note_unanswered(text: bytes, facts: SheetFacts) -> bytes:
    """Returns the cell at the end that only the next piece closes."""
    for attributes in _UNANSWERED.findall(text):
        place = AT.search(attributes)
        if place and not _IS_TEXT.search(attributes) and len(facts.unanswered) < limits.MAX_ROWS:
            facts.unanswered.add((int(place[2]), column_number(place[1])))
    opened = text.rfind(b"<", 0, max(text.rfind(b"<c "), text.rfind(b":c ")) + 1)
    tail = text[opened:] if opened >= 0 else b""
    return tail if len(tail) < _LONGEST_TAG and not _CLOSED.search(tail) else b""


def _note_hidden(text: bytes, facts: SheetFacts) -> None:
    for attributes in _ROW.findall(text):
        number = _ROW_NUMBER.search(attributes)
        if number and _HIDDEN.search(attributes) and len(facts.hidden_rows) < limits.MAX_ROWS:
            facts.hidden_rows.add(int(number[1]))
    for attributes in _COLUMN.findall(text):
        if _HIDDEN.search(attributes):
            span = {key: int(value) for key, value in _COLUMN_SPAN.findall(attributes)}
            first, last = span.get(b"min", 1), min(span.get(b"max", 0), limits.MAX_COLUMNS)
            facts.hidden_columns.update(range(first, last + 1))


class _OdsTable:
    """State of a scan in one table of an .ods, whose tags may stand for a million cells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.facts = SheetFacts()
        self.first_row = self.row = self.column = self.columns_told = 0
        self.rows = self.columns = 0

    def see(self, tag: bytes, attributes: bytes) -> None:
        counts = {(what, how): int(n) for what, how, n in _ODS_COUNT.findall(attributes)}
        repeated = counts.get((b"rows" if tag == b"table-row" else b"columns", b"repeated"), 1)
        if tag == b"table-row":
            self.first_row, self.row, self.column = self.row + 1, self.row + repeated, 0
            if _ODS_HIDDEN.search(attributes):
                last = min(self.row, limits.MAX_ROWS)
                self.facts.hidden_rows.update(range(self.first_row, last + 1))
        elif tag == b"table-column":
            first = self.columns_told + 1
            self.columns_told += repeated
            if _ODS_HIDDEN.search(attributes):
                last = min(self.columns_told, limits.MAX_COLUMNS)
                self.facts.hidden_columns.update(range(first, last + 1))
        else:
            first, self.column = self.column + 1, self.column + repeated
            if tag == b"table-cell":
                self._see_cell(first, attributes, counts)

    def _see_cell(
        self, column: int, attributes: bytes, counts: dict[tuple[bytes, bytes], int]
    ) -> None:
        has_formula = b"table:formula" in attributes
        if not attributes.endswith(b"/") or b"office:value" in attributes or has_formula:
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if b"spanned" in attributes and len(self.facts.merged) < limits.MAX_ROWS:
            down, across = (
                counts.get((b"rows", b"spanned"), 1),
                counts.get((b"columns", b"spanned"), 1),
            )
            top, left = self.first_row - 1, column - 1
            if down > 1 or across > 1:
                self.facts.merged.append(((top, left), (top + down - 1, left + across - 1)))
        is_unanswered = has_formula and b"value-type" not in attributes
        if is_unanswered and len(self.facts.unanswered) < limits.MAX_ROWS:
            self.facts.unanswered.add((self.first_row, column))
        if _ODS_ERROR.search(attributes) and len(self.facts.error_cells) < limits.MAX_ROWS:
            self.facts.error_cells.append((self.first_row, column))


def scan_ods(pieces: Iterator[bytes]) -> tuple[int, list[SheetFacts]]:
    """The same for .ods, all of whose tables stand in one part."""
    counted = [0]
    tables: list[_OdsTable] = []
    for text in whole_tags(pieces, counted):
        for closing, tag, attributes in _ODS_TOKEN.findall(text):
            if closing:
                continue
            if tag == b"table":
                title = _ODS_NAME.search(attributes)
                name = html.unescape(title[1].decode(errors="replace")) if title else ""
                tables.append(_OdsTable(name or str(len(tables) + 1)))
            elif tables:
                tables[-1].see(tag, attributes)
                limits.check_extent(tables[-1].name, tables[-1].rows, tables[-1].columns)
    return counted[0], [table.facts for table in tables]
