"""What a file may be, decided before anything large is built from it.

A workbook is a zip: its parts are unpacked in small pieces and counted, because the sizes that
a zip claims for itself may be lies.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from groups.member_list import opening
from groups.member_list.problems import UnreadableFile

MAX_BYTES = 25 * 1024 * 1024
MAX_UNPACKED = 250 * 1024 * 1024
MAX_TEXTS = 60 * 1024 * 1024
MAX_PARTS = 2000
MAX_ROWS = 120_000
MAX_COLUMNS = 256
MAX_CELLS = 3_000_000
MAX_SHEETS = 60
_CHUNK = 256 * 1024

_TOO_BIG = (
    f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB. Hãy xoá hình ảnh hoặc tách thành nhiều tệp."
)
_EMPTY = "Tệp rỗng, không có nội dung. Hãy mở tệp trên máy để kiểm tra rồi tải lên lại."
BROKEN = (
    "Tệp bị hỏng hoặc tải lên dở dang. Hãy mở bằng Excel, lưu lại thành tệp mới rồi tải lên lại."
)
_PASSWORD = "Tệp đặt mật khẩu. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi tải lên."  # noqa: S105 -- a sentence
_MACRO = "Tệp có macro nên không được nhận. Hãy lưu lại dạng .xlsx (không macro) rồi tải lên."
_BOMB = "Tệp nén chứa lượng dữ liệu lớn bất thường nên không được mở. Hãy chép bảng sang tệp mới."
_FORMATS = "Hãy dùng tệp .xlsx, .xls, .ods, .csv, .txt, hoặc dán bảng vào ô."
_TOO_WIDE = (
    f"Trang tính “{{sheet}}” có dữ liệu ở cột thứ {{columns}}, quá {MAX_COLUMNS} cột. "
    "Hãy chọn và xoá các cột thừa bên phải bảng, lưu lại rồi tải lên."
)
_TOO_LONG = (
    f"Trang tính “{{sheet}}” dài {{rows}} dòng, nhiều hơn {MAX_ROWS}. "
    "Hãy xoá các dòng thừa bên dưới bảng, hoặc tách thành nhiều tệp."
)
_TOO_SPARSE = (
    "Trang tính “{sheet}” có ô ở dòng {rows}, cột thứ {columns}, giữa là vùng trống rất lớn. "
    "Hãy chép riêng bảng sang tệp mới rồi tải lên."
)
_FOREIGN = (
    (b"%PDF", "Đây là tệp PDF."),
    (b"{\\rtf", "Đây là tệp văn bản RTF."),
    (b"\x89PNG", "Đây là hình ảnh."),
    (b"\xff\xd8\xff", "Đây là hình ảnh."),
    (b"GIF8", "Đây là hình ảnh."),
    (b"Rar!", "Đây là tệp nén RAR."),
    (b"7z\xbc\xaf", "Đây là tệp nén 7z."),
    (b"\x1f\x8b", "Đây là tệp nén gzip."),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c(?:\s([^>]*[^>/]))?>")
_AT = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["'](\d{1,7})["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_IS_ERROR = re.compile(rb"""(?:^|\s)t\s*=\s*["']e["']""")
_SHEET = re.compile(rb"""<(?:\w+:)?sheet\s[^>]*?\b\w+:id\s*=\s*["']([^"']+)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ODS_TOKEN = re.compile(rb"<(/?)table:(table-row|table-cell|table)\b([^>]*)>")
_REPEATED = re.compile(rb"""table:number-(?:rows|columns)-repeated\s*=\s*["'](\d+)["']""")


@dataclass
class SheetFacts:
    """What calamine does not tell: hidden rows, and cells that show an error (row, column)."""

    hidden_rows: set[int] = field(default_factory=set)
    error_cells: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Inspected:
    """The kind of the file, and the facts of its sheets in the order of the workbook."""

    kind: str
    sheets: list[SheetFacts] = field(default_factory=list)


def inspect(content: bytes) -> Inspected:
    """The kind of the file: workbook, legacy or text. Refuses what must not be opened."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_TOO_BIG)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(_EMPTY)
    for start, what in _FOREIGN:
        if content.startswith(start):
            raise UnreadableFile(f"{what} {_FORMATS}")
    if content.startswith(_OLE):
        _inspect_ole(content)
        return Inspected("legacy")
    if content.startswith(b"PK"):
        return _inspect_zip(content)
    opening = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if opening.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        raise UnreadableFile(
            "Tệp này là trang web mang đuôi bảng tính. Hãy mở bằng Excel và lưu lại dạng .xlsx."
        )
    return Inspected("text")


def _inspect_ole(content: bytes) -> None:
    """Directory names of an old Office file are UTF-16; they tell what is inside."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise UnreadableFile(_PASSWORD)
    if holds("WordDocument"):
        raise UnreadableFile(f"Đây là tệp Word. {_FORMATS}")
    if holds("_VBA_PROJECT"):
        raise UnreadableFile(_MACRO)
    if not (holds("Workbook") or holds("Book")):
        raise UnreadableFile(BROKEN)


def _inspect_zip(content: bytes) -> Inspected:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise UnreadableFile(BROKEN) from None
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS:
        raise UnreadableFile(_BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(_PASSWORD)
    if any(name.lower().endswith("vbaproject.bin") for name in names) or any(
        name.startswith(("Basic/", "Scripts/")) for name in names
    ):
        raise UnreadableFile(_MACRO)
    if "word/document.xml" in names:
        raise UnreadableFile(f"Đây là tệp Word. {_FORMATS}")
    if "xl/workbook.bin" in names:
        raise UnreadableFile("Tệp dạng .xlsb không được nhận. Hãy lưu lại dạng .xlsx rồi tải lên.")
    if "content.xml" not in names and not any(name.startswith("xl/") for name in names):
        raise UnreadableFile(f"Đây là tệp nén, không phải bảng tính. {_FORMATS}")
    facts: dict[str, SheetFacts] = {}
    kept: dict[str, bytes] = {}
    budget = MAX_UNPACKED
    for part in parts:
        pieces = _unpack(content, part)
        if part.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            kept[part.filename] = b"".join(pieces)
            budget -= len(kept[part.filename])
        elif part.filename == "content.xml":
            budget -= _inspect_ods_cells(pieces)
        else:
            facts[part.filename] = SheetFacts()
            budget -= _inspect_xlsx_cells(pieces, part.filename, facts[part.filename])
        if budget < 0:
            raise UnreadableFile(_BOMB)
    return Inspected("workbook", _in_order(kept, facts))


def _in_order(kept: dict[str, bytes], facts: dict[str, SheetFacts]) -> list[SheetFacts]:
    """The facts of each sheet as the workbook lists them; its parts may have any names."""
    targets: dict[bytes, str] = {}
    for attributes in _RELATION.findall(kept.get("xl/_rels/workbook.xml.rels", b"")):
        found = dict(re.findall(rb"""(\w+)\s*=\s*["']([^"']*)["']""", attributes))
        target = found.get(b"Target", b"").decode(errors="replace")
        targets[found.get(b"Id", b"")] = target[1:] if target.startswith("/") else f"xl/{target}"
    wanted = _SHEET.findall(kept.get("xl/workbook.xml", b""))
    return [facts.get(targets.get(name, ""), SheetFacts()) for name in wanted]


def _unpack(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces of bounded size, whatever sizes its headers claim."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile(BROKEN)
    try:
        name_length, extra_length = struct.unpack_from("<HH", content, part.header_offset + 26)
    except struct.error:
        raise UnreadableFile(BROKEN) from None
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
        return
    unpacker = zlib.decompressobj(-15)
    total = 0
    pending: bytes = b""
    at = 0
    try:
        while not unpacker.eof:
            if not pending:
                pending = bytes(packed[at : at + _CHUNK])
                at += len(pending)
                if not pending:
                    raise UnreadableFile(BROKEN)
            piece = unpacker.decompress(pending, _CHUNK)
            pending = unpacker.unconsumed_tail
            total += len(piece)
            if total > MAX_UNPACKED:
                raise UnreadableFile(_BOMB)
            if piece:
                yield piece
    except zlib.error:
        raise UnreadableFile(BROKEN) from None


def _whole_tags(pieces: Iterator[bytes], counted: list[int]) -> Iterator[bytes]:
    """The same bytes, cut only between tags; a tag longer than a piece is no spreadsheet's."""
    rest = b""
    for piece in pieces:
        counted[0] += len(piece)
        text = rest + piece
        cut = text.rfind(b">") + 1
        rest = text[cut:]
        if len(rest) > 4 * _CHUNK:
            raise UnreadableFile(_BOMB)
        yield text[:cut]


def column_number(letters: str) -> int:
    """`A` → 1, `XFD` → 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _inspect_xlsx_cells(pieces: Iterator[bytes], name: str, facts: SheetFacts) -> int:
    """Refuses a sheet whose filled cells reach too far; calamine lays out all between them."""
    counted = [0]
    columns = rows = cells = row = 0
    for text in _whole_tags(pieces, counted):
        opened = _ROW_NUMBER.findall(b" ".join(_ROW.findall(text)))
        row = max([row, *map(int, opened)])
        for attributes in _CELL.findall(text):
            cells += 1
            if not (place := _AT.search(attributes)):
                rows = max(rows, row)  # without a place of its own it stands in an open row
                continue
            column, number = column_number(place[1].decode().upper()), int(place[2])
            columns, rows = max(columns, column), max(rows, number)
            if _IS_ERROR.search(attributes) and len(facts.error_cells) < MAX_ROWS:
                facts.error_cells.append((number, column))
        if b"hidden" in text:
            for attributes in _ROW.findall(text):
                match = _ROW_NUMBER.search(attributes)
                if match and _HIDDEN.search(attributes):
                    facts.hidden_rows.add(int(match[1]))
        if cells > MAX_CELLS or (not cells and counted[0] > MAX_TEXTS):
            raise UnreadableFile(_BOMB)
    check_extent(name.rpartition("/")[2].removesuffix(".xml"), rows, columns)
    return counted[0]


def _inspect_ods_cells(pieces: Iterator[bytes]) -> int:
    """The same for .ods, where one tag may stand for a million cells."""
    counted = [0]
    rows = columns = at_row = at_column = row_repeat = number = 0
    for text in _whole_tags(pieces, counted):
        for closing, tag, attributes in _ODS_TOKEN.findall(text):
            if tag == b"table" and not closing:
                number += 1
                rows = columns = at_row = 0
            elif tag == b"table-row" and not closing:
                repeated = _REPEATED.search(attributes)
                row_repeat = int(repeated[1]) if repeated else 1
                at_row += row_repeat
                at_column = 0
            elif tag == b"table-cell" and not closing:
                repeated = _REPEATED.search(attributes)
                at_column += int(repeated[1]) if repeated else 1
                if not attributes.endswith(b"/") or b"office:value" in attributes:
                    rows, columns = max(rows, at_row), max(columns, at_column)
                    check_extent(str(number), rows, columns)
    return counted[0]


def check_extent(sheet: str, rows: int, columns: int) -> None:
    """Refuses a table wider, longer or larger than a list of a hamlet can be."""
    if columns > MAX_COLUMNS:
        raise UnreadableFile(_TOO_WIDE.format(sheet=sheet, columns=columns))
    if rows > MAX_ROWS:
        raise UnreadableFile(_TOO_LONG.format(sheet=sheet, rows=rows))
    if rows * columns > MAX_CELLS:
        raise UnreadableFile(_TOO_SPARSE.format(sheet=sheet, rows=rows, columns=columns))


def refusal_of(code: int) -> UnreadableFile:
    """What the process that opens workbooks answered, as a sentence; a crash is a broken file."""
    sentences = {opening.PASSWORD: _PASSWORD, opening.TOO_LARGE: _BOMB}
    return UnreadableFile(sentences.get(code, BROKEN))
