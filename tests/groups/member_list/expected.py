"""A case of the corpus is a grid, its people, its bad cells and its dropped lines."""

from dataclasses import dataclass, field

from groups.member_import.reader.member_list import PersonRow
from tests.groups.member_list.writers import Grid

SHEET = "Ấp 1"
MOTTO = [
    ["ỦY BAN NHÂN DÂN XÃ TÂN AN", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["ẤP 1", "", "", "Độc lập – Tự do – Hạnh phúc"],
    [],
    ["DANH SÁCH THÀNH VIÊN NHÓM ZALO"],
    ["Tân An, ngày 12 tháng 3 năm 2026"],
    [],
]
SIGNED = [
    [],
    ["", "Tân An, ngày 12 tháng 3 năm 2026"],
    ["", "NGƯỜI LẬP", "", "TRƯỞNG ẤP"],
    ["", "(Ký, ghi rõ họ tên)", "", "(Ký, ghi rõ họ tên)"],
    [],
    ["", "Nguyễn Văn Lập", "", "Trần Văn Ấp"],
]


def person(row, name, phone="", year=None, *, sheet=SHEET, **more) -> PersonRow:
    values = {
        "birth_date": None, "gender": "", "address": "", "team": "", "household_code": "",
        "is_representative": False, "other_phones": (),
    }  # fmt: skip
    day = more.get("birth_date")
    values |= {"birth_year": day.year if day else year} | more
    e164 = "+84" + phone[1:] if phone else ""
    return PersonRow(sheet=sheet, row=row, full_name=name, phone=e164, **values)


@dataclass
class Layout:
    name: str
    grid: Grid
    people: list[PersonRow]
    bad: set[tuple[int, str, str]] = field(default_factory=set)
    dropped: set[tuple[int, str]] = field(default_factory=set)
    needs_workbook: bool = False  # merged areas or true days, which text files have not


A, B, C, D = "0912000111", "0987000222", "0356000333", "0778000444"
