"""Whole files of the fourth round, written before the reader saw them."""

import io
import unicodedata
from datetime import date

import xlsxwriter

from tests.groups.member_list.expected import A, B, C, D, person
from tests.groups.member_list.whole_files import FileCase, text_person
from tests.groups.member_list.writers import Grid, ods, text, xls, xlsx


def days_since_1904():
    """Workbooks of old Macs count days from another year."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"date_1904": True})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Ấp 1")
    sheet.write_row(0, 0, ["STT", "Họ và tên", "Ngày sinh", "SĐT"])
    for number, (name, born, phone) in enumerate(
        (("Nguyễn Văn An", date(1965, 3, 12), A), ("Trần Thị Bé", date(1970, 12, 31), B)), start=1
    ):
        sheet.write_row(number, 0, [number, name])
        sheet.write_datetime(number, 2, born, day)
        sheet.write_string(number, 3, phone)
    book.close()
    people = [
        person(2, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12)),
        person(3, "Trần Thị Bé", B, birth_date=date(1970, 12, 31)),
    ]
    return FileCase("days_since_1904", buffer.getvalue(), people)


def rows_hidden_by_a_filter(write):
    rows = [
        ["STT", "Họ và tên", "Tổ", "SĐT"],
        [1, "Nguyễn Văn An", 1, A],
        [2, "Trần Thị Bé", 2, B],
        [3, "Lê Văn Cường", 1, C],
    ]
    grid = Grid(rows, hidden_rows=(3,))
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, team="Tổ 2"),
        person(4, "Lê Văn Cường", C, team="Tổ 1"),
    ]
    name = f"rows_hidden_by_a_filter.{write.__name__}"
    return FileCase(name, write(grid), people, warnings={(3, "hidden_row")})


ROWS = [
    ["STT", "Họ và tên", "Năm sinh", "Điện thoại"],
    [1, "Nguyễn Thị Hường", 1965, A],
    [2, "Đỗ Văn Mười", 1970, B],
]
READ = [text_person(2, "Nguyễn Thị Hường", A, 1965), text_person(3, "Đỗ Văn Mười", B, 1970)]


def old_encoding_with_tabs():
    content = text(Grid(ROWS), separator="\t", encoding="cp1258")
    return FileCase("old_encoding_with_tabs.txt", content, READ)


def carriage_returns_alone():
    content = text(Grid(ROWS), separator="\t", encoding="utf-8").replace(b"\r\n", b"\r")
    return FileCase("carriage_returns_alone.txt", content, READ)


def carriage_returns_twice():
    """Converted twice on its way: an empty line after each line."""
    content = text(Grid(ROWS), separator=",", encoding="utf-8").replace(b"\r\n", b"\r\r\n")
    people = [text_person(3, "Nguyễn Thị Hường", A, 1965), text_person(5, "Đỗ Văn Mười", B, 1970)]
    return FileCase("carriage_returns_twice.csv", content, people)


def tabs_called_xls():
    content = text(Grid(ROWS), separator="\t", encoding="utf-16")
    return FileCase("tabs_called.xls", content, READ)


def letters_apart_in_utf16():
    written = text(Grid(ROWS), separator="\t", encoding="utf-8").decode()
    content = unicodedata.normalize("NFD", written).encode("utf-16")
    return FileCase("letters_apart_in_utf16.txt", content, READ)


def lines_of_a_pdf():
    """Copied from a PDF: single spaces between what were columns; Nam may be a name."""
    lines = (
        "DANH SÁCH NHÂN DÂN TỔ 6\n"
        "1 Nguyễn Văn An 1965 0912000111\n"
        "2 Trần Thị Bé 12/3/1970 0987000222\n"
        "3 Lê Văn Nam 1980 0356000333\n"
        "4 Phạm Thị Dung 1981\n"
    )
    more = {"team": "Tổ 6"}
    people = [
        text_person(2, "Nguyễn Văn An", A, 1965, **more),
        text_person(3, "Trần Thị Bé", B, birth_date=date(1970, 3, 12), **more),
        text_person(4, "Lê Văn Nam", C, 1980, **more),
        text_person(5, "Phạm Thị Dung", "", 1981, **more),
    ]
    return FileCase("lines_of_a_pdf", lines.encode(), people)


def pipes_of_a_chat():
    lines = (
        "| STT | Họ và tên | Năm sinh | SĐT |\n|-----|:---|---:|---|\n"
        f"| 1 | Nguyễn Văn An | 1965 | {A} |\n| 2 | Trần Thị Bé | 1970 | {B} |\n"
    )
    people = [text_person(3, "Nguyễn Văn An", A, 1965), text_person(4, "Trần Thị Bé", B, 1970)]
    return FileCase("pipes_of_a_chat", lines.encode(), people)


def notes_on_a_telephone():
    """Typed into a note: a dash before each, the phone anywhere, the year in brackets."""
    lines = (
        "Tổ 9 gồm có:\n- Nguyễn Văn An (1965) 0912000111\n- Trần Thị Bé: 0987000222, sn 1970\n"
        "- Bà Lê Thị Cúc đt 0356 000 333\n• Phạm Thị Dung +84778000444\n"
    )
    more = {"team": "Tổ 9"}
    people = [
        text_person(2, "Nguyễn Văn An", A, 1965, **more),
        text_person(3, "Trần Thị Bé", B, 1970, **more),
        text_person(4, "Lê Thị Cúc", C, gender="female", **more),
        text_person(5, "Phạm Thị Dung", D, **more),
    ]
    return FileCase("notes_on_a_telephone", lines.encode(), people)


def cover_then_teams(write):
    """A cover, a sheet of figures, and teams with the same table."""
    cover = Grid([["DANH SÁCH"], ["Ấp 1, năm 2026"], ["Người lập: Nguyễn Văn Lập"]], name="Bìa")
    figures = Grid(
        [["Tổ", "Số hộ", "Số khẩu", "Tổ trưởng"], ["Tổ 1", 30, 120, "Nguyễn Văn An"],
         ["Tổ 2", 25, 90, "Lê Văn Cường"], ["Cộng", 55, 210, ""]],
        name="Tổng hợp",
    )  # fmt: skip
    first = Grid([["STT", "Họ tên", "SĐT"], [1, "Nguyễn Văn An", A]], name="Tổ 1 (30 hộ)")
    second = Grid([["STT", "Họ tên", "SĐT"], [1, "Lê Văn Cường", C]], name="T.2")
    people = [
        person(2, "Nguyễn Văn An", A, sheet="Tổ 1 (30 hộ)", team="Tổ 1"),
        person(2, "Lê Văn Cường", C, sheet="T.2"),
    ]
    return FileCase(
        f"cover_then_teams.{write.__name__}", write(cover, figures, first, second), people
    )


SENT_FILES = [
    days_since_1904(), rows_hidden_by_a_filter(xlsx), rows_hidden_by_a_filter(xls),
    rows_hidden_by_a_filter(ods), old_encoding_with_tabs(), carriage_returns_alone(),
    carriage_returns_twice(), tabs_called_xls(), letters_apart_in_utf16(), lines_of_a_pdf(),
    pipes_of_a_chat(), notes_on_a_telephone(), cover_then_teams(xlsx), cover_then_teams(xls),
    cover_then_teams(ods),
]  # fmt: skip
