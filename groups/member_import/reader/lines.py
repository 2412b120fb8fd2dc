"""People written one to a line: `1. Nguyễn Văn An, 1965, 0912 000 111`, in any order."""

import re
from dataclasses import dataclass, field

from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.cells import is_nothing, read_gender, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.problems import BadCell
from vietnamese.text import clean

_LONGEST = 300
_NATIONAL_ID = re.compile(r"(?<!\d)\d{12}(?!\d)")
DATE = re.compile(
    r"(?<![\d/.\-])\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:19|20)\d{2}(?![\d/.\-]*\d)"
)
YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_NEXT = r"[\s.\-]{0,2}\(?\d\)?"
PHONE = re.compile(
    rf"(?<!\d)(?:\(?\+?84\)?{_NEXT.replace('{0,2}', '{0,3}')}(?:{_NEXT}){{8,9}}"
    rf"|0[35789](?:{_NEXT}){{8}}|01(?:{_NEXT}){{9}}|02(?:{_NEXT}){{8,9}}|[35789]\d{{8}})(?!\d)"
    r"|(?<![\d/.\-])0(?:[\s.\-]?\d){5,}"
)
_LEAD = re.compile(r"^\s*(?:(\d{1,4})\s*(?:[.)/:\-–]+|(?=\s[^\W\d_]))|[-–—•*+·])\s*")
_LABEL = (
    r"(?:s?đt|s?dt|số đt|đtdđ|dđ|zalo|(?:số )?điện thoại|tel|phone|di động|liên hệ|lh"
    r"|sn|ns|năm sinh|sinh năm|sinh ngày|sinh)"
)
_LABEL_BEHIND = re.compile(rf"(?:^|\s)(?:và\s+)?{_LABEL}[\s.:]*$", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;:|()\[\]\t\n]+|\s[-–—/]\s|[-–—]\s|\s[-–—/]")
_LABELLED = re.compile(r"([^,;:|()\[\]\t]{1,60}):")
_TEAM = re.compile(r"(?:tổ|to)(?:\s+số)?\s*\d{1,3}\s?[a-z]?", re.IGNORECASE)
_CUT = ";"


@dataclass
class ReadLine:
    """The parts of a line as texts, which the readers of cells read further."""

    number: str = ""
    is_listed: bool = False  # a number or a dash stands before it
    name: str = ""
    birth: str = ""
    phones: list[str] = field(default_factory=list)
    gender: str = ""
    team: str = ""
    address: str = ""

    @property
    def is_person(self) -> bool:
        """A name with something beside it, or a name that is counted."""
        return _is_name(self.name) and bool(self.phones or self.birth or self.is_listed)


# A cover says `Danh sách hộ dân năm 2026`: words and a year, and nobody.
TITLE = re.compile(
    r"(?:danh sách|bảng|báo cáo|biểu|phụ lục|số liệu|thống kê|kết quả|kế hoạch|cộng h[oò][aà]"
    r"|[uủ][yỷ] ban|ubnd|công an|xã|phường|ấp|khu phố|kp|thôn|tỉnh|thành phố|ngày|tháng)\b",
    re.IGNORECASE,
)


def _is_name(text: str) -> bool:
    words = text.split(" ")
    is_short = 2 <= len(words) <= 7 and len(text) <= 60
    return is_short and not re.search(r"[\d@/]", text) and not TITLE.match(text)


def split_line(cell: Cell) -> ReadLine:
    """Takes out what is sure by its form; the first of the words left is the name."""
    line = ReadLine()
    text = clean(text_of(cell))
    if not isinstance(cell, str) or len(text) > _LONGEST:
        return line
    text = _NATIONAL_ID.sub(_CUT, _LABELLED.sub(_without_label, text))
    if birth := DATE.search(text):
        line.birth, text = birth[0], DATE.sub(_CUT, text, count=1)
    line.phones = [match[0] for match in PHONE.finditer(text)]
    text = PHONE.sub(_CUT, text)
    if not line.birth and (year := YEAR.search(text)):
        line.birth, text = year[0], YEAR.sub(_CUT, text, count=1)
    if lead := _LEAD.match(text):
        line.number, line.is_listed, text = lead[1] or "", True, text[lead.end() :]
    pieces = [_LABEL_BEHIND.sub("", piece).strip(" .'\"") for piece in _BETWEEN.split(text)]
    pieces = [piece for piece in pieces if piece and not is_nothing(piece)]
    line.name = pieces[0] if pieces else ""
    rest = []
    for piece in pieces[1:]:
        if not line.gender and _is_gender(piece):
            line.gender = piece
        elif not line.team and _TEAM.fullmatch(piece):
            line.team = piece
        else:
            rest.append(piece)
    line.address = ", ".join(rest)
    return line


def _without_label(match: re.Match[str]) -> str:
    """`Họ tên: Lê Văn Bé` says what comes; other words before a colon stay."""
    return _CUT if field_named(match[1]) else match[0]


def _is_gender(text: str) -> bool:
    try:
        return bool(read_gender(text))
    except BadCell:
        return False


def looks_like_line(cell: Cell) -> bool:
    """A name beside a phone or a birth, all in one cell."""
    if not isinstance(cell, str) or not re.search(r"\d{3}", cell):
        return False
    line = split_line(cell)
    return _is_name(line.name) and bool(line.phones or line.birth)


# The columns that a line is cut into; `number` only where the table has none.
PARTS = ("number", "full_name", "birth", "phone", "gender", "team", "address")


def parts_of(cell: Cell, *, is_sure: bool) -> list[Cell] | None:
    """The cells of PARTS; nothing for a line that speaks of no person.

    `is_sure` says that the table has a heading, so that every text of the column is a person.
    """
    line = split_line(cell)
    if not line.is_person:
        is_titled = _is_name(line.name) and all(word[0].isupper() for word in line.name.split(" "))
        if not is_sure and not is_titled:
            return None
        if not line.name:
            return ["", text_of(cell), *[""] * (len(PARTS) - 2)]
    phones = "\n".join(line.phones)
    return [line.number, line.name, line.birth, phones, line.gender, line.team, line.address]
