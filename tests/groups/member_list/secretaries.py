"""A fourth round: lists as secretaries of hamlets send them, written before the reader saw them."""

from datetime import date

from tests.groups.member_list.expected import MOTTO, A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid

HEADER = ["STT", "Họ và tên", "Năm sinh", "Điện thoại"]


def blocks_of_households():
    """A row of the head in capitals, members indented below with a dash or a plus."""
    rows = [
        ["STT", "Họ và tên", "Quan hệ", "Năm sinh", "SĐT"],
        ["1", "HỘ ÔNG NGUYỄN VĂN AN", "Chủ hộ", 1950, A],
        ["", "    - Trần Thị Bé", "Vợ", 1951, ""],
        ["", "    - Nguyễn Văn Con", "Con", 1980, B],
        ["2", "HỘ BÀ LÊ THỊ CÚC", "Chủ hộ", 1952, C],
        ["", "    + Phạm Thị Dung", "Con", 1985, ""],
    ]
    first = {"household_code": "Nguyễn Văn An"}
    second = {"household_code": "Lê Thị Cúc"}
    people = [
        person(2, "Nguyễn Văn An", A, 1950, gender="male", is_representative=True, **first),
        person(3, "Trần Thị Bé", "", 1951, gender="female", **first),
        person(4, "Nguyễn Văn Con", B, 1980, **first),
        person(5, "Lê Thị Cúc", C, 1952, gender="female", is_representative=True, **second),
        person(6, "Phạm Thị Dung", "", 1985, **second),
    ]
    return Layout("blocks_of_households", Grid(rows), people)


def titles_of_households():
    rows = [
        ["STT", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh", "SĐT"],
        ["Hộ số 1: Nguyễn Văn An – 2 khẩu"],
        ["1", "Nguyễn Văn An", "Chủ hộ", 1950, A],
        ["2", "Trần Thị Bé", "Vợ", 1951, ""],
        ["Hộ số 2: Lê Thị Cúc – 1 khẩu"],
        ["1", "Lê Thị Cúc", "Chủ hộ", 1952, C],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1950, household_code="Nguyễn Văn An", is_representative=True),
        person(4, "Trần Thị Bé", "", 1951, household_code="Nguyễn Văn An", gender="female"),
        person(6, "Lê Thị Cúc", C, 1952, household_code="Lê Thị Cúc", is_representative=True),
    ]
    dropped = {(2, "household"), (5, "household")}
    return Layout("titles_of_households", Grid(rows), people, dropped=dropped)


def heads_and_their_counts():
    rows = [
        *MOTTO,
        ["TT", "Họ tên chủ hộ", "Số khẩu", "Nam", "Nữ", "Số điện thoại", "Tham gia nhóm Zalo"],
        [1, "Nguyễn Văn An", 4, 2, 2, A, "Có"],
        [2, "Trần Thị Bé", 3, 1, 2, B, "Chưa"],
        [3, "Lê Văn Cường", 1, 1, 0, "", "x"],
        ["", "Tổng cộng", 8, 4, 4, "", ""],
    ]
    people = [
        person(8, "Nguyễn Văn An", A),
        person(9, "Trần Thị Bé", B),
        person(10, "Lê Văn Cường"),
    ]
    return Layout("heads_and_their_counts", Grid(rows), people, dropped={(11, "total")})


def shared_sheet_with_an_example():
    """A sheet on the web: an order above, an example below the heading."""
    rows = [
        ["MỌI NGƯỜI ĐIỀN ĐÚNG CỘT, KHÔNG SỬA DÒNG TIÊU ĐỀ. Hạn chót 15/3", "", "", "", "", ""],
        ["Dấu thời gian", "Họ và tên *", "Năm sinh *", "Số ĐT có Zalo *", "Thuộc tổ nào?", ""],
        ["", "VD: Nguyễn Văn A", "VD: 1980", "VD: 0912345678", "VD: Tổ 1", ""],
        ["12/03/2026 08:15:20", "Nguyễn Văn An", "1965", A, "Tổ 1", ""],
        ["13/03/2026 21:40:03", "trần thị bé", "1970", "987000222", "2", ""],
        ["", "", "", "", "", ""],
    ]
    people = [
        person(4, "Nguyễn Văn An", A, 1965, team="Tổ 1"),
        person(5, "Trần Thị Bé", B, 1970, team="Tổ 2"),
    ]
    return Layout("shared_sheet_with_an_example", Grid(rows), people, dropped={(3, "note")})


def phones_with_words():
    rows = [
        ["STT", "Họ tên", "Điện thoại/Zalo"],
        [1, "Người Một", "Zalo: 0912000111"],
        [2, "Người Hai", "ĐT: 0987.000.222 (Zalo)"],
        [3, "Người Ba", "0356000333 - zalo con gái"],
        [4, "Người Bốn", "DĐ 0778000444"],
        [5, "Người Năm", "SĐT: 0912 000 111 / Zalo: 0987 000 222"],
        [6, "Người Sáu", "0912000111 Zalo"],
        [7, "Người Bảy", "zalo Hai Lúa"],
        [8, "Người Tám", "0912.000.111 (vợ), 0987.000.222 (chồng)"],
        [9, "Người Chín", "Không Zalo, ĐT 0356000333"],
        [10, "Người Mười", "0912000111 gọi sau 17h"],
        [11, "Mười Một", "2 số: 0912000111, 0987000222"],
    ]
    people = [
        person(2, "Người Một", A),
        person(3, "Người Hai", B),
        person(4, "Người Ba", C),
        person(5, "Người Bốn", D),
        person(6, "Người Năm", A, other_phones=("+84987000222",)),
        person(7, "Người Sáu", A),
        person(8, "Người Bảy"),
        person(9, "Người Tám", A, other_phones=("+84987000222",)),
        person(10, "Người Chín", C),
        person(11, "Người Mười", A),
        person(12, "Mười Một", A, other_phones=("+84987000222",)),
    ]
    return Layout("phones_with_words", Grid(rows), people)


def names_in_three_columns():
    rows = [
        ["STT", "Họ", "Đệm", "Tên", "Số ĐT"],
        [1, "Nguyễn", "Văn", "An", A],
        [2, "Trần", "Thị Ngọc", "Bé", B],
        [3, "Lê", "", "Cường", C],
        [4, "Điểu", "K’", "Brối", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A),
        person(3, "Trần Thị Ngọc Bé", B),
        person(4, "Lê Cường", C),
        person(5, "Điểu K’ Brối"),
    ]
    return Layout("names_in_three_columns", Grid(rows), people)


def three_names_under_one_heading():
    rows = [
        ["STT", "Họ và tên", "", "", "Liên hệ"],
        ["", "Họ", "Chữ lót", "Tên", ""],
        [1, "Nguyễn", "Văn", "An", A],
        [2, "Trần", "Thị", "Bé", B],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 1, 4)]
    people = [person(3, "Nguyễn Văn An", A), person(4, "Trần Thị Bé", B)]
    return Layout("three_names_under_one_heading", Grid(rows, merges=merges), people)


def hamlets_merged_down():
    rows = [
        ["Ấp", "Tổ", "STT", "Họ và tên", "SĐT", "Địa chỉ"],
        ["Ấp Tân Lập", "Tổ 1", 1, "Nguyễn Văn An", A, "Số 1"],
        ["", "", 2, "Trần Thị Bé", B, ""],
        ["", "Tổ 2", 1, "Lê Văn Cường", C, "Số 3"],
        ["", "", 2, "Phạm Thị Dung", D, "Số 4"],
        ["", "", 3, "Võ Văn Em", "", ""],
    ]
    merges = [(1, 0, 5, 0), (1, 1, 2, 1), (3, 1, 5, 1), (1, 5, 2, 5)]
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 1", address="Số 1"),
        person(3, "Trần Thị Bé", B, team="Tổ 1", address="Số 1"),
        person(4, "Lê Văn Cường", C, team="Tổ 2", address="Số 3"),
        person(5, "Phạm Thị Dung", D, team="Tổ 2", address="Số 4"),
        person(6, "Võ Văn Em", team="Tổ 2"),
    ]
    return Layout("hamlets_merged_down", Grid(rows, merges=merges), people, needs_workbook=True)


def heading_on_every_page():
    """The whole head of the letter again at each page break, the team goes on."""
    rows = [
        *MOTTO,
        ["Tổ 7"],
        HEADER,
        ["1", "2", "3", "4"],
        [1, "Nguyễn Văn An", 1965, A],
        ["Trang 1"],
        *MOTTO,
        HEADER,
        ["1", "2", "3", "4"],
        [2, "Trần Thị Bé", 1970, B],
        ["Tổ 8"],
        [1, "Lê Văn Cường", 1980, C],
        ["Trang 2"],
        HEADER,
        [2, "Phạm Thị Dung", 1981, D],
        ["Tổng cộng: 4 người (nam: 2, nữ: 2)"],
    ]
    people = [
        person(10, "Nguyễn Văn An", A, 1965, team="Tổ 7"),
        person(20, "Trần Thị Bé", B, 1970, team="Tổ 7"),
        person(22, "Lê Văn Cường", C, 1980, team="Tổ 8"),
        person(25, "Phạm Thị Dung", D, 1981, team="Tổ 8"),
    ]
    return Layout("heading_on_every_page", Grid(rows), people, dropped={(26, "total")})


def apostrophes():
    """Apostrophes typed before a number keep Excel from changing it."""
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Tổ", "Điện thoại"],
        ["'1", "'Nguyễn Văn An", "'1965", "'01", "'0912000111"],
        ["’2", "Trần Thị Bé", "’12/3/1970", "’2", "’0987000222"],
        ["`3", "Lê Văn Cường'", "`1980", "'03'", "`0356000333`"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, birth_date=date(1970, 3, 12), team="Tổ 2"),
        person(4, "Lê Văn Cường", C, 1980, team="Tổ 3"),
    ]
    return Layout("apostrophes", Grid(rows), people)


def phones_of_a_country():
    rows = [
        ["STT", "Họ tên", "Số điện thoại"],
        [1, "Người Một", "+84(0)912000111"],
        [2, "Người Hai", "84 (0) 987 000 222"],
        [3, "Người Ba", "(+84) 0356000333"],
        [4, "Người Bốn", "+840778000444"],
        [5, "Người Năm", "00840912000111"],
        [6, "Người Sáu", 840987000222],
        [7, "Người Bảy", "+84.356.000.333"],
        [8, "Người Tám", "+84-0912-000-111, +84 987 000 222"],
        [9, "Người Chín", "+855 12 000 111"],
    ]
    people = [
        person(2, "Người Một", A),
        person(3, "Người Hai", B),
        person(4, "Người Ba", C),
        person(5, "Người Bốn", D),
        person(6, "Người Năm", A),
        person(7, "Người Sáu", B),
        person(8, "Người Bảy", C),
        person(9, "Người Tám", A, other_phones=("+84987000222",)),
    ]
    return Layout("phones_of_a_country", Grid(rows), people, {(10, "C", "phone_foreign")})


def name_and_phone_in_one_column():
    rows = [
        ["DANH SÁCH TỔ 2"],
        ["STT", "Họ tên, số điện thoại", "Địa chỉ"],
        [1, "Nguyễn Văn An - 0912000111", "Số 1"],
        [2, "Trần Thị Bé (0987 000 222)", "Số 2"],
        [3, "Lê Văn Cường: 0356.000.333", ""],
        [4, "Phạm Thị Dung", "Số 4"],
        [5, "Võ Văn Em 09120001", "Số 5"],
    ]
    more = {"team": "Tổ 2"}
    people = [
        person(3, "Nguyễn Văn An", A, address="Số 1", **more),
        person(4, "Trần Thị Bé", B, address="Số 2", **more),
        person(5, "Lê Văn Cường", C, **more),
        person(6, "Phạm Thị Dung", address="Số 4", **more),
    ]
    bad = {(7, "B", "phone_length")}
    return Layout("name_and_phone_in_one_column", Grid(rows), people, bad)


def teams_in_other_dress():
    ways = {
        "Một": "TỔ 05", "Hai": "tổ số 5", "Ba": "Tổ 5 - Ấp 1", "Bốn": "05", "Năm": "Tổ V",
        "Sáu": "Tổ NDTQ số 5", "Bảy": "T5", "Tám": "Tổ: 5", "Chín": "5, ấp 1",
        "Mười": "Tổ nhân dân tự quản số 05",
    }  # fmt: skip
    rows = [["STT", "Họ tên", "Tổ", "SĐT"]]
    rows += [[n, f"Người {w}", way, A] for n, (w, way) in enumerate(ways.items(), start=1)]
    people = [person(n, f"Người {w}", A, team="Tổ 5") for n, w in enumerate(ways, start=2)]
    return Layout("teams_in_other_dress", Grid(rows), people)


def names_over_two_columns():
    """The names stand in cells merged over two columns, as the heading does."""
    rows = [
        ["STT", "Họ và tên", "", "Ngày sinh", "Điện thoại"],
        [1, "Nguyễn Văn An", "", "12/3/1965", A],
        [2, "Trần Thị Bé", "", "1970", B],
        [3, "Lê Văn Cường", "", "", C],
    ]
    merges = [(n, 1, n, 2) for n in range(4)]
    people = [
        person(2, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12)),
        person(3, "Trần Thị Bé", B, 1970),
        person(4, "Lê Văn Cường", C),
    ]
    return Layout("names_over_two_columns", Grid(rows, merges=merges), people)


def counts_between_the_people():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Điện thoại", "Địa chỉ"],
        ["Tổ 1: 25 hộ, 80 khẩu"],
        [1, "Nguyễn Văn An", 1965, A, "Số 1"],
        ["Cộng tổ 1: 1 người"],
        ["Tổ 2 (tổ trưởng: ông Lê Văn Cường)"],
        [1, "Trần Thị Bé", 1970, B, "Số 2"],
        [2, "Cộng Văn Mười", 1971, "", "Số 3"],
        ["", "Cộng:", "", 2, ""],
        ["TỔNG SỐ TOÀN ẤP: 3 NGƯỜI"],
        ["Trong đó: nam 2, nữ 1"],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1965, team="Tổ 1", address="Số 1"),
        person(6, "Trần Thị Bé", B, 1970, team="Tổ 2", address="Số 2"),
        person(7, "Cộng Văn Mười", "", 1971, team="Tổ 2", address="Số 3"),
    ]
    dropped = {(2, "group"), (4, "total"), (5, "group"), (8, "total"), (9, "total")}
    return Layout("counts_between_the_people", Grid(rows), people, dropped=dropped)


def contacts_of_a_telephone():
    rows = [
        ["Name", "Nickname", "Group Membership", "Phone 1 - Type", "Phone 1 - Value", "Notes"],
        ["Nguyễn Văn An", "", "* myContacts", "Mobile", "+84 912 000 111", ""],
        ["Chị Bé Tổ 3", "", "* myContacts", "Mobile", "0987 000 222", ""],
        ["Lê Văn Cường", "Tư", "", "", "0356000333 ::: 0778000444", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A),
        person(4, "Lê Văn Cường", C, other_phones=("+84778000444",)),
    ]
    return Layout("contacts_of_a_telephone", Grid(rows), people, {(3, "A", "name_digits")})


SECRETARIES = [
    make()
    for make in (
        blocks_of_households, titles_of_households, heads_and_their_counts,
        shared_sheet_with_an_example, phones_with_words, names_in_three_columns,
        three_names_under_one_heading, hamlets_merged_down, heading_on_every_page, apostrophes,
        phones_of_a_country, name_and_phone_in_one_column, teams_in_other_dress,
        names_over_two_columns, counts_between_the_people, contacts_of_a_telephone,
    )
]  # fmt: skip
