"""A fifth round, against the rules that the fourth had brought: what must not be taken for more."""

from datetime import date

from tests.groups.member_list.expected import MOTTO, A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid


def a_team_behind_an_empty_column():
    """No small table of figures: a column that is filled for some."""
    rows = [
        ["STT", "Họ và tên", "SĐT", "", "Tổ"],
        [1, "Nguyễn Văn An", A, "", 1],
        [2, "Trần Thị Bé", B, "", 1],
        [3, "Lê Văn Cường", C, "", ""],
        [4, "Phạm Thị Dung", D, "", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, team="Tổ 1"),
        person(4, "Lê Văn Cường", C),
        person(5, "Phạm Thị Dung", D),
    ]
    return Layout("a_team_behind_an_empty_column", Grid(rows), people)


def an_address_behind_an_empty_column():
    rows = [
        ["STT", "Họ và tên", "SĐT", "", "Địa chỉ", "Ghi chú"],
        [1, "Nguyễn Văn An", A, "", "Số 1", "đã gọi"],
        [2, "Trần Thị Bé", B, "", "Số 2", ""],
        [3, "Lê Văn Cường", C, "", "", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, address="Số 1"),
        person(3, "Trần Thị Bé", B, address="Số 2"),
        person(4, "Lê Văn Cường", C),
    ]
    return Layout("an_address_behind_an_empty_column", Grid(rows), people)


def tall_cells_of_people():
    rows = [
        ["STT", "Thành viên", "Địa chỉ"],
        [1, "Nguyễn Văn An\nSN 1965\nĐT: 0912000111", "Số 1"],
        [2, "Trần Thị Bé\nSN 1970\nĐT: 0987000222", "Số 2"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, address="Số 1"),
        person(3, "Trần Thị Bé", B, 1970, address="Số 2"),
    ]
    return Layout("tall_cells_of_people", Grid(rows), people)


def headings_in_english():
    rows = [
        ["No.", "Full name", "Date of birth", "Gender", "Phone number", "Address"],
        [1, "Nguyen Van An", "12/03/1965", "Male", A, "No. 1"],
        [2, "Tran Thi Be", "1970", "Female", "(+84) 987-000-222", ""],
    ]
    people = [
        person(2, "Nguyen Van An", A, birth_date=date(1965, 3, 12), gender="male", address="No. 1"),
        person(3, "Tran Thi Be", B, 1970, gender="female"),
    ]
    return Layout("headings_in_english", Grid(rows), people)


def lines_with_labels():
    rows = [
        ["Họ tên: Nguyễn Văn An; năm sinh: 1965; SĐT: 0912000111"],
        ["Họ tên: Trần Thị Bé; năm sinh: 1970; SĐT: 0987000222; địa chỉ: Số 2"],
        ["Họ tên: Lê Văn Cường; SĐT: 0356000333"],
    ]
    people = [
        person(1, "Nguyễn Văn An", A, 1965),
        person(2, "Trần Thị Bé", B, 1970, address="Số 2"),
        person(3, "Lê Văn Cường", C),
    ]
    return Layout("lines_with_labels", Grid(rows), people)


def nicknames_in_lines():
    rows = [
        ["Anh Tư 0912000111"],
        ["Chị Bảy: 0987000222"],
        ["Cô Ba Hoa 0356000333"],
        ["H'Hen Niê 0778.000.444"],
    ]
    people = [
        person(1, "Anh Tư", A),
        person(2, "Chị Bảy", B),
        person(3, "Ba Hoa", C),
        person(4, "H'Hen Niê", D),
    ]
    return Layout("nicknames_in_lines", Grid(rows), people)


def two_people_in_a_cell():
    rows = [
        ["STT", "Họ và tên", "SĐT"],
        [1, "Nguyễn Văn An, Trần Thị Bé", A],
        [2, "Nguyễn Văn An và Trần Thị Bé", A],
        [3, "Nguyễn Văn An - Trần Thị Bé", ""],
        [4, "Nguyễn Văn An / Trần Thị Bé", ""],
        [5, "Nguyễn Văn An\nTrần Thị Bé", ""],
        [6, "Nguyễn Văn\nCường", B],
        [7, "Tôn Nữ Thị Và", C],
    ]
    couple = ("Nguyễn Văn An", "Trần Thị Bé")
    people = [
        person(row, name, A if row < 4 and not nth else "", nth=nth)
        for row in range(2, 7)
        for nth, name in zip((0, 10), couple, strict=True)
    ]
    people += [person(7, "Nguyễn Văn Cường", B), person(8, "Tôn Nữ Thị Và", C)]
    return Layout("two_people_in_a_cell", Grid(rows), people)


def leaders_in_group_rows():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        ["Tổ 3 (Tổ trưởng: Nguyễn Văn Ba, SĐT 0912000999)", "", "", ""],
        [1, "Nguyễn Văn An", 1965, A],
        ["Tổ 4 - Tổ trưởng: bà Lê Thị Tư - 0987000999", "", "", ""],
        [1, "Trần Thị Bé", 1970, B],
        ["TỔ 5 : 01 HỘ", "", "", ""],
        [1, "Lê Văn Cường", 1980, C],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1965, team="Tổ 3"),
        person(5, "Trần Thị Bé", B, 1970, team="Tổ 4"),
        person(7, "Lê Văn Cường", C, 1980, team="Tổ 5"),
    ]
    dropped = {(2, "group"), (4, "group"), (6, "group")}
    return Layout("leaders_in_group_rows", Grid(rows), people, dropped=dropped)


def heads_and_members_under_one_heading():
    rows = [
        *MOTTO,
        ["STT", "Họ tên chủ hộ và các thành viên", "Quan hệ", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", "Chủ hộ", 1950, A],
        [2, "Trần Thị Bé", "Vợ", 1951, ""],
    ]
    more = {"household_code": "Nguyễn Văn An"}
    people = [
        person(8, "Nguyễn Văn An", A, 1950, is_representative=True, **more),
        person(9, "Trần Thị Bé", "", 1951, gender="female", **more),
    ]
    return Layout("heads_and_members_under_one_heading", Grid(rows), people)


def many_footers():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", 1965, A],
        [2, "Trần Thị Bé", 1970, B],
        ["", "(Danh sách có 02 người)", "", ""],
        ["", "Tổng: 02 người./.", "", ""],
        ["", "", "Tân An, ngày … tháng … năm 2026", ""],
        ["", "TM. BAN NHÂN DÂN ẤP", "", "NGƯỜI LẬP DANH SÁCH"],
        ["", "Bí thư chi bộ", "", "(đã ký)"],
        ["", "Nguyễn Văn Lập", "", "Trần Văn Ấp"],
    ]
    people = [person(2, "Nguyễn Văn An", A, 1965), person(3, "Trần Thị Bé", B, 1970)]
    dropped = {(4, "total"), (5, "total"), (6, "signature"), (7, "signature"), (9, "signature")}
    return Layout("many_footers", Grid(rows), people, dropped=dropped)


def an_explained_heading():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "SĐT"],
        ["", "(chữ in hoa, có dấu)", "(ngày/tháng/năm)", "(10 số)"],
        [1, "NGUYỄN VĂN AN", "12/03/1965", A],
        [2, "TRẦN THỊ BÉ", "1970", B],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12)),
        person(4, "Trần Thị Bé", B, 1970),
    ]
    return Layout("an_explained_heading", Grid(rows), people)


def letters_for_noughts():
    rows = [
        ["STT", "Họ và tên", "SĐT"],
        [1, "Nguyễn Văn An", "O912000111"],
        [2, "Trần Thị Bé", "0987.OOO.222"],
        [3, "Lê Văn Cường", "0356ooo333"],
        [4, "Phạm Thị Dung", "0778 000 44l"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A),
        person(3, "Trần Thị Bé", B),
        person(4, "Lê Văn Cường", C),
        person(5, "Phạm Thị Dung", "0778000441"),
    ]
    return Layout("letters_for_noughts", Grid(rows), people)


def shortened_names():
    """Dots in names are no signs of VIQR."""
    rows = [
        ["STT", "Ho va ten", "Dia chi", "SDT"],
        [1, "Ng.V.An", "So 1, d.Le Loi", A],
        [2, "Vo.An", "To 2. Ap 1", B],
        [3, "Le.T.Be", "(gan cho)", C],
        [4, "Do.Anh Tu", "C.ty A+B", D],
    ]
    people = [
        person(2, "Ng.V.An", A, address="So 1, d.Le Loi"),
        person(3, "Vo.An", B, address="To 2. Ap 1", team="Tổ 2"),
        person(4, "Le.T.Be", C, address="(gan cho)"),
        person(5, "Do.Anh Tu", D, address="C.ty A+B"),
    ]
    return Layout("shortened_names", Grid(rows), people)


def three_columns_of_phones():
    rows = [
        ["STT", "Họ và tên", "SĐT 1", "SĐT 2", "SĐT người thân (con)"],
        [1, "Nguyễn Văn An", A, B, C],
        [2, "Trần Thị Bé", "", "", D],
        [3, "Lê Văn Cường", "", C, ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, other_phones=("+84987000222", "+84356000333")),
        person(3, "Trần Thị Bé", other_phones=("+84778000444",)),
        person(4, "Lê Văn Cường", C),
    ]
    return Layout("three_columns_of_phones", Grid(rows), people)


def years_of_two_digits():
    """A whole column: each is of the last hundred years."""
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", 65, A],
        [2, "Trần Thị Bé", "70", B],
        [3, "Lê Văn Cường", "12/3/88", C],
        [4, "Phạm Thị Dung", "1-2-05", D],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965),
        person(3, "Trần Thị Bé", B, 1970),
        person(4, "Lê Văn Cường", C, birth_date=date(1988, 3, 12)),
        person(5, "Phạm Thị Dung", D, birth_date=date(2005, 2, 1)),
    ]
    return Layout("years_of_two_digits", Grid(rows), people)


def teams_that_are_sometimes_said():
    """Repeated names of teams speak each for its own row; the empty ones stay empty."""
    rows = [
        ["STT", "Họ và tên", "Tổ", "SĐT"],
        [1, "Nguyễn Văn An", "Tổ 1", A],
        [2, "Trần Thị Bé", "Tổ 1", B],
        [3, "Lê Văn Cường", "", C],
        [4, "Phạm Thị Dung", "Tổ 2", D],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, team="Tổ 1"),
        person(4, "Lê Văn Cường", C),
        person(5, "Phạm Thị Dung", D, team="Tổ 2"),
    ]
    return Layout("teams_that_are_sometimes_said", Grid(rows), people)


FIFTH_THOUGHTS = [
    make()
    for make in (
        a_team_behind_an_empty_column, an_address_behind_an_empty_column, tall_cells_of_people,
        headings_in_english, lines_with_labels, nicknames_in_lines, two_people_in_a_cell,
        leaders_in_group_rows, heads_and_members_under_one_heading, many_footers,
        an_explained_heading, letters_for_noughts, shortened_names, three_columns_of_phones,
        years_of_two_digits, teams_that_are_sometimes_said,
    )
]  # fmt: skip
