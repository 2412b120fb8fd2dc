"""Opens a workbook in a process of its own, which alone dies of what a broken file does to it.

Run as a script: the file comes in, its sheets go out, each a line of JSON. It imports nothing of
the project, so that it starts fast.
"""

import gc
import json
import re
import resource
import sys
import zipfile
from datetime import timedelta
from io import BytesIO
from itertools import islice
from typing import Any, NamedTuple
from xml.parsers import expat

import xlrd
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

BROKEN, PASSWORD, TOO_LARGE, TOO_FAR = 3, 4, 5, 6
_ODS_PARTS = ("mimetype", "content.xml", "META-INF/manifest.xml")
_NEW_LINE = re.compile(rb"<text:(?:line-break|tab)\s*/>")
_OLE = b"\xd0\xcf\x11\xe0"
_NOTHING = bytes((xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK))  # a blank cell is only coloured
_MAX_ERRORS = 100_000
_MAX_NOTES, _LONGEST_NOTE = 5_000, 1_000
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 60


def _opendocument(content: bytes) -> bytes:
    """An .ods as calamine can read it: whole, and with letters for new lines and tabs in cells.

    Calamine waits for ever for the end of a tag that never ends.
    """
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name in _ODS_PARTS}
    if "content.xml" not in parts:
        return content
    expat.ParserCreate().Parse(parts["content.xml"], True)
    text = _NEW_LINE.sub(b"\n", parts["content.xml"])
    if text == parts["content.xml"]:
        return content
    rewritten = BytesIO()
    with zipfile.ZipFile(rewritten, "w") as archive:
        for name, part in (parts | {"content.xml": text}).items():
            archive.writestr(name, part)
    return rewritten.getvalue()


class _Cells(NamedTuple):
    """Facts of a sheet of an .xls that calamine omits."""

    name: str
    rows: int
    columns: int
    facts: dict[str, object]


def _cells_of_xls(content: bytes) -> list[_Cells]:
    # Texts cut within a sign are read, as calamine reads them.
    xlrd.biffh.unicode = xlrd.book.unicode = lambda text, encoding: text.decode(encoding, "replace")
    book = xlrd.open_workbook(
        file_contents=content, logfile=sys.stderr, formatting_info=True, ragged_rows=True,
        encoding_override="latin-1", ignore_workbook_corruption=True,
    )  # fmt: skip
    fonts = {font.font_index: font.name for font in book.font_list}
    names = {style.xf_index: fonts.get(style.font_index, "") for style in book.xf_list}
    return [_cells_of_sheet(tab, names) for tab in book.sheets()]


def _cells_of_sheet(tab: xlrd.sheet.Sheet, fonts: dict[int, str]) -> _Cells:
    """Rows and columns count from 1, fonts from 0. A cell that is only coloured is none."""
    kinds = [tab.row_types(row).tobytes().rstrip(_NOTHING) for row in range(tab.nrows)]
    errors = (
        (row, column)
        for row, cells in enumerate(kinds, 1)
        for column, kind in enumerate(cells, 1)
        if kind == xlrd.XL_CELL_ERROR
    )
    return _Cells(
        tab.name,
        max((row for row, cells in enumerate(kinds, 1) if cells), default=0),
        max(map(len, kinds), default=0),
        {
            "hidden_rows": {row + 1 for row, at in tab.rowinfo_map.items() if at.hidden},
            "hidden_columns": {column + 1 for column, at in tab.colinfo_map.items() if at.hidden},
            "error_cells": list(islice(errors, _MAX_ERRORS)),
            "comments": [
                (row, column, comment.text[:_LONGEST_NOTE])
                for (row, column), comment in islice(sorted(tab.cell_note_map.items()), _MAX_NOTES)
            ],
            "fonts": [
                [fonts.get(tab.cell_xf_index(row, column), "") for column in range(len(cells))]
                for row, cells in enumerate(kinds)
            ],
        },
    )


def _marked(value: Any) -> Any:
    """Write a value that JSON lacks: days and hours by their kind, numbers of rows as a list."""
    if isinstance(value, set):
        return list(value)
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    return {type(value).__name__: value.isoformat()}


def _send(*values: object) -> None:
    line = json.dumps(values, default=_marked, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode(errors="replace") + b"\n")


def send_sheets(content: bytes, max_cells: int, max_letters: int) -> int:
    """Writes name, number, visibility, rows, merged areas and facts of each sheet; or a code."""
    cells = letters = 0
    try:
        known = _cells_of_xls(content) if content.startswith(_OLE) else []
        for one in known:
            if one.rows * one.columns > max_cells:
                _send(one.name, one.rows, one.columns)
                return TOO_FAR
        with CalamineWorkbook.from_filelike(BytesIO(_opendocument(content))) as workbook:
            for number, metadata in enumerate(workbook.sheets_metadata):
                if metadata.typ != SheetTypeEnum.WorkSheet:
                    continue
                tab = workbook.get_sheet_by_index(number)
                rows: list[list[object]] = []
                if tab.start is not None and tab.end is not None:
                    cells += (tab.end[0] + 1) * (tab.end[1] + 1)
                    if cells > max_cells:
                        return TOO_LARGE
                    left = [""] * tab.start[1]
                    for row in tab.iter_rows():
                        letters += sum(len(cell) for cell in row if isinstance(cell, str))
                        if letters > max_letters:  # one long text may stand in every cell
                            return TOO_LARGE
                        rows.append(left + list(row))
                is_visible = metadata.visible == SheetVisibleEnum.Visible
                merged = tab.merged_cell_ranges or []
                facts = known.pop(0).facts if known else {}
                _send(metadata.name, number, is_visible, rows, merged, facts)
    except MemoryError:
        return TOO_LARGE
    except Exception as error:
        return PASSWORD if re.search("password|encrypted", repr(error), re.IGNORECASE) else BROKEN
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # rows hold no cycles, and the process ends with them
    sys.exit(send_sheets(sys.stdin.buffer.read(), *map(int, sys.argv[1:])))
