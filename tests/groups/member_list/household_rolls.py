"""Rolls of households, couples on one row, several sheets, formulas, and letters of old fonts."""

import io
import unicodedata
from datetime import date

import openpyxl

from tests.groups.member_list.expected import MOTTO, SIGNED, Layout, person
from tests.groups.member_list.old_letters import tcvn3, viqr, vni
from tests.groups.member_list.usual_forms import phone
from tests.groups.member_list.whole_files import FileCase, text_person
from tests.groups.member_list.writers import Grid, ods, text, xls, xlsx


def members_below_their_head():
    rows = [
        *MOTTO,
        ["STT", "Họ và tên", "Quan hệ với chủ hộ", "Giới tính", "Năm sinh", "Địa chỉ", "SĐT"],
        [1, "Ông Lương Văn Thọ", "Chủ hộ", "Nam", 1950, "Số 21, tổ 4", phone(301)],
        ["", "Hứa Thị Phúc", "Vợ", "Nữ", 1953, "", phone(302)],
        ["", "Lương Văn Lộc", "Con", "Nam", "07/08/1980", "", phone(301)],
        [2, "Bà Tăng Thị Hảo", "Chủ hộ", "Nữ", 1961, "Số 22, tổ 4", ""],
        ["", "Tăng Văn Hạo", "Cháu", "Nam", "2030", "", phone(304)],
        [3, "Mạc Văn Cửu", "Chủ hộ", "Nam", 1970, "Số 23", phone(305)],
        ["Tổng: 3 hộ, 6 nhân khẩu"],
    ]
    merges = [(7, 5, 9, 5), (7, 0, 9, 0), (10, 5, 11, 5), (10, 0, 11, 0)]
    first, second, third = "Lương Văn Thọ", "Tăng Thị Hảo", "Mạc Văn Cửu"
    at_21 = {"address": "Số 21, tổ 4", "team": "Tổ 4", "household_code": first}
    people = [
        person(8, first, phone(301), 1950, gender="male", is_representative=True, **at_21),
        person(9, "Hứa Thị Phúc", phone(302), 1953, gender="female", **at_21),
        person(10, "Lương Văn Lộc", phone(301), birth_date=date(1980, 8, 7), gender="male",
               **at_21),
        person(11, second, "", 1961, gender="female", address="Số 22, tổ 4", team="Tổ 4",
               household_code=second, is_representative=True),
        person(13, third, phone(305), 1970, gender="male", address="Số 23",
               household_code=third, is_representative=True),
    ]  # fmt: skip
    bad = {(12, "E", "date_future")}
    grid = Grid(rows, merges=merges)
    return Layout("members_below_their_head", grid, people, bad, {(14, "total")}, True)


def heads_in_merged_cells():
    rows = [
        ["DANH SÁCH NHÂN KHẨU TỔ 6"],
        ["Số TT", "Họ tên chủ hộ", "Họ tên thành viên trong hộ", "Ngày, tháng, năm sinh",
         "Địa chỉ", "Điện thoại"],
        [1, "Giang Văn Khê", "Giang Văn Khê", "1/1/1960", "Số 31", phone(311)],
        ["", "", "Trịnh Thị Suối", "1964", "", phone(312)],
        ["", "", "Giang Thị Lạch", "1990", "", phone(313)],
        [2, "Khổng Thị Núi", "Khổng Thị Núi", "1958", "Số 32", phone(314)],
        ["", "", "Khổng Văn Đồi", "1985", "", ""],
    ]  # fmt: skip
    merges = [(2, 1, 4, 1), (2, 0, 4, 0), (2, 4, 4, 4), (5, 1, 6, 1), (5, 0, 6, 0), (5, 4, 6, 4)]
    of_first = {"team": "Tổ 6", "address": "Số 31", "household_code": "Giang Văn Khê"}
    of_second = {"team": "Tổ 6", "address": "Số 32", "household_code": "Khổng Thị Núi"}
    people = [
        person(3, "Giang Văn Khê", phone(311), birth_date=date(1960, 1, 1),
               is_representative=True, **of_first),
        person(4, "Trịnh Thị Suối", phone(312), 1964, **of_first),
        person(5, "Giang Thị Lạch", phone(313), 1990, **of_first),
        person(6, "Khổng Thị Núi", phone(314), 1958, is_representative=True, **of_second),
        person(7, "Khổng Văn Đồi", "", 1985, **of_second),
    ]  # fmt: skip
    grid = Grid(rows, merges=merges)
    return Layout("heads_in_merged_cells", grid, people, needs_workbook=True)


def husband_and_wife_on_a_row():
    rows = [
        ["DANH SÁCH CÁC CẶP VỢ CHỒNG ẤP 1"],
        ["STT", "Chồng", "", "", "Vợ", "", "", "Địa chỉ"],
        ["", "Họ và tên", "Năm sinh", "SĐT", "Họ và tên", "Năm sinh", "SĐT", ""],
        [1, "Ninh Văn Tâm", 1970, phone(321), "Ổn Thị Tình", 1974, phone(322), "Số 41"],
        [2, "Phí Văn Đạt", "1980", phone(323), "Quản Thị Được", "1983", "", "Số 42"],
        [3, "Thái Văn Hùng", "1981", "", "", "", "", "Số 43"],
        [4, "", "", "", "Ung Thị Góa", "30/02/1950", phone(325), "Số 44"],
    ]
    merges = [(1, 1, 1, 3), (1, 4, 1, 6), (1, 0, 2, 0), (1, 7, 2, 7)]
    people = [
        person(4, "Ninh Văn Tâm", phone(321), 1970, gender="male", address="Số 41"),
        person(4, "Ổn Thị Tình", phone(322), 1974, gender="female", address="Số 41", nth=1),
        person(5, "Phí Văn Đạt", phone(323), 1980, gender="male", address="Số 42"),
        person(5, "Quản Thị Được", "", 1983, gender="female", address="Số 42", nth=1),
        person(6, "Thái Văn Hùng", "", 1981, gender="male", address="Số 43"),
    ]
    bad = {(7, "F", "date_impossible")}
    return Layout("husband_and_wife_on_a_row", Grid(rows, merges=merges), people, bad)


def couples_under_shared_headings():
    rows = [
        ["STT", "Họ và tên", "", "Năm sinh", "", "Số điện thoại"],
        ["", "Vợ", "Chồng", "Vợ", "Chồng", ""],
        [1, "Ổn Thị Tình", "Ninh Văn Tâm", 1974, 1970, phone(326)],
        [2, "Quản Thị Được", "", "1983", "", ""],
    ]
    merges = [(0, 1, 0, 2), (0, 3, 0, 4), (0, 0, 1, 0), (0, 5, 1, 5)]
    people = [
        person(3, "Ổn Thị Tình", phone(326), 1974, gender="female"),
        person(3, "Ninh Văn Tâm", phone(326), 1970, gender="male", nth=1),
        person(4, "Quản Thị Được", "", 1983, gender="female"),
    ]
    return Layout("couples_under_shared_headings", Grid(rows, merges=merges), people)


def couples_under_one_row_of_headings():
    rows = [
        ["DANH SÁCH HỘ GIA ĐÌNH"],
        ["TT", "Họ tên chồng", "SN", "ĐT", "Họ tên vợ", "SN", "ĐT", "Tổ"],
        ["Tổ 1"],
        [1, "Ninh Văn Tâm", 1970, phone(327), "Ổn Thị Tình", 1974, "0900", 1],
        [2, "Phí Văn Đạt", "", "", "Quản Thị Được", 1983, phone(328), ""],
        ["", "Tổng cộng: 2 hộ"],
    ]
    people = [
        person(4, "Ninh Văn Tâm", phone(327), 1970, gender="male", team="Tổ 1"),
        person(5, "Phí Văn Đạt", gender="male", team="Tổ 1"),
        person(5, "Quản Thị Được", phone(328), 1983, gender="female", team="Tổ 1", nth=1),
    ]
    bad, dropped = {(4, "G", "phone_length")}, {(3, "group"), (6, "total")}
    return Layout("couples_under_one_row_of_headings", Grid(rows), people, bad, dropped)


def _sheets(write, ending):
    head = ["STT", "Họ và tên", "Năm sinh", "SĐT"]
    cover = [["ỦY BAN NHÂN DÂN XÃ BÌNH AN"], [], ["DANH SÁCH HỘ DÂN"], ["ẤP 1"], ["NĂM 2026"]]
    content = write(
        Grid(cover, name="Bìa"),
        Grid([["TỔ 1"], head, [1, "Xa Văn Gần", 1960, phone(331)]], name="Tổ 1"),
        Grid([head, [1, "Yên Thị Vui", 1970, 900000332], ["", "Cộng: 1"]], name="To 02"),
        Grid([["DANH SÁCH TỔ 3"], [], head, [1, "Văn Công Ba", 1980, "090"]], name="Tổ 3"),
        Grid([[]], name="Sheet5"),
    )
    people = [
        person(3, "Xa Văn Gần", phone(331), 1960, sheet="Tổ 1", team="Tổ 1"),
        person(2, "Yên Thị Vui", phone(332), 1970, sheet="To 02", team="Tổ 2"),
    ]
    return FileCase(f"a_sheet_for_each_team.{ending}", content, people, {(4, "D", "phone_length")})


def _old_letters(name, convert, font):
    rows = [
        ["ỦY BAN NHÂN DÂN XÃ BÌNH AN"],
        ["Danh sách hộ dân ấp 4"],
        ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Địa chỉ", "Số điện thoại"],
        ["Tổ nhân dân số 1"],
        [1, "Nguyễn Hữu Đạt", 1962, "Nam", "Số 5, đường Trần Phú", phone(341)],
        [2, "Trần Thị Mười", "12/5/1964", "Nữ", "", 900000342],
        [3, "Lê Thị Ngọc Ẩn", "1970", "Nữ", "Xóm Giữa", "không"],
        ["Tổ nhân dân số 2"],
        [4, "Phạm Quý", "31/6/1971", "Nam", "Số 6", phone(344)],
        [5, "Đỗ Thị Bưởi", "1981", "Nữ", "Số 7", "0900000345/0900000346"],
        ["Tổng cộng: 5 người"],
        ["", "Người lập", "", "", "Trưởng ấp"],
        ["", "Đỗ Văn Ước", "", "", "Trần Hữu Nghĩa"],
    ]
    old = [[convert(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    people = [
        person(5, "Nguyễn Hữu Đạt", phone(341), 1962, gender="male", team="Tổ 1",
               address="Số 5, đường Trần Phú"),
        person(6, "Trần Thị Mười", phone(342), birth_date=date(1964, 5, 12), gender="female",
               team="Tổ 1"),
        person(7, "Lê Thị Ngọc Ẩn", "", 1970, gender="female", team="Tổ 1", address="Xóm Giữa"),
        person(10, "Đỗ Thị Bưởi", phone(345), 1981, gender="female", team="Tổ 2", address="Số 7",
               other_phones=("+84900000346",)),
    ]  # fmt: skip
    grid = Grid(old, fonts=dict.fromkeys(range(6), font) if font else {})
    return Layout(name, grid, people, {(9, "C", "date_impossible")}, {(11, "total")}, True)


def decomposed_with_semicolons():
    rows = [
        *MOTTO,
        ["STT", "Họ và tên", "Ngày sinh", "Số điện thoại", "Tổ", "Chủ hộ"],
        [1, "Nguyễn Thị Hồng Thắm", "3/4/1975", "0900 000 351", "Tổ 2", ""],
        [2, "PHẠM ĐỨC THUẬN", "1949", "900000352", "2", "x"],
        [3, "Trương\u00a0Vĩnh\u200bLộc", "", "0900.000.353 - 0900.000.354", "3", ""],
        *SIGNED,
    ]
    content = unicodedata.normalize(
        "NFD", text(Grid(rows), separator=";", encoding="utf-8").decode()
    ).encode("utf-8-sig")
    people = [
        text_person(8, "Nguyễn Thị Hồng Thắm", phone(351), birth_date=date(1975, 4, 3),
                    team="Tổ 2"),
        text_person(9, "Phạm Đức Thuận", phone(352), 1949, team="Tổ 2",
                    household_code="Phạm Đức Thuận", is_representative=True),
        text_person(10, "Trương VĩnhLộc", phone(353), team="Tổ 3",
                    other_phones=("+84900000354",)),
    ]  # fmt: skip
    return FileCase("decomposed_with_semicolons.csv", content, people)


def _saved_by_openpyxl(book) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def formulas_never_computed():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "DS"
    for row in (
        ["DANH SÁCH ẤP 5"],
        ["STT", "Họ và tên", "Năm sinh", "SĐT", "Địa chỉ"],
        [1, "Doãn Văn Chính", 1966, phone(361), "Số 1"],
        ["=A3+1", "=UPPER(B3)", 1968, phone(362), "Số 2"],
        ["=A4+1", "Doãn Thị Phụ", "=2026-60", phone(363), "Số 3"],
        ["=A5+1", "Doãn Thị Thêm", 1972, '="0"&900000364', '="Số "&4'],
        ["=A6+1", "Doãn Văn Bớt", 1974, "", "Số 5"],
        ["", "Tổng cộng", "=COUNT(C3:C7)"],
    ):
        sheet.append(row)
    people = [
        person(3, "Doãn Văn Chính", phone(361), 1966, sheet="DS", address="Số 1"),
        person(7, "Doãn Văn Bớt", "", 1974, sheet="DS", address="Số 5"),
    ]
    bad = {(4, "B", "formula"), (5, "C", "formula"), (6, "D", "formula"), (6, "E", "formula")}
    return FileCase("formulas_never_computed.xlsx", _saved_by_openpyxl(book), people, bad)


def hidden_rows_and_a_ghost_column():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Ấp 1"
    rows = [
        ["DANH SÁCH THÀNH VIÊN"],
        ["TT", "Họ tên", "Tổ ANTQ", "SĐT"],
        [1, "Hoàng Văn Hiện", "1", phone(371)],
        [2, "Hoàng Thị Ẩn", "1", phone(372)],
        [3, "Hoàng Văn Hiển", "2", "khong"],
    ]
    for row in rows:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    ghost = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    sheet.cell(row=5, column=16_384).fill = ghost
    sheet.cell(row=60_000, column=2).fill = ghost
    people = [
        person(3, "Hoàng Văn Hiện", phone(371), team="Tổ 1"),
        person(4, "Hoàng Thị Ẩn", phone(372), team="Tổ 1"),
        person(5, "Hoàng Văn Hiển", team="Tổ 2"),
    ]
    content = _saved_by_openpyxl(book)
    name = "hidden_rows_and_a_ghost_column.xlsx"
    return FileCase(name, content, people, warnings={(4, "hidden_row")})


def pasted_with_lines_in_cells():
    content = (
        "\tDANH SÁCH HỘ DÂN TỔ 8\r\n\r\n"
        "STT\tHọ và tên\tNăm sinh\t\tSố điện thoại\tĐịa chỉ\r\n"
        "\t\tNam\tNữ\t\t\r\n"
        '1\tSầm Văn Sơn\t1959\t\t"0900000381\n0900000382"\tSố 1\r\n'
        "2\tSầm Thị Sim\t\t1962\t0900 000 383\t\"Quán \"\"Sim\"\", ấp 1\"\r\n"
        "3\tSầm Văn Sóc\t\t\t0900 000 38x\tSố 3\r\n"
        "\tTổng cộng\t1\t1\t\t\r\n"
    ).encode()  # fmt: skip
    people = [
        text_person(5, "Sầm Văn Sơn", phone(381), 1959, gender="male", team="Tổ 8",
                    address="Số 1", other_phones=("+84900000382",)),
        text_person(6, "Sầm Thị Sim", phone(383), 1962, gender="female", team="Tổ 8",
                    address='Quán "Sim", ấp 1'),
    ]  # fmt: skip
    return FileCase("pasted_with_lines_in_cells.txt", content, people, {(7, "E", "phone_length")})


HOUSEHOLD_ROLLS = [
    members_below_their_head(),
    heads_in_merged_cells(),
    husband_and_wife_on_a_row(),
    couples_under_shared_headings(),
    couples_under_one_row_of_headings(),
    _old_letters("a_roll_in_tcvn3", tcvn3, ".VnTime"),
    _old_letters("a_roll_in_vni", vni, "VNI-Times"),
    _old_letters("a_roll_in_viqr", viqr, ""),
]
ROLLS_AS_FILES = [
    *(_sheets(write, end) for write, end in ((xlsx, "xlsx"), (xls, "xls"), (ods, "ods"))),
    decomposed_with_semicolons(),
    formulas_never_computed(),
    hidden_rows_and_a_ghost_column(),
    pasted_with_lines_in_cells(),
]
