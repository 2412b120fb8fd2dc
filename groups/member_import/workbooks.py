"""Workbooks that go back to people: their list with notes on it, and an empty list to fill in.

Nothing that a cell says becomes a formula or a link.
"""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from documents.new_workbook import new_workbook
from groups.member_import.reader.files import Cell, read_sheets
from groups.places.models import Hamlet
from groups.residents.models import Member

MAX_NOTE = 1000
type Notes = Mapping[tuple[str, int, str], list[str]]


def _index_of(letters: str) -> int:
    """`A` → 0; a note on the row as a whole goes to its first cell."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return max(index - 1, 0)


def mark(
    content: bytes, filename: str, notes: Notes, errors: Collection[tuple[str, int, str]]
) -> bytes:
    """The file as .xlsx, every cell as it was read, the named cells with their notes."""
    target = BytesIO()
    workbook = new_workbook(target, nan_inf_to_errors=True)
    formats = _Formats(workbook)
    names: set[str] = set()
    for number, worksheet in enumerate(read_sheets(content, filename), start=1):
        page = workbook.add_worksheet(_tab_name(worksheet.name, number, names))
        if worksheet.is_hidden:
            page.hide()
        page.set_column(0, 30, 16)
        marked = {
            (row - 1, _index_of(letters)): (texts, (name, row, letters) in errors)
            for (name, row, letters), texts in notes.items()
            if name == worksheet.name
        }
        for row, cells in enumerate(worksheet.rows):
            for column, cell in enumerate(cells):
                colour = marked.get((row, column))
                _put(page, row, column, cell, formats, None if colour is None else colour[1])
        for (row, column), (texts, is_error) in marked.items():
            if row >= len(worksheet.rows) or column >= len(worksheet.rows[row]):
                page.write_blank(row, column, None, formats.of("", is_error))
            page.write_comment(row, column, "\n".join(texts)[:MAX_NOTE], {"x_scale": 2})
        for row in worksheet.hidden_rows:
            page.set_row(row - 1, None, None, {"hidden": True})
    workbook.close()
    return target.getvalue()


_NOT_IN_TABS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_TAB = 31


def _tab_name(name: str, number: int, used: set[str]) -> str:
    """A name that Excel takes, unlike the others: .ods allows more signs and more letters."""
    plain = _NOT_IN_TABS.sub("-", name).strip(" '")[:_LONGEST_TAB].rstrip(" '")
    if not plain or plain.casefold() in used or plain.casefold() == "history":
        mark = f" ({number})"
        plain = (plain or "Bảng")[: _LONGEST_TAB - len(mark)] + mark
    used.add(plain.casefold())
    return plain


class _Formats:
    """One format a kind of cell and colour."""

    def __init__(self, workbook: Any) -> None:
        self.made = {
            (shape, colour): workbook.add_format(
                ({"num_format": shape} if shape else {}) | ({"bg_color": colour} if colour else {})
            )
            for shape in ("", "@", "dd/mm/yyyy")
            for colour in ("", "#FFC7CE", "#FFEB9C")
        }

    def of(self, shape: str, is_error: bool | None) -> Any:
        colour = "" if is_error is None else "#FFC7CE" if is_error else "#FFEB9C"
        return self.made[(shape, colour)]


def _put(
    page: Any,
    row: int,
    column: int,
    cell: Cell,
    formats: _Formats,
    is_error: bool | None,
) -> None:
    if isinstance(cell, bool):
        page.write_boolean(row, column, cell, formats.of("", is_error))
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, formats.of("", is_error))
    elif isinstance(cell, datetime | date) and cell.year >= 1900:
        page.write_datetime(row, column, cell, formats.of("dd/mm/yyyy", is_error))
    elif isinstance(cell, date | time | timedelta):
        page.write_string(row, column, str(cell), formats.of("@", is_error))
    elif cell:
        page.write_string(row, column, cell, formats.of("@", is_error))
    elif is_error is not None:
        page.write_blank(row, column, None, formats.of("", is_error))


# An empty list

_HEADINGS = (
    ("STT", 6, ""),
    ("Họ và tên", 28, "@"),
    ("Ngày sinh hoặc năm sinh", 18, "@"),
    ("Giới tính", 10, ""),
    ("Số điện thoại", 16, "@"),
    ("Địa chỉ", 36, "@"),
    ("Tổ", 10, "@"),
    ("Chủ hộ", 28, "@"),
)
_GUIDE = (
    "Cách ghi danh sách",
    "Mỗi người một dòng, bắt đầu ngay dưới dòng tiêu đề. Không gộp ô, không chừa dòng trống.",
    "Họ và tên: ghi đủ họ, đệm, tên, không kèm ông, bà.",
    "Ngày sinh: ngày/tháng/năm, ví dụ 05/03/1960; nếu chỉ biết năm thì ghi 1960.",
    "Số điện thoại: 10 chữ số, bắt đầu bằng số 0. Cột đã để dạng Văn bản nên số 0 không mất.",
    "Giới tính: Nam hoặc Nữ. Tổ: ghi như Tổ 3.",
    "Chủ hộ: họ tên chủ hộ của gia đình; chính chủ hộ cũng ghi tên mình.",
    "Không ghi số căn cước, tôn giáo, dân tộc, sức khỏe: cổng không nhận những thông tin đó.",
    "Người đã có trong cổng mà không có trong tệp sẽ không bị xóa.",
)
_ROWS = 1500


def template(hamlet: Hamlet) -> bytes:
    """An empty list for a hamlet, with columns formatted as text."""
    target = BytesIO()
    workbook = new_workbook(target, nan_inf_to_errors=True)
    title = workbook.add_format({"bold": True, "font_size": 14})
    heading = workbook.add_format({"bold": True, "bg_color": "#D5EAE5", "border": 1})
    page = workbook.add_worksheet("Danh sách")
    page.write_string(0, 0, f"DANH SÁCH THÀNH VIÊN – {hamlet} – {hamlet.commune}", title)
    for column, (name, width, shape) in enumerate(_HEADINGS):
        page.set_column(
            column, column, width, workbook.add_format({"num_format": shape}) if shape else None
        )
        page.write_string(2, column, name, heading)
    page.data_validation(
        3, 3, _ROWS, 3,
        {"validate": "list", "source": [str(sex.label) for sex in Member.Gender if sex]},
    )  # fmt: skip
    page.freeze_panes(3, 0)
    guide = workbook.add_worksheet("Hướng dẫn")
    guide.set_column(0, 0, 110)
    for row, line in enumerate(_GUIDE):
        guide.write_string(row, 0, line, title if row == 0 else None)
    workbook.close()
    return target.getvalue()
