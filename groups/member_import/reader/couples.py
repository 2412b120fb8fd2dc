"""Several people in one cell (`Nguyễn Văn An - Trần Thị Bé`), and what other cells say of each."""

import re
from collections.abc import Sequence

from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import read_gender, text_of
from groups.member_import.reader.columns import Column
from groups.member_import.reader.families import begins_family_name, begins_rare_family
from groups.member_import.reader.files import Cell
from groups.member_import.reader.phones import read_phones
from groups.member_import.reader.problems import BadCell
from vietnamese.text import clean, fold

MOST = 6
_LONGEST = 240
_BETWEEN = re.compile(
    r"\s*(?:[,;/&+\n|–—]|\s-\s|(?<=[^\W\d_])-\s|\s-(?=[^\W\d_])|\s-$)\s*|\s+(?:và|VÀ|Và|cùng|với)\s+"
    r"|(?<=\S)\s+(?=(?:vợ|chồng|bà|Bà|BÀ|Vợ|Chồng|B\.|b\.|chị|Chị)\s*[:.]?\s+[^\W\d_]+\s[^\W\d_]+)"
    r"|-(?=[A-ZĐ])"
)
_MAY_HOLD = re.compile(
    r"[,;/&+\n|–—\-]| (?:và|VÀ|Và|cùng|với|bà|Bà|BÀ|vợ|Vợ|chồng|Chồng|chị|Chị|B\.|b\.) "
)
_PART_BETWEEN = re.compile(r"\s*(?:[;/&+\n|]|\s[-–—]\s)\s*|\s+(?:và|hoặc)\s+|\s*,\s+")
_HONORIFIC = re.compile(
    r"^(?:\d{1,3}\s*[.)]\s*)?(?:(?:hộ\s+)?(?:vợ chồng\s+)?"
    r"(?:ông|bà|anh|chị|cô|chú|vợ|chồng|con|ô\.|b\.)\s*[:.]?\s+)?"
    r"(?:là\s+)?",
    re.IGNORECASE,
)
_SEXES = (("male", r"(?:ông|anh|chồng|chú|ô)"), ("female", r"(?:bà|chị|vợ|cô|b)"))
_SHARED = frozenset(
    ("address", "house_number", "street", "team", "household_code", "household_head")
)
_HEADED = re.compile(r"\b(chồng|vợ|ông|bà)\b", re.IGNORECASE)


_TELLS = re.compile(r"[(\[][^()\[\]]*\d{2}[^()\[\]]*[)\]]")


def people_in(cell: Cell) -> list[str]:
    """The names in a cell that holds several; empty where there is one, or no sure cut."""
    if not isinstance(cell, str) or len(cell) > _LONGEST or not _MAY_HOLD.search(cell):
        return []
    if any(map(str.isdigit, cell)) and _TELLS.search(cell):
        return []  # words in brackets that say more than the names
    bare = re.sub(r"[(\[]([^()\[\]]*)[)\]]", "", cell).strip()
    bare = "\n".join(map(clean, bare.splitlines()))
    parts = [clean(part).strip(" .:-–") for part in _BETWEEN.split(bare)]
    parts = [part for part in parts if part]
    if not 2 <= len(parts) <= MOST:
        return []
    return parts if all(map(_is_whole_name, parts)) else []


def _is_whole_name(text: str) -> bool:
    bare = _HONORIFIC.sub("", text)
    words = bare.split(" ")
    is_name = 2 <= len(words) <= 6 and not re.search(r"[\d@:]", bare) and fold(bare) != "chu ho"
    return is_name and (begins_family_name(bare) or begins_rare_family(bare))


def cells_of(
    cells: Sequence[Cell], columns: Sequence[Column], name: Column
) -> list[tuple[list[Cell], str]] | None:
    """The row and the sex of each of the people in the cell of names; None where it names one.

    What a cell says for each is cut among them, where there are as many parts as people. A shared
    address, team or household is everybody's; any other value is the first one's.
    """
    names = people_in(cells[name.index] if name.index < len(cells) else "")
    if not names:
        return None
    rows = shared_out(cells, columns, name, len(names))
    for row, text in zip(rows, names, strict=True):
        row[name.index] = _HONORIFIC.sub("", text)
    return list(zip(rows, _sexes_of(names, name.header), strict=True))


def shared_out(
    cells: Sequence[Cell], columns: Sequence[Column], name: Column, count: int
) -> list[list[Cell]]:
    """The row for each of so many people, but for their names."""
    rows = [[*cells] for _one in range(count)]
    by_index = {column.index: column for column in columns}
    for index, cell in enumerate(cells):
        column = by_index.get(index)
        if index == name.index or column is None or not text_of(cell):
            continue
        if column.field in _SHARED or column.field == "number":
            continue
        parts = _parts(cell, column.field, count)
        for number, row in enumerate(rows):
            row[index] = parts[number] if parts else (cell if number == 0 else "")
    return rows


def _parts(cell: Cell, field: str, count: int) -> list[Cell]:
    """One part of the cell for each of the people, each of which reads as the field."""
    if not isinstance(cell, str):
        return []
    if field in ("phone", "other_phone", "relative_phone"):
        return _phones(cell, count)
    parts = [clean(part) for part in _PART_BETWEEN.split(cell) if clean(part)]
    if len(parts) != count and field.startswith("birth"):
        parts = re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", cell) or parts
        parts = re.split(r"\s*[-–]\s*", cell.strip()) if len(parts) != count else parts
    if len(parts) != count:
        return []
    reads = {"gender": read_gender}.get(field, read_birth if field.startswith("birth") else None)
    try:
        return [*parts] if reads is None or all(map(reads, parts)) else []
    except BadCell:
        return []


def _phones(cell: str, count: int) -> list[Cell]:
    try:
        phones = read_phones(cell).phones
    except BadCell:
        return []
    by_place = [part for part in re.split(r"[\n/;,]|\s[-–]\s", cell) if re.search(r"\d{3}", part)]
    if len(phones) == count and len(by_place) == count:
        return [clean(part) for part in by_place]
    if 1 < len(phones) == len(by_place) < count and cell.count("\n") == len(phones) - 1:
        return [*map(clean, by_place), *[""] * (count - len(phones))]  # a line for each
    return [f"0{phone[3:]}" for phone in phones] if len(phones) == count else []


def _sexes_of(names: Sequence[str], header: str) -> list[str]:
    """The sex of each as the cell or the heading `Họ tên chồng - vợ` tells; else nothing."""
    own = [_sex_word(text) for text in names]
    if len(names) == 2 and not any(own):
        words = [_sex_word(found) for found in _HEADED.findall(header)]
        if len(set(words)) == 2 and not re.search(r"vợ\s+chồng|ông\s+bà", header, re.IGNORECASE):
            return words[:2]
    return own


def _sex_word(text: str) -> str:
    for sex, words in _SEXES:
        if re.match(rf"\s*(?:hộ\s+|vợ chồng\s+)?{words}\b", text, re.IGNORECASE):
            return sex
    return ""
