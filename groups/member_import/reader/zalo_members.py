"""Lines copied off the member page of a group in Zalo: names, roles, and buttons between them."""

import re
from collections.abc import Sequence

from groups.member_import.reader.families import begins_family_name
from vietnamese.text import clean, fold

HEADING = ("Tên Zalo", "Vai trò trong nhóm", "Số điện thoại", "Năm sinh", "Tổ", "Ghi chú")
_ROLE = re.compile(
    r"(?:truong|pho|chu) (?:nhom|cong dong)|quan tri vien|(?:truong|pho) ?key|key (?:vang|bac)"
    r"|admin|(?:group )?(?:owner|leader)|deputy"
)
_BUTTON = re.compile(
    r"(?:them|ket|da la|moi|huy) ?(?:ket )?ban(?: be)?|nhan tin|da gui loi moi|ban be|add friend"
    r"|(?:da )?gui loi moi(?: ket ban)?|dang hoat dong|vua (?:moi )?truy cap.*|truy cap .* truoc"
    r"|(?:duoc )?(?:them|moi|duyet) (?:vao nhom )?boi .*|(?:da )?(?:tham gia|vao)(?: nhom)?"
    r" (?:qua|bang) (?:link|lien ket|ma qr|loi moi).*|duyet|tu choi|thu hoi.*|xoa.*"
    r"|tai khoan (?:bi khoa|doanh nghiep|da xoa)|nguoi dung zalo|da roi nhom.*"
    r"|xem (?:them|tat ca).*"
    r"|added by .*|joined (?:by|via) .*"
)
_BANNER = re.compile(
    r"(?:danh sach )?thanh vien(?: (?:nhom|cong dong|cua nhom))?\s*[:(]?\s*\d*\s*[)]?"
    r"|(?:tat ca|all)(?: thanh vien)?\s*\(?\d*\)?|truong (?:&|va) pho nhom.*|them thanh vien"
    r"|ban|you|\W+"
    r"|(?:da )?(?:moi|cho|cho phe) duyet.*|tim kiem(?: thanh vien)?|members?\s*\(?\d*\)?"
    r"|(?:\W+ )?quan ly (?:thanh vien|nhom)|duyet thanh vien.*|danh sach chan.*"
)
_BESIDE = re.compile(r"\s*[(\-–·|•]\s*(bạn|you|tôi)\s*\)?\s*$", re.IGNORECASE)
_ROLE_BESIDE = re.compile(
    r"\s*[(\-–·|•,:]\s*((?:trưởng|phó) nhóm|trưởng cộng đồng|phó cộng đồng)\s*\)?\s*$",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(r"[\t;|]|,.*,|^\d+[,.)/]")
_TEAM = re.compile(
    r"^(?:t|tổ)\s?(\d{1,2})\b[\s\-–.]*|[\s\-–(]+(?:t|tổ)\s?(\d{1,2})\)?(?=$|\s)", re.IGNORECASE
)
_NUMBER = re.compile(r"\(?(0[\d .]{8,14}\d)\)?")
_BORN = re.compile(r"\(?(?:\bsn|\bsinh|\bns)?\s*\b((?:19|20)\d{2})\b\)?", re.IGNORECASE)
_LEAST = 0.6
_LONGEST = 60


def rows_of(lines: Sequence[str]) -> list[list[str]] | None:
    """The heading, then a row for each line: a name with its role, or what else it says.

    None where the lines are no member page. Row numbers are those of the lines, plus one.
    """
    texts = [_whole(line) for line in lines]
    filled = [text for text in texts if text]
    if len(filled) < 3 or any(map(_NO_PAGE.search, filled)):
        return None
    kinds = [_kind(text) for text in texts]
    buttons = sum(kind in ("role", "button") for kind in kinds)
    if buttons * 4 < len(filled) and any(re.search(r"\d{6}", text) for text in filled):
        return None  # a list of people with their numbers
    signs = sum(kind in ("role", "button", "banner") for kind in kinds)
    signs += sum(bool(_ROLE_BESIDE.search(text)) for text in filled)
    names = kinds.count("name")
    if not signs or names < 2 or names + signs < len(filled) * _LEAST:
        return None
    if not any(kind in ("role", "button") for kind in kinds) and not any(
        map(_ROLE_BESIDE.search, filled)
    ):
        return None  # a heading “Thành viên” alone stands above any list
    rows: list[list[str]] = [list(HEADING)]
    last: list[str] | None = None
    for text, kind in zip(texts, kinds, strict=True):
        row = [text, *[""] * (len(HEADING) - 1)]
        if kind == "name":
            bare = _BESIDE.sub("", text)
            if role := _ROLE_BESIDE.search(bare):
                bare, row[1] = bare[: role.start()], role[1]
            row[0], last = bare, row
            _take_apart(row)
        elif kind == "role" and last and not last[1]:
            last[1], row = text, []
        rows.append(row)
    return rows


def _take_apart(row: list[str]) -> None:
    """`T6_Phan Thị Mỹ Nương_1972`: number, year and team that people put into their name."""
    text = row[0].replace("_", " ")
    for at, pattern in ((2, _NUMBER), (3, _BORN), (4, _TEAM)):
        if found := pattern.search(text):
            row[at] = next(group for group in found.groups() if group)
            text = f"{text[: found.start()]} {text[found.end() :]}"
    text = clean(text).strip(" -–·|,")
    for at, pattern in ((1, _OFFICE_BEHIND), (5, _WORDS_BEHIND)):
        found = pattern.search(text)
        if found and "(" not in text[: found.start()] and begins_family_name(text):
            row[at] = row[at] or clean(found[0]).strip(" -–·|,")
            text = text[: found.start()]
    row[0] = clean(text).strip(" -–·|,")


# What people put behind their name: an office, or words without capitals.
_OFFICE_BEHIND = re.compile(
    r"[\s\-–(,]+(?:tổ (?:trưởng|phó)|(?:trưởng|phó) (?:ấp|thôn|bản|xóm|khu phố|khóm|làng|buôn|nhóm"
    r"|ban|công an)|bí thư|chi hội (?:trưởng|phó))\b.*$",
    re.IGNORECASE,
)
_WORDS_BEHIND = re.compile(r"(?<=\w\s)(?:nhờ|con|cháu|vợ|chồng|mẹ|nhà|ở|bán|số)\s[^\n]*$")


def _whole(line: str) -> str:
    """Tabs between the tabs of the page part no columns."""
    parts = [clean(part) for part in re.split(r"\t| {2,}|\s·\s", line.strip())]
    kinds = [_kind(part) for part in parts if part]
    if len(parts) > 1 and kinds and kinds[0] != "name" and "name" not in kinds[:1]:
        return parts[0]
    return line if len(parts) > 1 and all(parts) else clean(line)


def _kind(text: str) -> str:
    folded = fold(text).strip(" .:•·")
    for name, pattern in (("role", _ROLE), ("button", _BUTTON), ("banner", _BANNER)):
        if pattern.fullmatch(folded):
            return name
    return "name" if 0 < len(text) <= _LONGEST and any(map(str.isalpha, text)) else "other"


def is_furniture(text: str) -> bool:
    """A button or banner of the page, which names nobody."""
    return len(text) <= _LONGEST and _kind(clean(text)) in ("role", "button", "banner")
