"""The layouts of the lists that hamlets send, each with the people and the bad cells it holds."""

import unicodedata
from dataclasses import replace
from datetime import date

from tests.groups.member_list.expected import MOTTO, SIGNED, A, B, C, Layout, person
from tests.groups.member_list.faults import births, names, phones
from tests.groups.member_list.writers import Grid


def plain():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số điện thoại", "Địa chỉ", "Ghi chú"],
        [1, "Nguyễn Văn An", "12/3/1965", "Nam", A, "Số 5, ấp 1", ""],
        [2, "Trần Thị Bé", "1970", "Nữ", B, "Số 6, ấp 1", "Trưởng ấp"],
        [3, "Điểu K’ Brối", "1-2-1988", "nam", "", "", ""],
    ]
    people = [
        person(
            2, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), gender="male", address="Số 5, ấp 1"
        ),
        person(3, "Trần Thị Bé", B, 1970, gender="female", address="Số 6, ấp 1"),
        person(4, "Điểu K’ Brối", birth_date=date(1988, 2, 1), gender="male"),
    ]
    return Layout("plain", Grid(rows), people)


def titled():
    base = plain()
    header, *data = base.grid.rows
    numbering = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"]
    total = [["", "Tổng cộng: 3 người"]]
    rows = [*MOTTO, header, numbering, *data, *total, *SIGNED]
    people = [replace(one, row=one.row + 7) for one in base.people]
    dropped = {
        (8, "numbering"),
        (12, "total"),
        (14, "signature"),
        (15, "signature"),
        (18, "signature"),
    }
    return Layout("titled", Grid(rows), people, dropped=dropped)


def birth_by_sex():
    rows = [
        *MOTTO,
        ["TT", "Họ và tên", "Năm sinh", "", "ĐTDĐ", "Chỗ ở hiện nay"],
        ["", "", "Nam", "Nữ", "", ""],
        [1, "Lê Văn Cường", 1958, "", A, "Tổ 1, ấp 1"],
        [2, "Phạm Thị Dung", "", 1962, B, "Tổ 1, ấp 1"],
        [3, "Võ Văn Em", 1990, 1990, C, ""],
    ]
    merges = [(6, 2, 6, 3), (6, 0, 7, 0), (6, 1, 7, 1), (6, 4, 7, 4), (6, 5, 7, 5)]
    people = [
        person(9, "Lê Văn Cường", A, 1958, gender="male", address="Tổ 1, ấp 1", team="Tổ 1"),
        person(10, "Phạm Thị Dung", B, 1962, gender="female", address="Tổ 1, ấp 1", team="Tổ 1"),
    ]
    return Layout("birth_by_sex", Grid(rows, merges=merges), people, {(11, "D", "birth_twice")})


def marks():
    rows = [
        ["DANH SÁCH NHÂN KHẨU TỔ 7"],
        ["Số TT", "Họ, tên", "NTNS", "Giới tính", "", "Số Zalo"],
        ["", "", "", "Nam", "Nữ", ""],
        [1, "Lê Văn Cường", "05.06.1958", "x", "", A],
        [2, "Phạm Thị Dung", "7/8/62", "", "X", B],
        [3, "Võ Văn Em", "", "x", "x", C],
    ]
    people = [
        person(4, "Lê Văn Cường", A, birth_date=date(1958, 6, 5), gender="male", team="Tổ 7"),
        person(5, "Phạm Thị Dung", B, birth_date=date(1962, 8, 7), gender="female", team="Tổ 7"),
    ]
    return Layout("marks", Grid(rows), people, {(6, "E", "gender_twice")})


def split_name():
    rows = [
        ["STT", "Họ đệm", "Tên", "Năm sinh", "SĐT"],
        [1, "Nguyễn Thị", "Hoa", 1980, A],
        [2, "Y", "Thuyên", 1991, B],
        [3, "", "Sơn", 1970, C],
    ]
    people = [
        person(2, "Nguyễn Thị Hoa", A, 1980),
        person(3, "Y Thuyên", B, 1991),
        person(4, "Sơn", C, 1970),
    ]
    return Layout("split_name", Grid(rows), people)


def split_name_unsaid():
    rows = [
        ["STT", "Họ và tên", "", "Năm sinh", "Điện thoại"],
        [1, "Nguyễn Thị", "Hoa", 1980, A],
        [2, "Trần Văn", "Bình", 1991, B],
    ]
    people = [person(2, "Nguyễn Thị Hoa", A, 1980), person(3, "Trần Văn Bình", B, 1991)]
    return Layout("split_name_unsaid", Grid(rows, merges=[(0, 1, 0, 2)]), people)


def address_parts():
    rows = [
        ["DANH SÁCH"],
        ["STT", "Họ tên", "Địa chỉ", "", "Số ĐT"],
        ["", "", "Tổ", "Số nhà", ""],
        [1, "Nguyễn Văn An", 2, "12A", A],
        [2, "Trần Thị Bé", "Tổ NDTQ 3", 13, B],
        [3, "Lê Văn Cường", "TỔ 04", "", C],
    ]
    people = [
        person(4, "Nguyễn Văn An", A, address="12A", team="Tổ 2"),
        person(5, "Trần Thị Bé", B, address="13", team="Tổ 3"),
        person(6, "Lê Văn Cường", C, team="Tổ 4"),
    ]
    return Layout("address_parts", Grid(rows), people)


def group_rows():
    rows = [
        *MOTTO,
        ["STT", "Họ và tên", "Năm sinh", "Điện thoại"],
        ["I. Tổ nhân dân số 2"],
        [1, "Nguyễn Văn An", 1950, A],
        [],
        [2, "Trần Thị Bé", 1951, B],
        ["", "Cộng tổ 2: 2 người"],
        ["", "TỔ 3"],
        [3, "Tô Văn Tổ", 1952, C],
        ["Tổng số: 3 người", "", "", ""],
        *SIGNED,
    ]
    people = [
        person(9, "Nguyễn Văn An", A, 1950, team="Tổ 2"),
        person(11, "Trần Thị Bé", B, 1951, team="Tổ 2"),
        person(14, "Tô Văn Tổ", C, 1952, team="Tổ 3"),
    ]
    dropped = {(8, "group"), (12, "total"), (13, "group"), (15, "total"), (18, "signature")}
    return Layout("group_rows", Grid(rows), people, dropped=dropped)


def households():
    rows = [
        ["STT", "Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh", "Điện thoại"],
        [1, "H01", "Nguyễn Văn An", "Chủ hộ", 1950, A],
        [2, "H01", "Trần Thị Bé", "Vợ", 1951, A],
        [3, "H02", "Lê Văn Cường", "chủ hộ", 1952, C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1950, household_code="H01", is_representative=True),
        person(3, "Trần Thị Bé", A, 1951, household_code="H01", gender="female"),
        person(4, "Lê Văn Cường", C, 1952, household_code="H02", is_representative=True),
    ]
    return Layout("households", Grid(rows), people)


def families():
    rows = [
        ["TT", "Chủ hộ", "Họ tên thành viên", "Quan hệ", "Nơi ở", "SĐT"],
        [1, "Nguyễn Văn An", "Nguyễn Văn An", "Chủ hộ", "Số 1, tổ 2", A],
        ["", "", "Trần Thị Bé", "Vợ", "", B],
        [2, "Lê Văn Cường", "Lê Văn Cường", "Chủ hộ", "Số 9", C],
    ]
    merges = [(1, 1, 2, 1), (1, 4, 2, 4), (1, 0, 2, 0)]
    first = {"household_code": "Nguyễn Văn An", "address": "Số 1, tổ 2", "team": "Tổ 2"}
    people = [
        person(2, "Nguyễn Văn An", A, is_representative=True, **first),
        person(3, "Trần Thị Bé", B, gender="female", **first),
        person(4, "Lê Văn Cường", C, household_code="Lê Văn Cường", address="Số 9",
               is_representative=True),
    ]  # fmt: skip
    return Layout("families", Grid(rows, merges=merges), people, needs_workbook=True)


def national_ids():
    rows = [
        ["TT", "Họ và tên", "Số CCCD", "Ngày cấp", "Số điện thoại", "Tên Zalo", "Dân tộc"],
        [1, "Nguyễn Văn An", "075065000111", "12/3/2021", A, "An Nguyen", "Kinh"],
        [2, "Trần Thị Bé", "abc", "hôm qua", B, "0000", "Kinh"],
    ]
    people = [person(2, "Nguyễn Văn An", A), person(3, "Trần Thị Bé", B)]
    return Layout("national_ids", Grid(rows), people)


def headless():
    rows = [
        [1, "Nguyễn Văn An", 1965, A],
        [2, "Trần Thị Bé", 1970, B],
        [3, "Lê Văn Cường", 1980, C],
    ]
    people = [
        person(1, "Nguyễn Văn An", A, 1965),
        person(2, "Trần Thị Bé", B, 1970),
        person(3, "Lê Văn Cường", C, 1980),
    ]
    return Layout("headless", Grid(rows), people)


def unnamed_columns():
    rows = [
        ["DANH SÁCH TỔ 5"],
        ["STT", "Họ và tên", "Cột 1", "Cột 2", "", "Mã"],
        [1, "Nguyễn Văn An", A, "1965", "Nam", "075065000111"],
        [2, "Trần Thị Bé", B, "1970", "Nữ", "075065000112"],
        [3, "Lê Văn Cường", C, "1980", "Nam", "075065000113"],
    ]
    more = {"team": "Tổ 5"}
    people = [
        person(3, "Nguyễn Văn An", A, 1965, gender="male", **more),
        person(4, "Trần Thị Bé", B, 1970, gender="female", **more),
        person(5, "Lê Văn Cường", C, 1980, gender="male", **more),
    ]
    return Layout("unnamed_columns", Grid(rows), people)


def day_month_year():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "", "", "SĐT"],
        ["", "", "Ngày", "Tháng", "Năm", ""],
        [1, "Nguyễn Văn An", 12, 3, 1965, A],
        [2, "Trần Thị Bé", "", "", 1970, B],
        [3, "Lê Văn Cường", 31, 2, 1980, C],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12)),
        person(4, "Trần Thị Bé", B, 1970),
    ]
    return Layout("day_month_year", Grid(rows), people, {(5, "C", "date_impossible")})


def pages():
    header = ["STT", "Họ và tên", "Năm sinh", "Điện thoại"]
    rows = [
        ["DANH SÁCH"],
        header,
        [1, "Nguyễn Văn An", 1965, A],
        header,
        [2, "Trần Thị Bé", 1970, B],
        *SIGNED,
        ["DANH SÁCH BỔ SUNG"],
        ["STT", "SĐT", "Họ và tên"],
        [1, C, "Lê Văn Cường"],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1965),
        person(5, "Trần Thị Bé", B, 1970),
        person(14, "Lê Văn Cường", C),
    ]
    return Layout("pages", Grid(rows), people)


def three_row_header():
    rows = [
        ["DANH SÁCH THÀNH VIÊN"],
        ["STT", "Thông tin cá nhân", "", "", "Liên hệ", ""],
        ["", "Họ và tên", "Năm sinh", "", "Điện thoại", "Địa chỉ"],
        ["", "", "Nam", "Nữ", "", ""],
        [1, "Nguyễn Văn An", 1965, "", A, "Số 3"],
        [2, "Trần Thị Bé", "", 1970, B, "Số 4"],
    ]
    people = [
        person(5, "Nguyễn Văn An", A, 1965, gender="male", address="Số 3"),
        person(6, "Trần Thị Bé", B, 1970, gender="female", address="Số 4"),
    ]
    return Layout("three_row_header", Grid(rows), people)


def true_days():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Điện thoại"],
        [1, "Nguyễn Văn An", date(1965, 3, 12), 912000111.0],
        [2, "Trần Thị Bé", date(1905, 5, 18), B],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12)),
        person(3, "Trần Thị Bé", B, 1965),
    ]
    return Layout("true_days", Grid(rows), people, needs_workbook=True)


def decomposed():
    base = titled()
    rows = [
        [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row]
        for row in base.grid.rows
    ]
    return replace(base, name="decomposed", grid=Grid(rows))


LAYOUTS = [
    make()
    for make in (
        plain, titled, birth_by_sex, marks, split_name, split_name_unsaid, address_parts,
        group_rows, households, families, phones, births, names, national_ids, headless,
        unnamed_columns, day_month_year, pages, three_row_header, true_days, decomposed,
    )
]  # fmt: skip
