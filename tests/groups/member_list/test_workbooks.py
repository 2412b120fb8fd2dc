"""Workbooks that go back to people: no formula, no link, text where zeros count."""

import io
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from groups.member_import import services as member_import
from groups.member_import.reader.member_list import read_member_list
from groups.member_import.workbooks import mark, template
from tests.factories.groups import make_hamlet
from tests.groups.member_list.uploads import AN, BAD, HEADER, book, previewed
from tests.groups.member_list.writers import Grid, ods, text, xls, xlsx

TRICKS = [
    "=1+1", "=HYPERLINK(\"http://a.test\";\"x\")", "+84900000001", "-2+3", "@SUM(A1)", "\t=1+1",
    "http://a.test", "{=1+1}", "=cmd|' /C calc'!A0", "mailto:a@a.test", "internal:Sheet1!A1",
]  # fmt: skip
WRITERS = {
    "xlsx": xlsx, "xls": xls, "ods": ods,
    "csv": lambda grid: text(grid, separator=";", encoding="utf-8"),
}  # fmt: skip


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def assert_nothing_runs(content):
    """Neither formulas nor links nor anything fetched from elsewhere, in any part of the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name).decode("utf-8", "replace")
            if name.startswith("xl/worksheets/"):
                assert not re.search(r"<f[ >/]|<hyperlink", part), name
            assert 'TargetMode="External"' not in part, name
            assert "externalLink" not in name
    for sheet in opened(content):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.mark.parametrize("kind", WRITERS)
def test_no_cell_of_a_list_becomes_a_formula(kind):
    rows = [list(HEADER), *([n, trick, 1980, "", trick, trick] for n, trick in enumerate(TRICKS))]
    notes = {("Ấp 1" if kind != "csv" else "", row + 2, "B"): [trick]
             for row, trick in enumerate(TRICKS)}  # fmt: skip

    marked = mark(WRITERS[kind](Grid(rows)), f"ds.{kind}", notes, set(notes))

    assert_nothing_runs(marked)
    shown = [row[1].value for row in opened(marked).worksheets[0].iter_rows(min_row=2)]
    assert [str(one).strip() for one in shown] == [trick.strip() for trick in TRICKS]


def test_wrong_cells_are_coloured_and_say_what_to_do(hamlet, head):
    batch = previewed(hamlet, head, AN, BAD, ("Võ Thị Ngày", "31/02/1960", "Nữ", "900000004"))

    sheet = opened(member_import.marked_workbook(batch, by=head)).worksheets[0]

    noted = {cell.coordinate: cell for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(noted) == {"E4", "C5", "E5"}
    messages = {row.row: row.problems for row in batch.rows.exclude(problems=None)}
    assert noted["E4"].comment.text == messages[4][0]["message"]
    assert noted["E4"].fill.fgColor.rgb == noted["C5"].fill.fgColor.rgb == "FFFFC7CE"
    assert noted["E5"].fill.fgColor.rgb == "FFFFEB9C"
    assert [cell.value for cell in sheet[3]] == [1, *AN]


def test_a_marked_file_can_be_mended_and_sent_again(hamlet, head):
    batch = previewed(hamlet, head, AN, BAD)
    book_again = opened(member_import.marked_workbook(batch, by=head))
    book_again.worksheets[0]["E4"] = "0900000009"
    target = io.BytesIO()
    book_again.save(target)

    again = previewed(hamlet, head, content=target.getvalue())

    assert (again.counts["new"], again.counts["refused"]) == (2, 0)


def test_days_numbers_and_hidden_things_stay_what_they_were():
    grid = Grid(
        [list(HEADER), [1, "Nguyễn Văn An", datetime(1980, 3, 5), "", 900000001.0, 1.5, True]],  # noqa: DTZ001
        hidden_rows=(2,),
    )
    hidden = Grid([["Ghi chú"]], name="Cũ", is_hidden=True)

    book_again = opened(mark(xlsx(grid, hidden), "ds.xlsx", {}, set()))

    sheet = book_again.worksheets[0]
    assert [cell.value for cell in sheet[2]] == [
        1, "Nguyễn Văn An", datetime(1980, 3, 5), None, 900000001, 1.5, True,  # noqa: DTZ001
    ]  # fmt: skip
    assert sheet.row_dimensions[2].hidden
    assert [one.sheet_state for one in book_again.worksheets] == ["visible", "hidden"]


def test_the_template_keeps_zeros_and_is_read_back(hamlet):
    content = template(hamlet)
    sheet = opened(content).worksheets[0]
    book_again = opened(content)
    filled = book_again.worksheets[0]
    for row, (name, phone) in enumerate((("Nguyễn Văn An", "0900000001"), ("=1+1", "")), start=4):
        for column, value in ((2, name), (3, "05/03/1960"), (4, "Nam"), (5, phone), (7, "Tổ 3")):
            filled.cell(row, column).value = value
    filled["B5"].data_type = "s"
    target = io.BytesIO()
    book_again.save(target)

    found = read_member_list(target.getvalue(), "mau.xlsx")

    assert_nothing_runs(content)
    for name in ("Số điện thoại", "Ngày sinh hoặc năm sinh", "Tổ"):
        letter = next(cell.column_letter for cell in sheet[3] if cell.value == name)
        assert sheet.column_dimensions[letter].number_format == "@", name
    (person,) = found.people
    assert (person.full_name, person.phone, person.team) == (
        "Nguyễn Văn An", "+84900000001", "Tổ 3",
    )  # fmt: skip
    assert person.birth_date == date(1960, 3, 5)
    assert [one.code for one in found.problems] == ["formula"]


def test_a_hamlet_called_like_a_formula_is_a_name(commune):
    assert_nothing_runs(template(make_hamlet(commune, name="=1+1")))


def test_a_file_that_is_gone_gives_no_workbook(hamlet, head):
    batch = previewed(hamlet, head, AN)
    batch.file.delete()

    with pytest.raises(member_import.NotAllowed, match="thời hạn lưu"):
        member_import.marked_workbook(batch, by=head)


def test_a_marked_file_of_a_list_in_reading_is_not_there_yet(hamlet, head):
    batch = member_import.start(book(AN), "ds.xlsx", hamlet=hamlet, by=head)

    with pytest.raises(member_import.NotAllowed, match="Đang đọc"):
        member_import.marked_workbook(batch, by=head)
