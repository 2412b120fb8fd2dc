"""People in other shapes than rows: talk, cards, families, tables on their side, cut rows."""

import pytest

from groups.member_import.reader.files import PASTED
from groups.member_import.reader.member_list import read_member_list
from tests.groups.member_list.writers import Grid, xlsx

A, B = "0912000111", "0987000222"


def people_of(content, name=PASTED):
    found = read_member_list(content.encode() if isinstance(content, str) else content, name)
    return found, [
        (one.full_name, f"0{one.phone[3:]}" if one.phone else "", one.birth_year)
        for one in found.people
    ]


def test_a_chat_gives_its_people_and_keeps_every_line():
    found, people = people_of(
        f"[08:11, 14/09/2026] Tư Rạng: nhà ông Mai Văn Cò\nsinh 1961\nđt {A}\n"
        f"[08:12, 14/09/2026] Tư Rạng: vợ ổng Lê Thị Hương 65 số {B}\n"
        "[08:13, 14/09/2026] Cán bộ: cám ơn anh\n"
    )

    assert people == [("Mai Văn Cò", A, 1961), ("Lê Thị Hương", B, 1965)]
    assert [one.row for one in found.dropped] == [5]
    assert {row for _sheet, row in found.joined} >= {2, 3}


def test_a_number_that_corrects_another_stays_a_line_to_read():
    found, people = people_of(
        f"Phạm Hải Đăng, 1988, {A}\n\nLê Thị Trúc 1993 {B}\n\nem đổi số rồi: 0356 000 333 nha\n"
    )

    assert [phone for _name, phone, _year in people] == [A, B]
    assert [one.texts["full_name"] for one in found.refused] == ["em đổi số rồi: 0356 000 333 nha"]


def test_cards_side_by_side():
    _found, people = people_of(
        xlsx(Grid([
            ["Họ tên: Hà Công Thuyên", "Họ tên: Hà Thị Mến"],
            ["Ngày sinh: 02/09/1945 Giới: Nam", "Năm sinh: 1970 Giới: Nữ"],
            [f"SĐT: {A}", "SĐT: ………"],
        ])),
        "the.xlsx",
    )  # fmt: skip

    assert people == [("Hà Công Thuyên", A, 1945), ("Hà Thị Mến", "", 1970)]


def test_a_table_on_its_side():
    _found, people = people_of(
        xlsx(Grid([["Tên", "Hứa Gia Bảo", "Diệp Thị Nhớ"], ["Sinh", 1990, 1963], ["SĐT", A, ""]])),
        "ngang.xlsx",
    )

    assert people == [("Hứa Gia Bảo", A, 1990), ("Diệp Thị Nhớ", "", 1963)]


FAMILY = [("Nguyễn Văn An", A, 1960), ("Trần Thị Bé", B, 1962), ("Nguyễn Văn Em", "", 1985)]


@pytest.mark.parametrize(
    "rows",
    [
        [["Hộ gia đình", "Địa chỉ"],
         [f"Nguyễn Văn An, 1960, {A}\nVợ: Trần Thị Bé, 1962, {B}\nCon: Nguyễn Văn Em, 1985", ""],
         ["Lê Văn Danh, 1970 + vợ Phạm Thị Gấm, 1972", "Số 2"]],
        [["Chủ hộ", "NS", "ĐT", "Vợ/chồng", "NS", "ĐT", "Con 1", "NS", "ĐT"],
         ["Nguyễn Văn An", 1960, A, "Trần Thị Bé", 1962, B, "Nguyễn Văn Em", 1985, ""]],
        [["Chủ hộ", "Năm sinh", "SĐT", "Người khác"],
         ["Nguyễn Văn An", 1960, A, f"Trần Thị Bé (vợ, 1962, {B}); Nguyễn Văn Em (con, 1985)"]],
    ],
)  # fmt: skip
def test_a_family_in_one_cell_or_across_one_row(rows):
    _found, people = people_of(xlsx(Grid(rows)), "ho.xlsx")

    assert people[:3] == FAMILY


def test_a_husband_whose_phone_is_not_asked_for_is_no_person():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Tên chồng", "Số điện thoại"],
        [1, "Vũ Thị Nhài", 1974, "Phạm Quang Vinh", A],
        [2, "Phạm Thị Thoa", 1969, "Nguyễn Đức Lưu", B],
    ]

    _found, people = people_of(xlsx(Grid(rows)), "hoi.xlsx")

    assert people == [("Vũ Thị Nhài", A, 1974), ("Phạm Thị Thoa", B, 1969)]


def test_a_row_that_goes_on_is_joined_and_a_sum_is_not():
    rows = [
        ["STT", "Họ tên", "Năm sinh", "SĐT"],
        [1, "Mai Xuân", 1985, A],
        ["", "Trường", "", ""],
        [2, "Lê Thị Bé", 1970, B],
        [3, "Hồ Văn Em", 1971, ""],
        ["", "Cộng", "", ""],
    ]

    found, people = people_of(xlsx(Grid(rows)), "ds.xlsx")

    assert people[0] == ("Mai Xuân Trường", A, 1985)
    assert len(people) == 3
    assert (6, "total") in {(one.row, one.kind) for one in found.dropped}


def test_what_a_scanner_mistakes_for_letters():
    _found, people = people_of("STT;Họ tên;Năm sinh;SĐT\n1;Lê Văn Bé;l958;09l2 OOO 111\n")

    assert people == [("Lê Văn Bé", A, 1958)]


@pytest.mark.parametrize("title", ["(Tổ 3)", "( tổ 03 )", "TỔ 3"])
def test_a_stroke_that_touches_a_name_is_its_last_letter(title):
    found = read_member_list(
        (
            f"DANH SÁCH NHẬN GẠO CỨU TRỢ\n{title}\n\n"
            "STT | Họ và tên         | N.sinh | SỐ ĐT        | Số KG\n"
            "1   | Mai Thị Xuân Tươ|  | 2OO1  | 0900 000 l87  | 10\n"
            "2   | Đỗ Quang Vịnh     | 1966   | (+84)9OO0OO188| 10\n"
            "3   | Bùi Thị Nhạn      | 1971   | 0900 000 189  | 10\n"
        ).encode(),
        PASTED,
    )

    assert [(one.full_name, one.birth_year, one.phone, one.team) for one in found.people] == [
        ("Mai Thị Xuân Tươi", 2001, "+84900000187", "Tổ 3"),
        ("Đỗ Quang Vịnh", 1966, "+84900000188", "Tổ 3"),
        ("Bùi Thị Nhạn", 1971, "+84900000189", "Tổ 3"),
    ]


def test_offices_are_no_people_and_have_a_line():
    found, people = people_of(
        f"Họ tên;SĐT\nLê Văn Bé;{A}\nTrường mầm non Hoa Mai;{B}\nTrạm y tế;0900000333\n"
    )

    assert people == [("Lê Văn Bé", A, None)]
    assert [one.kind for one in found.dropped] == ["organisation"] * 2
