"""Phone books in the order of given names: `Ánh, Lê Thị Ngọc (tổ 2) ......... 0912 345 647 z`."""

import re
from collections.abc import Iterator

from groups.member_import.reader.families import begins_family_name, begins_rare_family
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.lines import DATE, PHONE
from groups.member_import.reader.mentions import people_in
from groups.member_import.reader.organisations import is_organisation
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import filled, team_inside
from vietnamese.text import clean

_LEADERS = re.compile(r"\s*(?:\.{4,}|…{2,}|_{4,})\s*")
_TURNED = re.compile(
    r"(?P<given>[^\W\d_]+(?: [^\W\d_]+)?)\s*,\s*(?P<family>[^\W\d_]+(?: [^\W\d_]+){0,4})"
    r"(?P<rest>\s*(?:\(.*|-.*|(?:sn|sinh|tổ)\b.*)?)",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:ông|bà|anh|chị|cô|chú|bác|dì|cụ|thím|mợ)$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_FEWEST = 3


def read(tab: Worksheet) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people of the book; None for a text whose names are not turned."""
    if tab.name:
        return None
    led = [n for n, row in enumerate(tab.rows, start=1) if any(map(_has_leaders, row))]
    if len(led) < _FEWEST:
        return None
    entries = {
        number: _LEADERS.split(clean(", ".join(filled(tab.rows[number - 1]))), maxsplit=1)
        for number in led
    }
    entries = {number: parts for number, parts in entries.items() if parts[0]}
    turned = [number for number, (name, _rest) in entries.items() if _whole_name(name)]
    if len(turned) < _FEWEST or len(turned) * 2 < len(entries):
        return None
    return tables_of(tab, list(_records(entries)))


def _has_leaders(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_LEADERS.search(cell))


def _whole_name(text: str) -> str:
    """`Ánh, Lê Thị Ngọc (tổ 2)` → `Lê Thị Ngọc Ánh`; `Sáu, bà (má Cường)` → `bà Sáu`."""
    found = _TURNED.fullmatch(text)
    if not found:
        return ""
    family, given = found["family"], found["given"]
    is_family = begins_family_name(family) or begins_rare_family(family)
    is_family = is_family or (family.istitle() and " " in family)
    return f"{family} {given}" if is_family or _CALLED.fullmatch(family) else ""


def _records(entries: dict[int, list[str]]) -> Iterator[Record]:
    for number, (name, behind) in entries.items():
        record = Record(number, rows={number})
        phones = [found[0] for found in PHONE.finditer(behind)]
        birth = DATE.search(name) or _YEAR.search(name)
        if whole := _whole_name(name):
            record.fields["full_name"] = whole
        elif not is_organisation(name) and (people := people_in(name, is_listing=True)):
            record.fields["full_name"] = people[0].name
        else:
            continue
        if phones:
            record.fields["phone"] = "\n".join(phones)
        if birth:
            record.fields["birth"] = birth[0]
        if team := team_inside(name):
            record.fields["team"] = team
        rest = clean(PHONE.sub(" ", behind)).strip(" .,;?>-")
        record.add("note", clean(f"{name}; {rest}").strip("; "))
        yield record
