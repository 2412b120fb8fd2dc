"""Cells as people fill them: the bad ones are named, the odd ones are read."""

from datetime import date

from tests.groups.member_list.expected import A, B, C, Layout, person
from tests.groups.member_list.writers import Grid


def phones():
    rows = [
        ["STT", "Họ tên", "Điện thoại"],
        [1, "Người Một", 912000111],
        [2, "Người Hai", "0168 2000 111"],
        [3, "Người Ba", "+84 987.000.222"],
        [4, "Người Bốn", "0912-000-111 / 0251 3822 000"],
        [5, "Người Năm", "0251 382 2000"],
        [6, "Người Sáu", "9.12000111E+08"],
        [7, "Người Bảy", "không có"],
        [8, "Người Tám", "091200011"],
        [9, "Người Chín", "9.12E+08"],
        [10, "Người Mười", "hỏi con"],
        [11, "Mười Một", "075165000111"],
        [12, "Mười Hai", "0412000111"],
        [13, "Mười Ba", "+1 408 555 0100"],
        [14, "Mười Bốn", "'0912000111.0"],
        [15, "Mười Lăm", "Zalo: 0356 000 333"],
        [16, "Mười Sáu", "0912000111 0987000222"],
        [17, "Mười Bảy", 84912000111],
        [18, "Mười Tám", "(0084) 912 000 111; 0123 4000 111"],
        [19, "Mười Chín", 1682000111],
        [20, "Hai Mươi", "0912 000 111 / 0987"],
    ]
    people = [
        person(2, "Người Một", A),
        person(3, "Người Hai", "0382000111"),
        person(4, "Người Ba", B),
        person(5, "Người Bốn", A, other_phones=("+842513822000",)),
        person(6, "Người Năm", "02513822000"),
        person(7, "Người Sáu", A),
        person(8, "Người Bảy"),
        person(11, "Người Mười"),
        person(15, "Mười Bốn", A),
        person(16, "Mười Lăm", C),
        person(17, "Mười Sáu", A, other_phones=("+84987000222",)),
        person(18, "Mười Bảy", A),
        person(19, "Mười Tám", A, other_phones=("+84834000111",)),
        person(20, "Mười Chín", "0382000111"),
    ]
    bad = {
        (9, "C", "phone_length"), (10, "C", "phone_rounded"),
        (12, "C", "phone_national_id"), (13, "C", "phone_prefix"), (14, "C", "phone_foreign"),
        (21, "C", "phone_length"),
    }  # fmt: skip
    return Layout("phones", Grid(rows), people, bad)


def births():
    rows = [
        ["STT", "Họ tên", "Ngày, tháng, năm sinh", "SĐT"],
        [1, "Người Một", "00/00/1960", A],
        [2, "Người Hai", "31/02/1960", ""],
        [3, "Người Ba", "12/25/1960", ""],
        [4, "Người Bốn", 23815, ""],
        [5, "Người Năm", "12 tháng 3 năm 1965", ""],
        [6, "Người Sáu", "03/1965", ""],
        [7, "Người Bảy", "SN 1965", ""],
        [8, "Người Tám", "1865", ""],
        [9, "Người Chín", "1/1/2999", ""],
        [10, "Người Mười", "chưa rõ", ""],
        [11, "Mười Một", "khi nào", ""],
        [12, "Mười Hai", "1965-03-12", ""],
        [13, "Mười Ba", "65", ""],
        [14, "Mười Bốn", 1011965, ""],
        [15, "Mười Lăm", "1965.0", ""],
    ]
    day = date(1965, 3, 12)
    people = [
        person(2, "Người Một", A, 1960),
        person(5, "Người Bốn", birth_date=date(1965, 3, 14)),
        person(6, "Người Năm", birth_date=day),
        person(7, "Người Sáu", year=1965),
        person(8, "Người Bảy", year=1965),
        person(11, "Người Mười"),
        person(13, "Mười Hai", birth_date=day),
        person(14, "Mười Ba", year=1965),
        person(15, "Mười Bốn", birth_date=date(1965, 1, 1)),
        person(16, "Mười Lăm", year=1965),
    ]
    bad = {
        (3, "C", "date_impossible"), (4, "C", "date_impossible"), (9, "C", "date_too_old"),
        (10, "C", "date_future"), (12, "C", "date_unreadable"),
    }  # fmt: skip
    return Layout("births", Grid(rows), people, bad)


def names():
    rows = [
        ["STT", "HỌ VÀ TÊN", "GIỚI TÍNH", "SỐ\nĐIỆN THOẠI"],
        [1, "ÔNG NGUYỄN VĂN AN", "", A],
        [2, "Bà Trần Thị Bé", "Nữ", B],
        [3, "nguyễn thị hoa", "NỮ", ""],
        [4, "H’HEN NIÊ", "F", ""],
        [5, "Nguyễn Văn An 2", "Nam", ""],
        [6, "Hộ ông Lê Cường (chủ hộ)", "", ""],
        [7, "", "Nam", C],
        [8, "Phạm  Văn\u00a0Bình", "Nem", ""],
        [9, "Thị Đượm", "nữ", ""],
        [10, "12345", "", ""],
        [11, "<b>Lê Văn Kha</b>", "Nam", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, gender="male"),
        person(3, "Trần Thị Bé", B, gender="female"),
        person(4, "Nguyễn Thị Hoa", gender="female"),
        person(5, "H’Hen Niê", gender="female"),
        person(7, "Lê Cường", gender="male", household_code="Lê Cường", is_representative=True),
        person(10, "Thị Đượm", gender="female"),
    ]
    bad = {
        (6, "B", "name_digits"), (8, "B", "name_missing"), (9, "C", "gender_unreadable"),
        (11, "B", "name_no_letters"), (12, "B", "name_signs"),
    }  # fmt: skip
    return Layout("names", Grid(rows), people, bad)
