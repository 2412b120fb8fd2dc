"""No value of a file vanishes: cells read = kept + repaired + left out, each with a line."""

import io
import re
from unittest import mock

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.member_import.reader import member_list
from groups.member_import.reader.cells import is_nothing, text_of
from groups.member_import.reader.files import PASTED, Worksheet
from groups.member_import.reader.member_list import MemberList, UnreadableFile, read_member_list
from tests.groups.member_list.corpus import cases
from tests.groups.member_list.test_any_file import HEADINGS, ROWS
from tests.groups.member_list.uploads import previewed
from tests.groups.member_list.writers import Grid, xlsx
from vietnamese.text import digits_of, fold

A, B = "0900000101", "0900000102"


def check_account(found: MemberList, filled: int) -> None:
    ledger = found.ledger
    assert ledger.read == filled
    assert ledger.read == ledger.kept + ledger.repaired + ledger.left_out
    assert all(line.sentence.endswith(".") and line.cells > 0 for line in ledger.lines)


def filled_cells(sheets: list[Worksheet]) -> int:
    return sum(bool(text_of(cell)) for sheet in sheets for row in sheet.rows for cell in row)


@given(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=9), ROWS, st.integers(0, 2))
@settings(max_examples=150, deadline=None)
def test_every_cell_is_in_the_account(header, rows, top):
    sheet = Worksheet("Ấp 1", [*([["DANH SÁCH"]] * top), [*header], *rows])
    with mock.patch.object(member_list, "read_sheets", return_value=[sheet]):
        try:
            found = read_member_list(b"", "ds.xlsx")
        except UnreadableFile:
            return

    check_account(found, filled_cells([sheet]))  # letters of old fonts are Unicode by now


# Workbooks that hold each value once, so that one can be sought in the result.
SYLLABLES = ("An", "Bé", "Cư", "Dung", "Em", "Giang", "Hoa", "Khang", "Lan", "Minh", "Nga", "Oanh")
FIELDS = ("name", "phone", "birth", "sex", "address", "team", "note", "job", "blank", "couple")
TITLES = {
    "name": ["Họ và tên", "Họ tên", "Tên thành viên", ""],
    "phone": ["SĐT", "Điện thoại", "ĐT liên lạc", "Năm sinh", "Ghi gì đó", ""],
    "birth": ["Năm sinh", "Ngày sinh", "Số điện thoại", ""],
    "sex": ["Giới tính", "Phái", ""],
    "address": ["Địa chỉ", "Nơi ở", "Ghi chú", ""],
    "team": ["Tổ", "Thuộc tổ", ""],
    "note": ["Ghi chú", "Lưu ý gì", ""],
    "job": ["Nghề nghiệp", "Dân tộc", "Cột lạ", ""],
    "blank": ["Ký nhận", ""],
    "couple": ["Họ tên vợ/chồng", "Họ tên con"],
}


def value_of(field, number, draw):
    word = f"{SYLLABLES[number % 12]} {SYLLABLES[number * 5 % 12]}{SYLLABLES[number // 12].lower()}"
    phone = f"0900{number:06}"
    forms = {
        "name": [f"Nguyễn {word}", f"TRẦN {word.upper()}", f"Lê {word} - Phạm {word}x", ""],
        "phone": [phone, phone[1:], int(phone), f"{phone[:4]}.{phone[4:7]}.{phone[7:]}", "nt",
                  f"{phone} (con)", f"{phone}/0901{number:06}", ""],
        "birth": [1900 + number % 99, f"{number % 28 + 1}/3/{1910 + number % 80}", "khoảng 1950"],
        "sex": ["Nam", "Nữ", "", "nữ"],
        "address": [f"Số {number} đường {word}", "nt", "", f"{number}/4"],
        "team": [f"Tổ {number % 9 + 1}", number % 9 + 1, ""],
        "note": ["", f"việc {number}", "không xài Zalo"],
        "job": [f"nghề {number}", ""],
        "blank": ["", "x"],
        "couple": [f"Võ Thị {word}", ""],
    }  # fmt: skip
    return draw(st.sampled_from(forms[field]))


@st.composite
def workbooks(draw):
    order = draw(st.permutations(FIELDS))
    kept = [name for name in order if name == "name" or draw(st.booleans())]
    header = ["STT", *(draw(st.sampled_from(TITLES[name])) for name in kept)]
    rows = [header]
    count = draw(st.integers(3, 7))
    for number in range(1, count + 1):
        cells = [value_of(name, 17 * number + at, draw) for at, name in enumerate(kept)]
        rows.append([number, *cells, *draw(st.sampled_from(([], [], ["thừa"])))])
    top = draw(st.sampled_from(([], [["DANH SÁCH TỔ 3"]], [["còn thiếu tổ 4"], []])))
    bottom = draw(st.sampled_from(([], [["", "Tổng cộng: 3 người"]], [["", "NGƯỜI LẬP"]])))
    return [*top, *rows, *bottom]


def texts_of(found: MemberList) -> str:
    """All that the result shows, folded, without signs."""
    texts = [one.text for one in found.dropped]
    texts += [line.sentence for line in found.ledger.lines]
    texts += [column.header for table in found.mapping for column in table.columns]
    texts += [text for one in found.refused for text in one.texts.values()]
    texts += [problem.message for problem in found.problems]
    for one in (*found.people, *(one.person for one in found.refused)):
        texts += [
            one.full_name, one.address, one.team, one.household_code, str(one.birth_year),
            f"{one.birth_date:%-d/%-m/%Y}" if one.birth_date else "",
            {"male": "nam", "female": "nữ"}.get(one.gender, ""),
        ]  # fmt: skip
        texts += [f"0{phone[3:]}" for phone in (one.phone, *one.other_phones) if phone]
        texts += [str(one.zalo.as_json())] if one.zalo else []
    return re.sub(r"[^a-z0-9]", "", fold(" ".join(texts)))


@given(workbooks())
@settings(max_examples=120, deadline=None)
def test_no_value_vanishes(rows):
    sheet = Worksheet("Ấp 1", [[*row] for row in rows])
    with mock.patch.object(member_list, "read_sheets", return_value=[sheet]):
        try:
            found = read_member_list(b"", "ds.xlsx")
        except UnreadableFile:
            return
    check_account(found, sum(text_of(cell) != "" for row in rows for cell in row))
    shown = texts_of(found)
    of_columns = {line.column for line in found.ledger.of_columns}
    for row in rows:
        for index, cell in enumerate(row[1:], start=1):
            text = text_of(cell)
            if is_nothing(text) or text in ("nt", "x") or chr(65 + index) in of_columns:
                continue
            for part in re.findall(r"\d{6,}|[^\W\d_]{2,}|\d+", text):
                known = digits_of(part).lstrip("0") if part.isdigit() else fold(part)
                assert re.sub(r"[^a-z0-9]", "", known) in shown, (text, found.people)


@pytest.mark.parametrize("step", range(4))
def test_the_account_of_the_corpus_balances(step):
    for case in list(cases())[step * 31 :: 331]:
        found = read_member_list(case.write(), case.name)
        ledger = found.ledger
        assert ledger.read == ledger.kept + ledger.repaired + ledger.left_out > 0


def test_columns_that_are_not_read_have_a_line_with_samples():
    rows = [
        ["STT", "Họ tên", "SĐT", "Nghề nghiệp", "CCCD"],
        [1, "Nguyễn Văn An", A, "Làm rẫy", "075060000111"],
        [2, "Trần Thị Bé", B, "Buôn bán", ""],
    ]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert [line.sentence for line in found.ledger.of_columns] == [
        "Cột D “Nghề nghiệp”: 2 ô, cột bỏ qua, như “Làm rẫy”; “Buôn bán”.",
        "Cột E “CCCD”: 1 ô, số căn cước.",
    ]


def test_a_cell_beyond_the_columns_is_told():
    far = [f"{n}. Nguyễn Văn An" for n in range(2)]
    rows = [["STT", "Họ tên", "SĐT"], *([number, "Nguyễn Văn An", A] for number in range(1, 320))]
    rows.append([320, "Trần Thị Bé", B, "", *far])

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    beyond = [line for line in found.ledger.of_columns if line.reason == "outside"]
    assert [(line.column, line.cells, line.row) for line in beyond] == [
        ("E", 1, 321),
        ("F", 1, 321),
    ]


def test_the_preview_lists_what_was_left_out(hamlet, hamlet_head_of):
    rows = [["STT", "Họ tên", "SĐT", "Nghề nghiệp"], [1, "Nguyễn Văn An", A, "Làm rẫy"]]

    batch = previewed(hamlet, hamlet_head_of(hamlet), content=xlsx(Grid(rows)))

    line = batch.rows.get(lane="dropped")
    assert line.full_name == "Cột D “Nghề nghiệp”: 1 ô, cột bỏ qua, như “Làm rẫy”."
    assert line.problems[0]["code"] == "dropped_column"


def test_the_same_person_with_a_new_number_is_doubtful(hamlet, hamlet_head_of):
    rows = [
        ["STT", "Họ tên", "Năm sinh", "SĐT"],
        [1, "Nguyễn Văn An", 1960, A],
        [2, "Nguyễn Văn An", 1960, B],
        [3, "Nguyễn Văn An", 1985, "0900000103"],
    ]

    batch = previewed(hamlet, hamlet_head_of(hamlet), content=xlsx(Grid(rows)))

    assert list(batch.rows.order_by("row").values_list("row", "lane")) == [
        (2, "new"), (3, "doubtful"), (4, "new"),
    ]  # fmt: skip


def test_comments_of_cells_are_told():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Ấp 1")
    for number, row in enumerate([["STT", "Họ tên", "SĐT"], [1, "Nguyễn Văn An", A]]):
        sheet.write_row(number, 0, row)
    sheet.write_comment(1, 1, "Đã chết 2025, xóa tên")
    sheet.write_comment(0, 2, "số của con")
    book.close()

    found = read_member_list(buffer.getvalue(), "ds.xlsx")

    told_of = [(one.row, one.column, one.message) for one in found.problems]
    assert [(row, column) for row, column, _message in told_of] == [(2, "B")]
    assert "Đã chết 2025, xóa tên" in told_of[0][2]
    assert [(one.kind, one.text) for one in found.dropped] == [("comment", "C1: số của con")]


def test_pasted_names_alone_are_people():
    found = read_member_list("Nguyễn Văn An\nTrần Thị Bé\nLê Văn Cường\n".encode(), PASTED)

    assert [one.full_name for one in found.people] == [
        "Nguyễn Văn An",
        "Trần Thị Bé",
        "Lê Văn Cường",
    ]


def test_words_about_a_team_name_no_team():
    rows = [["còn thiếu tổ 4 chưa nộp"], ["STT", "Họ tên", "SĐT"], [1, "Nguyễn Văn An", A]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert [one.team for one in found.people] == [""]
