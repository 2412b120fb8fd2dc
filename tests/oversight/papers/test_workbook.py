"""The workbook of figures: numbers as numbers, no formula, the same bytes for the same figures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from oversight.figures.registry import FIGURES
from oversight.figures.table import Counted, Row, Table
from oversight.figures.workbook import HOW, NUMBERS, workbook_of
from oversight.periods import month

AS_OF = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
TABLE = Table(
    ("Đã nhận", "Xong"),
    (Row("Ấp Mẫu", (1234, 7)), Row("=1+2", (None, 0))),
    Row("Cộng", (1234, None)),
    note="Số nhỏ không nêu.",
)


def counted(table: Table = TABLE, key: str = "tips") -> Counted:
    return Counted(FIGURES[key], month(2026, 10), AS_OF, table)


def book(*figures: Counted, **named: str):
    options = {"title": "Số liệu", "commune": "xã Mẫu Đơn"} | named
    return load_workbook(BytesIO(workbook_of(figures, **options)))


def lines(sheet) -> list[list[object]]:
    found = ([value for value in row if value is not None] for row in sheet.values)
    return [row for row in found if row]


def test_sheet_has_the_table_under_the_name_of_its_figure():
    assert lines(book(counted())[NUMBERS]) == [
        ["Số liệu"],
        ["xã Mẫu Đơn. Tháng 10/2026, tính đến hết ngày 31/10/2026"],
        ["Phản ánh đã nhận (phản ánh)"],
        ["Nội dung", "Đã nhận", "Xong"],
        ["Ấp Mẫu", 1234, 7],
        ["=1+2", "–", 0],
        ["Cộng", 1234, "–"],
        ["Số nhỏ không nêu."],
    ]


def test_second_sheet_says_what_is_counted():
    figure = FIGURES["tips"]

    assert lines(book(counted())[HOW])[1] == [
        figure.name, figure.unit, figure.definition, figure.source, "tháng 10/2026",
        "hết ngày 31/10/2026, đếm lúc 08:30 20/11/2026",
    ]  # fmt: skip


def test_figure_that_is_not_told_says_why():
    silent = counted(Table(("Phản ánh",), note="Kỳ này chưa hết."))

    assert lines(book(silent)[NUMBERS])[2:] == [
        ["Phản ánh đã nhận (phản ánh)"], ["Kỳ này chưa hết."],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "http://x.vn"])
def test_no_text_becomes_a_formula_or_a_link(text):
    table = replace(TABLE, columns=(text, text), rows=(Row(text, (1, 2)),), note=text)

    made = book(counted(table), title=text, commune=text, mark=text)

    for sheet in made:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)


def test_file_is_made_again_to_the_byte_whatever_the_hour():
    made = []
    for day in ("2026-11-20", "2027-03-01"):
        with time_machine.travel(day, tick=False):
            made.append(workbook_of([counted()], title="Số liệu", commune="xã Mẫu Đơn"))
    first, later = made

    assert later == first
    other = counted(replace(TABLE, note=""))
    assert workbook_of([other], title="Số liệu", commune="xã Mẫu Đơn") != first


def test_sheets_print_on_a4_with_repeated_heads():
    made = book(counted(), mark="Ai lấy & lúc nào")

    for sheet in made:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows is not None
        assert "Ai lấy && lúc nào" in sheet.oddFooter.left.text
    assert made.properties.created.date() == date(2026, 11, 20)


def test_no_figures_make_an_empty_book():
    assert book().sheetnames == [NUMBERS, HOW]
