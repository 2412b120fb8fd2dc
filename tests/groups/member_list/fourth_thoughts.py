"""The rest of the third round: long, odd and failing cells, and lists without a table."""

from datetime import date

from tests.groups.member_list.expected import MOTTO, A, B, C, D, Layout, person
from tests.groups.member_list.writers import Failed, Grid

HEADER = ["STT", "Họ và tên", "Năm sinh", "Điện thoại"]


def very_long_cells():
    heading = "Họ và tên (viết bằng chữ in hoa có dấu, đúng như giấy tờ của từng người trong hộ)"
    rows = [
        ["DANH SÁCH " + "ấp 1 " * 200],
        ["STT", heading, "Điện thoại", "Địa chỉ", "Ghi chú"],
        [1, "NGUYỄN VĂN AN", A, "Số 1", "x" * 6000],
        [2, "Trần Thị Bé " * 40, B, "Số 2", ""],
        [3, "LÊ VĂN CƯỜNG", C, "đường đất " * 60, ""],
        [4, "PHẠM THỊ DUNG", "0" * 500, "", ""],
    ]
    people = [person(3, "Nguyễn Văn An", A, address="Số 1")]
    bad = {(4, "B", "name_too_long"), (5, "D", "address_too_long"), (6, "C", "phone_prefix")}
    return Layout("very_long_cells", Grid(rows), people, bad)


def lines_inside_cells():
    rows = [
        ["STT", "Họ và\r\ntên", "Điện\r\nthoại", "Địa\r\nchỉ"],
        [1, "Nguyễn Văn\r\nAn", "0912000111\r\n0987000222", "Số 1\r\nấp 1"],
        [2, "Trần Thị Bé\r\n", "\r\n0356000333", ""],
        [3, "Lê Văn Cường\n\n", "", "Số 3"],
        [4, "Người Một\nNgười Hai\nNgười Ba", D, ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, address="Số 1 ấp 1", other_phones=("+84987000222",)),
        person(3, "Trần Thị Bé", C),
        person(4, "Lê Văn Cường", address="Số 3"),
    ]
    return Layout("lines_inside_cells", Grid(rows), people, {(5, "B", "name_several")})


def failed_formulas():
    rows = [
        [*HEADER, "Địa chỉ", "Tuổi"],
        [1, "Nguyễn Văn An", 1965, A, "Số 1", Failed("#VALUE!")],
        [2, Failed("#N/A"), 1970, B, "", ""],
        [3, "Lê Văn Cường", Failed("#VALUE!"), C, "", ""],
        [4, "Phạm Thị Dung", 1981, Failed("#REF!"), "", ""],
        [5, "Võ Văn Em", 1982, "", Failed("#DIV/0!"), ""],
        [6, "Đinh Thị Phụng", 1983, "", "Số 6", Failed("#NAME?")],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, address="Số 1"),
        person(7, "Đinh Thị Phụng", "", 1983, address="Số 6"),
    ]
    bad = {
        (3, "B", "formula_error"), (4, "C", "formula_error"), (5, "D", "formula_error"),
        (6, "E", "formula_error"),
    }  # fmt: skip
    return Layout("failed_formulas", Grid(rows), people, bad)


def numbered_lines():
    """Typed as text, everything of a person in one line."""
    rows = [
        ["DANH SÁCH TỔ 3"],
        ["1. Nguyễn Văn An, 1960, 0912000111"],
        ["2. Trần Thị Bé, sinh năm 1970, 0987 000 222"],
        ["3. Lê Văn Cường, 12/3/1965"],
        ["4. Phạm Thị Dung, 1981, không có"],
        ["5. Võ Văn Em, 1990, 09120001"],
    ]
    more = {"team": "Tổ 3"}
    people = [
        person(2, "Nguyễn Văn An", A, 1960, **more),
        person(3, "Trần Thị Bé", B, 1970, **more),
        person(4, "Lê Văn Cường", birth_date=date(1965, 3, 12), **more),
        person(5, "Phạm Thị Dung", "", 1981, **more),
    ]
    return Layout("numbered_lines", Grid(rows), people, {(6, "A", "phone_length")})


def numbered_lines_with_dashes():
    rows = [
        ["Tổ 1"],
        ["1) Nguyễn Văn An - 1960 - 0912.000.111"],
        ["2) Trần Thị Bé – 1970 – 0987.000.222"],
        ["Tổ 2"],
        ["3) Lê Văn Cường - 0356000333"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1960, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, 1970, team="Tổ 1"),
        person(5, "Lê Văn Cường", C, team="Tổ 2"),
    ]
    return Layout("numbered_lines_with_dashes", Grid(rows), people)


def odd_headings():
    rows = [
        ["S.T.T", "Họ & tên", "N.Sinh", "G.tính", "Sđt/Zalo", "Đ/c", "Tổ số"],
        ["1", "Nguyễn Văn An", "1965", "Nam", A, "Số 5", "01"],
        ["2", "Trần Thị Bé", "1970", "Nữ", B, "Số 6", "02"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, gender="male", address="Số 5", team="Tổ 1"),
        person(3, "Trần Thị Bé", B, 1970, gender="female", address="Số 6", team="Tổ 2"),
    ]
    return Layout("odd_headings", Grid(rows), people)


def misspelt_headings():
    rows = [
        ["Stt", "Họ và Tên.", "Năm sinh:", "Số điện thọai", "Đia chỉ", "Giới tinh"],
        [1, "Nguyễn Văn An", 1965, A, "Số 5", "Nam"],
        [2, "Trần Thị Bé", 1970, B, "Số 6", "Nữ"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, gender="male", address="Số 5"),
        person(3, "Trần Thị Bé", B, 1970, gender="female", address="Số 6"),
    ]
    return Layout("misspelt_headings", Grid(rows), people)


def pages_with_footers():
    rows = [
        *MOTTO,
        HEADER,
        [1, "Nguyễn Văn An", 1965, A],
        ["Trang 1/2"],
        ["", "", "", "Trang 2"],
        HEADER,
        [2, "Trần Thị Bé", 1970, B],
        ["Cộng trang", "", "", 1],
    ]
    people = [person(8, "Nguyễn Văn An", A, 1965), person(12, "Trần Thị Bé", B, 1970)]
    return Layout(
        "pages_with_footers", Grid(rows), people, dropped={(9, "note"), (10, "note"), (13, "total")}
    )


def figures_beside_the_list():
    rows = [
        [*HEADER, "", "Tổ", "Số hộ"],
        [1, "Nguyễn Văn An", 1965, A, "", "Tổ 1", 15],
        [2, "Trần Thị Bé", 1970, B, "", "Tổ 2", 20],
        [3, "Lê Văn Cường", 1980, C, "", "Tổng", 35],
        [4, "Phạm Thị Dung", 1981, D, "", "", ""],
        [5, "Võ Văn Em", 1982, "", "", "", ""],
        [6, "Đinh Thị Phụng", 1983, "", "", "", ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965),
        person(3, "Trần Thị Bé", B, 1970),
        person(4, "Lê Văn Cường", C, 1980),
        person(5, "Phạm Thị Dung", D, 1981),
        person(6, "Võ Văn Em", "", 1982),
        person(7, "Đinh Thị Phụng", "", 1983),
    ]
    return Layout("figures_beside_the_list", Grid(rows), people)


def team_on_the_first_row_only():
    """A column Tổ that is filled where a team begins, without merging."""
    rows = [
        ["Tổ", "STT", "Họ và tên", "Điện thoại"],
        [1, 1, "Nguyễn Văn An", A],
        ["", 2, "Trần Thị Bé", B],
        [2, 1, "Lê Văn Cường", C],
        ["", 2, "Phạm Thị Dung", D],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, team="Tổ 1"),
        person(4, "Lê Văn Cường", C, team="Tổ 2"),
        person(5, "Phạm Thị Dung", D, team="Tổ 2"),
    ]
    return Layout("team_on_the_first_row_only", Grid(rows), people)


def heads_beside_their_spouses():
    """The column of husbands and wives is of other people than the row."""
    rows = [
        ["STT", "Họ và tên chủ hộ", "Họ và tên vợ/chồng", "Điện thoại", "Địa chỉ"],
        [1, "Nguyễn Văn An", "Trần Thị Bé", A, "Số 1"],
        [2, "Lê Văn Cường", "Phạm Thị Dung", B, "Số 2"],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, address="Số 1"),
        person(3, "Lê Văn Cường", B, address="Số 2"),
    ]
    return Layout("heads_beside_their_spouses", Grid(rows), people)


FOURTH_THOUGHTS = [
    make()
    for make in (
        very_long_cells, lines_inside_cells, failed_formulas, numbered_lines,
        numbered_lines_with_dashes, odd_headings, misspelt_headings, pages_with_footers,
        figures_beside_the_list, team_on_the_first_row_only, heads_beside_their_spouses,
    )
]  # fmt: skip
