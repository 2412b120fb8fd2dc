"""Rows of a household book that stand for a household: its title, its address, its phone."""

import re
from dataclasses import dataclass

from groups.member_import.reader import lines
from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.cells import is_nothing
from groups.member_import.reader.families import begins_rare_family
from groups.member_import.reader.names import looks_like_person
from vietnamese.text import clean

_LEAD = r"^(?:[-–*+•]\s*)?(?:[IVX]{1,6}\s*[.)/]\s*|\d{1,4}\s*[.)/]\s*)?"
_NUMBERED = re.compile(
    rf"{_LEAD}(?:sổ\s+)?hộ(?:\s+(?:gia đình|dân|khẩu))?"
    r"\s*(?:số|thứ|nhà)?\s*[:.]?\s*(\d{1,6}[a-z]?)\b\s*(?:[:.,(\-–—]+\s*(.*)|(\D.*))?$",
    re.IGNORECASE,
)
_HEADED = re.compile(
    rf"{_LEAD}(?:(?:họ(?: và)? tên\s+)?chủ hộ|chủ (?:nhà )?trọ|chủ nhà|hộ gia đình"
    r"|(?:hộ|gđ|gia đình)(?=\s+(?:ông|bà|anh|chị)\b))"
    r"\s*(?:là)?\s*[:\-–]?\s*(\S.*)$",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(r"(?:họ(?: và)? tên\s+)?chủ hộ\s*:\s*\w", re.IGNORECASE)
_CODE = re.compile(r"\d{1,3}[./\-]\d{1,4}|[a-zđ]{1,3}[./\-]?\d{1,4}", re.IGNORECASE)  # `3.01`
_HONORIFIC = re.compile(
    r"^(?:(?:chủ hộ|hộ)\s*[:\-–]?\s*)?(?:(?:ông|bà|anh|chị|cô|chú)\s*[:.]?\s+)?", re.IGNORECASE
)
_CALLED = re.compile(r"(?:chủ hộ|hộ)?\s*[:\-–]?\s*(ông|anh|chú|bà|chị|cô)\s", re.IGNORECASE)
_LABELLED = re.compile(r"^[-–*+•]?\s*([^:]{2,40}?)\s*[:：]\s*(.*)$", re.DOTALL)
_COUNT = re.compile(r"\b\d+\s*(?:nhân )?khẩu\b|\b(?:số )?(?:nhân )?khẩu\s*:?\s*\d+", re.IGNORECASE)


@dataclass
class Household:
    """Facts that the rows above a household's people say of all of them, or of its head."""

    code: str
    row: int
    head: str = ""
    address: str = ""
    phone: str = ""
    birth: str = ""
    sex: str = ""  # of the head, as the title calls them
    is_listed: bool = False  # the head stands among the people below

    @property
    def name(self) -> str:
        """The code of its people: the head, as other lists code households, or its number."""
        return self.head or self.code


_OWNER = re.compile(
    r"(?<!\w)chủ(?: (?:nhà|trọ|nhà trọ|cơ sở))?\s*[:\-–]\s*(?:(?:ông|bà|anh|chị)\s+)?"
    r"([^\W\d_]+(?: [^\W\d_]+){1,5})",
    re.IGNORECASE,
)


def owner_of(text: str) -> tuple[str, str] | None:
    """`Nhà trọ Cây Me – Tổ 7 – chủ: Phạm Thị Chanh – ĐT 0987 …`: the name and the number."""
    found = _OWNER.search(text) if len(text) <= 200 else None
    phone = lines.PHONE.search(text, found.end()) if found else None
    name = clean(found[1]) if found else ""
    return (name, phone[0]) if phone and looks_like_person(name) else None


def is_coded(texts: list[str]) -> bool:
    """`3.01 | GĐ ông Vũ Đình Thắng`: a count alone is that of a person in a list."""
    return len(texts) == 2 and bool(_CODE.fullmatch(texts[0]) and _HEADED.match(texts[1]))


def title_of(texts: list[str], row: int) -> Household | None:
    """The household that a row of its own names; None for any other row."""
    if not texts or len(texts) > 3:
        return None
    is_labelled = texts[0].rstrip().endswith(":")
    is_card = bool(len(texts) > 1 and ":" in texts[1] and _OWN_NAME.match(texts[0]))
    text = clean((", " if is_card else " ").join(texts))
    is_known = len(texts) == 1 or is_labelled or is_card or _NUMBERED.match(texts[0])
    if is_coded(texts):
        text, is_known = texts[1], True
    if len(text) > 200 or not is_known:
        return None
    if numbered := _NUMBERED.match(text):
        household = Household(f"Hộ {numbered[1].lstrip('0') or '0'}", row)
        _read_rest(household, clean(numbered[2] or numbered[3] or ""))
        return household
    if headed := _HEADED.match(text):
        household = Household("", row)
        _read_rest(household, clean(headed[1]), is_card=is_card)
        return household if household.head else None
    return None


def _read_rest(household: Household, text: str, *, is_card: bool = False) -> None:
    """`ông Nguyễn Văn An – sinh 1950 – ĐT 0912…; Địa chỉ: …; 4 khẩu`."""
    if called := _CALLED.match(text):
        household.sex = "male" if called[1].lower() in ("ông", "anh", "chú") else "female"
    text = _COUNT.sub("", _HONORIFIC.sub("", text))
    where = re.search(r"(?:địa chỉ|đ/c|nơi ở|chỗ ở)\s*[:\-–]?\s*(.+)$", text, re.IGNORECASE)
    if where:
        household.address, text = clean(where[1]).strip(" .;()-–"), text[: where.start()]
    line = lines.split_line(text)
    name = clean(_HONORIFIC.sub("", line.name))
    is_whole = begins_rare_family(name) if not is_card else name.istitle() and " " in name
    if looks_like_person(name) or (is_whole and " " in name):
        household.head = name
        household.phone, household.birth = "\n".join(line.phones), line.birth
        household.address = household.address or line.address.strip(" .;()-–")
    elif not household.address and text.strip(" .;()-–") and re.search(r"\d", text):
        household.address = text.strip(" .;()-–")


def label_of(texts: list[str]) -> tuple[str, str] | None:
    """The field and the value of a row like `Địa chỉ: 12 đường số 3`; None for any other."""
    if len(texts) > 2 and texts[0].rstrip().endswith(":") and ":" in texts[2]:
        texts = texts[:2]  # `Điện thoại: | 0912 … | Vị trí nhà: cạnh miếu`
    if not 1 <= len(texts) <= 2:
        return None
    found = _LABELLED.match(clean(" ".join(texts)))
    if not found:
        return None
    field = field_named(found[1])
    if field == "ignored" or _COUNT.search(texts[0]):
        return "note", found[2]
    known = ("address", "phone", "household_code", "household_head", "number", "note", "team")
    return (field, "" if is_nothing(found[2]) else clean(found[2])) if field in known else None
