"""Lists kept for another purpose: of elders, voters, payments, lodgers.

Written from the rules alone, before the reader saw them.
"""

from datetime import date

from tests.groups.member_list.expected import MOTTO, A, B, C, Layout, person
from tests.groups.member_list.writers import Grid


def elders_of_a_hamlet():
    """The year of joining and the marks of age are no births and no sex."""
    rows = [
        ["HỘI NGƯỜI CAO TUỔI XÃ TÂN AN"],
        ["CHI HỘI ẤP 1"],
        ["DANH SÁCH HỘI VIÊN HỘI NGƯỜI CAO TUỔI"],
        ["(Tính đến ngày 01/6/2026)"],
        ["TT", "Họ và tên", "Năm sinh", "", "Năm vào hội", "Số thẻ hội viên", "Mừng thọ", "",
         "SĐT (con cháu)", "Tổ"],
        ["", "", "Nam", "Nữ", "", "", "70 tuổi", "80 tuổi", "", ""],
        [1, "Nguyễn Văn An", 1946, "", 2006, "000123", "", "x", A, 3],
        [2, "Trần Thị Bé", "", 1956, 2016, "000124", "x", "", B, 3],
        [3, "Lê Văn Cường", 1941, "", "2001", "000125", "", "", C, 4],
        ["", "Cộng: 03 hội viên"],
    ]  # fmt: skip
    merges = [(4, 2, 4, 3), (4, 6, 4, 7), *((4, at, 5, at) for at in (0, 1, 4, 5, 8, 9))]
    people = [
        person(7, "Nguyễn Văn An", A, 1946, gender="male", team="Tổ 3"),
        person(8, "Trần Thị Bé", B, 1956, gender="female", team="Tổ 3"),
        person(9, "Lê Văn Cường", C, 1941, gender="male", team="Tổ 4"),
    ]
    grid = Grid(rows, merges=merges)
    return Layout("elders_of_a_hamlet", grid, people, dropped={(10, "total")})


def veterans():
    rows = [
        ["DANH SÁCH HỘI VIÊN CỰU CHIẾN BINH"],
        ["STT", "Họ và tên", "Ngày nhập ngũ", "Ngày xuất ngũ", "Năm sinh", "Cấp bậc", "Đơn vị cũ",
         "Quê quán", "Trú quán", "Điện thoại"],
        [1, "Nguyễn Văn An", "5/1972", "12/1976", 1953, "Thượng sĩ", "E1", "Nam Định", "Tổ 1, ấp 1",
         A],
        [2, "Lê Văn Cường", "02/9/1978", "", 1959, "Binh nhất", "", "Bến Tre", "Tổ 2, ấp 1", C],
    ]  # fmt: skip
    people = [
        person(3, "Nguyễn Văn An", A, 1953, address="Tổ 1, ấp 1", team="Tổ 1"),
        person(4, "Lê Văn Cường", C, 1959, address="Tổ 2, ấp 1", team="Tổ 2"),
    ]
    return Layout("veterans", Grid(rows), people)


def payments():
    """Amounts of money look like numbers of telephones that lost their nought."""
    rows = [
        *MOTTO,
        ["STT", "Họ tên chủ hộ", "Số khẩu", "Mức đóng", "Số tiền (đồng)", "Đã nộp", "Ký nhận",
         "Điện thoại"],
        [1, "NGUYỄN VĂN AN", 4, 50_000, 912_000_111, "x", "", A],
        [2, "TRẦN THỊ BÉ", 3, 50_000, 987_000_222, "", "", "987000222"],
        [3, "LÊ VĂN CƯỜNG", 2, "50.000", "100.000 đ", "x", "", "không"],
        ["", "Tổng cộng", 9, "", "1.899.100.333", "", "", ""],
        ["", "Bằng chữ: Một tỷ tám trăm chín mươi chín triệu đồng"],
    ]  # fmt: skip
    people = [
        person(8, "Nguyễn Văn An", A),
        person(9, "Trần Thị Bé", B),
        person(10, "Lê Văn Cường"),
    ]
    return Layout("payments", Grid(rows), people, dropped={(11, "total")})


def voters():
    """Marks of votes beside marks of sex; the number of a place is no team."""
    rows = [
        ["DANH SÁCH CỬ TRI KHU VỰC BỎ PHIẾU SỐ 5"],
        ["Số TT", "Họ và tên", "Ngày, tháng, năm sinh", "Giới tính", "", "Số định danh cá nhân",
         "Dân tộc", "Nơi cư trú", "Tham gia bầu cử đại biểu", "", "", "Ghi chú"],
        ["", "", "", "Nam", "Nữ", "", "", "", "Quốc hội", "HĐND tỉnh", "HĐND xã", ""],
        [1, "Nguyễn Văn An", "12/03/1965", "x", "", "075065000111", "Kinh", "Tổ 1, ấp 1",
         "x", "x", "x", ""],
        [2, "Điểu Thị Bé", "1970", "", "x", 75_170_000_222, "Xtiêng", "Tổ 2, ấp 1",
         "x", "x", "", "đi vắng"],
    ]  # fmt: skip
    merges = [(1, 3, 1, 4), (1, 8, 1, 10), *((1, at, 2, at) for at in (0, 1, 2, 5, 6, 7, 11))]
    people = [
        person(4, "Nguyễn Văn An", birth_date=date(1965, 3, 12), gender="male",
               address="Tổ 1, ấp 1", team="Tổ 1"),
        person(5, "Điểu Thị Bé", "", 1970, gender="female", address="Tổ 2, ấp 1", team="Tổ 2"),
    ]  # fmt: skip
    return Layout("voters", Grid(rows, merges=merges), people)


def lodgers():
    """The owner of the house is no person of the row, nor the head of a household."""
    rows = [
        ["DANH SÁCH NGƯỜI THUÊ TRỌ"],
        ["STT", "Chủ nhà trọ", "Phòng", "Họ và tên người thuê", "Năm sinh", "CMND/CCCD", "Quê quán",
         "Nghề nghiệp", "Ngày đến", "Số điện thoại"],
        [1, "Nguyễn Thị Trọ", "P1", "Lê Văn Cường", 1998, "038098000111", "Thanh Hóa", "Công nhân",
         "12/3/2026", A],
        [2, "", "P2", "Phạm Thị Dung", 2000, "", "Nghệ An", "Công nhân", "1/4/2026", B],
        [3, "Võ Văn Nhà", "1", "Đỗ Văn Gái", 1999, "", "", "", "", ""],
    ]  # fmt: skip
    people = [
        person(3, "Lê Văn Cường", A, 1998),
        person(4, "Phạm Thị Dung", B, 2000),
        person(5, "Đỗ Văn Gái", "", 1999),
    ]
    return Layout("lodgers", Grid(rows, merges=[(2, 1, 3, 1)]), people)


def poor_households():
    rows = [
        *MOTTO,
        ["STT", "Mã hộ", "Họ và tên", "Ngày sinh", "Giới tính", "Số khẩu", "Địa chỉ", "Điện thoại"],
        ["I", "HỘ NGHÈO", "", "", "", "", "", ""],
        [1, "7501-001", "Nguyễn Văn An", "12/3/1965", "Nam", 4, "Tổ 1", A],
        [2, "7501-002", "Trần Thị Bé", "1970", "Nữ", 2, "Tổ 2", ""],
        ["II", "HỘ CẬN NGHÈO", "", "", "", "", "", ""],
        [1, "7501-003", "Lê Văn Cường", "1980", "Nam", 5, "Tổ 2", C],
        ["", "Cộng I + II: 03 hộ", "", "", "", 11, "", ""],
    ]
    people = [
        person(9, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), gender="male",
               address="Tổ 1", team="Tổ 1", household_code="7501-001"),
        person(10, "Trần Thị Bé", "", 1970, gender="female", address="Tổ 2", team="Tổ 2",
               household_code="7501-002"),
        person(12, "Lê Văn Cường", C, 1980, gender="male", address="Tổ 2", team="Tổ 2",
               household_code="7501-003"),
    ]  # fmt: skip
    return Layout("poor_households", Grid(rows), people, dropped={(13, "total")})


def vaccinations():
    rows = [
        ["DANH SÁCH TIÊM CHỦNG TỔ 5, KHU PHỐ 3"],
        ["STT", "Họ và tên", "Ngày tháng năm sinh", "Mũi 1", "", "Mũi 2", "", "Điện thoại liên hệ"],
        ["", "", "", "Ngày tiêm", "Loại", "Ngày tiêm", "Loại", ""],
        [1, "Nguyễn Văn An", "12/03/1965", "20/7/2021", "A", "20/8/2021", "A", A],
        [2, "Trần Thị Bé", "", "21/7/2021", "B", "", "", B],
    ]
    merges = [(1, 3, 1, 4), (1, 5, 1, 6), *((1, at, 2, at) for at in (0, 1, 2, 7))]
    people = [
        person(4, "Nguyễn Văn An", A, birth_date=date(1965, 3, 12), team="Tổ 5"),
        person(5, "Trần Thị Bé", B, team="Tổ 5"),
    ]
    return Layout("vaccinations", Grid(rows, merges=merges), people)


def landlines_beside_mobiles():
    """The mobile number is the one to write to; a landline where there is no other."""
    rows = [
        ["STT", "Họ và tên", "Điện thoại", "", "Địa chỉ", "", ""],
        ["", "", "Cố định", "Di động", "Số nhà", "Đường", "Tổ"],
        [1, "Nguyễn Văn An", "02513822000", A, "12A", "đường Lê Lợi", 3],
        [2, "Trần Thị Bé", "", B, "", "đường Lê Lợi", 3],
        [3, "Lê Văn Cường", "0251 3822 001", "", "5/7", "", 4],
    ]
    merges = [(0, 2, 0, 3), (0, 4, 0, 6), (0, 0, 1, 0), (0, 1, 1, 1)]
    people = [
        person(3, "Nguyễn Văn An", A, address="12A, đường Lê Lợi", team="Tổ 3",
               other_phones=("+842513822000",)),
        person(4, "Trần Thị Bé", B, address="đường Lê Lợi", team="Tổ 3"),
        person(5, "Lê Văn Cường", "02513822001", address="5/7", team="Tổ 4"),
    ]  # fmt: skip
    return Layout("landlines_beside_mobiles", Grid(rows, merges=merges), people)


def letter_above_the_list():
    """A whole letter stands above, with labels that sound like a heading."""
    rows = [
        *MOTTO,
        ["Kính gửi: Công an xã Tân An"],
        [],
        ["Họ và tên người lập:", "Nguyễn Văn Lập"],
        ["Chức vụ: Trưởng ấp", "", "Điện thoại: 0912000999"],
        ["Căn cứ Kế hoạch số 12/KH-UBND ngày 01/3/2026 về việc lập nhóm Zalo"],
        ["Ban nhân dân ấp 1 báo cáo danh sách các hộ tham gia như sau:"],
        ["- Tổng số hộ: 120 hộ"],
        ["- Số người tham gia: 3 người"],
        [],
        ["STT", "Họ và tên", "Năm sinh", "Giới tính", "Điện thoại"],
        [1, "Nguyễn Văn An", 1965, "Nam", A],
        [2, "Trần Thị Bé", 1970, "Nữ", B],
        [3, "Lê Văn Cường", 1980, "Nam", C],
        ["Trên đây là danh sách, kính đề nghị Công an xã xem xét./."],
        ["Nơi nhận:", "", "", "TM. BAN NHÂN DÂN ẤP"],
        ["- Như trên;", "", "", "TRƯỞNG ẤP"],
        ["- Lưu: Ấp.", "", "", ""],
        ["", "", "", "Trần Văn Ấp"],
    ]
    people = [
        person(17, "Nguyễn Văn An", A, 1965, gender="male"),
        person(18, "Trần Thị Bé", B, 1970, gender="female"),
        person(19, "Lê Văn Cường", C, 1980, gender="male"),
    ]
    return Layout("letter_above_the_list", Grid(rows), people, dropped={(22, "signature")})


def signed_without_a_gap():
    """Signatures follow at once, the signer's name under the names, his phone under the phones."""
    rows = [
        ["DANH SÁCH HỘ DÂN TỔ 2"],
        ["STT", "Họ tên", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", 1965, A],
        [2, "Trần Thị Bé", 1970, B],
        ["", "Người lập bảng", "", "Xác nhận của Trưởng khu phố"],
        ["", "(Ký tên)", "", "(Ký tên, đóng dấu)"],
        ["", "Nguyễn Văn Lập", "", "Trần Văn Phố"],
        ["", "ĐT: 0912000999", "", ""],
    ]
    more = {"team": "Tổ 2"}
    people = [
        person(3, "Nguyễn Văn An", A, 1965, **more),
        person(4, "Trần Thị Bé", B, 1970, **more),
    ]
    dropped = {(5, "signature"), (7, "signature")}
    return Layout("signed_without_a_gap", Grid(rows), people, dropped=dropped)


def all_that_has_no_accents():
    """Typed on a machine without Vietnamese: `NAM SINH` is no sex, `TO` is a team."""
    rows = [
        ["DANH SACH THANH VIEN NHOM ZALO AP 1"],
        ["STT", "HO VA TEN", "NAM SINH", "GIOI TINH", "DIEN THOAI", "DIA CHI", "TO", "GHI CHU"],
        [1, "NGUYEN VAN AN", 1965, "NAM", A, "So 5", 1, ""],
        [2, "TRAN THI BE", 1970, "NU", B, "", 1, "vo ong An"],
        [3, "Le Van Cuong", "12/3/1980", "nam", C, "So 7", 2, ""],
        ["", "TONG CONG: 3 NGUOI", "", "", "", "", "", ""],
        ["", "NGUOI LAP", "", "", "TRUONG AP", "", "", ""],
        ["", "Nguyen Van Lap", "", "", "Tran Van Ap", "", "", ""],
    ]
    people = [
        person(3, "Nguyen Van An", A, 1965, gender="male", address="So 5", team="Tổ 1"),
        person(4, "Tran Thi Be", B, 1970, gender="female", team="Tổ 1"),
        person(5, "Le Van Cuong", C, birth_date=date(1980, 3, 12), gender="male", address="So 7",
               team="Tổ 2"),
    ]  # fmt: skip
    dropped = {(6, "total"), (7, "signature"), (8, "signature")}
    return Layout("all_that_has_no_accents", Grid(rows), people, dropped=dropped)


def vni_in_capitals():
    rows = [
        ["DANH SAÙCH NHAÂN DAÂN TOÅ 4"],
        ["TT", "HOÏ VAØ TEÂN", "NAÊM SINH", "SOÁ ÑIEÄN THOAÏI", "ÑÒA CHÆ"],
        [1, "NGUYEÃN VAÊN AN", 1965, A, "SOÁ 5, AÁP 1"],
        [2, "TRAÀN THÒ BEÙ", 1970, B, ""],
        [3, "LEÂ VAÊN CÖÔØNG", 1980, C, ""],
        ["", "TOÅNG COÄNG: 3 NGÖÔØI", "", "", ""],
    ]
    more = {"team": "Tổ 4"}
    people = [
        person(3, "Nguyễn Văn An", A, 1965, address="SỐ 5, ẤP 1", **more),
        person(4, "Trần Thị Bé", B, 1970, **more),
        person(5, "Lê Văn Cường", C, 1980, **more),
    ]
    return Layout("vni_in_capitals", Grid(rows), people, dropped={(6, "total")})


OTHER_LISTS = [
    make()
    for make in (
        elders_of_a_hamlet, veterans, payments, voters, lodgers, poor_households, vaccinations,
        landlines_beside_mobiles, letter_above_the_list, signed_without_a_gap,
        all_that_has_no_accents, vni_in_capitals,
    )
]  # fmt: skip
