"""The usual forms of a hamlet's roll: headings of two rows, teams between, sums, signatures."""

from datetime import date

from groups.member_import.reader.people_table import MOST_ABREAST
from tests.groups.member_list.expected import MOTTO, SIGNED, Layout, person
from tests.groups.member_list.writers import Grid


def phone(number: int) -> str:
    return f"0900000{number:03}"


def years_under_the_sexes():
    rows = [
        ["ỦY BAN NHÂN DÂN XÃ BÌNH AN", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["BAN ĐIỀU HÀNH ẤP 3", "", "", "", "Độc lập - Tự do - Hạnh phúc"],
        [],
        ["DANH SÁCH HỘ DÂN THAM GIA NHÓM ZALO KẾT NỐI BÌNH YÊN"],
        ["(Kèm theo Kế hoạch số 12/KH-UBND ngày 05/01/2026 của UBND xã)"],
        ["Bình An, ngày 20 tháng 01 năm 2026"],
        ["STT", "Họ và tên", "Năm sinh", "", "Địa chỉ", "", "Số ĐT", "Ghi chú"],
        ["", "", "Nam", "Nữ", "Tổ", "Số nhà", "", ""],
        [1, "Đỗ Hữu Phước", 1958, "", 1, "12/4", phone(101), ""],
        [2, "Lý Thị Kim Ngân", "", 1963, 1, "12/5", phone(102), "Tổ phó"],
        [3, "Phan Quốc Bảo", "1987", "", 2, "7A", 900000103, ""],
        [4, "Tô Thị Mỹ Duyên", 1990, 1990, 2, "7B", phone(104), ""],
        [5, "Vương Thị Út", "", "01/02/1971", 2, "", "", "đi làm xa"],
        ["Tổng cộng: 5 hộ"],
        *SIGNED,
    ]
    merges = [(6, 2, 6, 3), (6, 4, 6, 5), (6, 0, 7, 0), (6, 1, 7, 1), (6, 6, 7, 6), (3, 0, 3, 7)]
    people = [
        person(9, "Đỗ Hữu Phước", phone(101), 1958, gender="male", team="Tổ 1", address="12/4"),
        person(10, "Lý Thị Kim Ngân", phone(102), 1963, gender="female", team="Tổ 1",
               address="12/5"),
        person(11, "Phan Quốc Bảo", phone(103), 1987, gender="male", team="Tổ 2", address="7A"),
        person(13, "Vương Thị Út", birth_date=date(1971, 2, 1), gender="female", team="Tổ 2"),
    ]  # fmt: skip
    bad = {(12, "D", "birth_twice")}
    return Layout("years_under_the_sexes", Grid(rows, merges=merges), people, bad, {(14, "total")})


def marks_under_the_sexes():
    rows = [
        ["UBND XÃ BÌNH AN"],
        ["KHU PHỐ 5"],
        ["DANH SÁCH THÀNH VIÊN"],
        ["TT", "Họ, tên", "Giới tính", "", "NTNS", "ĐTDĐ", "Chỗ ở hiện nay"],
        ["", "", "Nam", "Nữ", "", "", ""],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        ["01", "Hà Minh Trí", "x", "", "4/6/1979", "0900.000.111", "Hẻm 5, đường Số 3"],
        ["02", "Hà Thị Lụa", "", "X", "1981", "0900-000-112", "nt"],
        ["03", "Bạch Tuyết Mai", "x", "x", "1990", phone(113), "Hẻm 6"],
        ["04", "Châu Văn Tèo", "X", "", "30/2/1988", phone(114), "Hẻm 6"],
        ["05", "Diệp Thị Lan", "", "v", "00/00/1949", "", "Hẻm 7"],
        ["Cộng", "", 2, 2],
        ["", "Người lập", "", "", "", "Trưởng khu phố"],
        ["", "Hà Minh Trí", "", "", "", "Diệp Văn Sáu"],
    ]
    people = [
        person(7, "Hà Minh Trí", phone(111), birth_date=date(1979, 6, 4), gender="male",
               address="Hẻm 5, đường Số 3"),
        person(8, "Hà Thị Lụa", phone(112), 1981, gender="female", address="Hẻm 5, đường Số 3"),
        person(11, "Diệp Thị Lan", "", 1949, gender="female", address="Hẻm 7"),
    ]  # fmt: skip
    bad = {(9, "D", "gender_twice"), (10, "E", "date_impossible")}
    merges = [(3, 2, 3, 3), (3, 0, 4, 0), (3, 1, 4, 1), (3, 4, 4, 4), (3, 5, 4, 5), (3, 6, 4, 6)]
    return Layout("marks_under_the_sexes", Grid(rows, merges=merges), people, bad, {(12, "total")})


def family_and_given_names():
    rows = [
        *MOTTO,
        ["Số TT", "Họ đệm", "Tên", "Ngày, tháng, năm sinh", "Nam", "Nữ", "Số CCCD", "Số Zalo"],
        [1, "Nguyễn Thị Thanh", "Thúy", "12/3/1965", "", "x", "075165000111", phone(121)],
        [2, "Điểu", "K’Rang", "1970", "x", "", 75170000222, phone(122)],
        [3, "LÊ", "TÂM", "1.1.1955", "x", "", "7.5123E+10", "900000123"],
        [4, "Trần Lê Hoàng Bảo", "Ngọc", "15-8-1992", "", "x", "", "0168 9000 124"],
        [5, "", "Đượm", "1948", "", "x", "270000111", ""],
        [],
        ["Tổng số: 5 người"],
    ]
    people = [
        person(8, "Nguyễn Thị Thanh Thúy", phone(121), birth_date=date(1965, 3, 12),
               gender="female"),
        person(9, "Điểu K’Rang", phone(122), 1970, gender="male"),
        person(10, "Lê Tâm", phone(123), birth_date=date(1955, 1, 1), gender="male"),
        person(11, "Trần Lê Hoàng Bảo Ngọc", "0389000124", birth_date=date(1992, 8, 15),
               gender="female"),
        person(12, "Đượm", "", 1948, gender="female"),
    ]  # fmt: skip
    return Layout("family_and_given_names", Grid(rows), people)


def teams_between():
    rows = [
        ["DANH SÁCH CÁC HỘ GIA ĐÌNH ẤP 2"],
        ["STT", "Họ tên", "Năm sinh", "Điện thoại", "Nơi ở"],
        ["Tổ 1"],
        [1, "Mai Văn Hậu", 1960, phone(131), "gần chùa"],
        [2, "Mai Thị Hiền", 1962, phone(132), ""],
        ["", "Cộng tổ 1: 2 người"],
        ["I. Tổ nhân dân số 2"],
        [1, "Ngô Đình Sang", 1975, phone(133), ""],
        [],
        ["II", "TỔ NHÂN DÂN SỐ 03"],
        [1, "Tạ Văn Kiệt", 1980, phone(134), ""],
        [2, "Tạ Thị Kiều", "1982", "0900 000 13", ""],
        ["", "TỔ ANTQ SỐ 4 (15 hộ)"],
        [1, "Lâm Văn Rô", 1990, phone(136), ""],
        ["Tổ 5: Tổ trưởng ông Quách Văn Năm"],
        [1, "Quách Văn Năm", 1955, phone(137), ""],
        ["TỔNG CỘNG", "", "7 người"],
    ]
    people = [
        person(4, "Mai Văn Hậu", phone(131), 1960, team="Tổ 1", address="gần chùa"),
        person(5, "Mai Thị Hiền", phone(132), 1962, team="Tổ 1"),
        person(8, "Ngô Đình Sang", phone(133), 1975, team="Tổ 2"),
        person(11, "Tạ Văn Kiệt", phone(134), 1980, team="Tổ 3"),
        person(14, "Lâm Văn Rô", phone(136), 1990, team="Tổ 4"),
        person(16, "Quách Văn Năm", phone(137), 1955, team="Tổ 5"),
    ]
    bad = {(12, "D", "phone_length")}
    dropped = {(3, "group"), (6, "total"), (7, "group"), (10, "group"), (13, "group"),
               (15, "group"), (17, "total")}  # fmt: skip
    return Layout("teams_between", Grid(rows), people, bad, dropped)


def areas_between():
    rows = [
        ["STT", "HỌ TÊN", "NĂM SINH", "SĐT"],
        ["KHU VỰC 1"],
        [1, "La Văn Bền", 1961, phone(141)],
        ["Tổ 3"],
        [2, "La Thị Bưởi", 1965, phone(142)],
        ["KHU VỰC 2"],
        ["Tổ 1"],
        [3, "Ông Kim Sơn", 1971, phone(143)],
    ]
    people = [
        person(3, "La Văn Bền", phone(141), 1961, team="Khu vực 1"),
        person(5, "La Thị Bưởi", phone(142), 1965, team="Tổ 3"),
        person(8, "Kim Sơn", phone(143), 1971, gender="male", team="Tổ 1"),
    ]
    return Layout("areas_between", Grid(rows), people)


def lost_zeros():
    rows = [
        *MOTTO,
        ["STT", "Họ và tên", "CMND/CCCD", "SĐT", "Ghi chú"],
        [1, "Cao Văn Một", 75060000111, 900000151, ""],
        [2, "Cao Văn Hai", "075060000112.0", 900000152.0, ""],
        [3, "Cao Văn Ba", "7.5123E+10", "900000153.0", ""],
        [4, "Cao Văn Bốn", "", "9.00000154E+08", ""],
        [5, "Cao Văn Năm", "", "9,00E+08", ""],
        [6, "Cao Văn Sáu", "", "'0900000156", ""],
        [7, "Cao Văn Bảy", "", 84900000157, ""],
        [8, "Cao Văn Tám", "", 1689000158, ""],
        [9, "Cao Văn Chín", "", "+84 (0) 900 000 159", ""],
        [10, "Cao Văn Mười", "", "(0251) 3 800 160", "máy bàn"],
        [11, "Cao Thị Nhất", "", "0900 000 161 – 0900 000 162", ""],
        [12, "Cao Thị Nhì", "", "0900000163\n0900000164", ""],
        [13, "Cao Thị Tam", "", "0900000165 (con trai)", ""],
        [14, "Cao Thị Tư", "", "không có ĐT", ""],
        [15, "Cao Thị Ngũ", "", "075065000167", ""],
        [16, "Cao Thị Lục", "", "0900 O00 168", ""],
        [17, "Cao Thị Thất", "", "0084900000169", ""],
        [18, "Cao Thị Bát", "", "09000001700", ""],
    ]
    people = [
        person(8, "Cao Văn Một", phone(151)),
        person(9, "Cao Văn Hai", phone(152)),
        person(10, "Cao Văn Ba", phone(153)),
        person(11, "Cao Văn Bốn", phone(154)),
        person(13, "Cao Văn Sáu", phone(156)),
        person(14, "Cao Văn Bảy", phone(157)),
        person(15, "Cao Văn Tám", "0389000158"),
        person(16, "Cao Văn Chín", phone(159)),
        person(17, "Cao Văn Mười", "02513800160"),
        person(18, "Cao Thị Nhất", phone(161), other_phones=("+84900000162",)),
        person(19, "Cao Thị Nhì", phone(163), other_phones=("+84900000164",)),
        person(20, "Cao Thị Tam", phone(165)),
        person(21, "Cao Thị Tư"),
        person(23, "Cao Thị Lục", phone(168)),  # the letter O for a nought
        person(24, "Cao Thị Thất", phone(169)),
    ]
    bad = {(12, "D", "phone_rounded"), (22, "D", "phone_national_id"), (25, "D", "phone_length")}
    return Layout("lost_zeros", Grid(rows), people, bad)


def capitals_and_titles():
    rows = [
        ["DANH SÁCH CHỦ HỘ"],
        ["TT", "HỌ VÀ TÊN CHỦ HỘ", "SỐ ĐIỆN THOẠI", "ĐỊA CHỈ THƯỜNG TRÚ"],
        [1, "ÔNG HỒ VĂN ĐỨC", phone(171), "TỔ 3, ẤP 4"],
        [2, "HỘ BÀ KIM THỊ SA RÂY", phone(172), ""],
        [3, "A. Thạch Sô Phia", phone(173), ""],
        [4, "Y BLÔK KNUL", phone(174), ""],
        [5, "Cô Ba Lài", phone(175), ""],
        [6, "Nguyễn Thị Anh", phone(176), ""],
        [7, "Anh Lê Chú", phone(177), ""],
        [8, "ĐIỂU", phone(178), ""],
        [9, "K' BRỀN", phone(179), ""],
        [10, "Trần Văn Hòa (Chủ hộ)", phone(180), ""],
        [11, "Gia đình ông Thập Lái", phone(181), ""],
        [12, "Thập Thị Mạn và vợ", phone(182), ""],
        [13, "Thập Văn Thân và vợ Lê Thị Lèo", phone(183), ""],
        [14, "nt", phone(184), ""],
        [15, "Thập Văn Sóng", "270123456", ""],
    ]
    names = [
        ("Hồ Văn Đức", "male", "TỔ 3, ẤP 4"), ("Kim Thị Sa Rây", "female", ""),
        ("Thạch Sô Phia", "male", ""), ("Y Blôk Knul", "", ""), ("Ba Lài", "", ""),
        ("Nguyễn Thị Anh", "", ""), ("Lê Chú", "male", ""), ("Điểu", "", ""),
        ("K' Brền", "", ""), ("Trần Văn Hòa", "", ""),
    ]  # fmt: skip
    people = [
        person(number + 3, name, phone(171 + number), gender=gender, address=address,
               team="Tổ 3" if address else "")
        for number, (name, gender, address) in enumerate(names[:-1])
    ]  # fmt: skip
    people.append(person(12, "Trần Văn Hòa", phone(180), household_code="Trần Văn Hòa",
                         is_representative=True))  # fmt: skip
    people += [
        person(13, "Thập Lái", phone(181), gender="male"),
        person(14, "Thập Thị Mạn", phone(182)),
        person(15, "Thập Văn Thân", phone(183), household_code="Thập Văn Thân",
               is_representative=True),
        person(15, "Lê Thị Lèo", gender="female", household_code="Thập Văn Thân",
               nth=MOST_ABREAST),
    ]  # fmt: skip
    bad = {(16, "B", "name_no_letters"), (17, "C", "phone_length")}
    return Layout("capitals_and_titles", Grid(rows), people, bad)


def births_of_every_kind():
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Điện thoại"],
        [1, "Bùi Văn A", "05/09/1960", "Nam", ""],
        [2, "Bùi Văn B", "5-9-60", "nam", ""],
        [3, "Bùi Văn C", "5.9.1960", "NAM", ""],
        [4, "Bùi Thị D", 22164, "Nữ", ""],
        [5, "Bùi Thị E", 1960, "nữ", ""],
        [6, "Bùi Thị G", "1960.0", "Nu", ""],
        [7, "Bùi Thị H", "00/00/1960", "Nữ", ""],
        [8, "Bùi Thị I", "29/02/1961", "Nữ", ""],
        [9, "Bùi Thị K", "09/31/1960", "Nữ", ""],
        [10, "Bùi Thị L", "Sinh năm 1960", "Nữ", ""],
        [11, "Bùi Thị M", "00/9/1960", "Nữ", ""],
        [12, "Bùi Thị N", "9/1960", "Nữ", ""],
        [13, "Bùi Thị O", "ngày 5 tháng 9 năm 1960", "Nữ", ""],
        [14, "Bùi Thị P", "1890", "Nữ", ""],
        [15, "Bùi Thị Q", "không nhớ", "Nữ", ""],
        [16, "Bùi Thị R", "05/09/196", "Nữ", ""],
        [17, "Bùi Thị S", "05/09/2090", "Nữ", ""],
        [18, "Bùi Thị T", "5/9/60", "Nữ", ""],
        [19, "Bùi Thị U", "1960-09-05 00:00:00", "Nữ", ""],
        [20, "Bùi Thị V", "05091960", "Nữ", ""],
    ]
    day = {"birth_date": date(1960, 9, 5)}
    female, male = {"gender": "female"}, {"gender": "male"}
    people = [
        person(2, "Bùi Văn A", **day, **male),
        person(3, "Bùi Văn B", **day, **male),
        person(4, "Bùi Văn C", **day, **male),
        person(5, "Bùi Thị D", **female, birth_date=date(1960, 9, 5)),
        person(6, "Bùi Thị E", year=1960, **female),
        person(7, "Bùi Thị G", year=1960, **female),
        person(8, "Bùi Thị H", year=1960, **female),
        person(11, "Bùi Thị L", year=1960, **female),
        person(12, "Bùi Thị M", year=1960, **female),
        person(13, "Bùi Thị N", year=1960, **female),
        person(14, "Bùi Thị O", **day, **female),
        person(16, "Bùi Thị Q", **female),
        person(19, "Bùi Thị T", **day, **female),
        person(20, "Bùi Thị U", **day, **female),
        person(21, "Bùi Thị V", **day, **female),
    ]
    bad = {
        (9, "C", "date_impossible"), (10, "C", "date_impossible"), (15, "C", "date_too_old"),
        (17, "C", "date_unreadable"), (18, "C", "date_future"),
    }  # fmt: skip
    return Layout("births_of_every_kind", Grid(rows), people, bad)


def several_tables_on_a_sheet():
    rows = [
        ["DANH SÁCH THÀNH VIÊN ẤP 1"],
        ["TỔ 1"],
        ["STT", "Họ tên", "SĐT", "Năm sinh"],
        [1, "Vũ Văn Toàn", phone(201), 1966],
        [2, "Vũ Thị Tươi", phone(202), 1968],
        ["Tổng cộng: 2"],
        [],
        ["TỔ 2"],
        ["STT", "Họ và tên", "Ngày sinh", "Địa chỉ", "Số điện thoại"],
        [1, "Yên Văn Lành", "2/9/1945", "Số 8", phone(203)],
        [2, "Yên Thị Hậu", "1950", "Số 9", "0900000"],
        [],
        ["Người lập danh sách", "", "", "Trưởng ấp"],
        ["Vũ Văn Toàn", "", "", "Lò Văn Ban"],
    ]
    people = [
        person(4, "Vũ Văn Toàn", phone(201), 1966, team="Tổ 1"),
        person(5, "Vũ Thị Tươi", phone(202), 1968, team="Tổ 1"),
        person(10, "Yên Văn Lành", phone(203), birth_date=date(1945, 9, 2), team="Tổ 2",
               address="Số 8"),
    ]  # fmt: skip
    bad = {(11, "E", "phone_length")}
    return Layout("several_tables_on_a_sheet", Grid(rows), people, bad)


def headings_again_on_each_page():
    head = ["STT", "Họ và tên", "Năm\nsinh", "Tổ\nnhân dân", "Số\nđiện thoại", "Tên Zalo"]
    rows = [
        *MOTTO,
        head,
        [1, "Kiều Văn Đông", 1969, "Tổ 1", phone(211), "Đông Kiều"],
        [2, "Kiều Thị Tây", 1972, "1", phone(212), "Tây 0900000999"],
        ["Mang sang trang sau: 2"],
        head,
        [3, "Kiều Văn Nam", 1975, "Tổ NDTQ số 2", phone(213), ""],
        [4, "Kiều Thị Bắc", 1978, "", phone(214), "Bắc"],
        ["", "Tổng cộng 4 người"],
    ]
    people = [
        person(8, "Kiều Văn Đông", phone(211), 1969, team="Tổ 1"),
        person(9, "Kiều Thị Tây", phone(212), 1972, team="Tổ 1"),
        person(12, "Kiều Văn Nam", phone(213), 1975, team="Tổ 2"),
        person(13, "Kiều Thị Bắc", phone(214), 1978),
    ]
    return Layout("headings_again_on_each_page", Grid(rows), people)


def a_team_in_the_title():
    rows = [
        ["UBND PHƯỜNG BÌNH AN"],
        ["KHU PHỐ 2"],
        ["TỔ NHÂN DÂN SỐ 7"],
        ["DANH SÁCH HỘ GIA ĐÌNH"],
        ["Tổ trưởng: Đinh Văn Phê. ĐT: 0900000220"],
        ["STT", "Họ và tên", "Chỗ ở", "ĐT liên hệ"],
        [1, "Đinh Văn Phê", "Số 1", phone(220)],
        [2, "Đinh Thị Phấn", "Số 2", "0900.000221"],
        ["", "", "", ""],
        ["Ngày 03/02/2026"],
        ["TỔ TRƯỞNG"],
        ["Đinh Văn Phê"],
    ]
    people = [
        person(7, "Đinh Văn Phê", phone(220), team="Tổ 7", address="Số 1"),
        person(8, "Đinh Thị Phấn", phone(221), team="Tổ 7", address="Số 2"),
    ]
    return Layout("a_team_in_the_title", Grid(rows), people)


def a_phone_without_a_heading():
    rows = [
        ["Danh sách thành viên tổ 9"],
        ["STT", "Họ tên", "", "", "Ghi chú"],
        [1, "Phùng Văn Lộc", 1964, phone(231), "vắng"],
        [2, "Phùng Thị Lợi", 1966, phone(232), ""],
        [3, "Phùng Văn Lập", 1991, "090000023", ""],
        [4, "Phùng Thị Lý", 1993, phone(234), ""],
    ]
    people = [
        person(3, "Phùng Văn Lộc", phone(231), 1964, team="Tổ 9"),
        person(4, "Phùng Thị Lợi", phone(232), 1966, team="Tổ 9"),
        person(6, "Phùng Thị Lý", phone(234), 1993, team="Tổ 9"),
    ]
    bad = {(5, "D", "phone_length")}
    return Layout("a_phone_without_a_heading", Grid(rows), people, bad)


def day_month_and_year_apart():
    rows = [
        ["STT", "Họ và tên", "Sinh", "", "", "Phái", "Số ĐTDĐ"],
        ["", "", "Ngày", "Tháng", "Năm", "", ""],
        [1, "Âu Văn Dũng", 5, 9, 1960, "Nam", phone(241)],
        [2, "Âu Thị Diễm", "", "", 1962, "Nữ", phone(242)],
        [3, "Âu Văn Danh", 31, 4, 1964, "Nam", phone(243)],
        [4, "Âu Thị Đào", "", 7, 1966, "Nữ", phone(244)],
    ]
    people = [
        person(3, "Âu Văn Dũng", phone(241), birth_date=date(1960, 9, 5), gender="male"),
        person(4, "Âu Thị Diễm", phone(242), 1962, gender="female"),
        person(6, "Âu Thị Đào", phone(244), 1966, gender="female"),
    ]
    bad = {(5, "C", "date_impossible")}
    merges = [(0, 2, 0, 4), (0, 0, 1, 0), (0, 1, 1, 1), (0, 5, 1, 5), (0, 6, 1, 6)]
    return Layout("day_month_and_year_apart", Grid(rows, merges=merges), people, bad)


USUAL_FORMS = [
    years_under_the_sexes(),
    marks_under_the_sexes(),
    family_and_given_names(),
    teams_between(),
    areas_between(),
    lost_zeros(),
    capitals_and_titles(),
    births_of_every_kind(),
    several_tables_on_a_sheet(),
    headings_again_on_each_page(),
    a_team_in_the_title(),
    a_phone_without_a_heading(),
    day_month_and_year_apart(),
]
