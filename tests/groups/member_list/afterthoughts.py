"""Combinations thought of when the reader was already written."""

import unicodedata
from datetime import date

from tests.groups.member_list.expected import MOTTO, SIGNED, A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid


def far_from_the_corner():
    rows = [
        *([] for _ in range(8)),
        ["", "", "DANH SÁCH CHỦ HỘ ẤP 1"],
        [],
        ["", "", "TT", "Họ và tên chủ hộ", "Số khẩu", "SĐT chủ hộ", "Ghi chú"],
        ["", "", "1.", "Nguyễn Văn An", 4, "0912 000 111 (Zalo)", "hộ nghèo"],
        ["", "", "2.", "Bà Trần Thị Bé", 2, "0987000222 - Lan", ""],
        ["", "", "Tổng cộng", "", 6, 2, ""],
    ]
    people = [
        person(12, "Nguyễn Văn An", A),
        person(13, "Trần Thị Bé", B, gender="female"),
    ]
    return Layout("far_from_the_corner", Grid(rows), people, dropped={(14, "total")})


def group_rows_that_say_more():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Điện thoại"],
        ["TỔ 1 (15 hộ) - Tổ trưởng: Nguyễn Văn Xuân - 0912000999"],
        [1, "Nguyễn Văn An", 1950, A],
        ["Ấp 1 - Tổ 4"],
        [1, "Trần Thị Bé", 1951, B],
        ["II", "Tổ: 5", "", ""],
        [1, "Lê Văn Cường", 1952, C],
        ["", "Cộng: 3 người", "", 3],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1950, team="Tổ 1"),
        person(5, "Trần Thị Bé", B, 1951, team="Tổ 4"),
        person(7, "Lê Văn Cường", C, 1952, team="Tổ 5"),
    ]
    return Layout("group_rows_that_say_more", Grid(rows), people, dropped={(8, "total")})


def chief_above_the_table():
    rows = [
        *MOTTO,
        ["Họ tên trưởng ấp: Nguyễn Văn Xuân", "", "Số điện thoại: 0912000999"],
        ["Họ tên:", "Nguyễn Văn Xuân", "SĐT:", "0912000999"],
        [],
        ["Số TT", "Họ và tên (*)", "Ngày sinh (dd/mm/yyyy)", "SĐT*", "Nơi thường trú"],
        ["01", "Nguyễn Văn An", "12/03/1965", A, "Số 1"],
        ["02", "Trần Thị Bé", "12/3/70", B, "Số 2"],
        *SIGNED,
    ]
    people = [
        person(11, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), address="Số 1"),
        person(12, "Trần Thị Bé", B, birth_date=date(1970, 3, 12), address="Số 2"),
    ]
    return Layout("chief_above_the_table", Grid(rows), people)


def no_marks():
    rows = [
        ["DANH SACH TO 3"],
        ["STT", "HO VA TEN", "NAM SINH", "GIOI TINH", "SDT", "DIA CHI", "TO"],
        [1, "NGUYEN VAN AN", "1965", "nam", A, "So 1", "3"],
        [2, "TRAN THI BE", "1970", "nu", B, "So 2", "To 4"],
    ]
    people = [
        person(3, "Nguyen Van An", A, 1965, gender="male", address="So 1", team="Tổ 3"),
        person(4, "Tran Thi Be", B, 1970, gender="female", address="So 2", team="Tổ 4"),
    ]
    return Layout("no_marks", Grid(rows), people)


def names_like_words_of_the_list():
    rows = [
        ["STT", "Họ và tên", "Điện thoại", "Địa chỉ"],
        [1, "Cộng Văn Hòa", "", "Số 1"],
        [2, "Công Tằng Thị Ký", A, ""],
        [3, "Tổ Văn Ba", "", ""],
        [4, "Lập Thị Ghi", B, "Trưởng ấp cũ"],
        [5, "Nguyễn Văn Trưởng", "", "Tổ 9"],
        [6, "Ngô Tổng", C, ""],
    ]
    people = [
        person(2, "Cộng Văn Hòa", address="Số 1"),
        person(3, "Công Tằng Thị Ký", A),
        person(4, "Tổ Văn Ba"),
        person(5, "Lập Thị Ghi", B, address="Trưởng ấp cũ"),
        person(6, "Nguyễn Văn Trưởng", address="Tổ 9", team="Tổ 9"),
        person(7, "Ngô Tổng", C),
    ]
    return Layout("names_like_words_of_the_list", Grid(rows), people)


def two_phones_and_a_desk():
    rows = [
        ["STT", "Họ và tên", "Điện thoại bàn", "Điện thoại 1", "Điện thoại 2", "SĐT người thân"],
        [1, "Nguyễn Văn An", "0251 3822 000", A, "", B],
        [2, "Trần Thị Bé", "", "", C, ""],
        [3, "Lê Văn Cường", "", D, "099", ""],
        [4, "Phạm Thị Dung", "", "", "", A],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, other_phones=("+842513822000", "+84987000222")),
        person(3, "Trần Thị Bé", C),
        person(5, "Phạm Thị Dung", other_phones=("+84912000111",)),
    ]
    bad = {(4, "E", "phone_length")}
    return Layout("two_phones_and_a_desk", Grid(rows), people, bad)


def papers_under_one_heading():
    rows = [
        *MOTTO,
        ["STT", "Họ và tên", "Năm sinh", "", "Giấy tờ tùy thân", "", "Điện thoại liên hệ (Zalo)"],
        ["", "", "Nam", "Nữ", "Số", "Ngày cấp", ""],
        ["1", "2", "3", "4", "5", "6", "7"],
        [1, "Nguyễn Văn An", "12/3/1965", "", "075065000111", "1/1/2021", 912000111],
        [2, "Trần Thị Bé", "", "00/00/1970", "", "", 987000222],
        ["Tổng", "", 1, 1, "", "", 2],
    ]
    people = [
        person(10, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), gender="male"),
        person(11, "Trần Thị Bé", B, 1970, gender="female"),
    ]
    dropped = {(9, "numbering"), (12, "total")}
    return Layout("papers_under_one_heading", Grid(rows), people, dropped=dropped)


def cells_of_several_lines():
    rows = [
        ["STT", "Họ và\ntên", "Số điện\nthoại", "Địa chỉ"],
        [1, "Nguyễn Văn\nAn", "0912000111\n0987000222", "Số 1, đường A; ấp 1"],
        [2, "Trần Thị Bé", "0356000333", 'Quán "Gió", ấp 1'],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, other_phones=("+84987000222",),
               address="Số 1, đường A; ấp 1"),
        person(3, "Trần Thị Bé", C, address='Quán "Gió", ấp 1'),
    ]  # fmt: skip
    return Layout("cells_of_several_lines", Grid(rows), people)


def list_goes_on_below_signatures():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Điện thoại"],
        [1, "Nguyễn Văn An", 1965, A],
        *SIGNED,
        ["Bổ sung:"],
        [2, "Trần Thị Bé", 1970, B],
    ]
    people = [person(2, "Nguyễn Văn An", A, 1965), person(10, "Trần Thị Bé", B, 1970)]
    return Layout("list_goes_on_below_signatures", Grid(rows), people)


def vni_among_everything():
    rows = [
        ["UÛY BAN NHAÂN DAÂN XAÕ TAÂN AN"],
        ["DANH SAÙCH TOÅ NHAÂN DAÂN SOÁ 5"],
        ["STT", "Hoï vaø teân", "Naêm sinh", "", "Ñieän thoaïi"],
        ["", "", "Nam", "Nöõ", ""],
        [1, "OÂng Nguyeãn Vaên An", 1965, "", 912000111],
        [2, "Traàn Thò Beù", "", "31/02/1970", "0987000222"],
        ["", "Toång coäng: 2 ngöôøi", "", "", ""],
        ["", "Ngöôøi laäp", "", "", "Tröôûng aáp"],
    ]
    people = [person(5, "Nguyễn Văn An", A, 1965, gender="male", team="Tổ 5")]
    bad = {(6, "D", "date_impossible")}
    dropped = {(7, "total"), (8, "signature")}
    return Layout("vni_among_everything", Grid(rows), people, bad, dropped)


def letters_apart_and_spaces():
    def apart(text):
        return unicodedata.normalize("NFD", text) + " \u200b\u00a0"

    rows = [
        [apart("STT"), apart("Họ và tên"), apart("Giới tính"), apart("Số điện thoại")],
        [apart("1"), apart("ĐIỂU THỊ ĐƯỢM"), apart("Nữ"), apart("\u202a0912 000 111\u202c")],
        [apart("2"), apart("Y Thuyên  Niê"), apart("Nam"), apart("0987\u2011000\u2011222")],
    ]
    people = [
        person(2, "Điểu Thị Đượm", A, gender="female"),
        person(3, "Y Thuyên Niê", B, gender="male"),
    ]
    return Layout("letters_apart_and_spaces", Grid(rows), people)


def ticks():
    rows = [
        ["STT", "Họ và tên", "Nam", "Nữ", "Chủ hộ", "ĐT"],
        [1, "Nguyễn Văn An", "✓", "", "x", A],
        [2, "Trần Thị Bé", "", 1, "", B],
        [3, "Lê Văn Cường", "đúng", "", "X", ""],
        [4, "Phạm Thị Dung", "?", "không", "", ""],
        [5, "Võ Văn Em", "nhầm", "", "", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, gender="male", household_code="Nguyễn Văn An",
               is_representative=True),
        person(3, "Trần Thị Bé", B, gender="female"),
        person(4, "Lê Văn Cường", gender="male", household_code="Lê Văn Cường",
               is_representative=True),
        person(5, "Phạm Thị Dung"),
    ]  # fmt: skip
    return Layout("ticks", Grid(rows), people, {(6, "C", "gender_unreadable")})


def relations_without_codes():
    rows = [
        ["TT", "Họ và tên", "Quan hệ với chủ hộ", "Ngày sinh", "Điện thoại"],
        [1, "Nguyễn Văn An", "Chủ hộ", "1950", A],
        ["", "Trần Thị Bé", "Vợ", "1951", ""],
        ["", "Nguyễn Văn Con", "Con", "30/02/2001", ""],
        [2, "Lê Văn Cường", "CHỦ HỘ", "1952", C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1950, household_code="Nguyễn Văn An",
               is_representative=True),
        person(3, "Trần Thị Bé", "", 1951, household_code="Nguyễn Văn An", gender="female"),
        person(5, "Lê Văn Cường", C, 1952, household_code="Lê Văn Cường",
               is_representative=True),
    ]  # fmt: skip
    bad = {(4, "D", "date_impossible")}
    return Layout("relations_without_codes", Grid(rows), people, bad)


def short_titles():
    rows = [
        ["STT", "Họ tên", "SĐT"],
        [1, "Ô. Nguyễn Văn An", A],
        [2, "B. Trần Thị Bé", B],
        [3, "Nguyễn Văn Cường (1965)", C],
        [4, "4. Lê Văn Danh", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, gender="male"),
        person(3, "Trần Thị Bé", B, gender="female"),
        person(4, "Nguyễn Văn Cường", C, 1965),
        person(5, "Lê Văn Danh"),
    ]
    return Layout("short_titles", Grid(rows), people)


AFTERTHOUGHTS = [
    make()
    for make in (
        far_from_the_corner, group_rows_that_say_more, chief_above_the_table, no_marks,
        names_like_words_of_the_list, two_phones_and_a_desk, papers_under_one_heading,
        cells_of_several_lines, list_goes_on_below_signatures, vni_among_everything,
        letters_apart_and_spaces, ticks, relations_without_codes, short_titles,
    )
]  # fmt: skip
