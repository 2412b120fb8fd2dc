"""Read the cells of a list that speak of Zalo groups: marks, days, names, relatives, notes."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from groups.member_import.reader.births import read_birth
from groups.member_import.reader.cells import is_as_above, text_of
from groups.member_import.reader.files import Cell
from groups.member_import.reader.problems import BadCell
from vietnamese.text import clean, fold

JOINED, LEFT, INVITED, OUT, NAMED, UNCLEAR = (
    "joined", "left", "invited", "out", "named", "unclear",
)  # fmt: skip
LONGEST = 200
ZALO_SINCE = 2012  # nobody joined a group of Zalo before there was Zalo

_YES = re.compile(
    r"x+|v+|\+|\*|1|d|y|ok+|oke|yes|true|co|roi|r|dung|du|da|phai|[✓✔☑√●■☒✅👍🆗]+"
    r"|(?:da |co |dang |con |van |van con |moi )?"
    r"(?:quet|vao|vo|tham gia|tg|gia nhap|ket nap|ket noi|add|duyet|o|trong|co trong|co mat)"
    r"(?: trong| vao)?(?: nhom)?(?: zalo)?(?: roi)?|(?:da )?co(?: roi)?|thanh vien"
)
_NO = re.compile(
    r"-+|–|—|0+|c|n|k|ko|kg|no|false|x\?|[☐□❌✖✗✘🚫👎]+|(?:khong|ko) phai"
    r"|(?:chua|khong|ko|hong|k)(?: (?:co|duoc|he))?"
    r"(?: (?:quet|vao|vo|tham gia|tg|gia nhap|add|dong y|muon|thich|co|ket noi))?(?: nhom)?"
    r"|tu choi|kg? (?:vao|vo|tham gia|tg)(?: nhom)?"
)
_LEFT_MARKED = re.compile(r"\brời\b|\brời$", re.IGNORECASE)
_LEFT = re.compile(
    r"(?:da )?(?:thoat|out|ra)(?: khoi)?(?: nhom)?|(?:da )?roi(?: khoi)? nhom(?: roi)?"
)
_LEFT_BARE = re.compile(r"(?:da )?roi(?: khoi)?(?: nhom)?")
_INVITED = re.compile(
    r"(?:(?:da|dang|moi) )?(?:moi|gui(?: link)?|cho(?: duyet)?)(?: vao)?(?: nhom)?"
)
_NO_ZALO = re.compile(
    r"\b(?:khong|ko|k|hong|chua|kg) (?:biet )?(?:dung|su dung|xai|co|choi|cai)?(?: duoc)? ?"
    r"(?:zalo|smart ?phone|dien thoai thong minh|dt thong minh)\b|^(?:khong|ko) (?:dung|xai)$"
)
_THROUGH = re.compile(
    r"(?:nhận|báo|nghe|chuyển|xem)(?: tin)? (?:qua|thay|giúp|hộ|giùm|dùm|lại)|nhận tin|qua máy"
    r"|(?<=nhờ )(?=.*\b(?:báo|nhắn|đọc)\b)|\b(?:báo|nhắn|đọc) (?:tin|lại)$",
    re.IGNORECASE,
)
_RELATIVE_IN = re.compile(
    r"^((?:vợ|chồng|con|cháu|mẹ|cha|bố|em|anh|chị)(?: (?:trai|gái|dâu|rể|nội|ngoại))?)"
    r" (?:đã |có |đang )?(?:vào|vô|tham gia|ở trong|dùng)\b",
    re.IGNORECASE,
)
_USES = re.compile(r"^(?:dùng|xài|mượn|sử dụng)\b", re.IGNORECASE)
_OWNER = re.compile(
    r"^(?:(?:dùng |xài |mượn |sử dụng )?(?:zalo|máy|số|điện thoại|đt) (?:của |cua )?|của |cua )"
    r"(.+)$",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"tu (?:nhan|xem|doc|minh)(?: tin)?|chinh chu|x|co|v|rieng|ong|ba"
    r"|(?:cua )?(?:minh|toi|ban than|ca nhan|chinh minh|chu may)"
)
_DAY = re.compile(r"\(?\b(\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(?:\d{4}|\d{2}))\b\)?")
_DAY_IN_WORDS = re.compile(r"\b(\d{1,2}\s*tháng\s*\d{1,2}\s*(?:năm\s*)?\d{4})\b", re.I)
_ISO = re.compile(r"\b(\d{4}-\d{1,2}-\d{1,2})\b(?:[T ][\d:.]+)?")
_MONTH = re.compile(r"\b(?:t|th|tháng)?\.?\s*(\d{1,2})\s*[/.\-]\s*(\d{4})\b", re.IGNORECASE)
_PART_OF_DAY = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}|(?:năm\s*)?(?:19|20)\d\d", re.IGNORECASE)
_BEFORE_DAY = re.compile(r"(?:\btừ|\bngày|\blúc|\bhôm|\bvào ngày)\s*$", re.IGNORECASE)
_PIECES = re.compile(r"\s*[,;(:]\s*|\s+[-–]\s+")
_FILLER = re.compile(r"\s+(?:nha|nhe|ạ|rồi nha|nhé|do|đó)$", re.IGNORECASE)
_ID = re.compile(r"\d[\d\s.]{10,}\d")


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell under a group: a state, its day, and what else the cell tells."""

    state: str = ""
    on: date | None = None
    text: str = ""  # the name of a group, or words that nobody understood
    owner: str = ""
    note: str = ""
    has_bad_day: bool = False
    is_without_zalo: bool = False


def shortened(text: str) -> str:
    """Words as a person may see them: not endless, and no number of an identity card."""
    bare = clean(text).strip(" .;,-–")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1].strip()
    return _ID.sub("…", bare)[:LONGEST] if len(re.sub(r"\D", "", bare)) > 10 else bare[:LONGEST]


def read_mark(cell: Cell) -> Mark:
    """A cell of a column of marks."""
    if isinstance(cell, bool):
        return Mark(JOINED if cell else OUT)
    text = text_of(cell)
    if not text or text in ('"', "''"):
        return Mark()
    day, rest, is_bad = _day_in(cell, text)
    rest = _FILLER.sub("", rest).strip(" .:()[]")
    if not rest:  # a day alone, or brackets with nothing in them
        is_dated = day is not None or is_bad or any(map(str.isdigit, text))
        return Mark(JOINED, day, has_bad_day=is_bad) if is_dated else Mark()
    if relative := _RELATIVE_IN.match(rest):
        return Mark(JOINED, day, owner=relative[1].lower(), has_bad_day=is_bad)
    state = _state_of(rest)
    if state:
        return Mark(
            state, day, has_bad_day=is_bad, is_without_zalo=bool(_NO_ZALO.search(fold(rest)))
        )
    first, *others = [piece for piece in _PIECES.split(rest) if piece.strip(" )")] or [rest]
    if others and (state := _state_of(first)):
        more = shortened(" ".join(others))
        if owner := owner_in(more):
            return Mark(state, day, owner=owner, has_bad_day=is_bad)
        return Mark(state, day, note=shortened(text), has_bad_day=is_bad)
    if any(map(str.isalpha, rest)) and len(rest) > 1:
        return Mark(NAMED, day, text=shortened(rest), has_bad_day=is_bad)
    return Mark(UNCLEAR, text=shortened(text) or text[:LONGEST])


def _state_of(text: str) -> str:
    """The state that words or a sign say; empty where they say none."""
    folded = fold(text.replace("\ufe0f", "")).strip(" .!:") or text
    if _NO_ZALO.search(folded):
        return OUT
    if _LEFT.fullmatch(folded) or (_LEFT_MARKED.search(text) and _LEFT_BARE.fullmatch(folded)):
        return LEFT
    if _INVITED.fullmatch(folded) and "mới" not in text.lower():
        return INVITED
    if _NO.fullmatch(folded):
        return OUT
    return JOINED if _YES.fullmatch(folded) else ""


def _day_in(cell: Cell, text: str) -> tuple[date | None, str, bool]:
    """The day of a cell, the words beside it, and whether there is a day that cannot be."""
    if not isinstance(cell, str):
        if isinstance(cell, date) or (isinstance(cell, int | float) and cell >= 10_000):
            day, is_bad = _checked(cell)
            return day, "", is_bad
        return (None, "", False) if 1990 <= _number(cell) <= 2100 else (None, text, False)
    for pattern in (_ISO, _DAY, _DAY_IN_WORDS):
        if found := pattern.search(text):
            day, is_bad = _checked(found[1])
            return day, _around(text, found), is_bad
    if found := _MONTH.search(text):
        month, year = int(found[1]), int(found[2])
        if 1 <= month <= 12:
            day, is_bad = _checked(date(year, month, monthrange(year, month)[1]), last=True)
            return day, _around(text, found), is_bad
    if _PART_OF_DAY.fullmatch(text):
        return None, "", False
    return None, text, False


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else -1


def _around(text: str, found: re.Match[str]) -> str:
    before = _BEFORE_DAY.sub("", text[: found.start()].strip())
    return clean(f"{before} {text[found.end() :]}").strip(" ()-–,;:")


def _checked(cell: Cell, *, last: bool = False) -> tuple[date | None, bool]:
    """A day of the past in which Zalo existed; the end of a month may still be to come."""
    if last and isinstance(cell, date):
        return (cell, False) if cell.year >= ZALO_SINCE else (None, True)
    try:
        day = read_birth(cell).day
    except BadCell:
        return None, True
    return (day, False) if day and day.year >= ZALO_SINCE else (None, True)


def read_day(cell: Cell) -> Mark:
    """A cell of a column of days; a mark there says that it happened, not when."""
    mark = read_mark(cell)
    return Mark() if mark.state in (OUT, "") else mark


def is_yes(cell: Cell) -> bool:
    """A mark or a word that says so."""
    return cell if isinstance(cell, bool) else _state_of(text_of(cell)) == JOINED


def is_no(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return not cell
    text = text_of(cell)
    return bool(text) and _state_of(text) == OUT


def says_no_zalo(text: str) -> bool:
    """“không xài Zalo”, “máy chưa có zalo”."""
    return bool(text) and bool(_NO_ZALO.search(fold(text)))


def says_through(text: str) -> bool:
    """“con trai nhận tin thay”: somebody else gets the posts for this person."""
    return bool(_THROUGH.search(text)) and not re.search(r"(?:không|chưa) nhận", text, re.I)


def through_of(text: str) -> str:
    """The somebody else: “con trai nhận tin thay” → “con trai”, “báo qua bà Sáu” → “bà Sáu”."""
    bare = clean(_THROUGH.sub(" ", text)).strip(" .,;:()-–")
    return shortened(re.sub(r"^(?:nhờ|để|cho|thay|qua)\s+", "", bare, flags=re.IGNORECASE))


def owner_in(text: str) -> str:
    """The person whose account it is; empty for one's own, and for words about other things."""
    found = _OWNER.match(text.strip())
    return shortened(found[1]) if found and not is_own(text) else ""


def says_whose(text: str) -> bool:
    """“dùng máy con trai”: the words of a note about whose account it is."""
    return bool(_USES.match(text))


def is_own(text: str) -> bool:
    folded = fold(text).strip(" .")
    return bool(_OWN.fullmatch(folded)) or is_as_above(text)
