"""Whole files of the third round: what one grid cannot show, written before the reader was touched.

Each case is a name, the bytes, the people, the bad cells, and the codes of warnings that must come.
"""

import io
import unicodedata
from dataclasses import dataclass, field
from datetime import date

import xlsxwriter

from groups.member_import.reader.member_list import PersonRow
from tests.groups.member_list.expected import A, B, C, D, person
from tests.groups.member_list.writers import Grid, ods, text, xls, xlsx


@dataclass
class FileCase:
    name: str
    content: bytes
    people: list[PersonRow]
    bad: set[tuple[int, str, str]] = field(default_factory=set)
    warnings: set[tuple[int, str]] = field(default_factory=set)


def text_person(row, name, phone="", year=None, **more):
    return person(row, name, phone, year, sheet="", **more)


def paste_from_a_web_page():
    lines = (
        "STT\xa0\t Họ và tên \t\xa0Số điện thoại\t Ghi chú \t\r\n\r\n"
        "1\t\xa0Nguyễn Văn An\xa0\t0912\xa0000\xa0111\t\xa0\t\r\n\r\n"
        "2\tTrần Thị Bé\t0987\u2009000\u2009222\tđã gọi\t\r\n"
        "3\tLê Văn Cường\t\u200b0356000333\t\r\n"
    )
    people = [
        text_person(3, "Nguyễn Văn An", A),
        text_person(5, "Trần Thị Bé", B),
        text_person(6, "Lê Văn Cường", C),
    ]
    return FileCase("paste_from_a_web_page", lines.encode(), people)


def utf16_be_without_mark():
    rows = [["STT", "Họ và tên", "SĐT"], [1, "Nguyễn Văn An", A], [2, "Trần Thị Bé", B]]
    content = text(Grid(rows), separator="\t", encoding="utf-16-be")
    people = [text_person(2, "Nguyễn Văn An", A), text_person(3, "Trần Thị Bé", B)]
    return FileCase("utf16_be_without_mark", content, people)


def quotes_and_lines_in_cells():
    lines = (
        'sep=;\r\n"STT";"Họ và tên";"Địa chỉ";"SĐT"\r\n'
        '1;"Nguyễn Văn An";"Quán ""Gió"", ấp 1\r\ncạnh chợ; gần cầu";"0912000111\r\n0987000222"\r\n'
        '2;"Trần Thị Bé";"Số 6";="0356000333"\r\n'
    )
    more = {"address": 'Quán "Gió", ấp 1 cạnh chợ; gần cầu', "other_phones": ("+84987000222",)}
    people = [
        text_person(3, "Nguyễn Văn An", A, **more),
        text_person(4, "Trần Thị Bé", C, address="Số 6"),
    ]
    return FileCase("quotes_and_lines_in_cells", lines.encode("utf-8-sig"), people)


def one_quote_too_many():
    lines = (
        f'STT;Họ và tên;Địa chỉ;SĐT\n1;Nguyễn Văn An;Quán "Gió, ấp 1;{A}\n2;Trần Thị Bé;Số 6;{B}\n'
    )
    people = [
        text_person(2, "Nguyễn Văn An", A, address='Quán "Gió, ấp 1'),
        text_person(3, "Trần Thị Bé", B, address="Số 6"),
    ]
    return FileCase("one_quote_too_many", lines.encode(), people)


def title_with_commas():
    lines = (
        "Danh sách, ấp 1, xã Tân An, huyện A, tỉnh B\nHọ và tên;Năm sinh;SĐT\n"
        f"Nguyễn Văn An;1965;{A}\nTrần Thị Bé;1970;{B}\n"
    )
    people = [text_person(3, "Nguyễn Văn An", A, 1965), text_person(4, "Trần Thị Bé", B, 1970)]
    return FileCase("title_with_commas", lines.encode(), people)


def old_line_ends_in_1258():
    rows = [["STT", "Họ và tên", "SĐT"], [1, "Nguyễn Thị Hường", A], [2, "Đỗ Văn Mười", B]]
    content = text(Grid(rows), separator=";", encoding="cp1258").replace(b"\r\n", b"\r")
    people = [text_person(2, "Nguyễn Thị Hường", A), text_person(3, "Đỗ Văn Mười", B)]
    return FileCase("old_line_ends_in_1258", content, people)


def letters_apart_with_mark():
    lines = f"Họ và tên,Năm sinh,SĐT\r\nNGUYỄN THỊ HƯỜNG,1965,{A}\r\nĐỗ Văn Mười,1970,{B}\r\n"
    people = [text_person(2, "Nguyễn Thị Hường", A, 1965), text_person(3, "Đỗ Văn Mười", B, 1970)]
    content = unicodedata.normalize("NFD", lines).encode("utf-8-sig")
    return FileCase("letters_apart_with_mark", content, people)


def read_twice_as_western():
    """UTF-8 that a program took for Windows-1252 and saved again."""
    lines = f"STT;Họ và tên;SĐT\n1;Nguyễn Văn An;{A}\n2;Trần Thị Bé;{B}\n3;Lê Văn Cường;{C}\n"
    wrong = b"".join(
        bytes([byte]).decode("cp1252", "ignore").encode() or chr(byte).encode()
        for byte in lines.encode()
    )
    people = [
        text_person(2, "Nguyễn Văn An", A),
        text_person(3, "Trần Thị Bé", B),
        text_person(4, "Lê Văn Cường", C),
    ]
    return FileCase("read_twice_as_western", wrong, people)


def letters_lost_for_question_marks():
    """Excel's plain “CSV” leaves question marks for Vietnamese letters."""
    lines = (
        f"STT,H? v� t�n,S? di?n tho?i\r\n1,Nguy?n Van An,{A}\r\n2,Tr?n Th? B�,{B}\r\n"
        f"3,Le Thanh Lan,{C}\r\n"
    )
    people = [text_person(4, "Le Thanh Lan", C)]
    bad = {(2, "B", "name_lost"), (3, "B", "name_lost")}
    return FileCase("letters_lost_for_question_marks", lines.encode(), people, bad)


def numbered_lines_pasted():
    lines = (
        "Danh sách tổ 4\n\n1. Nguyễn Văn An, 1960, 0912000111\n"
        "2. Trần Thị Bé, 1970\n3.Lê Văn Cường - 0356000333\n"
        "4. Phạm Thị Dung, số 8, ấp 1, 0778000444\n"
    )
    more = {"team": "Tổ 4"}
    people = [
        text_person(3, "Nguyễn Văn An", A, 1960, **more),
        text_person(4, "Trần Thị Bé", "", 1970, **more),
        text_person(5, "Lê Văn Cường", C, **more),
        text_person(6, "Phạm Thị Dung", D, address="số 8, ấp 1", **more),
    ]
    return FileCase("numbered_lines_pasted", lines.encode(), people)


def names_and_phones_pasted():
    """A chat message: no numbers, no commas."""
    lines = "Nguyễn Văn An 0912000111\nTrần Thị Bé 0987 000 222\nLê Văn Cường: 0356.000.333\n"
    people = [
        text_person(1, "Nguyễn Văn An", A),
        text_person(2, "Trần Thị Bé", B),
        text_person(3, "Lê Văn Cường", C),
    ]
    return FileCase("names_and_phones_pasted", lines.encode(), people)


TEAMS = (
    Grid(
        [["TỔ 1"], ["STT", "Họ và tên", "Năm sinh", "SĐT"], [1, "Nguyễn Văn An", 1965, A]],
        name="To 1",
    ),
    Grid(
        [[], [], ["Họ đệm", "Tên", "Điện thoại", "Nam", "Nữ"], ["Trần Thị", "Bé", B, "", "x"]],
        name="Tổ 2",
    ),
    Grid(
        [["Họ tên", "Ngày sinh", "", "", "Zalo"], ["", "Ngày", "Tháng", "Năm", ""],
         ["Lê Văn Cường", 5, 6, 1966, C]],
        name="Tổ ND số 3",
    ),
    Grid([[1, "Phạm Thị Dung", 1981, D], [2, "Võ Văn Em", 1982, ""]], name="Tổ 4"),
)  # fmt: skip


def sheets_that_differ(write):
    people = [
        person(3, "Nguyễn Văn An", A, 1965, sheet="To 1", team="Tổ 1"),
        person(4, "Trần Thị Bé", B, gender="female", sheet="Tổ 2", team="Tổ 2"),
        person(3, "Lê Văn Cường", C, birth_date=date(1966, 6, 5), sheet="Tổ ND số 3", team="Tổ 3"),
        person(1, "Phạm Thị Dung", D, 1981, sheet="Tổ 4", team="Tổ 4"),
        person(2, "Võ Văn Em", "", 1982, sheet="Tổ 4", team="Tổ 4"),
    ]
    return FileCase(f"sheets_that_differ.{write.__name__}", write(*TEAMS), people)


def phone_in_a_hidden_column(write):
    rows = [
        ["STT", "Họ và tên", "SĐT", "Năm sinh", "SĐT mới"],
        [1, "Nguyễn Văn An", "0912000999", 1965, A],
        [2, "Trần Thị Bé", B, 1970, ""],
    ]
    people = [
        person(2, "Nguyễn Văn An", A, 1965, other_phones=("+84912000999",)),
        person(3, "Trần Thị Bé", B, 1970),
    ]
    content = write(Grid(rows, hidden_columns=(2,)))
    warnings = {(2, "hidden_column"), (3, "hidden_column")}
    name = f"phone_in_a_hidden_column.{write.__name__}"
    return FileCase(name, content, people, warnings=warnings)


def capital_font(write):
    """`.VnTimeH` shows small letters as capitals, also in an address."""
    rows = [
        ["STT", "hä vµ tªn", "§Þa chØ", "SĐT"],
        [1, "nguyÔn V¨n an", "tæ 5, Êp 1", A],
        [2, "trÇn thÞ bÐ", "", B],
    ]
    grid = Grid(rows, fonts={1: ".VnTimeH", 2: ".VnArial"})
    people = [
        person(2, "Nguyễn Văn An", A, address="tổ 5, ấp 1", team="Tổ 5"),
        person(3, "Trần Thị Bé", B),
    ]
    warnings = {(2, "legacy_capitals"), (3, "legacy_capitals")}
    return FileCase(f"capital_font.{write.__name__}", write(grid), people, warnings=warnings)


def fonts_decide(write):
    """Words that are right under any table: only the font knows."""
    rows = [
        ["STT", "Họ và tên", "Nơi ở", "SĐT"],
        [1, "Vò Thóy", "Hoàng", A],
        [2, "Tó Hµ", "Phuù", B],
        [3, "Tó", "Taâm", C],
    ]
    grid = Grid(rows, fonts={1: ".VnTime", 2: "VNI-Times"})
    people = [
        person(2, "Vũ Thúy", A, address="Hồng"),
        person(3, "Tú Hà", B, address="Phú"),
        person(4, "Tú", C, address="Tâm"),
    ]
    return FileCase(f"fonts_decide.{write.__name__}", write(grid), people)


def unicode_font_among_legacy_ones():
    """A Unicode font keeps `Hoàng` as it is, beside a column typed with VNI."""
    rows = [
        ["STT", "Họ và tên", "Nơi ở", "SĐT"],
        [1, "Hoàng Hoà", "Taân Phuù", A],
        [2, "Tô Hoài", "Nguyeãn Vaên", B],
    ]
    grid = Grid(rows, fonts={1: "Times New Roman", 2: "VNI-Times"})
    people = [
        person(2, "Hoàng Hoà", A, address="Tân Phú"),
        person(3, "Tô Hoài", B, address="Nguyễn Văn"),
    ]
    return FileCase("unicode_font_among_legacy_ones", xlsx(grid), people)


def text_in_two_styles():
    """A family name in bold: the text of a cell comes in pieces."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("Ấp 1")
    sheet.write_row(0, 0, ["STT", "Họ và tên", "SĐT"])
    sheet.write_row(1, 0, [1, "", A])
    sheet.write_rich_string(1, 1, bold, "Nguyễn ", "Văn An")
    sheet.write_row(2, 0, [2, "Trần Thị Bé"])
    sheet.write_rich_string(2, 2, bold, "0987", " 000222")
    book.close()
    people = [person(2, "Nguyễn Văn An", A), person(3, "Trần Thị Bé", B)]
    return FileCase("text_in_two_styles", buffer.getvalue(), people)


WHOLE_FILES = [
    paste_from_a_web_page(), utf16_be_without_mark(), quotes_and_lines_in_cells(),
    one_quote_too_many(), title_with_commas(), old_line_ends_in_1258(), letters_apart_with_mark(),
    read_twice_as_western(), letters_lost_for_question_marks(), numbered_lines_pasted(),
    names_and_phones_pasted(), sheets_that_differ(xlsx), sheets_that_differ(xls),
    sheets_that_differ(ods), phone_in_a_hidden_column(xlsx),
    phone_in_a_hidden_column(xls), phone_in_a_hidden_column(ods), capital_font(xlsx),
    capital_font(xls), fonts_decide(xlsx), fonts_decide(xls), unicode_font_among_legacy_ones(),
    text_in_two_styles(),
]  # fmt: skip
