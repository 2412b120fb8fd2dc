"""The fonts of some cells of a workbook, asked only where the text looks older than Unicode."""

import re
import zipfile
from io import BytesIO

from groups.member_list import inspecting, scanning

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
