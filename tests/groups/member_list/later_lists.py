"""A last round, from the rules alone, after the reader had learnt from all the others."""

from datetime import date

from tests.groups.member_list.expected import MOTTO, A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid


def women_of_a_hamlet():
    rows = [
        ["HỘI LHPN XÃ TÂN AN"],
        ["CHI HỘI PHỤ NỮ ẤP 1", "", "", "", "", "Tân An, ngày 8 tháng 3 năm 2026"],
        ["DANH SÁCH HỘI VIÊN TỔ 7B"],
        ["Stt", "Họ và tên hội viên", "Năm sinh", "Ngày vào Hội", "Hoàn cảnh", "Điện thoại (Zalo)",
         "Điện thoại bàn"],
        [1, "TRẦN THỊ BÉ", "1970", "20/10/1995", "Khó khăn", "0987.000.222", ""],
        [2, "Phạm Thị Dung", 1981, "8/3/2010", "", "", "0251.3822.000"],
        [3, "Nguyễn Thị Hoa", "05/09/1990", "", "Đơn thân", A, "02513822001"],
        ["Cộng trang 1: 03 hội viên"],
        ["Hết danh sách./."],
        ["", "CHI HỘI TRƯỞNG", "", "", "", "P. TRƯỞNG ẤP"],
        ["", "Lê Thị Chi", "", "", "", "Võ Văn Phó"],
    ]  # fmt: skip
    more = {"team": "Tổ 7B"}
    people = [
        person(5, "Trần Thị Bé", B, 1970, **more),
        person(6, "Phạm Thị Dung", "02513822000", 1981, **more),
        person(7, "Nguyễn Thị Hoa", A, birth_date=date(1990, 9, 5),
               other_phones=("+842513822001",), **more),
    ]  # fmt: skip
    dropped = {(8, "total"), (10, "signature"), (11, "signature")}
    return Layout("women_of_a_hamlet", Grid(rows), people, dropped=dropped)


def exported_from_software():
    """Columns of a program: an identity, times behind days, words for truth."""
    rows = [
        ["ID", "Mã định danh", "Họ tên công dân", "Ngày sinh", "Giới tính", "Số điện thoại",
         "Địa chỉ thường trú", "Trạng thái", "Ngày tạo"],
        [10234, "075065000111", "NGUYỄN VĂN AN", "1965-03-12T00:00:00", "Nam", "84912000111",
         "Tổ 1, Ấp 1, Xã Tân An", "Đang hoạt động", "2026-01-05 10:11:12"],
        [10235, "075170000222", "TRẦN THỊ BÉ", "01/01/1970 00:00:00", "Nữ", "+84 987 000 222",
         "Tổ 2, Ấp 1, Xã Tân An", "Đang hoạt động", "2026-01-05 10:12:12"],
    ]  # fmt: skip
    people = [
        person(2, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), gender="male",
               address="Tổ 1, Ấp 1, Xã Tân An", team="Tổ 1"),
        person(3, "Trần Thị Bé", B, birth_date=date(1970, 1, 1), gender="female",
               address="Tổ 2, Ấp 1, Xã Tân An", team="Tổ 2"),
    ]  # fmt: skip
    return Layout("exported_from_software", Grid(rows), people)


def half_filled_by_hand():
    """A form that was printed with dots, and typed over."""
    rows = [
        *MOTTO,
        ["TT", "Họ và tên", "Sinh ngày", "Nam/Nữ", "Chỗ ở", "Số ĐT"],
        [1, "Nguyễn Văn An ........", "12/3/1965", "Nam", ".......", A],
        [2, "Trần Thị Bé", "…/…/……", "Nữ", "Tổ 2", "........"],
        [3, "..............", "....", "", "", ""],
        [4, "Lê Văn Cường", "../3/1980", "nam", "…", "09........"],
        [5, "Phạm Thị Dung", "", "nữ.", "", D],
    ]
    people = [
        person(8, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), gender="male"),
        person(9, "Trần Thị Bé", gender="female", address="Tổ 2", team="Tổ 2"),
        person(12, "Phạm Thị Dung", D, gender="female"),
    ]
    bad = {(10, "B", "name_no_letters"), (11, "F", "phone_length")}
    return Layout("half_filled_by_hand", Grid(rows), people, bad)


def teams_with_leaders_in_a_column():
    """The leader of the team stands beside each member and is nobody of the row."""
    rows = [
        ["STT", "Tổ", "Tổ trưởng", "Họ và tên thành viên", "SĐT thành viên", "SĐT tổ trưởng"],
        [1, "Tổ 01", "Võ Văn Trưởng", "Nguyễn Văn An", A, "0912000999"],
        [2, "Tổ 01", "Võ Văn Trưởng", "Trần Thị Bé", B, "0912000999"],
        [3, "Tổ 02", "Đỗ Thị Trưởng", "Lê Văn Cường", "", "0987000999"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, team="Tổ 1"),
        person(4, "Lê Văn Cường", team="Tổ 2"),
    ]
    return Layout("teams_with_leaders_in_a_column", Grid(rows), people)


def numbered_households_and_people():
    rows = [
        ["Số TT", "", "Họ và tên", "Quan hệ với chủ hộ", "Năm sinh", "", "Số điện thoại"],
        ["Hộ", "Khẩu", "", "", "Nam", "Nữ", ""],
        [1, 1, "Nguyễn Văn An", "Chủ hộ", 1950, "", A],
        ["", 2, "Trần Thị Bé", "Vợ", "", 1951, ""],
        ["", 3, "Nguyễn Thị Con", "Con gái", "", 1980, B],
        [2, 4, "Lê Văn Cường", "Chủ hộ", 1952, "", C],
    ]
    first = {"household_code": "Nguyễn Văn An"}
    people = [
        person(3, "Nguyễn Văn An", A, 1950, gender="male", is_representative=True, **first),
        person(4, "Trần Thị Bé", "", 1951, gender="female", **first),
        person(5, "Nguyễn Thị Con", B, 1980, gender="female", **first),
        person(6, "Lê Văn Cường", C, 1952, gender="male", household_code="Lê Văn Cường",
               is_representative=True),
    ]  # fmt: skip
    merges = [(0, 0, 0, 1), (0, 4, 0, 5), (0, 2, 1, 2), (0, 3, 1, 3), (0, 6, 1, 6)]
    return Layout("numbered_households_and_people", Grid(rows, merges=merges), people)


def tcvn3_with_two_rows_of_heading():
    rows = [
        ["DANH S¸CH HéI VI£N TR£N §ÞA BµN Tæ 3"],
        ["Sè TT", "Hä vµ tªn", "N¨m sinh", "", "Chç ë hiÖn nay", "Sè §T"],
        ["", "", "Nam", "N÷", "", ""],
        [1, "NguyÔn V¨n An", 1965, "", "Tæ 3, Êp 1", A],
        [2, "TrÇn ThÞ Hång", "", 1970, "Tæ 3, Êp 1", B],
        ["", "Céng: 02 ng­êi", "", "", "", ""],
    ]
    more = {"address": "Tổ 3, ấp 1", "team": "Tổ 3"}
    people = [
        person(4, "Nguyễn Văn An", A, 1965, gender="male", **more),
        person(5, "Trần Thị Hồng", B, 1970, gender="female", **more),
    ]
    return Layout("tcvn3_with_two_rows_of_heading", Grid(rows), people, dropped={(6, "total")})


def answers_with_yes_and_no():
    rows = [
        [
            "STT",
            "Họ tên",
            "Năm sinh",
            "Điện thoại",
            "Có Zalo",
            "Đã vào nhóm",
            "Đồng ý",
            "Người mời",
        ],
        [1, "Nguyễn Văn An", "1965", A, "x", "x", "Có", "Võ Văn Mời"],
        [2, "Trần Thị Bé", "1970", B, "", "", "Không", ""],
        [3, "Lê Văn Cường", "1980", "Không có ĐT", "", "", "", "Võ Văn Mời"],
        [4, "Phạm Thị Dung", "1981", "(con) 0778 000 444", "x", "", "Có", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965),
        person(3, "Trần Thị Bé", B, 1970),
        person(4, "Lê Văn Cường", "", 1980),
        person(5, "Phạm Thị Dung", D, 1981),
    ]
    return Layout("answers_with_yes_and_no", Grid(rows), people)


def continued_on_the_next_page():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT", "Tổ"],
        [1, "Nguyễn Văn An", 1965, A, 1],
        ["", "Mang sang trang sau: 01 người", "", "", ""],
        ["", "(tiếp theo)", "", "", ""],
        ["STT", "Họ và tên", "Năm sinh", "SĐT", "Tổ"],
        [2, "Trần Thị Bé", 1970, B, 2],
        ["-", "-", "-", "-", "-"],
        [3, "Lê Văn Cường", 1980, C, '"'],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, team="Tổ 1"),
        person(6, "Trần Thị Bé", B, 1970, team="Tổ 2"),
        person(8, "Lê Văn Cường", C, 1980, team="Tổ 2"),
    ]
    return Layout("continued_on_the_next_page", Grid(rows), people)


LATER_LISTS = [
    make()
    for make in (
        women_of_a_hamlet, exported_from_software, half_filled_by_hand,
        teams_with_leaders_in_a_column, numbered_households_and_people,
        tcvn3_with_two_rows_of_heading, answers_with_yes_and_no, continued_on_the_next_page,
    )
]  # fmt: skip
