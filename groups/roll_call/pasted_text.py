"""Read names out of what was copied from Zalo, or read off a screenshot: pure text.

What Zalo writes around names (roles, buttons, counts, times) goes by general rules; what is left of
a line is a name, perhaps with a phone, the end of one, or a team.
"""

import re
from dataclasses import dataclass

from vietnamese.text import clean, digits_of, fold

MOST_NAMES = 900
LONGEST = 100
# Pictures that people put beside their name.
_PICTURES = re.compile("[\u2190-\u2bff\u3030\ufe00-\ufe0f\u200d\U0001f000-\U0001faff]+")
_BETWEEN = re.compile(r"[\n\r\t|;,•·]+")
_NUMBER = re.compile(r"^(?:stt\s*)?\d{1,4}\s*[.):/-]\s*(?=\D)|^[-–+*•>]\s*", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+?84|0)[\d .\-]{8,13}\d(?!\d)")
_END = re.compile(
    r"(?:…|\.{2,}|\*+|x{2,}|•+|\b(?:số |đuôi |cuối |sđt )+)\s*(\d{3,4})(?!\d)"
    r"|[(\[]\s*(\d{3,4})\s*[)\]]|(?<=[^\d\W])\s+(\d{3,4})$",
    re.IGNORECASE,
)
_TEAM = re.compile(r"[\s(\[,–-]*\b(?:tổ|to)\s*(?:số\s*)?(\d{1,3})\b[)\]]?", re.IGNORECASE)

# Words of the screens of Zalo, without marks; a line of nothing else names nobody.
_ROLES = r"(?:truong|pho|chu) nhom|quan tri(?: vien)?(?: nhom)?|admin|thanh vien|nguoi tao nhom"
_BUTTONS = (
    r"(?:da )?(?:la )?ban be|ket ban|da gui loi moi|chua ket ban|ban chung|nhan tin"
    r"|goi (?:dien|thoai)|moi vao nhom|duyet thanh vien|xoa khoi nhom|xem (?:them|tat ca)"
    r"|tim kiem(?: thanh vien)?"
    r"|tim thanh vien|them thanh vien|tat ca|quan ly thanh vien|danh sach thanh vien"
    r"|thanh vien (?:nhom|moi|da moi|bi chan)|thong tin nhom|truong(?: va|,)? pho nhom"
    r"|truong nhom va pho nhom|moi (?:tham gia|vao)|chia se|quay lai|tro lai|cai dat|da tham gia"
    r"|vao nhom|sao chep"
)
# Without marks these might be somebody's name.
_ONE_WORD = {
    "bạn", "hủy", "huỷ", "lưu", "xong", "đóng", "chặn", "thêm", "gỡ", "duyệt", "mời", "gọi", "tìm",
}  # fmt: skip
_UNITS = r"(?:giay|phut|gio|ngay|tuan|thang|nam)"
_TIMES = (
    r"(?:vua|moi) (?:truy cap|xong|online)|(?:dang )?(?:hoat dong|online|truc tuyen)"
    rf"|(?:truy cap|hoat dong) (?:\d+ )?{_UNITS}(?: truoc)?|(?:\d+ )?{_UNITS} truoc"
    r"|hom (?:nay|qua|kia)"
)
# With marks, as without them “5 Năm”, “1 Tuấn”, “Thu Ba” and “Chú Nhật” are people.
_MARKED_TIMES = re.compile(
    r"\d+ (?:giây|phút|giờ|ngày|tuần|tháng|năm)|thứ (?:hai|ba|tư|năm|sáu|bảy|\d)|chủ nhật"
)
_JOINED = (
    r"(?:da )?(?:duoc )?(?:them|moi|duyet|tham gia|vao nhom)\b.{0,60}"
    r"\b(?:boi|qua|bang|ngay|luc)\b.*"
)
_ONLY_WORDS = re.compile(rf"(?:{_ROLES}|{_BUTTONS}|{_TIMES}|{_JOINED})")
_COUNTED = re.compile(
    rf"(?:{_ROLES}|{_BUTTONS})\s*[(:\[]?\s*[\d.]+\s*[)\]]?"
    r"|[(\[]?[\d.]+[)\]]? (?:thanh vien|nguoi|ban be|ban chung)(?: .{0,20})?"
)
# Bars of a phone: hour, network, battery; a line of digits, signs or the letters of a picture.
_NO_NAME = re.compile(
    r"[\W\d_]*|\d{1,2}[:h]\d{2}.*|[345]g\b.*|lte|\d+ ?%"
    r"|(?:viettel|vinaphone|mobifone|vietnamobile)(?: [345]g| lte)?(?: \d+ ?%?)?"
)
_INITIALS = re.compile(r"[A-ZĐ]{1,2}")
# As Zalo writes them; “Nguyễn Thành Viên” is somebody's name.
_ROLE_AT_END = re.compile(
    r"(?: +(?:Trưởng nhóm|Phó nhóm|Thành viên|Bạn bè|Kết bạn|Nhắn tin|Quản trị viên|Đã gửi lời mời)"
    r"|\s*[\-–(,:\[]\s*(?i:trưởng nhóm|phó nhóm|thành viên|bạn bè|kết bạn|nhắn tin|quản trị viên"
    r"|đã gửi lời mời|bạn)\s*[)\]]?)\s*$"
)
_ROLE_IN_FRONT = re.compile(
    r"^(?:trưởng nhóm|phó nhóm|thành viên|quản trị viên)\s*[:\-–]\s*", re.IGNORECASE
)


@dataclass(frozen=True)
class Pasted:
    """One name: `text` as written, `phone` the last nine digits or an end of three or four."""

    text: str
    phone: str = ""
    team: str = ""

    @property
    def folded(self) -> str:
        return " ".join(re.sub(r"[^\w]+", " ", fold(self.text)).split())


def _is_words_of_zalo(text: str) -> bool:
    words = fold(text).strip(" .…:()[]")
    return bool(
        text.strip(" .…").lower() in _ONE_WORD
        or _MARKED_TIMES.fullmatch(text.strip(" .…:()[]").lower())
        or _ONLY_WORDS.fullmatch(words)
        or _COUNTED.fullmatch(words)
        or _NO_NAME.fullmatch(words)
        or _INITIALS.fullmatch(text.strip())
    )


def _read(piece: str) -> Pasted | None:
    text = clean(_PICTURES.sub(" ", piece))
    if not text or _is_words_of_zalo(text):
        return _phone_alone(text)
    text = _ROLE_IN_FRONT.sub("", _NUMBER.sub("", text))
    while (shorter := _ROLE_AT_END.sub("", text)) != text and shorter:
        text = shorter
    phone = team = ""
    if found := _PHONE.search(text):
        phone, text = digits_of(found[0])[-9:], text.replace(found[0], " ")
    elif end := _END.search(text):
        phone, text = next(one for one in end.groups() if one), text.replace(end[0], " ")
    if found := _TEAM.search(text):
        team, text = found[1], text.replace(found[0], " ")
    text = clean(text).strip(" .,;:-–()[]*'\"+")
    if not text or _is_words_of_zalo(text):
        return Pasted("", phone, team) if len(phone) > 4 else None
    return Pasted(text[:LONGEST], phone, team)


def _phone_alone(text: str) -> Pasted | None:
    found = _PHONE.fullmatch(text)
    return Pasted("", digits_of(text)[-9:]) if found else None


def names_in(text: str) -> list[Pasted]:
    """Names of a pasted text in their order, each once."""
    found: dict[tuple[str, str, str], Pasted] = {}
    for piece in _BETWEEN.split(text):
        one = _read(piece)
        if one is not None:
            found.setdefault((one.folded, one.phone, one.team), one)
    return list(found.values())[:MOST_NAMES]
