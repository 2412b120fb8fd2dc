"""Whole files: sheets, legacy letters, mappings, and what is refused before it is opened."""

import io
import re
import resource
import struct
import zipfile

import openpyxl
import pytest

from groups.member_import.reader import limits
from groups.member_import.reader.files import PASTED
from groups.member_import.reader.member_list import (
    LEFT_OUT,
    UnreadableFile,
    read_member_list,
)
from tests.groups.member_list.expected import MOTTO, A, B, C, person
from tests.groups.member_list.writers import (
    Failed,
    Grid,
    ods,
    ods_of_xml,
    ole,
    record,
    text,
    xls,
    xlsx,
)
from vietnamese import legacy_encodings

HEADER = ["STT", "Họ và tên", "Điện thoại"]


def list_of(name, phone=A, sheet="Ấp 1", **more):
    return Grid([HEADER, [1, name, phone]], name=sheet, **more)


def as_tcvn3(words):
    backwards = {v: k for k, v in legacy_encodings._TCVN3.items()}
    return words.translate({ord(letter): chr(code) for letter, code in backwards.items()})


@pytest.mark.parametrize("write", [xlsx, xls, ods])
def test_every_sheet_is_read_and_covers_are_skipped(write):
    cover = Grid([["BÌA"], ["DANH SÁCH XÃ TÂN AN"], ["Năm 2026"]], name="Bìa")
    first, second = list_of("Nguyễn Văn An", sheet="Tổ 1"), list_of("Trần Thị Bé", B, "TỔ 02")
    content = write(cover, first, second, Grid([[]], name="Sheet3"))

    found = read_member_list(content, "ds")

    assert found.people == [
        person(2, "Nguyễn Văn An", A, sheet="Tổ 1", team="Tổ 1"),
        person(2, "Trần Thị Bé", B, sheet="TỔ 02", team="Tổ 2"),
    ]
    assert [(one.sheet, one.kind) for one in found.dropped] == [("Bìa", "no_table")]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_hidden_sheets_are_left_out_and_listed(write):
    content = write(list_of("Nguyễn Văn An"), list_of("Người Cũ", sheet="Cũ", is_hidden=True))

    found = read_member_list(content, "ds")

    assert [one.full_name for one in found.people] == ["Nguyễn Văn An"]
    assert [(one.sheet, one.kind) for one in found.dropped] == [("Cũ", "hidden_sheet")]


def test_a_person_says_which_sheets_are_read():
    content = xlsx(
        list_of("Nguyễn Văn An", sheet="Ấp 1"), list_of("Người Cũ", sheet="Cũ", is_hidden=True)
    )

    found = read_member_list(content, "ds", header_rows={"Ấp 1": LEFT_OUT, "Cũ": 1})

    assert [one.full_name for one in found.people] == ["Người Cũ"]
    assert [(one.sheet, one.kind) for one in found.dropped] == [("Ấp 1", "left_out")]


def test_a_mapping_of_one_sheet_leaves_the_others_alone():
    content = xlsx(list_of("Nguyễn Văn An", sheet="Tổ 1"), list_of("Trần Thị Bé", B, "Tổ 2"))

    found = read_member_list(content, "ds", mapping={"Tổ 1!C": "ignored"})

    assert [bool(one.phone) for one in found.people] == [False, True]


def test_hidden_rows_are_read_and_named():
    rows = [HEADER, [1, "Nguyễn Văn An", A], [2, "Trần Thị Bé", B]]

    found = read_member_list(xlsx(Grid(rows, hidden_rows=(3,))), "ds.xlsx")

    assert len(found.people) == 2
    assert [(p.row, p.code) for p in found.problems] == [(3, "hidden_row")]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_what_is_hidden_and_what_failed_is_named_in_its_own_sheet(write):
    failed = Grid(
        [HEADER, [1, "Trần Thị Bé", Failed("#N/A")], [2, "Lê Văn Cường", C]],
        name="Tổ 2", hidden_rows=(3,),
    )  # fmt: skip

    found = read_member_list(write(list_of("Nguyễn Văn An", sheet="Tổ 1"), failed), "ds")

    assert {(p.sheet, p.row, p.code) for p in found.problems} == {
        ("Tổ 2", 2, "formula_error"), ("Tổ 2", 3, "hidden_row"),
    }  # fmt: skip


def test_a_text_cut_within_a_sign_is_read():
    content = xls(Grid([HEADER, [1, "Nguyễn Văn An", A, "\U0001f338"]]))

    found = read_member_list(
        content.replace("\U0001f338".encode("utf-16-le"), b"\x3c\xd8x\0"), "ds"
    )

    assert [one.full_name for one in found.people] == ["Nguyễn Văn An"]


@pytest.mark.parametrize("write", [xlsx, lambda g: text(g, separator=";", encoding="latin-1")])
def test_tcvn3_is_read_as_letters(write):
    rows = [
        ["Danh s¸ch tæ nh©n d©n sè 5"],
        ["TT", "Hä vµ tªn", "N¨m sinh", "§iÖn tho¹i", "§Þa chØ"],
        [1, "NguyÔn V¨n An", 1965, A, "Êp 1"],
        [2, "Vâ Hång", 1970, B, "sè 3"],
        [3, as_tcvn3("Lê Thị Bưởi"), 1980, C, ""],
        [4, "TRÇN THÞ H¦¥NG", 1981, "", ""],
    ]

    found = read_member_list(write(Grid(rows)), "ds")

    assert [(p.full_name, p.birth_year, p.phone[-3:], p.address, p.team) for p in found.people] == [
        ("Nguyễn Văn An", 1965, "111", "ấp 1", "Tổ 5"),
        ("Võ Hồng", 1970, "222", "số 3", "Tổ 5"),
        ("Lê Thị Bưởi", 1980, "333", "", "Tổ 5"),
        ("Trần Thị Hương", 1981, "", "", "Tổ 5"),
    ]
    repairs = next(iter(found.repairs.values()))
    assert ("NguyÔn V¨n An", "Nguyễn Văn An") in [(one.before, one.after) for one in repairs]


@pytest.mark.parametrize("write", [xlsx, lambda g: text(g, separator="\t", encoding="latin-1")])
def test_vni_is_read_as_letters(write):
    rows = [
        ["TT", "Hoï vaø teân", "Naêm sinh", "Ñieän thoaïi"],
        [1, "Nguyeãn Vaên An", 1965, A],
        [2, "Leâ Hoàng Phöôùc", 1970, B],
        [3, "TRAÀN THÒ ÑÖÔÏM", 1980, C],
    ]

    found = read_member_list(write(Grid(rows)), "ds")

    assert [p.full_name for p in found.people] == [
        "Nguyễn Văn An",
        "Lê Hồng Phước",
        "Trần Thị Đượm",
    ]


def test_legacy_rows_among_unicode_rows_are_told_apart():
    rows = [HEADER, [1, "Lê Hoà", A], [2, "Nguyễn Văn Tám", B], [3, "TrÇn ThÞ BÐ", C]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert [p.full_name for p in found.people] == ["Lê Hoà", "Nguyễn Văn Tám", "Trần Thị Bé"]


def test_ghost_columns_do_not_disturb():
    rows = [HEADER + [""] * 200 + [" "], [1, "Nguyễn Văn An", A, *[""] * 200, " "]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert found.people == [person(2, "Nguyễn Văn An", A)]
    assert len(found.mapping[0].columns) == 3


@pytest.mark.parametrize("write", [xlsx, ods])
def test_a_sheet_too_wide_is_named_as_people_know_it(write):
    wide = Grid([HEADER, [1, "Nguyễn Văn An", A, *[""] * 400, "x"]], name="Tổ 1 & 2")

    with pytest.raises(UnreadableFile, match="Trang tính “Tổ 1 & 2” có dữ liệu ở cột thứ 404"):
        read_member_list(write(list_of("Trần Thị Bé", B), wide), "ds")


def test_cells_that_are_only_coloured_are_no_data():
    def content(cell):
        buffer = io.BytesIO()
        was = zipfile.ZipFile(io.BytesIO(xlsx(list_of("Nguyễn Văn An"))))
        with was, zipfile.ZipFile(buffer, "w") as archive:
            for name in was.namelist():
                part = was.read(name).replace(b"</row>", cell + b"</row>", 1)
                archive.writestr(name, part)
        return buffer.getvalue()

    for cell in ("", "<v></v>", "<v/>", "<v />"):
        coloured = f'<c r="XFD1" s="1" t="n">{cell}</c>'.encode()
        assert len(read_member_list(content(coloured), "ds.xlsx").people) == 1
    with pytest.raises(UnreadableFile, match="cột thứ 16384"):
        read_member_list(content(b'<c r="XFD1"><v>1</v></c>'), "ds.xlsx")


def test_births_that_differ_are_told():
    head = ["STT", "Họ và tên", "Năm sinh", "Ngày sinh"]
    rows = [head, [1, "Lê Văn An", 1960, "1/2/1961"], [2, "Trần Thị Bé", 1960, "1/2/1960"]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert [(p.row, p.column, p.code) for p in found.problems] == [(2, "D", "birth_differs")]


def test_two_heads_of_one_name_are_told():
    head = ["STT", "Họ và tên", "Quan hệ", "Tổ"]
    rows = [head, [1, "Lê Văn An", "Chủ hộ", 1], [2, "Lê Văn An", "Chủ hộ", 2]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert [(p.row, p.field, p.code) for p in found.problems] == [
        (3, "household_code", "household_alike")
    ]


def test_a_persons_mapping_goes_over_what_was_found():
    rows = [["A", "B", "Điện thoại"], ["Hoa", "0987000222", A], ["Lan", "0987000223", B]]
    content = text(Grid(rows), separator=";", encoding="utf-8")

    found = read_member_list(
        content, "ds.csv", mapping={"A": "full_name", "B": "phone", "điện thoại": ""},
        header_rows={"": 1},
    )  # fmt: skip

    assert found.people == [
        person(2, "Hoa", "0987000222", sheet=""),
        person(3, "Lan", "0987000223", sheet=""),
    ]


def test_a_pasted_table_is_read():
    found = read_member_list(f"Họ tên\tSĐT\nNguyễn Văn An\t{A}\n".encode(), PASTED)

    assert found.people == [person(2, "Nguyễn Văn An", A, sheet="")]


def test_formulas_give_what_they_last_showed():
    book = openpyxl.Workbook()
    for row in (HEADER, [1, "=HYPERLINK(1)", A], [2, "#N/A", B], [3, "Lê Văn Cường", C]):
        book.active.append(row)
    book.active["B2"].data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)

    found = read_member_list(buffer.getvalue(), "ds.xlsx")

    assert [p.full_name for p in found.people] == ["Lê Văn Cường"]
    assert {(p.row, p.column, p.code) for p in found.problems} == {
        (2, "B", "formula"),
        (3, "B", "formula_error"),
    }


def test_ids_are_in_no_answer():
    rows = [["Họ tên", "CCCD", "SĐT"], ["Nguyễn Văn An", "075065000111", "075065000999"]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    assert "075065000" not in repr(found)


def test_shared_phones_are_a_word_not_a_refusal():
    found = read_member_list(f"Họ tên;SĐT\nNguyễn Văn An;{A}\nTrần Thị Bé;{A}\n".encode(), PASTED)

    assert len(found.people) == 2
    assert [(p.row, p.code, p.is_error) for p in found.problems] == [
        (2, "phone_shared", False),
        (3, "phone_shared", False),
    ]


# What is refused


def zip_of(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def with_part(content, name, part):
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return buffer.getvalue()


def lying_bomb():
    """A part that says it is small and unpacks to much more."""
    size = limits.MAX_TEXTS + 1_000_000
    content = bytearray(with_part(xlsx(list_of("Nguyễn Văn An")), "xl/styles2.xml", b"0" * size))
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 10)
    return bytes(content)


def far_cell(row=1, column=16_384):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.cell(row=row, column=column, value="x")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def odd_sheet():
    """A far cell in a part that no sheet is usually called, with the other quotes."""
    content = far_cell(1, 5000)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            body = old.read(part)
            if part.filename == "xl/_rels/workbook.xml.rels":
                body = body.replace(b"worksheets/sheet1.xml", b"odd.dat")
            if part.filename.endswith("sheet1.xml"):
                new.writestr("xl/odd.dat", body.replace(b'"', b"'"))
            else:
                new.writestr(part.filename, body)
    return buffer.getvalue()


def turned(content):
    """The same workbook, each cell telling its kind before its place."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            cells = re.compile(rb'<c( r="[A-Z]+[0-9]+")( [^>]*[^>/])>')
            new.writestr(part.filename, cells.sub(rb"<c\2\1>", old.read(part)))
    return buffer.getvalue()


def told_twice():
    """Two parts of one name, of which programs take one or the other."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        return with_part(xlsx(list_of("Nguyễn Văn An")), "xl/worksheets/sheet1.xml", "<worksheet/>")


def sheets_of_one_name():
    """Excel repairs such a workbook; what opens it here would read the first sheet twice."""
    content = xlsx(list_of("Nguyễn Văn An", sheet="Tổ 1"), list_of("Trần Thị Bé", B, "Tổ 2"))
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("Tổ 2".encode(), "Tổ 1".encode())
    return zip_of(**parts)


def xls_with_password():
    """A workbook that says so in a record of its own, as Excel 2003 wrote it."""
    content = xls(list_of("Nguyễn Văn An"))
    return content.replace(record(0x0042, b"\xb0\x04"), record(0x002F, b"\0\0"), 1)


def boasting_xls():
    """Claims a first row far below its last: calamine asks for 130 GB at once and dies."""
    content = bytearray(xls(list_of("Nguyễn Văn An")))
    struct.pack_into("<I", content, content.index(b"\x00\x02\x0e\x00") + 4, 0xBF000000)
    return bytes(content)


ODS_BOMB = (
    '<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">'
    '<table:table-cell table:number-columns-repeated="200" office:value-type="string">'
    "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
)
ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{inner};" * 100}">'
    for name, inner in zip("abcdefgh", "bcdefghi", strict=True)
)


def entity_bomb():
    """Two letters that stand for more text than any memory holds."""
    content = ods_of_xml("<table:table><table:table-row><table:table-cell><text:p>&a;</text:p>"
                         "</table:table-cell></table:table-row></table:table>")  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    declared = f'?><!DOCTYPE x [{ENTITIES}<!ENTITY i "lol">]>'.encode()
    parts["content.xml"] = parts["content.xml"].replace(b"?>", declared, 1)
    return zip_of(**parts)


MOVED_BOMB = with_part(xlsx(list_of("Nguyễn Văn An")), "xl/media/a.xml", b"0" * 70_000_000)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "rỗng"),
        (b"\xef\xbb\xbf \r\n", "rỗng"),
        (b"PK\x03\x04 broken", "hỏng"),
        (xlsx(list_of("Nguyễn Văn An"))[:-400], "hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000, "hỏng"),
        (ole(b"x" * 5000, "EncryptedPackage"), "mật khẩu"),
        (ole(b"x" * 5000, "WordDocument"), "Word"),
        (ole(b"x" * 5000, "_VBA_PROJECT_CUR"), "macro"),
        (ole(b"x" * 5000), "hỏng"),
        (entity_bomb(), "hỏng"),
        (boasting_xls(), "hỏng"),
        (xls_with_password(), "mật khẩu"),
        (xls(Grid([HEADER, *[[]] * 65_000, [*[""] * 200, "x"]])), "vùng trống"),
        (with_part(xlsx(list_of("An Bình")), "xl/vbaProject.bin", b"x"), "macro"),
        (zip_of(word__document_xml="<a/>"), "Word"),
        (zip_of(a_xml="<a/>"), "tệp nén"),
        (MOVED_BOMB, "bất thường"),
        (lying_bomb(), "bất thường"),
        (far_cell(), "quá 256 cột"),
        (odd_sheet(), "quá 256 cột"),
        (told_twice(), "hỏng"),
        (sheets_of_one_name(), "hỏng"),
        (ods_of_xml('<table:table table:name="a"><table:table-row>'), "hỏng"),
        (ods_of_xml("<table:table></table:teble>"), "hỏng"),
        (b"MIME-Version: 1.0\r\n\r\n<html>", "trang web"),
        (turned(far_cell()), "quá 256 cột"),
        (turned(far_cell(1_048_576, 3)), "nhiều hơn 120000"),
        (far_cell(1_048_576, 3), "nhiều hơn 120000"),
        (ods_of_xml(ODS_BOMB), "nhiều hơn 120000"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><table>", "trang web"),
        (b"\x89PNG\r\n", "hình ảnh"),
        (bytes(range(256)) * 20, "Không đọc được"),
        ("chỉ có một câu chào".encode(), "Không tìm thấy bảng"),
        (xlsx(Grid(MOTTO)), "Không tìm thấy bảng"),
        (b"x" * (limits.MAX_BYTES + 1), "lớn hơn"),
        (b"a;b\n" * (limits.MAX_ROWS + 2), "nhiều hơn 120000"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content, says):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(UnreadableFile, match=says) as refusal:
        read_member_list(content, "ds")

    assert str(refusal.value).endswith(".")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024


def test_two_lists_side_by_side_are_both_read():
    heading = "Họ và tên\tĐiện thoại"

    found = read_member_list(
        (f"{heading}\t{heading}\nNguyễn Văn An\t{A}\tTrần Thị Bé\t{B}\n").encode(), PASTED
    )

    assert found.people == [
        person(2, "Nguyễn Văn An", A, sheet=""), person(2, "Trần Thị Bé", B, sheet="", nth=1),
    ]  # fmt: skip


def test_many_columns_in_text_are_refused():
    with pytest.raises(UnreadableFile, match="quá 256 cột"):
        read_member_list(";".join("x" * 300).encode(), PASTED)
