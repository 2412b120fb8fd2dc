"""Workbooks of one or two kilobytes that grow without end in whatever opens them carelessly."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Final
from warnings import catch_warnings, simplefilter

import xlsxwriter

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
_BOOK = (
    f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_OF_BOOK = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>"
)
_CELL = '<c r="A1" t="inlineStr"><is><t>a</t></is></c>'
_SHEET = f'<worksheet {_MAIN}><sheetData><row r="1">{_CELL}</row></sheetData></worksheet>'
_STRINGS = f'<sst {_MAIN} count="1" uniqueCount="1"><si><t>a</t></si></sst>'


def book(*rows: Sequence[Any]) -> bytes:
    """A workbook like any other."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False})
    sheet = made.add_worksheet("S")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    made.close()
    return buffer.getvalue()


def by_hand(
    *, sheet: str = _SHEET, strings: str = _STRINGS, kind: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A workbook of these parts."""
    parts = {
        "[Content_Types].xml": _TYPES, "_rels/.rels": _ROOT, "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _OF_BOOK, "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings,
    }  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind, compresslevel=9) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def _dimension() -> bytes:
    said = '<dimension ref="A1:XFD1048576"/><sheetData>'
    return by_hand(sheet=_SHEET.replace("<sheetData>", said))


def _far() -> bytes:
    """The dimension is true: a cell stands in the last corner."""
    last = f'<row r="1048576">{_CELL.replace("A1", "XFD1048576")}</row>'
    return by_hand(
        sheet=_SHEET.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>').replace(
            "</sheetData>", f"{last}</sheetData>"
        )
    )


def _wide() -> bytes:
    """Each row reaches the last column."""
    rows = "".join(
        f'<row r="{number}">{_CELL.replace("A1", f"XFD{number}")}</row>' for number in range(1, 200)
    )
    return by_hand(sheet=_SHEET.replace("</sheetData>", "").partition("<row")[0] + rows
                   + "</sheetData></worksheet>")  # fmt: skip


def _zip(kind: int) -> bytes:
    """A part of spaces."""
    size = 70_000_000 if kind == zipfile.ZIP_DEFLATED else 100_000_000
    return by_hand(strings=_STRINGS + " " * size, kind=kind)


def _shared() -> bytes:
    """One long text, in very many cells."""
    strings = f"<sst {_MAIN}><si><t>{'x' * 32_767}</t></si></sst>"
    cells = "".join('<c t="s"><v>0</v></c>' for _number in range(199))
    rows = "".join(f"<row>{cells}</row>" for _number in range(60))
    return by_hand(
        strings=strings, sheet=f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"
    )


def _laughs() -> bytes:
    """Entities of entities."""
    entities = ['<!ENTITY a0 "haha">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    head = f"<!DOCTYPE sst [{''.join(entities)}]>"
    return by_hand(strings=head + _STRINGS.replace("<t>a</t>", "<t>&a11;</t>"))


def _outside() -> bytes:
    """An entity that is a file of the server."""
    head = '<!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return by_hand(strings=head + _STRINGS.replace("<t>a</t>", "<t>&a;</t>"),
                   sheet=_SHEET.replace(_CELL, '<c r="A1" t="s"><v>0</v></c>'))  # fmt: skip


def _deep() -> bytes:
    """Tags in tags in tags."""
    depth = 200_000
    return by_hand(
        sheet=f"<worksheet {_MAIN}>{'<x>' * depth}{'</x>' * depth}</worksheet>",
    )


def _overlapping() -> bytes:
    """Entries of one name, of which programs take either."""
    buffer = io.BytesIO(by_hand())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive, catch_warnings():
        simplefilter("ignore")
        archive.writestr("xl/sharedStrings.xml", _STRINGS)
    return buffer.getvalue()


def _lying() -> bytes:
    """The head of a part says that it is small."""
    content = bytearray(_zip(zipfile.ZIP_DEFLATED))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(content)


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "far": _far,
    "wide": _wide,
    "deflated": lambda: _zip(zipfile.ZIP_DEFLATED),
    "bzip2": lambda: _zip(zipfile.ZIP_BZIP2),
    "shared": _shared,
    "laughs": _laughs,
    "outside": _outside,
    "deep": _deep,
    "twice": _overlapping,
    "lying": _lying,
}
# Nothing is wrong with its cells, only with what it says of them.
BOASTING: Final = _dimension
