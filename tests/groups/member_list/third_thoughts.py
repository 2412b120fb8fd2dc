"""A third round, written before the reader was touched for it: grids in every kind of file."""

from datetime import date, datetime

from tests.groups.member_list.expected import MOTTO, SIGNED, A, B, C, D, Layout, person
from tests.groups.member_list.writers import Grid

HEADER = ["STT", "Họ và tên", "Năm sinh", "Điện thoại"]


def legacy_beside_unicode():
    """Names typed with .VnTime years ago, addresses typed today."""
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Địa chỉ", "Điện thoại"],
        [1, "NguyÔn V¨n An", 1965, "Số 5, đường Lê Lợi", A],
        [2, "Vò Thóy", 1970, "Số 6, đường Lê Lợi", B],
        [3, "Lª ThÞ Hång", 1980, "Chợ Ấp 1", C],
        [4, "Hµ Thó", 1981, "Số 8, đường Hoà Bình", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, address="Số 5, đường Lê Lợi"),
        person(3, "Vũ Thúy", B, 1970, address="Số 6, đường Lê Lợi"),
        person(4, "Lê Thị Hồng", C, 1980, address="Chợ Ấp 1"),
        person(5, "Hà Thú", year=1981, address="Số 8, đường Hoà Bình"),
    ]
    return Layout("legacy_beside_unicode", Grid(rows), people)


def vni_beside_tcvn3():
    """Two people typed, each with the font of the own machine."""
    rows = [
        ["STT", "Họ và tên", "Nơi ở", "Điện thoại"],
        [1, "Nguyeãn Vaên An", "®­êng Lª Lîi", A],
        [2, "Traàn Thò Beù", "Êp 1", B],
        [3, "Leâ Hoàng", "tæ d©n c­ 5", C],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, address="đường Lê Lợi"),
        person(3, "Trần Thị Bé", B, address="ấp 1"),
        person(4, "Lê Hồng", C, address="tổ dân cư 5"),
    ]
    return Layout("vni_beside_tcvn3", Grid(rows), people)


def viqr():
    rows = [
        ["DANH SA'CH NHA^N DA^N A^'P 1"],
        ["STT", "Ho. va` te^n", "Na(m sinh", "DDi.a chi?", "DDie^.n thoa.i"],
        [1, "Nguye^~n Va(n A`", 1965, "So^' 5, ddu+o+`ng Le^ Lo+.i", A],
        [2, "Tra^`n Thi. Be'", 1970, "A^'p 1", B],
        [3, "Le^ Hoa`ng Phu+o+'c", 1980, "", C],
        [4, "DDINH TAN", 1981, "", ""],
    ]
    people = [
        person(3, "Nguyễn Văn À", A, 1965, address="Số 5, đường Lê Lợi"),
        person(4, "Trần Thị Bé", B, 1970, address="Ấp 1"),
        person(5, "Lê Hoàng Phước", C, 1980),
        person(6, "Đinh Tan", year=1981),
    ]
    return Layout("viqr", Grid(rows), people)


def viqr_names_only():
    """Under a Unicode heading, beside an address that ends in a question mark."""
    rows = [
        ["STT", "Họ và tên", "Địa chỉ", "Điện thoại"],
        [1, "Pha.m Thi. Ngo.c", "Số 5?", A],
        [2, "Hoa`ng Vu~", "Hẻm 3.", B],
        [3, "Lan", "Gần chợ (cũ)", C],
    ]
    people = [
        person(2, "Phạm Thị Ngọc", A, address="Số 5?"),
        person(3, "Hoàng Vũ", B, address="Hẻm 3."),
        person(4, "Lan", C, address="Gần chợ (cũ)"),
    ]
    return Layout("viqr_names_only", Grid(rows), people)


def header_in_row_12():
    rows = [
        *MOTTO,
        ["Tổng số hộ:", 120, "Tổng số nhân khẩu:", 480],
        ["Số điện thoại trưởng ấp:", "0912000999", "", ""],
        ["Ngày lập:", date(2026, 3, 12), "", ""],
        ["(Kèm theo Kế hoạch số 12 của xã)"],
        [],
        [*HEADER, "Nơi ở hiện tại"],
        [1, "Nguyễn Văn An", 1965, A, "Số 5"],
        [2, "Trần Thị Bé", 1970, B, "Số 6"],
        *SIGNED,
    ]
    people = [
        person(13, "Nguyễn Văn An", A, 1965, address="Số 5"),
        person(14, "Trần Thị Bé", B, 1970, address="Số 6"),
    ]
    return Layout("header_in_row_12", Grid(rows), people)


def two_tables_of_different_columns():
    rows = [
        ["DANH SÁCH TỔ 1"],
        HEADER,
        [1, "Nguyễn Văn An", 1965, A],
        ["Tổng cộng: 1 người"],
        [],
        ["DANH SÁCH TỔ 2"],
        ["TT", "SĐT", "Giới tính", "Họ tên", "Ngày sinh", ""],
        ["", "", "", "", "", ""],
        [1, B, "Nữ", "Trần Thị Bé", "1/2/1970", ""],
        [2, C, "Nam", "Lê Văn Cường", "1980", ""],
        [],
        ["DANH SÁCH TẠM TRÚ"],
        ["Họ và tên", "Năm sinh", "", "Số điện thoại", "Chủ nhà trọ"],
        ["", "Nam", "Nữ", "", ""],
        ["Võ Văn Em", 1990, "", D, "Bà Tư"],
    ]
    people = [
        person(3, "Nguyễn Văn An", A, 1965, team="Tổ 1"),
        person(9, "Trần Thị Bé", B, birth_date=date(1970, 2, 1), gender="female", team="Tổ 2"),
        person(10, "Lê Văn Cường", C, 1980, gender="male", team="Tổ 2"),
        person(15, "Võ Văn Em", D, 1990, gender="male", team="Tổ 2"),
    ]
    return Layout("two_tables_of_different_columns", Grid(rows), people, dropped={(4, "total")})


def head_on_the_first_row_only():
    rows = [
        ["Số hộ", "Chủ hộ", "Họ tên nhân khẩu", "Quan hệ", "Năm sinh", "SĐT"],
        ["01", "Nguyễn Văn An", "Nguyễn Văn An", "Chủ hộ", 1950, A],
        ["", "", "Trần Thị Bé", "Vợ", 1951, ""],
        ["", "", "Nguyễn Văn Con", "Con", 1980, B],
        ["02", "Lê Văn Cường", "Lê Văn Cường", "Chủ hộ", 1952, C],
        ["", "", "Phạm Thị Dung", "Vợ", 1955, ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1950, household_code="01", is_representative=True),
        person(3, "Trần Thị Bé", "", 1951, household_code="01", gender="female"),
        person(4, "Nguyễn Văn Con", B, 1980, household_code="01"),
        person(5, "Lê Văn Cường", C, 1952, household_code="02", is_representative=True),
        person(6, "Phạm Thị Dung", "", 1955, household_code="02", gender="female"),
    ]
    return Layout("head_on_the_first_row_only", Grid(rows), people)


def households_by_number():
    """1, 1.1, 1.2: only the head is numbered in full."""
    rows = [
        ["STT", "Họ và tên", "Chủ hộ", "Năm sinh", "SĐT"],
        ["1", "Nguyễn Văn An", "x", 1950, A],
        ["1.1", "Trần Thị Bé", "", 1951, ""],
        ["1.2", "Nguyễn Văn Con", "", 1980, B],
        ["2", "Lê Văn Cường", "x", 1952, C],
    ]
    first = {"household_code": "Nguyễn Văn An"}
    people = [
        person(2, "Nguyễn Văn An", A, 1950, is_representative=True, **first),
        person(3, "Trần Thị Bé", "", 1951, **first),
        person(4, "Nguyễn Văn Con", B, 1980, **first),
        person(5, "Lê Văn Cường", C, 1952, household_code="Lê Văn Cường", is_representative=True),
    ]
    return Layout("households_by_number", Grid(rows), people)


def phones_in_words():
    rows = [
        ["STT", "Họ tên", "Số điện thoại"],
        [1, "Người Một", "không có điện thoại"],
        [2, "Người Hai", "Chưa có số"],
        [3, "Người Ba", "ko có ĐT"],
        [4, "Người Bốn", "Không sử dụng điện thoại"],
        [5, "Người Năm", "không có zalo"],
        [6, "Người Sáu", "0912 000 111 (con trai)"],
        [7, "Người Bảy", "Con: 0987.000.222"],
        [8, "Người Tám", "bị mất máy"],
        [9, "Người Chín", "KHÔNG"],
        [10, "Người Mười", "\uff10\uff13\uff15\uff16\uff10\uff10\uff10\uff13\uff13\uff13"],
        [11, "Mười Một", "0912000111 (không có zalo)"],
        [12, "Mười Hai", "Không nhớ"],
    ]
    people = [
        *(person(row, f"Người {word}") for row, word in enumerate(
            ("Một", "Hai", "Ba", "Bốn", "Năm"), start=2)),
        person(7, "Người Sáu", A),
        person(8, "Người Bảy", B),
        person(9, "Người Tám"),
        person(10, "Người Chín"),
        person(11, "Người Mười", C),
        person(12, "Mười Một", A),
        person(13, "Mười Hai"),
    ]  # fmt: skip
    return Layout("phones_in_words", Grid(rows), people)


def days_with_time():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Điện thoại"],
        [1, "Nguyễn Văn An", datetime(1965, 3, 12, 7, 30), A],  # noqa: DTZ001
        [2, "Trần Thị Bé", datetime(1970, 12, 31, 23, 59), B],  # noqa: DTZ001
        [3, "Lê Văn Cường", "12/03/1965 00:00:00", C],
        [4, "Phạm Thị Dung", "5/6/1966 0:00", D],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12)),
        person(3, "Trần Thị Bé", B, birth_date=date(1970, 12, 31)),
        person(4, "Lê Văn Cường", C, birth_date=date(1965, 3, 12)),
        person(5, "Phạm Thị Dung", D, birth_date=date(1966, 6, 5)),
    ]
    return Layout("days_with_time", Grid(rows), people)


def days_in_other_dress():
    rows = [
        ["STT", "Họ và tên", "Sinh ngày", "Điện thoại"],
        [1, "Người Một", "12 tháng Ba năm 1965", A],
        [2, "Người Hai", "12-Mar-1965", ""],
        [3, "Người Ba", "12\\3\\1965", ""],
        [4, "Người Bốn", "12/3/1965.", ""],
        [5, "Người Năm", "1.965", ""],
        [6, "Người Sáu", "1,965", ""],
        [7, "Người Bảy", "--/--/1965", ""],
        [8, "Người Tám", "…/…/1965", ""],
        [9, "Người Chín", "29/02/1965", ""],
        [10, "Người Mười", "12/3/19655", ""],
        [11, "Mười Một", "Tháng 3/1965", ""],
        [12, "Mười Hai", "60 tuổi", ""],
    ]
    day = date(1965, 3, 12)
    people = [
        person(2, "Người Một", A, birth_date=day),
        person(3, "Người Hai", birth_date=day),
        person(4, "Người Ba", birth_date=day),
        person(5, "Người Bốn", birth_date=day),
        person(6, "Người Năm", year=1965),
        person(7, "Người Sáu", year=1965),
        person(8, "Người Bảy", year=1965),
        person(9, "Người Tám", year=1965),
        person(12, "Mười Một", year=1965),
    ]
    bad = {
        (10, "C", "date_impossible"), (11, "C", "date_unreadable"), (13, "C", "date_unreadable"),
    }  # fmt: skip
    return Layout("days_in_other_dress", Grid(rows), people, bad)


def merged_header_of_three_rows():
    rows = [
        *MOTTO,
        ["STT", "Họ và tên", "Thông tin cá nhân", "", "", "Nơi cư trú", "", "Liên hệ"],
        ["", "", "Năm sinh", "", "Dân tộc", "Tổ", "Số nhà", "Số điện thoại"],
        ["", "", "Nam", "Nữ", "", "", "", ""],
        [1, "Nguyễn Văn An", 1965, "", "Kinh", 1, "12A", A],
        [2, "Trần Thị Bé", "", 1970, "Kinh", 1, "12B", B],
    ]
    merges = [
        (6, 0, 8, 0), (6, 1, 8, 1), (6, 2, 6, 4), (7, 2, 7, 3), (7, 4, 8, 4), (6, 5, 6, 6),
        (7, 5, 8, 5), (7, 6, 8, 6), (7, 7, 8, 7),
    ]  # fmt: skip
    people = [
        person(10, "Nguyễn Văn An", A, 1965, gender="male", team="Tổ 1", address="12A"),
        person(11, "Trần Thị Bé", B, 1970, gender="female", team="Tổ 1", address="12B"),
    ]
    return Layout("merged_header_of_three_rows", Grid(rows, merges=merges), people)


def families_merged():
    """The same in every workbook, .ods too: head, address and team over the rows of a family."""
    rows = [
        ["TT", "Chủ hộ", "Họ tên thành viên", "Địa chỉ", "Tổ", "SĐT"],
        [1, "Nguyễn Văn An", "Nguyễn Văn An", "Số 1", 2, A],
        ["", "", "Trần Thị Bé", "", "", B],
        ["", "", "Nguyễn Văn Con", "", "", ""],
        [2, "Lê Văn Cường", "Lê Văn Cường", "Số 9", 3, C],
    ]
    merges = [(1, 0, 3, 0), (1, 1, 3, 1), (1, 3, 3, 3), (1, 4, 3, 4)]
    first = {"household_code": "Nguyễn Văn An", "address": "Số 1", "team": "Tổ 2"}
    people = [
        person(2, "Nguyễn Văn An", A, is_representative=True, **first),
        person(3, "Trần Thị Bé", B, **first),
        person(4, "Nguyễn Văn Con", **first),
        person(5, "Lê Văn Cường", C, household_code="Lê Văn Cường", address="Số 9", team="Tổ 3",
               is_representative=True),
    ]  # fmt: skip
    return Layout("families_merged", Grid(rows, merges=merges), people, needs_workbook=True)


def notes_with_numbers():
    rows = [
        [*HEADER, "Ghi chú", ""],
        [1, "Nguyễn Văn An", 1965, A, "0912000999", 150_000],
        [2, "Trần Thị Bé", 1970, "", "số của con 0987000999", 200_000],
        [3, "Lê Văn Cường", 1980, C, 3, "0356000999"],
        [4, "Phạm Thị Dung", 1981, "", "1999", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965),
        person(3, "Trần Thị Bé", "", 1970),
        person(4, "Lê Văn Cường", C, 1980),
        person(5, "Phạm Thị Dung", "", 1981),
    ]
    return Layout("notes_with_numbers", Grid(rows), people)


def names_with_notes():
    rows = [
        HEADER,
        [1, "Nguyễn Văn An (Chủ hộ)", 1950, A],
        [2, "Trần Thị Bé (vợ)", 1951, ""],
        [3, "LÊ VĂN CƯỜNG - CHỦ HỘ", 1952, C],
        [4, "Chủ hộ: Phạm Văn Dũng", 1953, D],
        [5, "Võ Thị Em [tạm trú]", 1960, ""],
        [6, "Cụ Đinh Văn Giáp", 1930, ""],
        [7, "Nguyễn Thị Hai (Hai Lúa)", 1961, ""],
        [8, "Đ/c Bùi Văn Ích", 1962, B],
    ]
    head = {"is_representative": True}
    people = [
        person(2, "Nguyễn Văn An", A, 1950, household_code="Nguyễn Văn An", **head),
        person(3, "Trần Thị Bé", "", 1951),
        person(4, "Lê Văn Cường", C, 1952, household_code="Lê Văn Cường", **head),
        person(5, "Phạm Văn Dũng", D, 1953, household_code="Phạm Văn Dũng", **head),
        person(6, "Võ Thị Em", "", 1960),
        person(7, "Đinh Văn Giáp", "", 1930),
        person(8, "Nguyễn Thị Hai", "", 1961),
        person(9, "Bùi Văn Ích", B, 1962),
    ]
    return Layout("names_with_notes", Grid(rows), people)


def separated_thousands():
    rows = [
        HEADER,
        ["1.001", "Nguyễn Văn An", "1.965", "912.000.111"],
        ["1.002", "Trần Thị Bé", "1,970", "987,000,222"],
        ["1.003", "Lê Văn Cường", "1 980", "0356.000.333"],
        ["1.004", "Phạm Thị Dung", 1981.0, "778 000 444"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965),
        person(3, "Trần Thị Bé", B, 1970),
        person(4, "Lê Văn Cường", C, 1980),
        person(5, "Phạm Thị Dung", D, 1981),
    ]
    return Layout("separated_thousands", Grid(rows), people)


def pictures_and_directions():
    """Emoji from Zalo names, marks of writing direction from web pages."""
    rows = [
        ["STT", "👤 Họ và tên", "📞 Điện thoại", "🏠 Địa chỉ"],
        [1, "🌸Nguyễn Thị An🌸", "📱 0912000111", "Số 5 🏡"],
        [2, "\u202aTrần Thị Bé\u202c", "\u2066+84 987 000 222\u2069", "\u200fSố 6\u200e"],
        [3, "Lê Văn Cường 👍🏻", "\u202d0356000333\u202c", ""],
    ]
    people = [
        person(2, "Nguyễn Thị An", A, address="Số 5 🏡"),
        person(3, "Trần Thị Bé", B, address="Số 6"),
        person(4, "Lê Văn Cường", C),
    ]
    return Layout("pictures_and_directions", Grid(rows), people)


THIRD_THOUGHTS = [
    make()
    for make in (
        legacy_beside_unicode, vni_beside_tcvn3, viqr, viqr_names_only, header_in_row_12,
        two_tables_of_different_columns, head_on_the_first_row_only, households_by_number,
        phones_in_words, days_with_time, days_in_other_dress, merged_header_of_three_rows,
        families_merged, notes_with_numbers, names_with_notes, separated_thousands,
        pictures_and_directions,
    )
]  # fmt: skip
