"""A member list as hamlets send it, of any length: every row is a person, many cells are messy."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from random import Random

import xlsxwriter

from benchmarks._members import make_names

TEAM_ROWS = 60
HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Điện thoại", "Địa chỉ", "Tổ")
type Cell = str | int | float | date | None


def messy_rows(count: int) -> Iterator[list[Cell]]:
    """People in groups of a team: about a third of the rows need a repair, one in fifty has an
    error, one in two hundred repeats another."""
    random = Random(7)
    names = make_names(count)
    last: list[Cell] = []
    for number, name in enumerate(names):
        row: list[Cell] = [
            number + 1,
            _name(name, random),
            _birth(random),
            random.choice(("Nam", "Nữ", "nam", "NỮ", "x", "")),
            f"{75_065_000_000 + number}",
            _phone(number, random),
            f"Số {number % 300}, đường {number % 40}",
            f"Tổ {number // TEAM_ROWS % 40 + 1}",
        ]
        if last and random.random() < 0.005:
            row[1:] = last[1:]
        last = row
        yield row


def _name(name: str, random: Random) -> str:
    return random.choices(
        (name, name.upper(), f"Ông {name}", f"  {name.replace(' ', '  ')} ", f"{name} (chủ hộ)"),
        (70, 12, 6, 8, 4),
    )[0]


def _birth(random: Random) -> Cell:
    year, month, day = random.randint(1930, 2006), random.randint(1, 12), random.randint(1, 28)
    kinds: tuple[Cell, ...] = (
        date(year, month, day), f"{day}/{month}/{year}", f"{day:02}-{month:02}-{year}", year,
        f"{day}.{month}.{year % 100:02}", "", f"31/02/{year}", "không rõ",
    )  # fmt: skip
    return random.choices(kinds, (35, 25, 10, 20, 4, 4, 1, 1))[0]


def _phone(number: int, random: Random) -> Cell:
    plain = f"0900{number * 7919 % 1_000_000:06}"
    kinds: tuple[Cell, ...] = (
        plain, int(plain), f"{plain[:4]} {plain[4:7]} {plain[7:]}", f"+84{plain[1:]}",
        f"{plain} - {plain[:-1]}9", "", "09xx", f"0163{plain[-7:]}",
    )  # fmt: skip
    return random.choices(kinds, (45, 20, 15, 4, 3, 10, 1, 2))[0]


def write_xlsx(count: int) -> bytes:
    """The list as a workbook with the lines above and below that such lists have."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_urls": False})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    page = book.add_worksheet("Danh sách")
    above: list[list[Cell]] = [
        ["UBND XÃ BÌNH MINH", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["CÔNG AN XÃ", None, None, None, "Độc lập – Tự do – Hạnh phúc"],
        [],
        ["DANH SÁCH NGƯỜI DÂN THAM GIA NHÓM"],
        list(HEADER),
    ]
    below: list[list[Cell]] = [["Tổng cộng", count], [None, None, None, None, None, "NGƯỜI LẬP"]]
    row = 0
    for part in (above, messy_rows(count), below):
        for cells in part:
            for column, cell in enumerate(cells):
                if isinstance(cell, date):
                    page.write_datetime(row, column, cell, day)
                elif cell not in ("", None):
                    page.write(row, column, cell)
            row += 1
    book.close()
    return target.getvalue()
