"""Kind of a row below a heading: person, group, total, signature or note."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from groups.member_import.reader import aliases
from groups.member_import.reader.cells import MAX_ADDRESS, text_of
from groups.member_import.reader.columns import ZALO_ONCE, ZALO_SEVERAL, Column
from groups.member_import.reader.files import Cell
from groups.member_import.reader.names import ROLE
from groups.member_import.reader.organisations import is_organisation
from vietnamese.text import clean, fold

_LIST_MARK = r"(?:[-–*•+·=#]{1,5}\s*)?(?:(?:[IVX]{1,5}|[A-H]|\d{1,2})\s*[.)/:\-–]\s*)?"
_TEAM_WORDS = (
    r"(?:tổ|to)(?:\s+(?:nhân dân|nhan dan|nd(?:tq)?|antq|antt|tự quản|tu quan|"
    r"an ninh(?:\s+tự quản)?|đoàn kết|dân cư|liên gia|dân phố))?(?:\s+tự quản)?(?:\s+số)?"
)
_TEAM_NUMBER = r"\s*[:.\-]?\s*(\d{1,3}\s?[a-z]?|[ivx]{1,5})"
_TAIL = r"(?:\s*[,:;(\[\-–*=#].*|\s+(?:ấp|khu phố|gồm|có|thôn)\b.*)?$"
GROUP_ROW = re.compile(
    rf"^{_LIST_MARK}(?:danh sách\s+)?(?:(?:ấp|khu phố|thôn|kp)\s+\S+\s*[-–,:]\s*)?"
    rf"{_TEAM_WORDS}{_TEAM_NUMBER}{_TAIL}",
    re.IGNORECASE,
)
# Where a hamlet counts by areas, these are its groups.
_AREA_ROW = re.compile(
    rf"^{_LIST_MARK}(?:danh sách\s+)?((?:khu vực|cụm(?:\s+dân cư)?|liên gia|đội)(?:\s+số)?"
    rf"\s+(?:\d{{1,3}}[a-z]?|[ivx]{{1,5}})){_TAIL}",
    re.IGNORECASE,
)
TEAM_INSIDE = re.compile(
    r"(?:^|[\s,;(\-–])(?:tổ|to)(?:\s+(?:nhân dân|nhan dan|antq|tự quản|tu quan))?(?:\s+s[ốo])?"
    r"\s*[:.]?\s*(\d{1,3}[a-z]?)\b",
    re.IGNORECASE,
)
_PLACE_ROW = re.compile(
    rf"^{_LIST_MARK}(?:ấp|khu phố|thôn|kp)\s+\S{{1,20}}(?:\s\S+)?$", re.IGNORECASE
)
_TOTAL = re.compile(
    r"^(?:[*(\-–]\s*)?(?:tong(?:$|\s*[:=]|\s+(?:cong|so|hop|nhan khau|toan)\b|\s+\d)"
    r"|cong(?:$|\s*[:=]|\s+(?:to|ap|cac|toan|chung|danh|lai|don|trang|muc|phan)\b|\s+\d"
    r"|\s+[ivx]+\s*[+,:&])|bang chu\s*:|mang sang(?:$| (?:trang|to)\b)|(?:mang|chuyen) sang trang\b"
    r"|so nguoi (?:co mat|vang|tham)|danh sach (?:nay )?(?:co|gom)\b|an dinh\b|luy ke\b)"
)
_SIGNATURE = re.compile(
    r"^(?:nguoi (?:lap|ghi|thuc hien|tong hop|ke khai|thu|theo doi)|chu nhiem\b|thu ky\b"
    r"|truong (?:ap|khu pho|thon|ban|kp)"
    r"|(?:pho|p\.) ?(?:truong )?(?:ap|khu pho|thon)|chi (?:hoi|doan) (?:truong|pho)"
    r"|xac nhan|tm\b|t/m|kt\b|chu tich|to truong|bi thu chi bo"
    r"|(?:lien gia|chi hoi|khu|xom|khom|ap|doi|thon|ban|lang) truong\b|thu (?:quy|ngan)\b"
    r"|truong (?:xom|khom|lang|buon|nhom|doi)\b|giao vien chu nhiem|ke toan(?: truong)?\b"
    r"|can bo lap|truong cong an|ubnd xa|cong an xa|lap bieu|noi nhan|thu truong|\(?ky ten"
    r"|\(?ky(?: va)?,? (?:ghi ro )?ho ten|(?:.{0,30}, ?)?ngay (?:\d{1,2}|[._…]+|\s)+ ?thang)"
)
# Without its marks a family name may be the beginning of a title: Trương Ban is no “trưởng ban”.
_FAMILY = re.compile(r"(?:trương|tống|tô)\s", re.IGNORECASE)
_RULE = re.compile(r":?[-–—=_]+:?")
_IN_BRACKETS = re.compile(r"\([^()]{3,}\)")
_COUNTED = re.compile(r"\(?\d{1,2}\)?|[A-Z]")
_LONG_NUMBER = re.compile(r"\d{8}")
_EXAMPLE = re.compile(r"^\(?(?:vd|vi du)\s*[:.]")
_PLAIN_TEAM = re.compile(
    r"(?:t\.?\s?)?0*(\d{1,3})\s?([a-z]?)(?:\.0)?(?:\s*[,/\-–]\s*(?:ấp|khu phố|kp|thôn)\b.*)?",
    re.IGNORECASE,
)
_NOTE_ROW = re.compile(r"^[*(]?\s*(?:ghi chu|luu y|chu thich|huong dan|vi du|tiep theo)\b")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
}


def cell_at(row: Sequence[Cell], index: int) -> Cell:
    return row[index] if index < len(row) else ""


def filled(row: Sequence[Cell]) -> list[str]:
    """The texts of the cells that have any."""
    return [text for text in map(text_of, row) if text]


@lru_cache(maxsize=1024)  # a list names few teams, each on many rows
def team_name(text: str) -> str:
    """One spelling for one team: `TỔ NHÂN DÂN SỐ 03`, `3` and `Tổ 3` are `Tổ 3`."""
    text = clean(text.replace("_", " ")).strip("'’`()")
    if number := _PLAIN_TEAM.fullmatch(text):
        return f"Tổ {number[1]}{number[2].upper()}"
    match = GROUP_ROW.match(text) or re.fullmatch(r"([IVX]{1,5})", text)
    if match:
        found = match[1].lower().replace(" ", "")
        found = str(_ROMAN.get(found, found))
        return f"Tổ {found.lstrip('0').upper() or '0'}"
    return text[:1].upper() + text[1:].lower() if text.isupper() else text


def team_inside(address: str) -> str:
    """`Số 2, Tổ 1, Khu phố Bến Tượng` → `Tổ 1`; empty where none, or several, are named."""
    if len(address) > MAX_ADDRESS or ("t" not in address and "T" not in address):
        return ""
    found = TEAM_INSIDE.findall(address)
    return team_name(found[0]) if len(found) == 1 else ""


def is_group(text: str) -> bool:
    return bool(GROUP_ROW.match(text) or _AREA_ROW.match(text))


def group_name(text: str) -> str:
    """The team that a row of its own names."""
    area = None if GROUP_ROW.match(text) else _AREA_ROW.match(text)
    return clean(area[1]).capitalize() if area else team_name(text)


def is_entry(
    cells: Sequence[Cell], columns: Sequence[Column], *, is_numbered: bool = False
) -> bool:
    """A name with a number of its own or a phone: the list goes on, even below signatures.

    Where all people above are numbered, a phone is that of who signs.
    """
    has_name = has_proof = False
    for column in columns:
        text = text_of(cell_at(cells, column.index))
        if column.field in aliases.NAME_FIELDS:
            has_name = has_name or bool(text)
        elif column.field == "number":
            has_proof = has_proof or text.rstrip(".").isdigit()
        elif column.field == "phone" and not is_numbered:
            has_proof = has_proof or len(re.findall(r"\d", text)) >= 9
    return has_name and has_proof


def group_texts(texts: list[str]) -> Iterator[str]:
    yield from texts
    yield " ".join(texts)
    if len(texts) > 1 and len(texts[0]) <= 4:
        yield f"{texts[0].rstrip('.')}. {texts[1]}"


_UNKEPT = {
    "number", aliases.IGNORED, aliases.NATIONAL_ID, aliases.LINE, *ZALO_ONCE, *ZALO_SEVERAL
}  # fmt: skip
_STORED = frozenset(aliases.FIELDS) - _UNKEPT


_PARTS_OF_NAMES = ("family_name", "middle_name", "given_name")


def kind_of(cells: Sequence[Cell], texts: list[str], columns: Sequence[Column], depth: int) -> str:
    """person, group, place, total, signature, numbering, numbered, or note."""
    values = {
        column.field: text
        for column in columns
        if column.field in _STORED and (text := text_of(cell_at(cells, column.index)))
    }
    name = next((values[field] for field in aliases.NAME_FIELDS if field in values), "")
    if all(map(_RULE.fullmatch, texts)):
        return "numbered"
    is_explained = len(texts) > 1 and all(map(_IN_BRACKETS.fullmatch, texts))
    if is_explained or any(text[0] in "(vV" and _EXAMPLE.match(fold(text)) for text in texts):
        return "note"
    if depth <= 1 and len(texts) > 2 and all(map(_COUNTED.fullmatch, texts)):
        return "numbering"
    has_number = bool(_LONG_NUMBER.search(values.get("phone", "").replace(" ", "")))
    if _heads_a_team(cells, columns, name):
        return "group"
    if not has_number:
        distinct = list(dict.fromkeys(texts))
        is_short = len(distinct) <= 3 and (not name or is_group(name))
        if is_short and any(map(is_group, group_texts(texts[:3]))):
            return "group"
        if len(distinct) <= 2 and any(_PLACE_ROW.match(text) for text in group_texts(distinct)):
            return "place"
        folded = [fold(text) for text in distinct]
        is_total = any(_TOTAL.match(text) for text in (*folded[:3], fold(name)))
        if is_total and not _FAMILY.match(name):
            return "total"
        is_role = bool(_SIGNATURE.match(fold(name))) and not _FAMILY.match(name)
        is_signed = (not name or is_role) and any(_SIGNATURE.match(text) for text in folded)
        if is_signed and not is_entry(cells, columns):
            return "signature"
        if _NOTE_ROW.match(folded[0]) or _is_section(cells, columns, values):
            return "note"
    whole = name
    if "family_name" in values or "given_name" in values:
        whole = " ".join(values[part] for part in _PARTS_OF_NAMES if part in values)
    if is_organisation(whole):
        return "organisation"
    if name and not has_number and _IN_BRACKETS.fullmatch(name):
        return "note"  # `(mất)`, `(trống)`
    if name or has_number:
        return "person"
    if not values:
        return "numbered" if all(re.fullmatch(r"[\d.\s]+", text) for text in texts) else "note"
    return "person" if len(values) > 1 else "note"


def _heads_a_team(cells: Sequence[Cell], columns: Sequence[Column], name: str) -> bool:
    """`Tổ 3 | Tổ trưởng: Nguyễn Văn Bảy | 0900 000 111`: the phone is of no further person."""
    if is_group(name):
        return True
    numbers = [text_of(cell_at(cells, c.index)) for c in columns if c.field == "number"]
    return any(map(is_group, numbers)) and (not name or bool(ROLE.match(name)))


def _is_section(cells: Sequence[Cell], columns: Sequence[Column], texts: dict[str, str]) -> bool:
    """`I | Ban điều hành ấp`: counted by letters, and nothing but a title."""
    numbers = [text_of(cell_at(cells, c.index)) for c in columns if c.field == "number"]
    is_lettered = any(re.fullmatch(r"[IVX]{1,5}[.)]?|[A-H][.)]?", text) for text in numbers)
    return is_lettered and set(texts) == {"full_name"}
