"""Workbooks of a plain table, opened in a process of its own with little memory and time.

Run as a script: the file comes in, its sheets go out, each a line of JSON, the active one first. It
imports nothing of the project, so that it starts fast. What a file says of its own size is not
believed: rows and cells are counted as they come.
"""

import json
import resource
import sys
import zipfile
from io import BytesIO
from typing import Any, Final

BROKEN, PASSWORD, TOO_LARGE, TOO_LONG, TOO_WIDE, PROGRAM = 3, 4, 5, 6, 7, 8
MOST_COLUMNS: Final = 200
_MOST_SHEETS, _MOST_PARTS = 40, 500
_MOST_CELLS, _MOST_LETTERS = 400_000, 8_000_000
_MOST_UNPACKED = 60 * 1024 * 1024
_MEMORY, _OWN_MEMORY = 1024 * 1024 * 1024, 256 * 1024 * 1024
_SECONDS = 4
_WAIT_S = 30
_SENTENCES: Final = {
    BROKEN: "Không đọc được tệp. Hãy mở thử tệp trên máy, lưu lại dạng .xlsx rồi tải lên.",
    PASSWORD: "Tệp đặt mật khẩu. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi tải lên.",
    TOO_LARGE: "Tệp giải nén ra quá lớn nên không được nhận. Hãy chép riêng bảng sang tệp mới.",
    TOO_LONG: "Trang “{worksheet}” có hơn {rows} dòng. Hãy tách nhỏ.",
    TOO_WIDE: "Trang “{worksheet}” có dữ liệu ở quá {columns} cột. Hãy xóa các cột thừa bên phải.",
    PROGRAM: "Tệp có macro nên không được nhận. Hãy lưu lại dạng .xlsx rồi tải lên.",
}


class Unreadable(ValueError):
    """The message is a sentence for the person."""


def read(content: bytes, *, most_rows: int, with_formulas: bool = False) -> dict[str, list[Any]]:
    """The rows of each worksheet by its name, the active one first. Raises Unreadable.

    A formula is what it last showed; `with_formulas` it is an object (`is_formula`).
    """
    from documents import isolated  # noqa: PLC0415 -- the script knows nothing of the project

    asked = (str(most_rows), "formulas" if with_formulas else "values")
    answer = isolated.run(__file__, content, *asked, wait_s=_WAIT_S)
    try:
        lines = [isolated.read_json(line) for line in answer.output.splitlines()]
        if not answer.code:
            return dict(lines)
        worksheet = str(lines[-1]) if lines else ""
    except (ValueError, TypeError):
        raise Unreadable(_SENTENCES[BROKEN]) from None
    # What no sentence of the script's ends is ended by its limits.
    sentence = _SENTENCES.get(answer.code, _SENTENCES[TOO_LARGE])
    raise Unreadable(sentence.format(worksheet=worksheet, rows=most_rows, columns=MOST_COLUMNS))


def is_formula(cell: Any) -> bool:
    return isinstance(cell, dict)


class _Refused(Exception):
    def __init__(self, code: int, worksheet: str = "") -> None:
        super().__init__(code)
        self.code, self.worksheet = code, worksheet


def _look(content: bytes) -> None:
    """Refuse what the directory of the zip shows, and parts with a document type of their own."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename.lower() for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise _Refused(PASSWORD)
        if any(name.endswith("vbaproject.bin") for name in names):
            raise _Refused(PROGRAM)
        if len(names) < len(parts):
            raise _Refused(BROKEN)  # two parts of one name: programs take either
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            raise _Refused(TOO_LARGE)
        for part in parts:
            if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _Refused(BROKEN)
            with archive.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096):
                    raise _Refused(BROKEN)


def _cell(cell: Any) -> Any:
    return {"formula": True} if cell.data_type == "f" else cell.value


def _marked(value: Any) -> Any:
    if hasattr(value, "total_seconds"):
        return {"timedelta": value.total_seconds()}
    return {type(value).__name__: value.isoformat()}


def _send(value: Any) -> None:
    line = json.dumps(value, default=_marked, separators=(",", ":"))
    sys.stdout.buffer.write(line.encode() + b"\n")


class _Reader:
    """Rows of sheets, counted as they come."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self.cells = self.letters = 0

    def rows(self, worksheet: Any) -> list[list[Any]]:
        worksheet.reset_dimensions()  # rows are not filled up to what it says of itself
        rows: list[list[Any]] = []
        for number, row in enumerate(worksheet.iter_rows(), 1):
            cells = [_cell(cell) for cell in row]
            while cells and cells[-1] in (None, ""):
                cells.pop()
            if not cells:
                continue
            if number > self.most_rows:
                raise _Refused(TOO_LONG, worksheet.title)
            if len(cells) > MOST_COLUMNS:
                raise _Refused(TOO_WIDE, worksheet.title)
            self.cells += len(cells)
            self.letters += sum(len(cell) for cell in cells if isinstance(cell, str))
            if self.cells > _MOST_CELLS or self.letters > _MOST_LETTERS:
                raise _Refused(TOO_LARGE)
            rows.extend([] for _blank in range(number - 1 - len(rows)))
            rows.append(cells)
        return rows


def _main(most_rows: int, kind: str) -> int:
    from openpyxl import load_workbook  # noqa: PLC0415 -- only in the process that may die of it

    content = sys.stdin.buffer.read()
    try:
        _look(content)
        book = load_workbook(
            BytesIO(content), read_only=True, data_only=kind == "values", keep_links=False
        )
        if len(book.worksheets) > _MOST_SHEETS:
            return TOO_LARGE
        reader = _Reader(most_rows)
        for worksheet in sorted(
            book.worksheets, key=lambda worksheet: worksheet is not book.active
        ):
            _send([worksheet.title, reader.rows(worksheet)])
    except _Refused as refused:
        _send(refused.worksheet)
        sys.stdout.buffer.flush()
        return refused.code
    except (MemoryError, RecursionError):
        return TOO_LARGE
    except Exception:
        return BROKEN
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_DATA, (_OWN_MEMORY, _OWN_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(_main(int(sys.argv[1]), sys.argv[2]))
