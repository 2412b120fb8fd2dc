"""Phone books by given name, a column a team, two rows a person, print-outs, saved messages."""

from datetime import date

from groups.member_import.reader.files import PASTED
from groups.member_import.reader.member_list import read_member_list
from groups.member_import.reader.mentions import people_in
from tests.groups.member_list.writers import Grid, xlsx

A, B, C = "0912345111", "0987654222", "0900000333"


def read(content, name=PASTED):
    return read_member_list(content.encode() if isinstance(content, str) else content, name)


def people_of(found):
    return [(one.full_name, f"0{one.phone[3:]}" if one.phone else "") for one in found.people]


def test_a_phone_book_by_given_name_gives_whole_names():
    found = read(
        "SỔ ĐIỆN THOẠI\n--- A ---\n"
        f"Ánh, Lê Thị Ngọc (tổ 2) ............ {A} z\n"
        f"Đông, Kha Thị (tổ 4) ............... {B}\n"
        f"Bảy Lùn (Trần Văn Bảy) tổ 3 ........ {C}\n"
        "Sáu, bà (má Đông) .................. gọi Đông\n"
        "Trạm y tế xã ....................... 0900 000 999\n"
    )

    assert people_of(found) == [
        ("Lê Thị Ngọc Ánh", A), ("Kha Thị Đông", B), ("Trần Văn Bảy", C), ("Bà Sáu", ""),
    ]  # fmt: skip
    assert [one.team for one in found.people][:2] == ["Tổ 2", "Tổ 4"]
    assert any("Trạm y tế" in one.text for one in found.dropped)


def test_leaders_alone_turn_no_names():
    found = read(f"- Lê Hoàng Phi ....... {A}\n- Thái Thị Cúc ....... {B}\n- Võ Văn An ..... {C}\n")

    assert people_of(found) == [("Lê Hoàng Phi", A), ("Thái Thị Cúc", B), ("Võ Văn An", C)]


def test_a_column_a_team():
    found = read(
        xlsx(Grid([
            ["TỔ 1 (tổ trưởng: Ba Lực)", "TỔ 2"],
            [f"Ông Ba Lực (Trương Văn Lực)\n{A}", f"Lê Văn Gạo (z)\n{B}"],
            [f"Cô Út Lan\n{C}", "Hứa Minh Tài\nchưa có đt"],
            ["2 người", "2 người"],
        ])),
        "a.xlsx",
    )  # fmt: skip

    assert {(one.full_name, one.team) for one in found.people} == {
        ("Trương Văn Lực", "Tổ 1"), ("Út Lan", "Tổ 1"), ("Lê Văn Gạo", "Tổ 2"),
        ("Hứa Minh Tài", "Tổ 2"),
    }  # fmt: skip
    assert [one.row for one in found.dropped] == [1, 4]


def test_two_rows_a_person_below_two_rows_of_headings():
    found = read(
        xlsx(Grid([
            ["TT", "HỌ VÀ TÊN", "Bản", "ĐT bản thân"],
            ["", "Ngày sinh", "Dân tộc", "ĐT gia đình"],
            [1, "Giàng A Páo", "Nậm Khăn", A],
            ["", "12/03/2006", "Mông", B],
            [2, "Chang A Sở", "Hô Bai", ""],
            ["", "2006", "Mông", C],
        ])),
        "a.xlsx",
    )  # fmt: skip

    assert people_of(found) == [("Giàng A Páo", A), ("Chang A Sở", "")]
    assert [one.birth_date or one.birth_year for one in found.people] == [date(2006, 3, 12), 2006]
    assert [one.other_phones for one in found.people] == [(f"+84{B[1:]}",), (f"+84{C[1:]}",)]


def test_headings_of_a_print_out_are_cut_where_the_cells_begin():
    rows = [
        f"   {n}  NGUYEN VAN {name}      19{n}1  {n % 2}  {phone}      250000"
        for n, (name, phone) in enumerate((("AN ", A), ("BON", B), ("CHU", C)), start=5)
    ]
    found = read(
        "\n".join([" STT HO VA TEN          NSINH GT DIEN THOAI     SO TIEN", *rows]), "a.txt"
    )

    assert people_of(found) == [
        ("Nguyen Van An", A), ("Nguyen Van Bon", B), ("Nguyen Van Chu", C),
    ]  # fmt: skip


def test_the_number_of_a_message_is_that_of_who_writes_of_himself():
    found = read(
        "Date,Type,Number,Contact,Message\n"
        "2026-08-03,Sent,,,Ba con nhan lai: ho ten nam sinh to\n"
        f"2026-08-03,Received,+84{A[1:]},,Nguyen Van Be 1965 to 2\n"
        f"2026-08-04,Received,+84{B[1:]},,Dang ky cho ong noi toi: Pham Van Cang sn 1943 to 3\n"
        f'2026-08-05,Received,+84{B[1:]},,"Thạch Thị Nary, sn 1999, số chính là {C}"\n'
        f"2026-08-05,Received,+84{B[1:]},,Toi khong muon nhan nua. Lam Tan Loi to 1\n",
        "a.csv",
    )

    assert people_of(found) == [
        ("Nguyen Van Be", A), ("Pham Van Cang", ""), ("Thạch Thị Nary", C),
    ]  # fmt: skip
    assert any("Lam Tan Loi" in one.text for one in found.dropped)


def test_the_owner_of_rooms_is_a_person_of_the_list():
    found = read(
        xlsx(Grid([
            ["Phòng", "Họ và tên", "Ngày sinh", "Điện thoại"],
            [f"NHÀ TRỌ CÂY ME – TỔ 7 – chủ: Phạm Thị Chanh – ĐT {A}", "", "", ""],
            [1, "Từ Thị Hải", "1985", B],
        ])),
        "a.xlsx",
    )  # fmt: skip

    assert people_of(found) == [("Phạm Thị Chanh", A), ("Từ Thị Hải", B)]
    assert [one.team for one in found.people] == ["Tổ 7", "Tổ 7"]


def test_ages_below_the_sexes_tell_the_sex():
    found = read(
        xlsx(Grid([
            ["TT", "Họ tên", "Tuổi", "", "Điện thoại"],
            ["", "", "Nam", "Nữ", ""],
            [1, "Trần Đình Cảnh", 71, "", A],
            [2, "Hoàng Thị Thuý", "", 68, B],
        ])),
        "a.xlsx",
    )  # fmt: skip

    assert [(one.full_name, one.gender) for one in found.people] == [
        ("Trần Đình Cảnh", "male"), ("Hoàng Thị Thuý", "female"),
    ]  # fmt: skip


def test_years_below_the_heading_of_ages():
    found = read("STT,Họ tên,Tuổi,SĐT\n1,Võ Thị Nga,Ất Sửu (1985)," + A + "\n2,Lê Văn An,1945,\n")

    assert [one.birth_year for one in found.people] == [1985, 1945]


def test_words_that_say_that_there_is_no_number_are_a_fact_and_ng_is_a_family():
    text = f"Phụ trách : Ng. Xuân Đạt, ĐT: {A}\nDự phòng : Trần Thị Kim Chi ĐT: chưa có"

    assert [(one.name, one.phones) for one in people_in(text)] == [
        ("Ng. Xuân Đạt", [A]), ("Trần Thị Kim Chi", []),
    ]  # fmt: skip
