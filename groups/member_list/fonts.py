"""The fonts of some cells of a workbook, asked only where the text looks older than Unicode."""

import re
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from groups.member_list import inspecting, old_office, scanning

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


_FONT_RECORD, _FORMAT_RECORD = 0x0031, 0x00E0
_TEXTS = frozenset((0x00FD, 0x0204, 0x00D6))


def of_xls(content: bytes, number: int, cells: set[Place]) -> dict[Place, str]:
    """The same for the sheet of that number in an .xls."""
    try:
        return _of_records(old_office.workbook_stream(content), number, cells)
    except (struct.error, IndexError, ValueError):
        return {}


def _records(book: bytes) -> Iterator[tuple[int, int, bytes]]:
    at = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield at, kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _of_records(book: bytes, number: int, cells: set[Place]) -> dict[Place, str]:
    fonts: list[str] = []
    formats: list[int] = []
    starts: list[int] = []
    found = {}
    current, is_new = -1, True
    for at, kind, body in _records(book):
        if kind == old_office.BEGIN:
            current = starts.index(at) if at in starts else current
            is_new = body[:2] == b"\x00\x06" if at == 0 else is_new
        elif kind == old_office.BOUND_SHEET:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == _FONT_RECORD:
            fonts.append(_font_name(body, is_new=is_new))
        elif kind == _FORMAT_RECORD:
            formats.append(struct.unpack_from("<H", body)[0])
        elif kind in _TEXTS and current == number:
            row, column, style = struct.unpack_from("<HHH", body)
            if (row, column) in cells:
                font = formats[style]
                # No font has the number 4.
                found[row, column] = fonts[font - (font > 4)]
    return found


def _font_name(body: bytes, *, is_new: bool) -> str:
    length = body[14]
    if not is_new:
        return body[15 : 15 + length].decode("latin-1")
    is_wide = body[15] & 1
    name = body[16 : 16 + length * (2 if is_wide else 1)]
    return name.decode("utf-16-le" if is_wide else "latin-1")
