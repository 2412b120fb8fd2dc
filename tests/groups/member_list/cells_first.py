"""Lists whose cells say more than their headings, or stand otherwise than one row a person."""

from datetime import date

from tests.groups.member_list.expected import A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid

HEADER = ["STT", "Họ và tên", "Năm sinh", "SĐT"]


def headings_that_changed_places():
    rows = [
        ["STT", "Họ và tên", "Số điện thoại", "Năm sinh"],
        [1, "Nguyễn Văn An", 1960, A],
        [2, "Trần Thị Bé", 1962, B],
        [3, "Lê Văn Cường", "1970", C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1960),
        person(3, "Trần Thị Bé", B, 1962),
        person(4, "Lê Văn Cường", C, 1970),
    ]
    return Layout("headings_that_changed_places", Grid(rows), people)


def names_below_an_address():
    rows = [
        ["STT", "Địa chỉ", "Họ và tên", "SĐT"],
        [1, "Nguyễn Văn An", "12 đường số 3, ấp 1", A],
        [2, "Trần Thị Bé", "Số 5, tổ 2, ấp 1", B],
        [3, "Lê Văn Cường", "hẻm 7 đường số 2", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, address="12 đường số 3, ấp 1"),
        person(3, "Trần Thị Bé", B, address="Số 5, tổ 2, ấp 1", team="Tổ 2"),
        person(4, "Lê Văn Cường", address="hẻm 7 đường số 2"),
    ]
    return Layout("names_below_an_address", Grid(rows), people)


def phones_below_a_note():
    rows = [
        ["STT", "Họ tên", "Ghi chú", "Cột mới"],
        [1, "Nguyễn Văn An", A, D],
        [2, "Trần Thị Bé", B, ""],
        [3, "Lê Văn Cường", C, "0900000555"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, other_phones=("+84778000444",)),
        person(3, "Trần Thị Bé", B),
        person(4, "Lê Văn Cường", C, other_phones=("+84900000555",)),
    ]
    return Layout("phones_below_a_note", Grid(rows), people)


def nothing_but_cells():
    rows = [
        ["Nguyễn Văn An", 1960, A, "Tổ 1", "Nam", "12 đường số 3"],
        ["Trần Thị Bé", 1962, B, "Tổ 1", "Nữ", "14 đường số 3"],
        ["Lê Văn Cường", 1970, "", "Tổ 2", "Nam", "Số 5, ấp 1"],
    ]
    people = [
        person(1, "Nguyễn Văn An", A, 1960, gender="male", team="Tổ 1", address="12 đường số 3"),
        person(2, "Trần Thị Bé", B, 1962, gender="female", team="Tổ 1", address="14 đường số 3"),
        person(3, "Lê Văn Cường", "", 1970, gender="male", team="Tổ 2", address="Số 5, ấp 1"),
    ]
    return Layout("nothing_but_cells", Grid(rows), people)


def a_heading_that_ends_where_its_merge_ends():
    rows = [
        ["STT", "Họ và tên", "Ngày tháng năm sinh", "", "", "", ""],
        ["", "", "Ngày", "Tháng", "Năm", "", "ĐT liên lạc"],
        [1, "Nguyễn Văn An", 1, 2, 1960, "", A],
        [2, "Trần Thị Bé", 3, 4, 1962, "", B],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, birth_date=date(1960, 2, 1)),
        person(4, "Trần Thị Bé", B, birth_date=date(1962, 4, 3)),
    ]
    return Layout(
        "a_heading_that_ends_where_its_merge_ends",
        Grid(rows, merges=[(0, 2, 0, 5)]),
        people,
        needs_workbook=True,
    )


def words_about_another_team():
    rows = [
        ["còn thiếu tổ 4 chưa nộp"],
        ["Danh sách tổ 5 chưa gửi, đợi tổ trưởng"],
        HEADER,
        [1, "Nguyễn Văn An", 1960, A],
    ]
    return Layout("words_about_another_team", Grid(rows), [person(4, "Nguyễn Văn An", A, 1960)])


def couples_in_a_cell():
    rows = [
        ["STT", "Họ tên chồng - vợ", "Năm sinh", "SĐT", "Địa chỉ"],
        [1, "Nguyễn Văn An - Trần Thị Bé", "1960 - 1962", f"{A} - {B}", "Số 1"],
        [2, "Lê Văn Cường / Phạm Thị Dung", "1970/1972", C, "Số 2"],
        [3, "Ông Võ Văn Em và bà Đặng Thị Gái", "", f"{D}; 0900000555", "Số 3"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1960, gender="male", address="Số 1"),
        person(2, "Trần Thị Bé", B, 1962, gender="female", address="Số 1", nth=10),
        person(3, "Lê Văn Cường", C, 1970, gender="male", address="Số 2"),
        person(3, "Phạm Thị Dung", "", 1972, gender="female", address="Số 2", nth=10),
        person(4, "Võ Văn Em", D, gender="male", address="Số 3"),
        person(4, "Đặng Thị Gái", "0900000555", gender="female", address="Số 3", nth=10),
    ]
    return Layout("couples_in_a_cell", Grid(rows), people)


def lists_of_two_teams_side_by_side():
    head = ["Họ và tên", "Năm sinh", "SĐT"]
    rows = [
        ["TỔ 1", "", "", "", "TỔ 2", "", ""],
        [*head, "", *head],
        ["Nguyễn Văn An", 1960, A, "", "Lê Văn Cường", 1970, C],
        ["Trần Thị Bé", 1962, B, "", "Phạm Thị Dung", 1972, D],
        ["", "", "", "", "Võ Văn Em", 1980, ""],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1960, team="Tổ 1"),
        person(3, "Lê Văn Cường", C, 1970, team="Tổ 2", nth=1),
        person(4, "Trần Thị Bé", B, 1962, team="Tổ 1"),
        person(4, "Phạm Thị Dung", D, 1972, team="Tổ 2", nth=1),
        person(5, "Võ Văn Em", "", 1980, team="Tổ 2", nth=1),
    ]
    return Layout("lists_of_two_teams_side_by_side", Grid(rows), people)


def blocks_with_addresses():
    rows = [
        ["SỔ HỘ GIA ĐÌNH"],
        ["Hộ số 01: Nguyễn Văn An"],
        ["Địa chỉ: 12 đường số 3, ấp 1"],
        ["STT", "Họ và tên", "Quan hệ", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", "Chủ hộ", 1960, A],
        [2, "Trần Thị Bé", "Vợ", 1962, "nt"],
        ["Hộ số 02: Lê Văn Cường"],
        ["Địa chỉ: 14 đường số 3, ấp 1"],
        [1, "Lê Văn Cường", "Chủ hộ", 1970, C],
        ["Hộ số 03: bà Võ Thị Em - ĐT 0778000444"],
        ["Địa chỉ: 15 đường số 3"],
        [1, "Đặng Văn Phúc", "Con", 1990, ""],
    ]
    first = {"household_code": "Nguyễn Văn An", "address": "12 đường số 3, ấp 1"}
    third = {"household_code": "Võ Thị Em", "address": "15 đường số 3"}
    people = [
        person(5, "Nguyễn Văn An", A, 1960, is_representative=True, **first),
        person(6, "Trần Thị Bé", A, 1962, gender="female", **first),
        person(9, "Lê Văn Cường", C, 1970, household_code="Lê Văn Cường", is_representative=True,
               address="14 đường số 3, ấp 1"),
        person(10, "Võ Thị Em", D, gender="female", is_representative=True, **third),
        person(12, "Đặng Văn Phúc", "", 1990, **third),
    ]  # fmt: skip
    dropped = {(7, "household"), (8, "household"), (11, "household")}
    return Layout("blocks_with_addresses", Grid(rows), people, dropped=dropped)


def members_beside_their_head():
    rows = [
        ["STT", "Họ tên chủ hộ", "Thành viên trong hộ", "Quan hệ", "SĐT"],
        [1, "Nguyễn Văn An", "Nguyễn Văn An", "Chủ hộ", A],
        ["", "", "Trần Thị Bé", "Vợ", B],
        [2, "Lê Văn Cường", "Lê Văn Cường", "Chủ hộ", C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, household_code="Nguyễn Văn An", is_representative=True),
        person(3, "Trần Thị Bé", B, household_code="Nguyễn Văn An", gender="female"),
        person(4, "Lê Văn Cường", C, household_code="Lê Văn Cường", is_representative=True),
    ]
    return Layout("members_beside_their_head", Grid(rows), people)


CELLS_FIRST = [
    headings_that_changed_places(), names_below_an_address(), phones_below_a_note(),
    nothing_but_cells(), a_heading_that_ends_where_its_merge_ends(), words_about_another_team(),
    couples_in_a_cell(), lists_of_two_teams_side_by_side(), blocks_with_addresses(),
    members_beside_their_head(),
]  # fmt: skip
