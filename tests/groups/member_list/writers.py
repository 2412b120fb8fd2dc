"""Writes a grid of cells as each kind of file that hamlets send; .xls and .ods by hand."""

import csv
import io
import struct
import unicodedata
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.sax.saxutils import escape

import xlsxwriter


class Failed(str):
    """The value in the cell of a failed formula, such as `#N/A`."""


ERROR_CODES = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#N/A": 42}


@dataclass
class Grid:
    rows: list[list]
    name: str = "Ấp 1"
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: tuple[int, ...] = ()
    is_hidden: bool = False
    hidden_columns: tuple[int, ...] = ()
    fonts: dict[int, str] = field(default_factory=dict)  # by column, from 0


def xlsx(*grids: Grid) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        if grid.is_hidden:
            sheet.hide()
        for top, left, bottom, right in grid.merges:
            sheet.merge_range(top, left, bottom, right, "")
        fonts = {c: book.add_format({"font_name": name}) for c, name in grid.fonts.items()}
        for number, row in enumerate(grid.rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                elif isinstance(cell, Failed):
                    sheet.write_formula(number, column, "=NA()", None, str(cell))
                elif cell not in ("", None):
                    sheet.write(number, column, cell, fonts.get(column))
        for column in grid.hidden_columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
        for number in grid.hidden_rows:
            sheet.set_row(number - 1, None, None, {"hidden": True})
    book.close()
    return buffer.getvalue()


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    "<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    "</office:document-content>"
)
_ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_FILTERED = ' table:visibility="filter"'
_ODS_COLLAPSED = ' table:visibility="collapse"'
_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_KIND}"/>'
    "</manifest:manifest>"
)


def _ods_cell(cell, span: str = "") -> str:
    if isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, Failed):
        kind = 'table:formula="of:=NA()" office:value-type="string" office:string-value=""'
        kind += ' calcext:value-type="error"'
    elif isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    elif cell in ("", None):
        return f"<table:table-cell{span}/>"
    else:
        kind = 'office:value-type="string"'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f"<table:table-cell {kind}{span}>{lines}</table:table-cell>"


def _ods_row(grid: Grid, number: int) -> str:
    cells = []
    for column, cell in enumerate(grid.rows[number]):
        span = ""
        for top, left, bottom, right in grid.merges:
            if (top, left) == (number, column):
                span = f' table:number-columns-spanned="{right - left + 1}"'
                span += f' table:number-rows-spanned="{bottom - top + 1}"'
            elif top <= number <= bottom and left <= column <= right:
                span = "covered"
        cells.append("<table:covered-table-cell/>" if span == "covered" else _ods_cell(cell, span))
    return "".join(cells)


def ods_of_xml(tables: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), _ODS_KIND)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", _ODS.format(tables=tables))
    return buffer.getvalue()


def ods(*grids: Grid) -> bytes:
    """With the trailing repeated cells and rows that LibreOffice writes."""
    tables = ""
    for grid in grids:
        rows = "".join(
            f"<table:table-row{_ODS_FILTERED if number + 1 in grid.hidden_rows else ''}>"
            + _ods_row(grid, number)
            + '<table:table-cell table:number-columns-repeated="16300"/></table:table-row>'
            for number in range(len(grid.rows))
        )
        columns = "".join(
            f"<table:table-column{_ODS_COLLAPSED if column in grid.hidden_columns else ''}/>"
            for column in range(max(map(len, grid.rows)))
        )
        tables += (
            f'<table:table table:name="{escape(grid.name)}">{columns}{rows}'
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table>"
        )
    return ods_of_xml(tables)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _serial(cell: date) -> float:
    if isinstance(cell, datetime):
        since = cell - datetime(1899, 12, 30)  # noqa: DTZ001 -- Excel knows no zones
        return since.days + since.seconds / 86_400
    return float((cell - date(1899, 12, 30)).days)


def _biff_sheet(grid: Grid, formats: dict[str, int]) -> bytes:
    out = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    width = max(map(len, grid.rows))
    for column in grid.hidden_columns:
        out += record(0x007D, struct.pack("<HHHHHH", column, column, 2340, 0, 1, 0))
    out += record(0x0200, struct.pack("<IIHHH", 0, len(grid.rows), 0, width, 0))
    for number in grid.hidden_rows:
        facts = struct.pack("<HHHHHHHH", number - 1, 0, width, 255, 0, 0, 0x0120, 0)
        out += record(0x0208, facts)
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                out += record(0x0203, struct.pack("<HHHd", number, column, 1, _serial(cell)))
            elif isinstance(cell, Failed):
                shown = struct.pack("<BBBBHH", 2, 0, ERROR_CODES[cell], 0, 0, 0xFFFF)
                formula = struct.pack("<HIH", 0, 0, 2) + b"\x1c\x2a"  # the constant #N/A
                out += record(0x0006, struct.pack("<HHH", number, column, 0) + shown + formula)
            elif isinstance(cell, int | float):
                out += record(0x0203, struct.pack("<HHHd", number, column, 0, float(cell)))
            elif cell not in ("", None):
                text = cell.encode("utf-16-le")
                style = formats.get(grid.fonts.get(column, ""), 0)
                head = struct.pack("<HHHHB", number, column, style, len(text) // 2, 1)
                out += record(0x0204, head + text)
    if grid.merges:
        body = struct.pack("<H", len(grid.merges))
        body += b"".join(struct.pack("<HHHH", t, b, le, r) for t, le, b, r in grid.merges)
        out += record(0x00E5, body)
    return out + record(0x000A, b"")


def _biff_book(grids: tuple[Grid, ...]) -> bytes:
    opening = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    opening += record(0x0042, struct.pack("<H", 1200))
    fonts = sorted({name for grid in grids for name in grid.fonts.values()})
    for name in ["Times New Roman"] * 5 + fonts:  # no font has the number 4, the fifth has 5
        head = struct.pack("<HHHHHBBBB", 240, 0, 0x7FFF, 400, 0, 0, 0, 0, 0)
        wide_name = name.encode("utf-16-le")
        opening += record(0x0031, head + struct.pack("<BB", len(name), 1) + wide_name)
    for number_format in (0, 14):
        opening += record(0x00E0, struct.pack("<HH", 0, number_format) + bytes(16))
    for number in range(len(fonts)):
        opening += record(0x00E0, struct.pack("<HH", 6 + number, 0) + bytes(16))
    formats = {name: 2 + number for number, name in enumerate(fonts)}
    names = [grid.name.encode("utf-16-le") for grid in grids]
    length = len(opening) + sum(12 + len(name) for name in names) + 4
    bounds, sheets = b"", b""
    for grid, wide in zip(grids, names, strict=True):
        head = struct.pack("<IBBBB", length + len(sheets), grid.is_hidden, 0, len(wide) // 2, 1)
        bounds += record(0x0085, head + wide)
        sheets += _biff_sheet(grid, formats)
    return opening + bounds + record(0x000A, b"") + sheets


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2 if text else 0, kind, 1)
    none = 0xFFFFFFFF
    return (
        head + struct.pack("<III", none, none, child) + bytes(36) + struct.pack("<IQ", start, size)
    )


def ole(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file with one stream: sector 0 the directory, then the FAT, then the stream."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    fats = 1
    while fats * 128 < 1 + fats + sectors:
        fats += 1
    chain = [0xFFFFFFFE] + [0xFFFFFFFD] * fats
    first = 1 + fats
    chain += [first + number + 1 for number in range(sectors - 1)] + [0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (fats * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fats, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *range(1, fats + 1), *[0xFFFFFFFF] * (109 - fats))
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(
        name, 2, 0xFFFFFFFF, first, len(stream)
    )
    directory += _entry("", 0, 0xFFFFFFFF, 0, 0) * 2
    fat = struct.pack(f"<{len(chain)}I", *chain)
    return header + directory + fat + stream.ljust(sectors * 512, b"\0")


def xls(*grids: Grid) -> bytes:
    return ole(_biff_book(grids))


def _as_text(cell) -> str:
    if isinstance(cell, date):
        day = f"{cell.day:02}/{cell.month:02}/{cell.year}"
        return f"{day} {cell:%H:%M}" if isinstance(cell, datetime) else day
    return "" if cell is None else str(cell)


def text(grid: Grid, *, separator: str, encoding: str, mark: str = "") -> bytes:
    buffer = io.StringIO()
    buffer.write(mark)
    writer = csv.writer(buffer, delimiter=separator)
    writer.writerows([_as_text(cell) for cell in row] for row in grid.rows)
    written = buffer.getvalue()
    return _cp1258(written) if encoding == "cp1258" else written.encode(encoding)


def _cp1258(written: str) -> bytes:
    """Tones stand after their letter in Windows-1258."""
    out = b""
    for letter in unicodedata.normalize("NFC", written):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tones = [mark for mark in parts[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
            base = "".join(mark for mark in parts if mark not in tones)
            base = unicodedata.normalize("NFC", base)
            out += base.encode("cp1258", "replace") + "".join(tones).encode("cp1258")
    return out


FORMATS = {
    "xlsx": lambda grid: xlsx(grid),
    "ods": lambda grid: ods(grid),
    "xls": lambda grid: xls(grid),
    "utf8.csv": lambda grid: text(grid, separator=",", encoding="utf-8"),
    "bom.csv": lambda grid: text(grid, separator=";", encoding="utf-8-sig"),
    "utf16.txt": lambda grid: text(grid, separator="\t", encoding="utf-16"),
    "utf16be.txt": lambda grid: text(grid, separator=";", encoding="utf-16-be", mark="\ufeff"),
    "utf16le.txt": lambda grid: text(grid, separator="\t", encoding="utf-16-le"),
    "cp1258.csv": lambda grid: text(grid, separator=";", encoding="cp1258"),
}
