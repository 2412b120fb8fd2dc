"""Contacts of a phone, member pages of Zalo, web pages and Excel's XML, and what has no table."""

import time

import pytest

from groups.member_import.reader.files import PASTED
from groups.member_import.reader.member_list import UnreadableFile, read_member_list
from tests.groups.member_list.expected import A, B, person

CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=4E=67=75=79=E1=BB=85=6E;;;\r\n"
    "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4E=67=75=79=E1=BB=85=6E=20=56=C4=83=\r\n"
    "=6E=20=41=6E\r\nTEL;CELL:0912-000-111\r\nTEL;HOME:+84987000222\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n SkZJRg\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Mẹ Bin\r\nTEL;TYPE=CELL:0356000333\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nN:Trần;Bé;Thị;;\r\n"
    "item1.TEL;VALUE=uri;TYPE=cell:tel:+84-778-000-444\r\nBDAY:19620203\r\n"
    "ADR;TYPE=home:;;12 đường số 3;Ấp 1;;;\r\nEND:VCARD\r\n"
)
PAGE = (
    "<html><head><meta charset=utf-8><style>td {color: red}</style></head><body>"
    "<table><tr><td colspan=4>DANH SÁCH TỔ 2</td></tr>"
    "<tr><th>STT<th>Họ và tên<th>SĐT<th>Địa chỉ"
    "<tr><td>1<td>Nguyễn&nbsp;Văn <b>An</b><td>0912000111<td rowspan=2>Số 1</tr>"
    "<tr><td>2</td><td>Trần Thị Bé</td><td>987000222</td></tr></table></body></html>"
)
SPREADSHEET = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Ấp 1"><Table>'
    '<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">DANH SÁCH</Data></Cell></Row>'
    '<Row ss:Index="3"><Cell><Data ss:Type="String">STT</Data></Cell>'
    '<Cell><Data ss:Type="String">Họ và tên</Data></Cell>'
    '<Cell ss:Index="4"><Data ss:Type="String">SĐT</Data></Cell>'
    '<Cell><Data ss:Type="String">Ngày sinh</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="Number">1</Data></Cell>'
    '<Cell><Data ss:Type="String">Nguyễn Văn An</Data>'
    "<Comment><ss:Data>đã chết</ss:Data></Comment></Cell>"
    '<Cell ss:Index="4"><Data ss:Type="Number">912000111</Data></Cell>'
    '<Cell><Data ss:Type="DateTime">1960-02-01T00:00:00.000</Data></Cell></Row>'
    "</Table></Worksheet></Workbook>"
)
MEMBERS = (
    "Thành viên (5)\nNguyễn Văn An\nTrưởng nhóm\nMẹ Bin\nThêm bạn\nTrần Thị Bé\nPhó nhóm\n"
    "Bảy Sửa Xe\nKết bạn\nLê Văn Cường (Bạn)\n"
)


def names(found):
    return [one.full_name for one in found.people]


def waiting(found):
    return {one.person.full_name for one in found.refused}


def test_contacts_of_a_phone_are_read():
    found = read_member_list(CARDS.encode(), "danhba.vcf")

    first, second = found.people
    assert (first.full_name, first.phone, first.other_phones) == (
        "Nguyễn Văn An", "+84912000111", ("+84987000222",),
    )  # fmt: skip
    assert (second.full_name, second.phone) == ("Trần Thị Bé", "+84778000444")
    assert (str(second.birth_date), second.address) == ("1962-02-03", "12 đường số 3, Ấp 1")
    assert waiting(found) == {"Mẹ Bin"}
    assert {(p.row, p.code) for p in found.problems if p.is_error} == {(3, "name_called")}
    assert ("Danh bạ", "cards") in {(one.sheet, one.kind) for one in found.dropped}


def test_a_member_page_of_zalo_gives_names_and_leaves_nicknames_waiting():
    found = read_member_list(MEMBERS.encode(), PASTED)

    assert names(found) == ["Nguyễn Văn An", "Trần Thị Bé", "Lê Văn Cường"]
    assert waiting(found) == {"Mẹ Bin", "Bảy Sửa Xe"}
    assert [one.text for one in found.dropped if one.kind == "note"] == [
        "Thành viên (5)", "Thêm bạn", "Kết bạn",
    ]  # fmt: skip


def test_a_list_exported_by_zalo_is_read():
    text = "STT,Tên Zalo,Vai trò\n1,Nguyễn Văn An,Trưởng nhóm\n2,Mẹ Bin,Thành viên\n"

    found = read_member_list(text.encode(), "nhom.csv")

    assert names(found) == ["Nguyễn Văn An"]
    assert waiting(found) == {"Mẹ Bin"}


def test_nicknames_that_a_person_calls_names_are_judged():
    text = "STT,Tên Zalo,Người\n1,Nguyễn Văn An,Hai Lúa\n2,Mẹ Bin,Trần Thị Bé\n"

    found = read_member_list(text.encode(), "nhom.csv", mapping={"B": "full_name"})

    assert names(found) == ["Nguyễn Văn An"]
    assert waiting(found) == {"Mẹ Bin"}


def test_a_web_page_saved_as_a_workbook_is_read():
    found = read_member_list(PAGE.encode(), "ds.xls")

    assert found.people == [
        person(3, "Nguyễn Văn An", A, sheet="", address="Số 1", team="Tổ 2"),
        person(4, "Trần Thị Bé", B, sheet="", address="Số 1", team="Tổ 2"),
    ]


def test_a_page_sent_as_one_message_is_read():
    whole = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
    whole += b"Content-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode() + b"\r\n--x--\r\n"

    assert names(read_member_list(whole, "ds.xls")) == ["Nguyễn Văn An", "Trần Thị Bé"]


def test_xml_of_excel_is_read_with_its_comments():
    found = read_member_list(SPREADSHEET.encode(), "ds.xls")

    assert [(p.full_name, p.phone, str(p.birth_date)) for p in found.people] == [
        ("Nguyễn Văn An", "+84912000111", "1960-02-01")
    ]
    assert (4, "B", "cell_comment") in {(p.row, p.column, p.code) for p in found.problems}


@pytest.mark.parametrize(
    "text",
    [
        f"STT  Họ và tên       SĐT\n1    Nguyễn Văn An   {A}\n2    Trần Thị Bé     {B}\n",
        (
            f"| STT | Họ và tên | SĐT |\n|---|---|---|\n| 1 | Nguyễn Văn An | {A} |\n"
            f"| 2 | Trần Thị Bé | {B} |\n"
        ),
        (
            f"[08:15, 12/3/2026] Bà Sáu: em gửi danh sách nha\n1. Nguyễn Văn An {A}\n"
            f"2/ Trần Thị Bé - đt {B}\n"
        ),
    ],
)
def test_pasted_texts_are_read(text):
    found = read_member_list(text.encode(), PASTED)

    assert [(p.full_name, p.phone[3:]) for p in found.people] == [
        ("Nguyễn Văn An", A[1:]), ("Trần Thị Bé", B[1:]),
    ]  # fmt: skip


XML = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "{}">]>' + SPREADSHEET.partition("?>")[2]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html><body><p>xin ch\xc3\xa0o</p></body></html>", "không có bảng"),
        (b'<?xml version="1.0"?><a><b/></a>', "không phải bảng tính"),
        (XML.format("x" * 100).encode(), "hỏng"),
        (SPREADSHEET[:-40].encode(), "hỏng"),
        (SPREADSHEET.replace('Index="4"', 'Index="9999999"').encode(), "quá 256 cột"),
        (SPREADSHEET.replace('Index="3"', 'Index="9999999"').encode(), "nhiều hơn 120000"),
        (b"<table><tr><td>a" * 40, "bất thường"),
        (b"GIF89a" + bytes(60), "ảnh"),
        (b"Rar!\x1a\x07", "giải nén"),
        (b"SQLite format 3\0", "phần mềm"),
    ],
)
def test_what_has_no_list_says_what_it_is(content, says):
    with pytest.raises(UnreadableFile, match=says) as refusal:
        read_member_list(content, "ds.xls")

    assert str(refusal.value).endswith(".")


def test_a_page_of_spans_costs_no_more_than_its_size():
    cells = '<td colspan="9999999" rowspan="9999999">x</td>' * 50
    page = f"<table>{f'<tr>{cells}</tr>' * 200}</table>"
    before = time.process_time()

    with pytest.raises(UnreadableFile):
        read_member_list(page.encode(), "ds.xls")

    assert time.process_time() - before < 5
