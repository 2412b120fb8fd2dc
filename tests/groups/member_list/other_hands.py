"""Cells as other hands fill them: numbers, births, titles, teams and households.

Written from the rules alone, before the reader saw them.
"""

from datetime import date

from tests.groups.member_list.expected import A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid


def numbers_with_a_decimal_comma():
    """A Vietnamese Excel writes the comma where others write the dot."""
    rows = [
        ["STT", "Họ tên", "Điện thoại"],
        [1, "Người Một", "9,12000111E+08"],
        [2, "Người Hai", "9,12E+08"],
        [3, "Người Ba", "912000111,0"],
        [4, "Người Bốn", "912.000.111"],
        [5, "Người Năm", "0.912.000.111"],
        [6, "Người Sáu", "84,912,000,111"],
        [7, "Người Bảy", "0912,000,111; 0987,000,222"],
        [8, "Người Tám", "8,4912000111E+10"],
    ]
    people = [
        person(2, "Người Một", A),
        *(
            person(4 + at, f"Người {word}", A)
            for at, word in enumerate(("Ba", "Bốn", "Năm", "Sáu"))
        ),
        person(8, "Người Bảy", A, other_phones=("+84987000222",)),
        person(9, "Người Tám", A),
    ]
    bad = {(3, "C", "phone_rounded")}
    return Layout("numbers_with_a_decimal_comma", Grid(rows), people, bad)


def phones_from_elsewhere():
    rows = [
        ["STT", "Họ tên", "Zalo/SĐT"],
        [1, "Người Một", "https://zalo.me/0912000111"],
        [2, "Người Hai", "zalo.me/84987000222"],
        [3, "Người Ba", "tel:+84356000333"],
        [4, "Người Bốn", "0912000111 (0987000222)"],
        [5, "Người Năm", "0912 000 111 0912000111"],
        [6, "Người Sáu", "0912000111 - 0912000111"],
        [7, "Người Bảy", "0912 000 1111"],
        [8, "Người Tám", "113"],
        [9, "Người Chín", "k có"],
        [10, "Người Mười", "Ko"],
        [11, "Mười Một", "chưa cung cấp"],
        [12, "Mười Hai", "0251-3822000 / 0912000111"],
        [13, "Mười Ba", "09.12.00.01.11"],
        [14, "Mười Bốn", "0912_000_111"],
        [15, "Mười Lăm", "091 200 0111\n(chồng)"],
        [16, "Mười Sáu", "0912000111 hoặc 0987000222"],
    ]
    people = [
        person(2, "Người Một", A),
        person(3, "Người Hai", B),
        person(4, "Người Ba", C),
        person(5, "Người Bốn", A, other_phones=("+84987000222",)),
        person(6, "Người Năm", A),
        person(7, "Người Sáu", A),
        person(10, "Người Chín"),
        person(11, "Người Mười"),
        person(12, "Mười Một"),
        person(13, "Mười Hai", A, other_phones=("+842513822000",)),
        person(14, "Mười Ba", A),
        person(15, "Mười Bốn", A),
        person(16, "Mười Lăm", A),
        person(17, "Mười Sáu", A, other_phones=("+84987000222",)),
    ]
    bad = {(8, "C", "phone_length"), (9, "C", "phone_length")}
    return Layout("phones_from_elsewhere", Grid(rows), people, bad)


MOVED = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037",
    "0168": "038", "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076",
    "0128": "078", "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


def numbers_before_2018():
    """Every prefix that moved, with its nought and without; one that never was."""
    rows = [["STT", "Họ tên", "Điện thoại"]]
    people = []
    for at, (old, new) in enumerate(MOVED.items(), start=1):
        name = f"Người Thứ {chr(64 + at)}"
        number = f"{old} 4000 111" if at % 2 else int(f"{old}4000111")
        rows.append([at, name, number])
        people.append(person(at + 1, name, f"{new}4000111"))
    rows.append([22, "Người Lạ", "01614000111"])
    return Layout("numbers_before_2018", Grid(rows), people, {(23, "C", "phone_length")})


def births_half_known():
    rows = [
        ["STT", "Họ tên", "Ngày sinh", "SĐT"],
        [1, "Người Một", "0/0/1960", A],
        [2, "Người Hai", "00/05/1960", ""],
        [3, "Người Ba", "--/--/1960", ""],
        [4, "Người Bốn", "…/…/1960", ""],
        [5, "Người Năm", "../../1960", ""],
        [6, "Người Sáu", "Sinh năm 1960", ""],
        [7, "Người Bảy", "1960 (66 tuổi)", ""],
        [8, "Người Tám", "tháng 5 năm 1960", ""],
        [9, "Người Chín", "12 / 03 / 1965", ""],
        [10, "Người Mười", "ngày 12/3/1965", ""],
        [11, "Mười Một", "12/3/1965.", ""],
        [12, "Mười Hai", "12 Tháng 03, 1965", ""],
        [13, "Mười Ba", "31/04/1970", ""],
        [14, "Mười Bốn", "15/13/1970", ""],
        [15, "Mười Lăm", "1/1/1065", ""],
        [16, "Mười Sáu", "29/02/1900", ""],
        [17, "Mười Bảy", "12-3-65", ""],
    ]
    day = date(1965, 3, 12)
    people = [
        person(2, "Người Một", A, 1960),
        *(person(at, f"Người {word}", "", 1960)
          for at, word in enumerate(("Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám"), start=3)),
        person(10, "Người Chín", birth_date=day),
        person(11, "Người Mười", birth_date=day),
        person(12, "Mười Một", birth_date=day),
        person(13, "Mười Hai", birth_date=day),
        person(18, "Mười Bảy", birth_date=day),
    ]  # fmt: skip
    bad = {
        (14, "C", "date_impossible"), (15, "C", "date_impossible"), (16, "C", "date_too_old"),
        (17, "C", "date_impossible"),
    }  # fmt: skip
    return Layout("births_half_known", Grid(rows), people, bad)


def titles_and_stars():
    rows = [
        ["(*) là chủ hộ"],
        ["STT", "Họ và tên ông (bà)", "SĐT"],
        [1, "Ông: Nguyễn Văn An (*)", A],
        [2, "(Bà) Trần Thị Bé", B],
        [3, "Đồng chí Lê Văn Cường*", C],
        [4, "CHỊ PHẠM THỊ DUNG", D],
        [5, "A. Hùng", ""],
        [6, "cô Hoa", ""],
        [7, "Chú Võ Văn Em,", ""],
        [8, "  Hồ  Thị   Hai ;", ""],
        [9, "***", ""],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, gender="male"),
        person(4, "Trần Thị Bé", B, gender="female"),
        person(5, "Lê Văn Cường", C),
        person(6, "Phạm Thị Dung", D, gender="female"),
        person(7, "Hùng", gender="male"),
        person(8, "Cô Hoa"),  # one word left: a nickname, as “Anh Tư” is
        person(9, "Võ Văn Em", gender="male"),
        person(10, "Hồ Thị Hai"),
    ]
    return Layout("titles_and_stars", Grid(rows), people, {(11, "B", "name_no_letters")})


def team_rows_in_many_words():
    rows = [["STT", "Họ và tên", "Năm sinh", "Điện thoại"]]
    people = []
    ways = (
        ("Tổ 1A", "Tổ 1A"), ("TỔ TỰ QUẢN SỐ 7", "Tổ 7"), ("Tổ NDTQ-08", "Tổ 8"),
        ("* Tổ 9:", "Tổ 9"), ("- Tổ 10 -", "Tổ 10"), ("TỔ SỐ: 11", "Tổ 11"),
        ("Tổ 12 (khu chợ)", "Tổ 12"),
        ("III/ Tổ an ninh tự quản số 13", "Tổ 13"), ("DANH SÁCH TỔ 14", "Tổ 14"),
    )  # fmt: skip
    for at, (words, team) in enumerate(ways):
        rows += [[words, "", "", ""], [1, f"Người Thứ {chr(65 + at)}", 1960 + at, A]]
        people.append(person(len(rows), f"Người Thứ {chr(65 + at)}", A, 1960 + at, team=team))
    dropped = {(2 + 2 * at, "group") for at in range(7)}
    return Layout("team_rows_in_many_words", Grid(rows), people, dropped=dropped)


def teams_written_upright():
    """The team stands in one tall cell, broken into lines, before the numbers."""
    rows = [
        ["Tổ", "STT", "Họ và tên", "Giới", "Năm sinh", "ĐT"],
        ["TỔ\n1", 1, "Nguyễn Văn An", "M", 1965, A],
        ["", 2, "Trần Thị Bé", "Nữ ", 1970, B],
        ["TỔ\n2", 1, "Lê Văn Cường", "NAM", 1980, C],
        ["", 2, "Phạm Thị Dung", "nữ", 1981, D],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, gender="male", team="Tổ 1"),
        person(3, "Trần Thị Bé", B, 1970, gender="female", team="Tổ 1"),
        person(4, "Lê Văn Cường", C, 1980, gender="male", team="Tổ 2"),
        person(5, "Phạm Thị Dung", D, 1981, gender="female", team="Tổ 2"),
    ]
    merges = [(1, 0, 2, 0), (3, 0, 4, 0)]
    return Layout("teams_written_upright", Grid(rows, merges=merges), people, needs_workbook=True)


def heads_in_short():
    """`CH` is the head; the numbers of members are decimals that Excel keeps."""
    rows = [
        ["Số thứ tự", "Họ và tên", "Q/hệ với chủ hộ", "Năm sinh", "Số di động"],
        [1, "Nguyễn Văn An", "CH", 1950, A],
        [1.1, "Trần Thị Bé", "vợ", 1951, ""],
        [1.2, "Nguyễn Văn Con", "con", 1980, B],
        [2, "Lê Thị Cúc", "C.hộ", 1952, C],
        [2.1, "Phạm Văn Dũng", "chồng", 1949, ""],
    ]
    first = {"household_code": "Nguyễn Văn An"}
    second = {"household_code": "Lê Thị Cúc"}
    people = [
        person(2, "Nguyễn Văn An", A, 1950, is_representative=True, **first),
        person(3, "Trần Thị Bé", "", 1951, gender="female", **first),
        person(4, "Nguyễn Văn Con", B, 1980, **first),
        person(5, "Lê Thị Cúc", C, 1952, is_representative=True, **second),
        person(6, "Phạm Văn Dũng", "", 1949, gender="male", **second),
    ]
    return Layout("heads_in_short", Grid(rows), people)


def names_and_years_in_one_column():
    rows = [
        ["STT", "Họ tên, năm sinh", "SĐT", "Địa chỉ"],
        [1, "Nguyễn Văn An - 1965", A, "Số 1"],
        [2, "Trần Thị Bé (1970)", B, "Số 2"],
        [3, "Lê Văn Cường, sn 1980", C, ""],
        [4, "Phạm Thị Dung 12/3/1981", D, ""],
        [5, "Võ Văn Em", "", ""],
        [6, "Đỗ Thị Gái, 31/2/1982", "", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, address="Số 1"),
        person(3, "Trần Thị Bé", B, 1970, address="Số 2"),
        person(4, "Lê Văn Cường", C, 1980),
        person(5, "Phạm Thị Dung", D, birth_date=date(1981, 3, 12)),
        person(6, "Võ Văn Em"),
    ]
    bad = {(7, "B", "date_impossible")}
    return Layout("names_and_years_in_one_column", Grid(rows), people, bad)


def ages_instead_of_births():
    """An age is no birth; nothing is worked out from it."""
    rows = [
        ["STT", "Họ và tên", "Tuổi", "Nam", "Nữ", "Số liên lạc"],
        [1, "Nguyễn Văn An", 61, "x", "", A],
        [2, "Trần Thị Bé", 56, "", "x", B],
        [3, "Lê Văn Cường", "46 tuổi", "1", "", C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, gender="male"),
        person(3, "Trần Thị Bé", B, gender="female"),
        person(4, "Lê Văn Cường", C, gender="male"),
    ]
    return Layout("ages_instead_of_births", Grid(rows), people)


OTHER_HANDS = [
    make()
    for make in (
        numbers_with_a_decimal_comma, phones_from_elsewhere, numbers_before_2018,
        births_half_known, titles_and_stars, team_rows_in_many_words, teams_written_upright,
        heads_in_short, names_and_years_in_one_column, ages_instead_of_births,
    )
]  # fmt: skip
