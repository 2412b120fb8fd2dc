"""Whole files as other programs write them, from the rules alone, before the reader saw them."""

import io
import re
import struct
import zipfile
from datetime import date

import openpyxl
import xlsxwriter

from tests.groups.member_list.expected import A, B, C, D, person
from tests.groups.member_list.whole_files import FileCase, text_person
from tests.groups.member_list.writers import Grid, ods_of_xml, ole, record, text, xls, xlsx

ROWS = [
    ["STT", "Họ và tên", "Năm sinh", "SĐT"],
    [1, "Nguyễn Văn An", 1965, A],
    [2, "Trần Thị Bé", 1970, B],
    [3, "Lê Văn Cường", "", C],
]
PEOPLE = [
    person(2, "Nguyễn Văn An", A, 1965),
    person(3, "Trần Thị Bé", B, 1970),
    person(4, "Lê Văn Cường", C),
]
TEXT_PEOPLE = [
    text_person(2, "Nguyễn Văn An", A, 1965),
    text_person(3, "Trần Thị Bé", B, 1970),
    text_person(4, "Lê Văn Cường", C),
]


def rewritten(content: bytes, changes) -> bytes:
    """The same archive with other names and other text in its parts."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            name, body = changes(part.filename, old.read(part).decode())
            new.writestr(name, body)
    return buffer.getvalue()


def prefixed_workbook():
    """Some libraries write each tag with a prefix, and roots for paths."""

    def changes(name, body):
        if name.endswith(".rels"):
            body = re.sub(
                r'Target="(worksheets|sharedStrings|styles|theme)', r'Target="/xl/\1', body
            )
        elif name.startswith("xl/") and "spreadsheetml/2006/main" in body:
            body = re.sub(r"<(/?)([a-zA-Z])", r"<\1x:\2", body)
            body = body.replace(" xmlns=", " xmlns:x=")
        return name, body

    rows = [*ROWS[:3], ["", "Ghi chú của ấp"], [3, "Lê Văn Cường", "", C]]
    grid = Grid(rows, hidden_rows=(3,), merges=[(3, 1, 3, 3)])
    people = [*PEOPLE[:2], person(5, "Lê Văn Cường", C)]
    return FileCase(
        "prefixed_workbook.xlsx", rewritten(xlsx(grid), changes), people,
        warnings={(3, "hidden_row")},
    )  # fmt: skip


def strings_inside_the_cells():
    """No table of strings: each cell carries its own, as exports of the web do."""
    cells = ""
    for number, row in enumerate(ROWS, start=1):
        cells += f'<row r="{number}">'
        for letter, cell in zip("ABCD", row, strict=True):
            place = f'r="{letter}{number}"'
            if isinstance(cell, int):
                cells += f"<c {place}><v>{cell}</v></c>"
            elif cell:
                cells += (
                    f'<c {place} t="inlineStr"><is><t xml:space="preserve"> {cell} </t></is></c>'
                )
        cells += "</row>"

    def changes(name, body):
        if name.endswith("sheet1.xml"):
            body = re.sub("<sheetData>.*</sheetData>", f"<sheetData>{cells}</sheetData>", body)
            body = re.sub("<dimension[^>]*>", '<dimension ref="A1:XFD1048576"/>', body)
        return name, body

    content = rewritten(xlsx(Grid(ROWS)), changes)
    return FileCase("strings_inside_the_cells.xlsx", content, PEOPLE)


def cells_without_places():
    """Cells and rows may leave out where they stand: the next place is meant."""

    def changes(name, body):
        if name.endswith("sheet1.xml"):
            body = re.sub(r'(<c|<row) r="[A-Z]*\d+"', r"\1", body)
        return name, body

    rows = [row[:2] + row[3:] for row in ROWS]
    people = [person(2, "Nguyễn Văn An", A), person(3, "Trần Thị Bé", B), PEOPLE[2]]
    content = rewritten(xlsx(Grid(rows)), changes)
    return FileCase("cells_without_places.xlsx", content, people)


def workbook_full_of_things():
    """A table with filters, notes, links, choices, a picture's frame, widths for ever."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    chart_sheet = book.add_chartsheet("Biểu đồ")
    sheet = book.add_worksheet("Ấp 1")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='Ấp 1'!$C$2:$C$4"})
    chart_sheet.set_chart(chart)
    bold = book.add_format({"bold": True, "border": 1})
    sheet.set_column(0, 16_383, 12, bold)
    sheet.add_table(0, 0, 3, 4, {
        "columns": [{"header": name} for name in ("STT", "Họ và tên", "Năm sinh", "SĐT", "Tổ")],
    })  # fmt: skip
    for number, row in enumerate(ROWS[1:], start=1):
        sheet.write_row(number, 0, row[:3])
        sheet.write_url(number, 3, f"https://zalo.me/{row[3]}", string=row[3])
        sheet.write(number, 4, f"Tổ {number}")
        sheet.write_comment(number, 1, "Họ và tên: Người Khác 0912000999")
        sheet.write_blank(number, 200, None, bold)
    sheet.data_validation(1, 4, 3, 4, {"validate": "list", "source": ["Tổ 1", "Tổ 2", "Tổ 3"]})
    sheet.conditional_format(0, 0, 90_000, 200, {"type": "duplicate", "format": bold})
    sheet.insert_textbox(6, 1, "Tổng cộng: 3 người")
    book.define_name("Danh_sach", "='Ấp 1'!$A$1:$E$4")
    book.close()
    people = [
        person(2, "Nguyễn Văn An", A, 1965, team="Tổ 1"),
        person(3, "Trần Thị Bé", B, 1970, team="Tổ 2"),
        person(4, "Lê Văn Cường", C, team="Tổ 3"),
    ]
    return FileCase("workbook_full_of_things.xlsx", buffer.getvalue(), people)


def formulas_with_their_answers():
    """Formulas are read by their last value; a failed or unrun one is named."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Ấp 1")
    sheet.write_row(0, 0, ["STT", "Họ và tên", "SĐT", "Năm sinh"])
    known = [("Nguyễn Văn An", A, 1965), ("Trần Thị Bé", B, 1970), ("Lê Văn Cường", "#N/A", 1980)]
    for number, (name, phone, year) in enumerate(known, start=1):
        sheet.write_formula(number, 0, f"=ROW()-{number}", None, number)
        sheet.write_formula(number, 1, f"=PROPER(G{number})", None, name)
        sheet.write_formula(number, 2, f'="0"&H{number}', None, phone)
        sheet.write_formula(number, 3, f"=VALUE(RIGHT(I{number},4))", None, year)
    sheet.write_row(4, 0, [4, "Phạm Thị Dung", D])
    sheet.write_formula(4, 3, '=""', None, "")
    book.close()
    # As Excel writes an empty answer, which the library leaves without its kind.
    content = rewritten(
        buffer.getvalue(), lambda name, body: (name, body.replace('r="D5">', 'r="D5" t="str">'))
    )
    people = [*PEOPLE[:2], person(5, "Phạm Thị Dung", D)]
    bad = {(4, "C", "formula_error")}
    return FileCase("formulas_with_their_answers.xlsx", content, people, bad)


def formulas_never_run():
    """Written by a program that counts nothing: the answers are not in the file."""
    book = openpyxl.Workbook()
    book.active.title = "Ấp 1"
    for row in [*ROWS[:3], [3, '="Lê Văn "&"Cường"', 1980, C], [4, "Phạm Thị Dung", "=1900+81", D]]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    bad = {(4, "B", "formula"), (5, "C", "formula")}
    return FileCase("formulas_never_run.xlsx", buffer.getvalue(), PEOPLE[:2], bad)


def cell(words: str, more: str = "") -> str:
    kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}{more}><text:p>{words}</text:p></table:table-cell>"


def opendocument_with_notes():
    """Notes inside cells, spaces as tags, pieces of text, cells and rows said once for many."""
    note = (
        "<office:annotation><text:p>Người Khác</text:p><text:p>0912000999</text:p>"
        "</office:annotation>"
    )
    kind = 'office:value-type="string"'
    twice = ' table:number-columns-repeated="2"'
    head = "".join(map(cell, ("STT", "Họ và tên", "Tổ", "Số nhà", "SĐT")))
    first = (
        cell("1") + f"<table:table-cell {kind}>{note}<text:p>Nguyễn<text:s text:c='2'/>Văn "
        "<text:span>An</text:span></text:p></table:table-cell>" + cell("2", twice) + cell(A)
    )
    second = (
        cell("2")
        + cell("Trần Thị<text:line-break/>Bé")
        + cell("3", twice)
        + cell(
            f"<text:a xlink:href='tel:{B}' xmlns:xlink='http://www.w3.org/1999/xlink'>{B}</text:a>"
        )
    )
    third = cell("3") + cell("Lê Văn<text:tab/>Cường") + cell("3", twice) + cell(C)
    empty = '<table:table-row table:number-rows-repeated="40"><table:table-cell/></table:table-row>'
    rows = "".join(f"<table:table-row>{one}</table:table-row>" for one in (first, second))
    tables = (
        '<table:table table:name="Ấp 1"><table:table-header-rows>'
        f"<table:table-row>{head}</table:table-row></table:table-header-rows>"
        f"<table:table-row-group>{rows}</table:table-row-group>{empty}"
        f"<table:table-row>{third}</table:table-row></table:table>"
    )
    people = [
        person(2, "Nguyễn Văn An", A, team="Tổ 2", address="2"),
        person(3, "Trần Thị Bé", B, team="Tổ 3", address="3"),
        person(44, "Lê Văn Cường", C, team="Tổ 3", address="3"),
    ]
    return FileCase("opendocument_with_notes.ods", ods_of_xml(tables), people)


def workbook_of_old_excel():
    """Excel 97 writes strings in a table of their own, numbers packed, and blanks."""
    strings = ["STT", "Họ và tên", "Năm sinh", "SĐT", "Nguyễn Văn An", "Trần Thị Bé",
               "Lê Văn Cường", A, "To 1"]  # fmt: skip
    table = struct.pack("<II", len(strings), len(strings))
    for one in strings:
        wide = not one.isascii()
        body = one.encode("utf-16-le" if wide else "ascii")
        table += struct.pack("<HB", len(one), wide) + body
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 1996, 0x41, 6))
    begin += record(0x0042, struct.pack("<H", 1200))
    begin += record(0x0031, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5, 0)
                    + b"Arial")  # fmt: skip
    begin += record(0x00E0, struct.pack("<HH", 0, 0) + bytes(16))
    name = "Ấp 1".encode("utf-16-le")
    shared = record(0x00FC, table)
    start = len(begin) + 4 + 8 + len(name) + len(shared) + 4
    begin += record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1) + name)
    begin += shared + record(0x000A, b"")

    def string(row, column, at):
        return record(0x00FD, struct.pack("<HHHI", row, column, 0, at))

    def packed(value):
        return (value << 2) | 2

    def packed_cell(row, column, value):
        return record(0x027E, struct.pack("<HHHI", row, column, 0, packed(value)))

    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 1996, 0x41, 6))
    sheet += record(0x0200, struct.pack("<IIHHH", 0, 5, 0, 4, 0))
    sheet += b"".join(string(0, at, at) for at in range(4))
    sheet += packed_cell(1, 0, 1) + string(1, 1, 4) + packed_cell(1, 2, 1965) + string(1, 3, 7)
    sheet += packed_cell(2, 0, 2) + string(2, 1, 5)
    two = struct.pack("<HI", 0, packed(1970)) + struct.pack("<Hi", 0, (98_700_022 << 2) | 2)
    sheet += record(0x00BD, struct.pack("<HH", 2, 2) + two + struct.pack("<H", 3))
    shown = struct.pack("<d", 3.0)
    sheet += record(0x0006, struct.pack("<HHH", 3, 0, 0) + shown + struct.pack("<HIH", 0, 0, 0))
    sheet += string(3, 1, 6) + record(0x00BE, struct.pack("<HHHHH", 3, 2, 0, 0, 3))
    said = struct.pack("<BBBBHH", 0, 0, 0, 0, 0, 0xFFFF)
    sheet += record(0x0006, struct.pack("<HHH", 3, 3, 0) + said + struct.pack("<HIH", 0, 0, 0))
    sheet += record(0x0207, struct.pack("<HB", len(C), 0) + C.encode())
    sheet += record(0x000A, b"")
    people = [person(2, "Nguyễn Văn An", A, 1965), person(4, "Lê Văn Cường", C)]
    bad = {(3, "D", "phone_length")}
    return FileCase("workbook_of_old_excel.xls", ole(begin + sheet), people, bad)


def letters_of_old_fonts(name, encoding, separator, rows, people):
    content = text(Grid(rows), separator=separator, encoding=encoding)
    return FileCase(name, content, people)


def tcvn3_bytes():
    rows = [
        ["Hä vµ tªn", "N¨m sinh", "Sè ®iÖn tho¹i", "Chç ë hiÖn nay"],
        ["NguyÔn V¨n An", 1965, A, "Sè 5, ®­êng Lª Lîi"],
        ["TrÇn ThÞ Hång", 1970, B, ""],
    ]
    people = [
        text_person(2, "Nguyễn Văn An", A, 1965, address="Số 5, đường Lê Lợi"),
        text_person(3, "Trần Thị Hồng", B, 1970),
    ]
    return letters_of_old_fonts("tcvn3_bytes.csv", "latin-1", ",", rows, people)


def vni_bytes():
    rows = [
        ["Stt", "Hoï vaø teân", "Ngaøy sinh", "Ñieän thoaïi", "Nôi ôû"],
        [1, "Nguyeãn Thò Höôøng", "12/3/1965", A, "Soá 5, ñöôøng Leâ Lôïi"],
        [2, "Traàn Vaên Möôøi", "1970", B, ""],
    ]
    people = [
        text_person(2, "Nguyễn Thị Hường", A, birth_date=date(1965, 3, 12),
                    address="Số 5, đường Lê Lợi"),
        text_person(3, "Trần Văn Mười", B, 1970),
    ]  # fmt: skip
    return letters_of_old_fonts("vni_bytes.txt", "cp1252", "\t", rows, people)


def ghost_separators():
    lines = "".join(
        ";".join(map(str, row)) + ";" * 200 + "\r\n" for row in ROWS
    ) + (";" * 203 + "\r\n") * 50  # fmt: skip
    return FileCase("ghost_separators.csv", lines.encode("utf-8-sig"), TEXT_PEOPLE)


def columns_of_spaces():
    """A printed list: columns kept apart by spaces alone."""
    rows = [["STT", "Họ và tên", "Năm sinh", "Điện thoại"], *ROWS[1:3]]
    lines = "\r\n".join("".join(str(one).ljust(20) for one in row) for row in rows)
    return FileCase("columns_of_spaces.txt", lines.encode(), TEXT_PEOPLE[:2])


def names_of_other_kinds():
    """The ending of a name says nothing: what is inside decides."""
    spaced = text(Grid(ROWS), separator="\t", encoding="utf-8-sig")
    return [
        FileCase("a_workbook_called.xls", xlsx(Grid(ROWS)), PEOPLE),
        FileCase("an_old_workbook_called.xlsx", xls(Grid(ROWS)), PEOPLE),
        FileCase("a_text_called.xlsx", spaced, TEXT_PEOPLE),
        FileCase("DANH SÁCH ẤP 1 (bản cuối).XLSX", xlsx(Grid(ROWS)), PEOPLE),
    ]


def lines_of_two_encodings():
    """Lines of an older program behind those of a newer one."""
    content = text(Grid(ROWS[:2]), separator=";", encoding="utf-8-sig")
    content += text(Grid(ROWS[2:]), separator=";", encoding="cp1258")
    return FileCase("lines_of_two_encodings.csv", content, TEXT_PEOPLE)


def cut_inside_a_letter():
    """An upload that broke off: what is whole is read, the name that is not is told."""
    content = text(Grid(ROWS), separator=";", encoding="utf-8")
    content = content[: content.index("ờng".encode()) + 1]
    bad = {(4, "B", "name_lost")}
    return FileCase("cut_inside_a_letter.csv", content, TEXT_PEOPLE[:2], bad)


def filled_up_with_nothing():
    content = text(Grid(ROWS), separator=";", encoding="utf-8") + b"\0" * 4096
    return FileCase("filled_up_with_nothing.csv", content, TEXT_PEOPLE)


def votes_in_a_chat():
    lines = (
        "Danh sách đăng ký vào nhóm Zalo:\n"
        "1/ Nguyễn Văn An - 1965 - tổ 3 - 0912 000 111\n"
        "2/ Trần Thị Bé - 1970 - tổ 3 - 0987.000.222\n"
        "3/ Lê Văn Cường - 1980 - tổ 4 - 0356000333\n"
        "4/ Phạm Thị Dung - tổ 4\n"
        "Tổng 4 người ạ\n"
    )
    people = [
        text_person(2, "Nguyễn Văn An", A, 1965, team="Tổ 3"),
        text_person(3, "Trần Thị Bé", B, 1970, team="Tổ 3"),
        text_person(4, "Lê Văn Cường", C, 1980, team="Tổ 4"),
        text_person(5, "Phạm Thị Dung", "", team="Tổ 4"),
    ]
    return FileCase("votes_in_a_chat", lines.encode(), people)


def households_in_a_chat():
    lines = (
        "Tổ 3:\n1) Ông Nguyễn Văn An 0912000111\n2) Bà Trần Thị Bé 0987000222\n\n"
        "Tổ 4:\n1) Lê Văn Cường 0356000333\n2) Phạm Thị Dung (chưa có Zalo)\n"
    )
    people = [
        text_person(2, "Nguyễn Văn An", A, gender="male", team="Tổ 3"),
        text_person(3, "Trần Thị Bé", B, gender="female", team="Tổ 3"),
        text_person(6, "Lê Văn Cường", C, team="Tổ 4"),
        text_person(7, "Phạm Thị Dung", "", team="Tổ 4"),
    ]
    return FileCase("households_in_a_chat", lines.encode(), people)


def broken_lines_of_a_table():
    """The heading copied from a PDF, then lines with the sex and a place in words."""
    lines = (
        "STT Họ và tên Năm sinh Giới tính Số điện thoại\n"
        "1 Nguyễn Văn An 1965 Nam 0912000111\n"
        "2 Trần Thị Bé 1970 Nữ 0987000222\n"
        "3 Lê Thị Nam 1980 Nữ 0356000333\n"
    )
    people = [
        text_person(2, "Nguyễn Văn An", A, 1965, gender="male"),
        text_person(3, "Trần Thị Bé", B, 1970, gender="female"),
        text_person(4, "Lê Thị Nam", C, 1980, gender="female"),
    ]
    return FileCase("broken_lines_of_a_table", lines.encode(), people)


OTHER_PROGRAMS = [
    prefixed_workbook(), strings_inside_the_cells(), cells_without_places(),
    workbook_full_of_things(), formulas_with_their_answers(), formulas_never_run(),
    opendocument_with_notes(), workbook_of_old_excel(), tcvn3_bytes(), vni_bytes(),
    ghost_separators(), columns_of_spaces(), *names_of_other_kinds(), votes_in_a_chat(),
    lines_of_two_encodings(), cut_inside_a_letter(), filled_up_with_nothing(),
    households_in_a_chat(), broken_lines_of_a_table(),
]  # fmt: skip
