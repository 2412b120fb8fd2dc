"""A second round of combinations, from other habits of writing a list."""

from datetime import date

from tests.groups.member_list.expected import A, B, C, Layout, person
from tests.groups.member_list.writers import Grid


def banner_over_the_heading():
    rows = [
        ["ĐẢNG ỦY XÃ TÂN AN", "", "", "ĐẢNG CỘNG SẢN VIỆT NAM"],
        ["CHI BỘ ẤP 1", "", "", "ngày … tháng … năm 2026"],
        ["DANH SÁCH TRÍCH NGANG ĐẢNG VIÊN"],
        ["(Kèm theo Công văn số 12-CV/ĐU ngày 01/3/2026)"],
        ["TT", "Họ, chữ đệm và tên khai sinh", "Ngày, tháng,\nnăm sinh", "Quê quán",
         "Nơi ở hiện nay", "Số điện thoại (Zalo)", "Chức vụ"],
        [1, "Nguyễn Văn An", "12.3.1965", "Nam Định", "Tổ 4, ấp 1", A, "Bí thư"],
        [2, "Trần Thị Bé", "3/1970", "Bến Tre", "Tổ 5, ấp 1", B, "Đảng viên"],
        ["", "", "", "", "T/M CHI BỘ", "", ""],
        ["", "", "", "", "BÍ THƯ", "", ""],
        ["", "", "", "", "Trần Văn Thư", "", ""],
    ]  # fmt: skip
    people = [
        person(
            6, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), address="Tổ 4, ấp 1", team="Tổ 4"
        ),
        person(7, "Trần Thị Bé", B, 1970, address="Tổ 5, ấp 1", team="Tổ 5"),
    ]
    return Layout("banner_over_the_heading", Grid(rows), people)


def two_addresses():
    rows = [
        ["STT", "Họ và tên", "Nơi thường trú", "Chỗ ở hiện nay", "Tổ ANTQ", "Điện thoại di động"],
        [1, "Nguyễn Văn An", "Xã khác", "Số 1", "Tổ ANTQ số 1", A],
        [2, "Trần Thị Bé", "Xã nọ", "Số 2", 2.0, B],
        [3, "Lê Văn Cường", "Xã kia", "", "II", C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, address="Số 1", team="Tổ 1"),
        person(3, "Trần Thị Bé", B, address="Số 2", team="Tổ 2"),
        person(4, "Lê Văn Cường", C, team="Tổ 2"),
    ]
    return Layout("two_addresses", Grid(rows), people)


def place_and_team_rows():
    rows = [
        ["DANH SÁCH HỘI VIÊN"],
        ["STT", "Họ tên hội viên", "Năm sinh", "Số ĐT liên lạc"],
        ["A", "ẤP 1", "", ""],
        ["I", "TỔ 1", "", ""],
        [1, "Nguyễn Văn An", 1950, A],
        ["II", "TỔ 2", "", ""],
        [2, "Trần Thị Bé", 1951, B],
        ["", "Tổng: 02 hội viên", "", ""],
        ["Danh sách này có 02 người.", "", "", ""],
    ]
    people = [
        person(5, "Nguyễn Văn An", A, 1950, team="Tổ 1"),
        person(7, "Trần Thị Bé", B, 1951, team="Tổ 2"),
    ]
    return Layout("place_and_team_rows", Grid(rows), people, dropped={(3, "place"), (8, "total")})


def head_rows_of_households():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Điện thoại", "Ghi chú"],
        ["Hộ 1: Nguyễn Văn An", "", "", "", ""],
        [1, "Nguyễn Văn An", 1950, A, "chủ hộ"],
        [2, "Trần Thị Bé", 1951, "", ""],
        ["Hộ 2: Lê Văn Cường", "", "", "", ""],
        [1, "Lê Văn Cường", 1952, C, "chủ hộ"],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1950, household_code="Nguyễn Văn An", is_representative=True),
        person(4, "Trần Thị Bé", "", 1951, household_code="Nguyễn Văn An"),
        person(6, "Lê Văn Cường", C, 1952, household_code="Lê Văn Cường", is_representative=True),
    ]
    return Layout("head_rows_of_households", Grid(rows), people, dropped={(2, "household")})


def numbers_in_other_dress():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", "Năm 1965", "tel: (0912) 000-111"],
        [2, "Trần Thị Bé", "1970 ", "0 9 8 7 0 0 0 2 2 2"],
        [3, "Lê Văn Cường", "~1980", "0356,000,333"],
        [4, "Phạm Thị Dung", "15-08-75", "+84(0)912000111"],
        [5, "Võ Văn Em", "29/2/2000", "0912000111/222"],
        [6, "Đỗ Thị Gái", "29/2/2001", "0912 000 111."],
        [7, "Hồ Văn Hai", "1.1.1960", "0912000111 và 0987000222"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965),
        person(3, "Trần Thị Bé", B, 1970),
        person(4, "Lê Văn Cường", C, 1980),
        person(5, "Phạm Thị Dung", A, birth_date=date(1975, 8, 15)),
        person(8, "Hồ Văn Hai", A, birth_date=date(1960, 1, 1), other_phones=("+84987000222",)),
    ]
    bad = {(6, "D", "phone_length"), (7, "C", "date_impossible")}
    return Layout("numbers_in_other_dress", Grid(rows), people, bad)


def minorities():
    rows = [
        ["STT", "HỌ TÊN", "PHÁI", "DÂN TỘC", "ĐIỆN THOẠI"],
        [1, "ĐIỂU K’RÊ", "Nam", "X’tiêng", A],
        [2, "THỊ BRÔI", "Nữ", "X’tiêng", ""],
        [3, "K'", "Nam", "Mạ", ""],
        [4, "Y Brơi Êban", "Nam", "Ê Đê", B],
        [5, "Ma Thị Lệ-Hằng", "nữ", "Tày", ""],
        [6, "Tôn Nữ Công Tằng Thị Hoài Hương", "NỮ", "Kinh", C],
    ]
    people = [
        person(2, "Điểu K’Rê", A, gender="male"),
        person(3, "Thị Brôi", gender="female"),
        person(4, "K", gender="male"),
        person(5, "Y Brơi Êban", B, gender="male"),
        person(6, "Ma Thị Lệ-Hằng", gender="female"),
        person(7, "Tôn Nữ Công Tằng Thị Hoài Hương", C, gender="female"),
    ]
    return Layout("minorities", Grid(rows), people)


def swapped_columns():
    rows = [
        ["Liên hệ", "Sinh năm", "Tên", "Tổ số"],
        ["0912000111", "1965", "An", "1"],
        ["0987000222", "1970", "Bé", "1"],
        ["", "1980", "Cường", "2"],
    ]
    people = [
        person(2, "An", A, 1965, team="Tổ 1"),
        person(3, "Bé", B, 1970, team="Tổ 1"),
        person(4, "Cường", "", 1980, team="Tổ 2"),
    ]
    return Layout("swapped_columns", Grid(rows), people)


def numbered_but_empty():
    rows = [
        ["STT", "Họ và tên", "Điện thoại"],
        [1, "Nguyễn Văn An", A],
        *([number, "", ""] for number in range(2, 30)),
        ["", "Tổ trưởng", ""],
        ["", "(đã ký)", ""],
    ]
    return Layout("numbered_but_empty", Grid(rows), [person(2, "Nguyễn Văn An", A)])


def legacy_with_teams():
    rows = [
        ["Céng hßa x· héi chñ nghÜa ViÖt Nam"],
        ["DANH S¸CH Tæ NH¢N D¢N Sè 8"],
        ["TT", "Hä ®Öm", "Tªn", "Giíi tÝnh", "§T", "Quan hÖ víi chñ hé"],
        [1, "NguyÔn ThÞ", "Lª", "N÷", A, "Chñ hé"],
        [2, "TrÇn V¨n", "Hïng", "Nam", B, "Con"],
        ["Tæng céng: 2 ng­êi", "", "", "", "", ""],
        ["", "Ng­êi lËp", "", "", "Tr­ëng Êp", ""],
    ]
    home = {"team": "Tổ 8", "household_code": "Nguyễn Thị Lê"}
    people = [
        person(4, "Nguyễn Thị Lê", A, gender="female", is_representative=True, **home),
        person(5, "Trần Văn Hùng", B, gender="male", **home),
    ]
    return Layout("legacy_with_teams", Grid(rows), people, dropped={(6, "total"), (7, "signature")})


def heading_in_one_word():
    rows = [
        ["Stt", "HọTên", "NămSinh", "SốĐT", "Địa chỉ (tổ, ấp)"],
        [1, "Nguyễn Văn An", 1965, A, "tổ 1"],
        [2, "Trần Thị Bé", 1970, B, "tổ 2"],
        [3, "Lê Văn Cường", 1971, C, "tổ 2"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, address="tổ 1", team="Tổ 1"),
        person(3, "Trần Thị Bé", B, 1970, address="tổ 2", team="Tổ 2"),
        person(4, "Lê Văn Cường", C, 1971, address="tổ 2", team="Tổ 2"),
    ]
    return Layout("heading_in_one_word", Grid(rows), people)


def unknown_marks_of_sex():
    rows = [
        ["STT", "Họ và tên", "Nữ", "SĐT"],
        [1, "Nguyễn Văn An", "", A],
        [2, "Trần Thị Bé", "x", B],
    ]
    people = [person(2, "Nguyễn Văn An", A), person(3, "Trần Thị Bé", B, gender="female")]
    return Layout("unknown_marks_of_sex", Grid(rows), people)


def sections_and_years_by_sex():
    rows = [
        ["TT", "HỌ VÀ TÊN", "NAM", "NỮ", "CHỨC DANH", "SỐ ĐIỆN THOẠI"],
        ["I", "Ban điều hành ấp", "", "", "", ""],
        [1, "Nguyễn Văn An", 1965, "", "Trưởng ấp", A],
        ["II", "Tổ số 01", "", "", "", ""],
        [1, "Trần Thị Bé", "", 1970, "Tổ trưởng", B],
        ["", "Tổng cộng", 1, 1, "", ""],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1965, gender="male"),
        person(5, "Trần Thị Bé", B, 1970, gender="female", team="Tổ 1"),
    ]
    dropped = {(2, "note"), (4, "group"), (6, "total")}
    return Layout("sections_and_years_by_sex", Grid(rows), people, dropped=dropped)


def answers_of_a_form():
    rows = [
        ["Dấu thời gian", "Họ và tên của ông/bà", "Năm sinh", "Số điện thoại dùng Zalo",
         "Ông/bà ở tổ nào?", "Ông/bà có đồng ý vào nhóm không?"],
        ["24/11/2026 10:11:12", "Nguyễn Văn An", 1965, A, "Tổ 3", "Đồng ý"],
        ["24/11/2026 10:12:12", "trần thị bé", 1970, B, "tổ 4", "Đồng ý"],
    ]  # fmt: skip
    people = [
        person(2, "Nguyễn Văn An", A, 1965, team="Tổ 3"),
        person(3, "Trần Thị Bé", B, 1970, team="Tổ 4"),
    ]
    return Layout("answers_of_a_form", Grid(rows), people)


SECOND_THOUGHTS = [
    make()
    for make in (
        banner_over_the_heading, two_addresses, place_and_team_rows, head_rows_of_households,
        numbers_in_other_dress, minorities, swapped_columns, numbered_but_empty,
        legacy_with_teams, heading_in_one_word, unknown_marks_of_sex,
        sections_and_years_by_sex, answers_of_a_form,
    )
]  # fmt: skip
