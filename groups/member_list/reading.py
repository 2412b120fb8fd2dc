"""From the bytes of a file to sheets of cells."""

import csv
import io
import pickle
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial

from accounts import isolated
from groups.member_list import fonts, inspecting, legacy, limits, opening
from groups.member_list.problems import UnreadableFile
from groups.member_list.scanning import Area, SheetFacts

type Cell = str | float | int | bool | date | datetime | time | timedelta

# Calamine gives nothing for a formula that failed or was never run; these keep the cell from
# looking empty.
FORMULA_ERROR, FORMULA = "#VALUE!", "="
_OPENING_S = 100
PASTED = "Bảng dán"


_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass
class Sheet:
    """Rows from the first one of the file on, so that the index plus one is the row number."""

    name: str
    rows: list[list[Cell]]
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_hidden: bool = False
    # The fonts of the cells at these rows and columns, which count from 0.
    fonts_of: Callable[[set[fonts.Place]], dict[fonts.Place, str]] | None = None


def read_sheets(content: bytes, filename: str) -> list[Sheet]:
    """Every sheet with cells, in the order of the file."""
    inspected = inspecting.inspect(content)
    if inspected.kind == "text":
        return [_text_sheet(content, filename)]
    return _workbook_sheets(content, inspected)


def _workbook_sheets(content: bytes, inspected: inspecting.Inspected) -> list[Sheet]:
    """A file can crash what opens it, so another process does (`opening.py`)."""
    answer = isolated.run(opening.__file__, content, str(limits.MAX_CELLS), wait_s=_OPENING_S)
    if answer.code == opening.TOO_FAR:
        limits.check_extent(*pickle.loads(answer.output))  # noqa: S301 -- from our script
    if answer.code:
        raise limits.refusal_of(answer.code)
    sheets: list[Sheet] = []
    stream = io.BytesIO(answer.output)
    while stream.tell() < len(answer.output):
        name, number, is_visible, rows, merged, facts = pickle.load(stream)  # noqa: S301 -- from our script
        known = inspected.sheets[number] if number < len(inspected.sheets) else SheetFacts(**facts)
        if any(sheet.name == name for sheet in sheets):
            raise limits.refusal_of(opening.BROKEN)  # calamine reads the first one twice
        _tell_formulas(rows, known)
        sheets.append(
            Sheet(
                name,
                rows,
                merged or known.merged,
                known.hidden_rows,
                known.hidden_columns,
                is_hidden=not is_visible,
                fonts_of=_fonts_of(content, known),
            )
        )
        if len(sheets) > limits.MAX_SHEETS:
            raise UnreadableFile(
                f"Tệp có hơn {limits.MAX_SHEETS} trang tính. Hãy tách thành nhiều tệp."
            )
    return sheets


def _tell_formulas(rows: list[list[Cell]], known: SheetFacts) -> None:
    told = [(place, FORMULA_ERROR) for place in known.error_cells]
    told += [(place, FORMULA) for place in known.unanswered]
    for (row, column), text in told:
        rows.extend([] for _ in range(row - len(rows)))
        cells = rows[row - 1]
        cells.extend([""] * (column - len(cells)))
        cells[column - 1] = text


def _fonts_of(
    content: bytes, known: SheetFacts
) -> Callable[[set[fonts.Place]], dict[fonts.Place, str]] | None:
    if known.fonts:
        return partial(fonts.of_xls, known.fonts)
    return partial(fonts.of_xlsx, content, known.part) if known.part else None


def _text_sheet(content: bytes, filename: str) -> Sheet:
    text = decode(content).replace("\x00", "")  # a broken disk leaves them in texts
    if len(_CONTROL.findall(text, 0, 20_000)) > min(len(text), 20_000) // 100:
        raise UnreadableFile(
            "Không đọc được tệp này. Hãy dùng tệp .xlsx, .xls, .ods, .csv, hoặc dán bảng."
        )
    separator = _separator(text)
    # A quote opened and never closed would swallow the rest of the file into one cell.
    is_balanced = text.count('"') % 2 == 0
    rows: list[list[Cell]] = []
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if is_balanced else csv.QUOTE_NONE,
    )
    try:
        for row in reader:
            rows.append([_text_cell(cell) for cell in row])
            if len(rows) > limits.MAX_ROWS or len(row) > limits.MAX_COLUMNS:
                limits.check_extent(filename, len(rows), len(row))
    except csv.Error:
        raise UnreadableFile(
            "Tệp văn bản có ô dài bất thường. Hãy mở bằng Excel và lưu lại dạng .xlsx."
        ) from None
    return Sheet(name="", rows=rows)


def _text_cell(text: str) -> str:
    """Excel's way to keep zeros in a CSV, `="0912…"`, is only the text inside."""
    match = re.fullmatch(r'\s*="?([^"()]*)"?\s*', text)
    return match[1] if match and text.lstrip().startswith('="') else text


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
        return legacy.unmixed(text) if legacy.is_mixed_up(text) else text
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
    repaired = legacy.repair_text(sample.decode("latin-1"))
    return "cp1258" if legacy.doubt(as_1258) <= legacy.doubt(repaired) else "latin-1"


def _separator(text: str) -> str:
    """The one that cuts the most lines into the same number of cells."""
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    return max(("\t", ";", ",", "|"), key=lambda separator: _regularity(lines, separator))


def _regularity(lines: Iterable[str], separator: str) -> int:
    counts = Counter(line.count(separator) for line in lines)
    return max((times * min(cuts, 4) for cuts, times in counts.items() if cuts), default=0)
