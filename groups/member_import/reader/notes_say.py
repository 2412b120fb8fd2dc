"""Facts that a note says of the person beside it: the name on papers, the year of birth."""

import re

from groups.member_import.reader.mentions import names_in
from vietnamese.text import clean

_LONGEST = 500
_REAL_NAME = re.compile(
    r"(?:tên (?:thật|đúng|khai sinh|đầy đủ|trong (?:hộ khẩu|giấy tờ|căn cước)|trên giấy(?: tờ)?)"
    r"|họ (?:và )?tên(?: thật| đầy đủ)?)(?:\s+là)?\s*[:\-–]?\s*(.+)",
    re.IGNORECASE | re.DOTALL,
)
_BORN = re.compile(
    r"(?<!\w)(?:sinh năm|năm sinh|sinh ngày|sinh|sn|ns|cn)\s*[:.]?\s*"
    r"(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|(?:19|20)\d{2})(?!\d)|^\s*((?:19|20)\d{2})\s*(?=[.,;]|$)",
    re.IGNORECASE,
)


def real_name(text: str) -> str:
    """`tên thật Trần Thị Nguyệt, sinh 1955` → `Trần Thị Nguyệt`; empty where none is said."""
    found = _REAL_NAME.search(clean(text)) if len(text) < _LONGEST else None
    names = names_in(found[1]) if found else []
    return names[0].name if found and names and not found[1][: names[0].start].strip() else ""


def birth(text: str) -> str:
    """The birth that the note says of the person; empty for none."""
    found = _BORN.search(text) if len(text) < _LONGEST else None
    return (found[1] or found[2]) if found else ""
