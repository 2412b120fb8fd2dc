"""Single cells: what is plain takes a short way and is read as on the long one."""

import pytest

from groups.member_import.reader.names import read_name
from groups.member_import.reader.phones import read_phones
from groups.member_import.reader.scanning import SheetFacts, scan_xlsx


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn An", "Điểu Krông Hích", "Ý Nhi", "Anh Đào", "Ông Văn Tư", "Cụ Tư", "Hộ Bà Lan",
        "Mr John", "Lê A", "Đồng Thị Chí", "Nguyễn Thị Hoàng Anh Thư Ba Bốn Năm",
    ],
)  # fmt: skip
def test_a_plain_name_is_read_as_one_with_stray_spaces(name):
    assert read_name(name) == read_name(f"  {name} ")


def test_a_line_break_between_two_names_is_seen():
    with pytest.raises(ValueError, match="name_several"):
        read_name("Nguyễn Văn An\nTrần Thị Bé")


@pytest.mark.parametrize("phone", ["0900000001", "0900 000 001", "900000001", "+84900000001"])
def test_a_plain_phone_is_read_as_one_among_signs(phone):
    assert read_phones(phone).phones == read_phones(f" {phone};").phones == ["+84900000001"]


@pytest.mark.parametrize("cell", ['<c r="C7" t="e">', '<c t="e" r="C7">', "<c t = 'e'\nr = 'C7' >"])
def test_an_error_is_found_wherever_the_place_is_written(cell):
    facts = SheetFacts()
    sheet = f'<row r="7"><c r="B7"><v>1</v></c>{cell}<v>#N/A</v></c><c r="D7" s="1"/></row>'

    scan_xlsx(iter([sheet.encode()]), "sheet1.xml", facts)

    assert facts.error_cells == [(7, 3)]
