"""Read the sheets of an uploaded file, with the fonts of cells that look older than Unicode."""

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from typing import Any

from documents import isolated
from groups.member_import.reader import (
    comments,
    contact_cards,
    inspecting,
    limits,
    markup,
    prints,
    scanned,
    scanning,
    spreadsheet_opener,
    zalo_members,
)
from groups.member_import.reader.problems import UnreadableFile
from groups.member_import.reader.scanning import Area, SheetFacts
from vietnamese import legacy_encodings

type Place = tuple[int, int]

_STYLES = "xl/styles.xml"
_MAX_STYLES = 20 * 1024 * 1024
_FONTS = re.compile(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", re.DOTALL)
_FONT = re.compile(rb"<(?:\w+:)?font\s*/>|<(?:\w+:)?font>(.*?)</(?:\w+:)?font>", re.DOTALL)
_NAME = re.compile(rb"""<(?:\w+:)?name\s+val\s*=\s*["']([^"']*)["']""")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_FONT_ID = re.compile(rb"""fontId\s*=\s*["'](\d+)["']""")
_STYLE = re.compile(rb"""(?:^|\s)s\s*=\s*["'](\d+)["']""")


def of_xlsx(content: bytes, part: str, cells: set[Place]) -> dict[Place, str]:
    """The name of the font by row and column, which count from 0."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {info.filename: info for info in archive.infolist()}
    if part not in parts or _STYLES not in parts:
        return {}
    styles = b""
    for piece in inspecting.unpack(content, parts[_STYLES]):
        styles += piece
        if len(styles) > _MAX_STYLES:
            return {}
    names = _style_fonts(styles)
    found = {}
    for text in scanning.whole_tags(inspecting.unpack(content, parts[part]), [0]):
        for attributes in scanning.CELL.findall(text):
            place, style = scanning.AT.search(attributes), _STYLE.search(attributes)
            if place and style and int(style[1]) < len(names):
                at = int(place[2]) - 1, scanning.column_number(place[1]) - 1
                if at in cells:
                    found[at] = names[int(style[1])]
    return found


def _style_fonts(styles: bytes) -> list[str]:
    """The name of the font of each cell format."""
    listed = _FONTS.search(styles)
    fonts = []
    for font in _FONT.finditer(listed[0] if listed else b""):
        name = _NAME.search(font[1] or b"")
        fonts.append(name[1].decode(errors="replace") if name else "")
    formats = _FORMATS.search(styles)
    numbers = (_FONT_ID.search(found) for found in _FORMAT.findall(formats[0] if formats else b""))
    return [
        fonts[int(number[1])] if number and int(number[1]) < len(fonts) else ""
        for number in numbers
    ]


def of_xls(fonts: list[list[str]], cells: set[Place]) -> dict[Place, str]:
    """The same of the fonts of a whole sheet."""
    return {
        (row, column): fonts[row][column]
        for row, column in cells
        if row < len(fonts) and column < len(fonts[row])
    }


# From the bytes of a file to sheets of cells.


type Cell = str | float | int | bool | date | datetime | time | timedelta

# Calamine gives nothing for a formula that failed or was never run; these keep the cell from
# looking empty.
FORMULA_ERROR, FORMULA = "#VALUE!", "="
_OPENING_S = 100
_PARTS_OF_A_SHEET = 6
PASTED = "Bảng dán"


_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass
class Worksheet:
    """Rows from the first one of the file on, so that the index plus one is the row number."""

    name: str
    rows: list[list[Cell]]
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_hidden: bool = False
    # The fonts of the cells at these rows and columns, which count from 0.
    fonts_of: Callable[[set[Place]], dict[Place, str]] | None = None
    # The texts of comments at these rows and columns, which count from 0.
    comments: dict[Place, str] = field(default_factory=dict)
    # `CARDS` or `ZALO` where the names may be those by which people call each other.
    kind: str = ""


CARDS, ZALO = "cards", "zalo"
_CARDS_BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCARD", re.IGNORECASE)


def read_sheets(content: bytes, filename: str) -> list[Worksheet]:
    """Every sheet with cells, in the order of the file; marks stand in their letters (NFC)."""
    worksheets = _worksheets(content, filename)
    for worksheet in worksheets:
        for row in worksheet.rows:
            row[:] = map(_composed, row)
    return worksheets


def _composed(cell: Cell) -> Cell:
    """Old programs and Macs save marks behind their letters, where no word is found.

    The texts of some .xls come with a nought behind each letter, which is part of no text.
    """
    if not isinstance(cell, str):
        return cell
    return unicodedata.normalize("NFC", cell.replace("\x00", "") if "\x00" in cell else cell)


def _worksheets(content: bytes, filename: str) -> list[Worksheet]:
    inspected = inspecting.inspect(content)
    if inspected.kind == "text":
        return [_text_sheet(content, filename)]
    if inspected.kind in ("html", "mhtml", "spreadsheet", "xml"):
        return _marked_up(content, inspected.kind)
    return _workbook_sheets(content, inspected)


def _workbook_sheets(content: bytes, inspected: inspecting.Inspected) -> list[Worksheet]:
    """A file can crash what opens it, so another process does (`spreadsheet_opener`)."""
    answer = isolated.run(
        spreadsheet_opener.__file__, content, str(limits.MAX_CELLS), str(limits.MAX_TEXTS),
        wait_s=_OPENING_S,
    )  # fmt: skip
    if answer.code == spreadsheet_opener.TOO_FAR:
        limits.check_extent(*isolated.read_json(answer.output))
    if answer.code:
        raise limits.refusal_of(answer.code)
    sheets: list[Worksheet] = []
    for name, number, is_visible, rows, merged, facts in _answered(answer.output):
        known = inspected.sheets[number] if number < len(inspected.sheets) else _known(facts)
        if any(other.name == name for other in sheets):
            raise limits.refusal_of(spreadsheet_opener.BROKEN)  # calamine reads the first one twice
        _tell_formulas(rows, known)
        sheets.append(
            Worksheet(
                name,
                rows,
                merged or known.merged,
                known.hidden_rows,
                known.hidden_columns,
                is_hidden=not is_visible,
                fonts_of=_fonts_of(content, known),
                comments=comments.of_sheet(content, known),
            )
        )
        if len(sheets) > limits.MAX_SHEETS:
            raise UnreadableFile(
                f"Tệp có hơn {limits.MAX_SHEETS} trang tính. Hãy tách thành nhiều tệp."
            )
    return sheets


def _answered(output: bytes) -> Iterator[list[Any]]:
    """The sheets as the script sent them; a process that a file took over may send anything."""
    for line in output.splitlines():
        try:
            one = isolated.read_json(line)
        except ValueError:
            raise limits.refusal_of(spreadsheet_opener.BROKEN) from None
        if not isinstance(one, list) or len(one) != _PARTS_OF_A_SHEET:
            raise limits.refusal_of(spreadsheet_opener.BROKEN)
        yield one


def _marked_up(content: bytes, kind: str) -> list[Worksheet]:
    """The tables of a page; a small one around others is the page's own order, and left alone."""
    sheets: list[Worksheet] = []
    for table in markup.tables_of(content, kind):
        rows: list[list[Cell]] = [[*row] for row in table.rows]
        notes = {(row, column): text for row, column, text in table.comments}
        sheets.append(Worksheet(table.name, rows, table.merged, table.hidden_rows, comments=notes))
    if len(sheets) == 1 and kind != "spreadsheet":
        sheets[0].name = ""
    return sheets


def _known(facts: dict[str, Any]) -> SheetFacts:
    known = SheetFacts(**facts)
    known.hidden_rows, known.hidden_columns = set(known.hidden_rows), set(known.hidden_columns)
    return known


def _tell_formulas(rows: list[list[Cell]], known: SheetFacts) -> None:
    marks = [(place, FORMULA_ERROR) for place in known.error_cells]
    marks += [(place, FORMULA) for place in known.unanswered]
    for (row, column), text in marks:
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend([""] * (column - len(cells)))
        cells[column - 1] = text


def _fonts_of(content: bytes, known: SheetFacts) -> Callable[[set[Place]], dict[Place, str]] | None:
    if known.fonts:
        return partial(of_xls, known.fonts)
    return partial(of_xlsx, content, known.part) if known.part else None


def _text_sheet(content: bytes, filename: str) -> Worksheet:
    text = decode(content).replace("\x00", "")  # a broken disk leaves them in texts
    if len(_CONTROL.findall(text, 0, 20_000)) > min(len(text), 20_000) // 100:
        raise UnreadableFile(
            "Không đọc được tệp này. Hãy dùng tệp .xlsx, .xls, .ods, .csv, hoặc dán bảng."
        )
    if _CARDS_BEGIN.match(text):
        return _listed("Danh bạ", contact_cards.rows_of(text), CARDS)
    if (members := zalo_members.rows_of(text.splitlines())) is not None:
        return _listed("", members, ZALO)
    separator = _separator(text)
    if not separator:
        text, separator = _SPACES.sub("\t", prints.apart(text)), "\t"
    # A quote opened and never closed would swallow the rest of the file into one cell.
    is_balanced = text.count('"') % 2 == 0
    rows: list[list[str]] = []
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if is_balanced else csv.QUOTE_NONE,
    )
    try:
        for row in reader:
            rows.append([_text_cell(cell) for cell in _by_strokes(row)])
            if len(rows) > limits.MAX_ROWS or len(row) > limits.MAX_COLUMNS:
                limits.check_extent(filename, len(rows), len(row))
    except csv.Error:
        raise UnreadableFile(
            "Tệp văn bản có ô dài bất thường. Hãy mở bằng Excel và lưu lại dạng .xlsx."
        ) from None
    if separator == "|":
        usual = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
        rows = [scanned.letter_for_stroke(row, usual[0][0]) if usual else row for row in rows]
    return Worksheet(name="", rows=[[*row] for row in rows])


def _by_strokes(row: list[str]) -> list[str]:
    """A line of a table drawn with strokes, below one that tabs cut."""
    if len(row) != 1 or row[0].count("|") < _FEWEST_STROKES:
        return row
    return row[0].strip().strip("|").split("|")


_FEWEST_STROKES = 2


def _listed(name: str, rows: list[list[str]], kind: str) -> Worksheet:
    limits.check_extent(name or "Bảng dán", len(rows), max(map(len, rows)))
    return Worksheet(name, [[*row] for row in rows], kind=kind)


def _text_cell(text: str) -> str:
    """Excel's way to keep zeros in a CSV, `="0912…"`, is only the text inside."""
    if not text.lstrip().startswith('="'):
        return text
    match = re.fullmatch(r'\s*="?([^"()]*)"?\s*', text)
    return match[1] if match else text


def decode(content: bytes) -> str:
    """Text of a CSV: by its mark, as UTF-8, or as the old encoding that gives Vietnamese words."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    content = content.removeprefix(b"\xef\xbb\xbf")
    head = content[:4000].rstrip(b"\x00")
    if head[1::2].count(0) > len(head) // 5:
        return content.decode("utf-16-le", errors="replace")
    if head[0::2].count(0) > len(head) // 5:
        return content.decode("utf-16-be", errors="replace")
    try:
        text = content.decode("utf-8")
        return legacy_encodings.unmixed(text) if legacy_encodings.is_mixed_up(text) else text
    except UnicodeDecodeError:
        return _of_lines(content)


def _of_lines(content: bytes) -> str:
    """Lines of UTF-8 beside others: a file cut short, or with lines added by an older program."""
    lines = content.splitlines(keepends=True)
    texts = [_as_utf8(line) for line in lines]
    encoding = _old_encoding(
        b"".join(line for line, text in zip(lines, texts, strict=True) if text is None)
    )
    return "".join(
        line.decode(encoding, errors="replace") if text is None else text
        for line, text in zip(lines, texts, strict=True)
    )


def _as_utf8(line: bytes) -> str | None:
    """The line, also one that ends inside a letter; nothing for another encoding."""
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        is_cut = error.reason == "unexpected end of data" and not line[: error.start].isascii()
        return line.decode(errors="replace") if is_cut else None


_SAMPLE = 200_000


def _old_encoding(content: bytes) -> str:
    """Windows-1258, or the Western letters that TCVN3 and VNI were saved as."""
    sample = content[:_SAMPLE]
    as_1258 = sample.decode("cp1258", errors="replace")
    repaired = legacy_encodings.repair_text(sample.decode("latin-1"))
    return (
        "cp1258"
        if legacy_encodings.doubt(as_1258) <= legacy_encodings.doubt(repaired)
        else "latin-1"
    )


_SPACES = re.compile(r"(?<=\S)(?: {2,})(?=\S)")


def _separator(text: str) -> str:
    """The one that cuts the most lines into the same number of cells; empty for several spaces."""
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    best = max(("\t", ";", ",", "|"), key=lambda separator: _regularity(lines, separator))
    apart = [_SPACES.sub("\t", line.strip()) for line in lines]
    by_spaces = _regularity(apart, "\t")
    has_tabs = _regularity(lines, "\t") > 0
    is_apart = not has_tabs and by_spaces > _regularity(lines, best) and len(lines) > 1
    return "" if is_apart else best


def _regularity(lines: Iterable[str], separator: str) -> int:
    counts = Counter(line.count(separator) for line in lines)
    return max((times * min(cuts, 4) for cuts, times in counts.items() if cuts), default=0)
