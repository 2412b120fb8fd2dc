"""Rolls that heads of teams keep: contacts in two columns, counts, notes, pages, old programs."""

import io
from datetime import date

import xlsxwriter

from tests.groups.member_list.expected import SIGNED, Layout, person
from tests.groups.member_list.old_letters import tcvn3, vni
from tests.groups.member_list.usual_forms import phone
from tests.groups.member_list.whole_files import FileCase, text_person
from tests.groups.member_list.writers import Grid, ods, text, xls, xlsx


def contacts_in_two_columns():
    rows = [
        ["XÃ BÌNH AN - ẤP 6"],
        ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"],
        ["DANH SÁCH LIÊN LẠC CÁC HỘ DÂN"],
        ["Số TT", "Họ, tên", "NTNS", "Địa chỉ", "", "", "Liên lạc", ""],
        ["", "", "", "Tổ", "Số nhà", "Đường", "Số ĐT", "Số Zalo"],
        ["1", "Uông Văn Tài", "7/7/1967", "1", "15", "Hùng Vương", phone(401), phone(401)],
        ["2", "Uông Thị Lộc", "1969", "1", "17/3", "", phone(402), phone(403)],
        ["3", "Uông Văn Phước", "", "TỔ 2", "", "Hùng Vương", "", "0900 000 404"],
        ["4", "Uông Thị Thọ", "19/13/1971", "2", "21", "", phone(405), "không dùng"],
        ["5", "Uông Văn Khang", "1973", "2", "23", "", phone(406), "chưa có Zalo"],
    ]
    people = [
        person(6, "Uông Văn Tài", phone(401), birth_date=date(1967, 7, 7), team="Tổ 1",
               address="15, Hùng Vương"),
        person(7, "Uông Thị Lộc", phone(402), 1969, team="Tổ 1", address="17/3",
               other_phones=("+84900000403",)),
        person(8, "Uông Văn Phước", phone(404), team="Tổ 2", address="Hùng Vương"),
        person(10, "Uông Văn Khang", phone(406), 1973, team="Tổ 2", address="23"),
    ]  # fmt: skip
    merges = [(3, 3, 3, 5), (3, 6, 3, 7), (3, 0, 4, 0), (3, 1, 4, 1), (3, 2, 4, 2)]
    bad = {(9, "C", "date_impossible")}
    return Layout("contacts_in_two_columns", Grid(rows, merges=merges), people, bad)


def households_by_number():
    rows = [
        ["DANH SÁCH NHÂN KHẨU ẤP 2"],
        ["Hộ số", "STT", "HỌ VÀ TÊN", "QUAN HỆ VỚI CHỦ HỘ", "NAM", "NỮ", "SĐT", "GHI CHÚ"],
        ["1", "1", "ỪNG VĂN GỐC", "CHỦ HỘ", "1948", "", phone(411), ""],
        ["1", "2", "LƯƠNG THỊ CÀNH", "VỢ", "", "1950", "", "bệnh"],
        ["1", "3", "ỪNG VĂN LÁ", "CON TRAI", "20/11/1975", "", phone(412), "0900000999"],
        ["2", "4", "KHIẾU THỊ HOA", "CHỦ HỘ", "", "1961", "900000413", ""],
        ["2", "5", "KHIẾU VĂN QUẢ", "CON", "1985", "", phone(414), "chuyển đi 2025"],
        ["Cộng", "", "5", "", "3", "2", "", ""],
    ]
    one, two = {"household_code": "1"}, {"household_code": "2"}
    people = [
        person(3, "Ừng Văn Gốc", phone(411), 1948, gender="male", is_representative=True, **one),
        person(4, "Lương Thị Cành", "", 1950, gender="female", **one),
        person(5, "Ừng Văn Lá", phone(412), birth_date=date(1975, 11, 20), gender="male", **one),
        person(6, "Khiếu Thị Hoa", phone(413), 1961, gender="female", is_representative=True,
               **two),
        person(7, "Khiếu Văn Quả", phone(414), 1985, gender="male", **two),
    ]  # fmt: skip
    return Layout("households_by_number", Grid(rows), people, set(), {(8, "total")})


def heads_with_counts():
    rows = [
        ["UBND XÃ BÌNH AN", "", "", "Mẫu số 02"],
        ["ẤP 7"],
        [],
        ["BIỂU TỔNG HỢP HỘ GIA ĐÌNH THAM GIA NHÓM ZALO “KẾT NỐI BÌNH YÊN” NĂM 2026"],
        ["TT", "Họ tên chủ hộ", "Số khẩu", "Trong đó", "", "Điện thoại", "Chỗ ở hiện nay",
         "Ký tên"],
        ["", "", "", "Nam", "Nữ", "", "", ""],
        ["A", "B", "1", "2", "3", "4", "5", "6"],
        [1, "Ông: Sử Văn Biên", 5, 2, 3, phone(421), "Tổ 4", ""],
        [2, "Bà: Sử Thị Chép", 4, 1, 3, "0900 000 422, 0900 000 423", "Tổ 4", ""],
        [3, "Ông (bà): Sử Ngọc", 1, 1, 0, "0900.000.42", "Tổ 5", ""],
        ["", "Tổng cộng:", 10, 4, 6, "", "", ""],
        *SIGNED,
    ]  # fmt: skip
    people = [
        person(8, "Sử Văn Biên", phone(421), gender="male", address="Tổ 4", team="Tổ 4"),
        person(9, "Sử Thị Chép", phone(422), gender="female", address="Tổ 4", team="Tổ 4",
               other_phones=("+84900000423",)),
    ]  # fmt: skip
    bad, dropped = {(10, "F", "phone_length")}, {(11, "total")}
    merges = [(4, 3, 4, 4), (4, 0, 5, 0), (4, 1, 5, 1), (4, 2, 5, 2), (4, 5, 5, 5), (4, 6, 5, 6)]
    return Layout("heads_with_counts", Grid(rows, merges=merges), people, bad, dropped)


def teams_in_merged_cells():
    rows = [
        ["DANH SÁCH"],
        ["Tổ ANTQ", "STT", "Họ đệm", "Tên", "Ngày sinh", "Giới tính", "Thường trú", "ĐTDĐ"],
        ["Tổ 1", 1, "Khuất Văn", "Sáng", date(1955, 12, 31), "Nam", "Số 51", phone(431)],
        ["", 2, "Khuất Thị", "Chiều", date(1960, 2, 29), "Nữ", "", ""],
        ["", 3, "Khuất", "Tối", 1990, "nam", "Số 52", 900000433],
        ["Tổ 2", 1, "Đàm Thị Thanh", "Trưa", date(1988, 5, 6), "NỮ", "Số 53", ""],
        ["", 2, "Đàm", "", 2001, "Nam", "Số 53", phone(435)],
        ["", 3, "", "Đêm", "40/1/2001", "Nam", "Số 53", phone(436)],
    ]
    merges = [(2, 0, 4, 0), (5, 0, 7, 0), (2, 6, 3, 6)]
    people = [
        person(3, "Khuất Văn Sáng", phone(431), birth_date=date(1955, 12, 31), gender="male",
               team="Tổ 1", address="Số 51"),
        person(4, "Khuất Thị Chiều", birth_date=date(1960, 2, 29), gender="female", team="Tổ 1",
               address="Số 51"),
        person(5, "Khuất Tối", phone(433), 1990, gender="male", team="Tổ 1", address="Số 52"),
        person(6, "Đàm Thị Thanh Trưa", birth_date=date(1988, 5, 6), gender="female", team="Tổ 2",
               address="Số 53"),
        person(7, "Đàm", phone(435), 2001, gender="male", team="Tổ 2", address="Số 53"),
    ]  # fmt: skip
    bad = {(8, "E", "date_impossible")}
    return Layout("teams_in_merged_cells", Grid(rows, merges=merges), people, bad, set(), True)


def headings_without_marks():
    rows = [
        ["DANH SACH THANH VIEN TO 12"],
        ["Stt", "Ho va ten", "Nam sinh", "Gioi tinh", "So dien thoai", "Cho o hien nay", "Zalo"],
        ["1", "nguyen van binh", "1970", "nam", "+84 900 000 441", "so 1 duong 3/2", "x"],
        ["2", "TRAN THI MO", "1972", "nu", "84900000442", "", ""],
        ["3", "Le Van Cuong (con ong Tu)", "72", "Nam", "900 000 443", "so 3", "x"],
        ["4", "Ba Pham Thi Du", "1974", "", "0900000444.", "", "x"],
    ]
    people = [
        person(3, "Nguyen Van Binh", phone(441), 1970, gender="male", team="Tổ 12",
               address="so 1 duong 3/2"),
        person(4, "Tran Thi Mo", phone(442), 1972, gender="female", team="Tổ 12"),
        person(5, "Le Van Cuong", phone(443), 1972, gender="male", team="Tổ 12", address="so 3"),
        person(6, "Ba Pham Thi Du", phone(444), 1974, team="Tổ 12"),
    ]  # fmt: skip
    return Layout("headings_without_marks", Grid(rows), people)


def pages_and_footers():
    head = ["STT", "HỌ VÀ TÊN\n(chữ in hoa)", "NGÀY, THÁNG,\nNĂM SINH", "SỐ CCCD\nhoặc CMND",
            "SỐ ĐIỆN\nTHOẠI", "TỔ\nNHÂN DÂN"]  # fmt: skip
    rows = [
        ["ĐẢNG ỦY XÃ BÌNH AN"], ["BAN NHÂN DÂN ẤP 8"], ["Số: 05/DS-BND"], [],
        ["Bình An, ngày 15 tháng 4 năm 2026"], [],
        ["DANH SÁCH"], ["Các hộ đăng ký tham gia mô hình"], ["(Đợt 1 năm 2026)"], [],
        head,
        [1, "CHẾ VĂN SƠN", "1.2.1950", 75050000111, phone(451), 3],
        [2, "CHẾ THỊ THỦY", "02-03-1951", "270000222", phone(452), 3],
        ["", "", "", "", "Trang 1/2"],
        head,
        [3, "CHẾ VĂN HỎA", 18688, "075051000333", "0900 000 453 (vợ)", 4],
        [4, "CHẾ THỊ THỔ", "30.02.1955", "", phone(454), 4],
        [5, "CHẾ KIM", "1957-08-09", "", "02513 800 455", "Tổ nhân dân số 4"],
        ["", "", "", "", "Trang 2/2"],
        ["Danh sách này có 05 người./."],
        ["Nơi nhận:", "", "", "TM. BAN NHÂN DÂN ẤP"],
        ["- Công an xã;", "", "", "TRƯỞNG ẤP"],
        ["- Lưu.", "", "", "Chế Văn Sơn"],
    ]  # fmt: skip
    people = [
        person(12, "Chế Văn Sơn", phone(451), birth_date=date(1950, 2, 1), team="Tổ 3"),
        person(13, "Chế Thị Thủy", phone(452), birth_date=date(1951, 3, 2), team="Tổ 3"),
        person(16, "Chế Văn Hỏa", phone(453), birth_date=date(1951, 3, 1), team="Tổ 4"),
        person(18, "Chế Kim", "02513800455", birth_date=date(1957, 8, 9), team="Tổ 4"),
    ]
    return Layout("pages_and_footers", Grid(rows), people, {(17, "C", "date_impossible")})


def _capitals_of_an_old_font():
    """Capitals of TCVN3 are small letters in a font of their own."""
    rows = [
        ["DANH SÁCH HỘ DÂN ẤP 9"],
        ["STT", "Họ và tên", "Năm sinh", "Nơi ở", "Điện thoại"],
        [1, "đoàn thị mỹ hạnh", 1963, "Xóm Đồng", phone(461)],
        [2, "trịnh quốc đại", "1964", "Đường số 2", "0168 9000 462"],
        [3, "vũ ngọc ẩn", "1965", "", "chưa có"],
    ]
    old = [[tcvn3(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    fonts = {0: ".VnTime", 1: ".VnTimeH", 2: ".VnTime", 3: ".VnTime", 4: ".VnTime"}
    people = [
        person(3, "Đoàn Thị Mỹ Hạnh", phone(461), 1963, address="Xóm Đồng"),
        person(4, "Trịnh Quốc Đại", "0389000462", 1964, address="Đường số 2"),
        person(5, "Vũ Ngọc Ẩn", "", 1965),
    ]
    return [
        FileCase(f"capitals_of_an_old_font.{ending}", write(Grid(old, fonts=fonts)), people)
        for write, ending in ((xlsx, "xlsx"), (xls, "xls"))
    ]


def _vni_saved_as_text():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Tổ", "SĐT"],
        [1, "Đặng Thị Hường", "12/5/1964", "Nữ", "Tổ 1", phone(471)],
        [2, "Bùi Văn Mười", "1970", "Nam", "Tổ 1", "900000472"],
        [3, "Hồ Thị Ỷ", "31/9/1970", "Nữ", "Tổ 2", ""],
        [4, "LÊ THỊ ƯỚC", "1971", "Nữ", "Tổ 2", "0900000474;0900000475"],
    ]
    old = [[vni(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    content = text(Grid(old), separator=",", encoding="latin-1")
    people = [
        text_person(2, "Đặng Thị Hường", phone(471), birth_date=date(1964, 5, 12),
                    gender="female", team="Tổ 1"),
        text_person(3, "Bùi Văn Mười", phone(472), 1970, gender="male", team="Tổ 1"),
        text_person(5, "Lê Thị Ước", phone(474), 1971, gender="female", team="Tổ 2",
                    other_phones=("+84900000475",)),
    ]  # fmt: skip
    return FileCase("vni_saved_as_text.csv", content, people, {(4, "C", "date_impossible")})


def _figures_before_the_lists():
    figures = [
        ["BẢNG TỔNG HỢP"],
        ["STT", "Tên tổ", "Số hộ", "Số khẩu", "Số nhóm Zalo"],
        [1, "Tổ 1", 20, 81, 1],
        [2, "Tổ 2", 25, 99, 1],
        ["", "Tổng", 45, 180, 2],
    ]
    first = [
        ["Danh sách tổ 1"],
        ["STT", "Họ và tên", "Năm sinh", "SĐT", "Chủ hộ"],
        [1, "Ngụy Văn Đầu", 1970, phone(481), "x"],
        [2, "Ngụy Thị Cuối", 1975, "", ""],
    ]
    second = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT", "Chủ hộ"],
        [1, "Âu Dương Hải", "1/1/2050", phone(483), "x"],
        [2, "Tôn Nữ Thị Ninh", "1980", "9,00000484E+08", "x"],
    ]
    people = [
        person(3, "Ngụy Văn Đầu", phone(481), 1970, sheet="T1", team="Tổ 1",
               household_code="Ngụy Văn Đầu", is_representative=True),
        person(4, "Ngụy Thị Cuối", "", 1975, sheet="T1", team="Tổ 1"),
        person(3, "Tôn Nữ Thị Ninh", phone(484), 1980, sheet="Tổ 2", team="Tổ 2",
               household_code="Tôn Nữ Thị Ninh", is_representative=True),
    ]  # fmt: skip
    bad = {(2, "C", "date_future")}
    grids = (Grid(figures, name="Tổng hợp"), Grid(first, name="T1"), Grid(second, name="Tổ 2"))
    return [
        FileCase(f"figures_before_the_lists.{ending}", write(*grids), people, bad)
        for write, ending in ((xlsx, "xlsx"), (xls, "xls"), (ods, "ods"))
    ]


def _formulas_with_answers():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Ấp 1")
    sheet.write_row(0, 0, ["TT", "Họ và tên", "Năm sinh", "Tuổi", "SĐT", "Địa chỉ"])
    for row, (name, year, number, at) in enumerate(
        [
            ("Lều Văn Một", 1961, "0900000491", "Số 61"),
            ("Lều Thị Hai", 1962, "#N/A", "Số 62"),
            ("#REF!", 1963, "0900000493", "Số 63"),
            ("Lều Thị Bốn", 1964, "0900000494", "Số 64"),
        ],
        start=1,
    ):
        sheet.write_formula(row, 0, f"=ROW()-{row}", None, row)
        sheet.write_formula(row, 1, f"=PROPER(H{row})", None, name)
        sheet.write_formula(row, 2, f"=I{row}", None, year)
        sheet.write_formula(row, 3, f"=2026-C{row}", None, 2026 - year)
        sheet.write_formula(row, 4, f'="0"&J{row}', None, number)
        sheet.write_formula(row, 5, f'="Số "&K{row}', None, at)
    sheet.write_formula(5, 1, '="Tổng cộng: "&COUNTA(B2:B5)', None, "Tổng cộng: 4")
    book.close()
    people = [
        person(2, "Lều Văn Một", phone(491), 1961, address="Số 61"),
        person(5, "Lều Thị Bốn", phone(494), 1964, address="Số 64"),
    ]
    bad = {(3, "E", "formula_error"), (4, "B", "formula_error")}
    return FileCase("formulas_with_answers.xlsx", buffer.getvalue(), people, bad)


ROLLS_OF_TEAMS = [
    contacts_in_two_columns(),
    households_by_number(),
    heads_with_counts(),
    teams_in_merged_cells(),
    headings_without_marks(),
    pages_and_footers(),
]
TEAMS_AS_FILES = [
    *_capitals_of_an_old_font(),
    _vni_saved_as_text(),
    *_figures_before_the_lists(),
    _formulas_with_answers(),
]
