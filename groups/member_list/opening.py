"""Opens a workbook in a process of its own, which alone dies of what a broken file does to it.

Run as a script: the file comes in, its sheets go out. It imports nothing of the project, so that
it starts fast.
"""

import gc
import pickle
import re
import resource
import sys
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

BROKEN, PASSWORD, TOO_LARGE = 3, 4, 5
_ODS_PARTS = ("mimetype", "content.xml", "META-INF/manifest.xml")
_NEW_LINE = re.compile(rb"<text:(?:line-break|tab)\s*/>")
_FAILURES = (
    CalamineError, OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile,
    expat.ExpatError,
)  # fmt: skip
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
    told = _NEW_LINE.sub(b"\n", parts["content.xml"])
    if told == parts["content.xml"]:
        return content
    rewritten = BytesIO()
    with zipfile.ZipFile(rewritten, "w") as archive:
        for name, part in (parts | {"content.xml": told}).items():
            archive.writestr(name, part)
    return rewritten.getvalue()


def send_sheets(content: bytes, max_cells: int) -> int:
    """Writes name, number, visibility, rows and merged areas of each sheet; answers a code."""
    cells = 0
    try:
        with CalamineWorkbook.from_filelike(BytesIO(_opendocument(content))) as workbook:
            for number, metadata in enumerate(workbook.sheets_metadata):
                if metadata.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_index(number)
                rows: list[list[object]] = []
                if sheet.start is not None and sheet.end is not None:
                    cells += (sheet.end[0] + 1) * (sheet.end[1] + 1)
                    if cells > max_cells:
                        return TOO_LARGE
                    left = [""] * sheet.start[1]
                    rows = [left + list(row) for row in sheet.iter_rows()]
                is_visible = metadata.visible == SheetVisibleEnum.Visible
                merged = sheet.merged_cell_ranges or []
                answer = (metadata.name, number, is_visible, rows, merged)
                pickle.dump(answer, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    except _FAILURES as error:
        is_password = "password" in f"{type(error).__name__} {error}".lower()
        return PASSWORD if is_password else BROKEN
    except MemoryError:
        return TOO_LARGE
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # rows hold no cycles, and the process ends with them
    sys.exit(send_sheets(sys.stdin.buffer.read(), int(sys.argv[1])))
