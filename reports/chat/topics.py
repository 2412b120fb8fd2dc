"""Tell by words whether a message names a document, asks something, or smells of a tip.

What smells of a tip no machine answers as a question about documents. People ask about documents
and report harm with the same words, mostly without marks. What is harmless around documents (“định
danh”, “chưa có”, “phòng cháy”) is cut out first; then one word of harm, one sign of a report about
others, or one number to follow up is enough.
"""

import re
import unicodedata
from typing import Final

from reports.redaction.patterns import phrases, vietnamese
from reports.tips import emergency

LONGEST_QUESTION: Final = 400  # letters; whoever writes more tells a story
_WORD: Final = re.compile(r"[^\W\d_]+")
_SHORT: Final = {
    **dict.fromkeys(("ko", "k", "kg", "khg", "kh", "hok", "hong", "hông", "hổng", "hem"), "không"),
    **dict.fromkeys(("dc", "đc"), "được"),
    "j": "gì", "ntn": "như thế nào", "bn": "bao nhiêu", "ng": "người", "lm": "làm", "vs": "với",
}  # fmt: skip
_DOCUMENTS: Final = phrases("documents")
_ASKS: Final = phrases("asking")
# “… được không anh”, “… làm chưa ạ”: asked at the end, or before a comma.
_ENDS_ASKING: Final = vietnamese(r"(?<!\w)(?:không|chưa|hả|ha|vậy|à|nhỉ|hay sao)(?: \w+){0,3}\W*$")


def names_document(text: str) -> bool:
    """Whether the text names a document, or what is done with one."""
    return _DOCUMENTS.search(plain(text)) is not None


def asks(text: str) -> bool:
    """Whether the text asks or wishes for something."""
    read = plain(text)
    return "?" in read or bool(_ASKS.search(read) or _ENDS_ASKING.search(read))


def plain(text: str) -> str:
    """Return the text in small letters, with abbreviations of the phone written out."""
    typed = unicodedata.normalize("NFC", text).lower()
    return _WORD.sub(lambda match: _SHORT.get(match[0], match[0]), typed)


_HARMLESS: Final = phrases("harmless")
_HARM: Final = phrases("harm")
_TELLS: Final = phrases("telling")
# What a wrong mark would turn into something harmless: only as it is typed with its marks.
_MARKED: Final = frozenset(
    {
        "đánh", "đâm", "nổ", "chứa", "dọa", "doạ", "hăm", "ép", "cháy", "chém", "giết", "bắn",
        "đốt", "đập", "trói", "phá", "ném", "tạt", "súng", "kiếm", "mìn", "tố", "hù", "lậu", "tụ",
        "giật", "thằng", "vòi", "lén", "giả", "cắp",
    }
)  # fmt: skip
# Somebody else, and what they do: “có mấy thanh niên đứng…”, “ông Ba ở ấp 3”.
_SOME: Final = r"(?:(?:một|mấy|vài|nhiều|hai|mấy chục|[1-9]) )*"
_SOMEBODY: Final = (
    r"(?:ông|bà|anh|chị|cô|chú|con|đứa|người|bọn|nhóm|đám|thanh niên|xe|chiếc|quán|tiệm|hộ|kẻ|cặp|"
    r"vụ|nhà)"
)
_DOES: Final = (
    r"(?:lạ|đang|tới|đến|vào|vô|hay|cứ|bán|mua|đòi|chặn|đứng|ngồi|tụ|rủ|chụp|dụ|gõ|lấy|giả|tự|nói|"
    r"bảo|kêu|gọi|nhắn|mặc|đậu|đỗ|chạy|la|quay|đi|ra|dùng|sử|tổ|mở|nuôi|đổ|xả|hát|cho|thường|chuyên)"
)
_KIN: Final = (
    r"(?:ơi|con|cho|anh|chị|bà|em|à|ạ|nội|ngoại|ruột|trai|gái|họ|vợ|chồng|tôi|mình|này|đang|ở)"
)
_OTHERS: Final = vietnamese(
    rf"(?<!\w)(?:có {_SOME}{_SOMEBODY} (?:\w+ )?{_DOES}"
    rf"|(?:ông|bà|anh|chị) (?!{_KIN}(?!\w))\w+ (?:ở|nhà|bên|trong|ngay|gần|đang|cứ|tổ|ấp))(?!\w)"
)
_TRACE: Final = re.compile(
    r"(?<!\d)(?:\d[ .-]?){9,}(?!\d)"  # phones, accounts, numbers of cards
    r"|https?://|www\.|\b\w+\.(?:com|vn|net|org|xyz|top|info|me)\b"
    r"|\b\d{2}[ -]?[a-z]{1,2}\d?[ .-]?\d{3}[ .]?\d{1,2}\b",  # plates
    re.IGNORECASE,
)
_OFFICIAL: Final = re.compile(r"\b(?:[\w-]+\.)*gov\.vn\b", re.IGNORECASE)


def sounds_of_harm(text: str) -> bool:
    """Whether the text has words of harm, or words that need somebody at once."""
    if emergency.numbers_to_call(text) or emergency.hints(text):
        return True
    left = _left(text)
    return bool(_MARKED.intersection(_WORD.findall(left)) or _HARM.search(left))


def smells_of_a_tip(text: str) -> bool:
    """Whether a person must read this, whatever else it asks: harm, a report about others, a number
    to follow up, or too long for a short answer."""
    is_long = len(text) > LONGEST_QUESTION
    if is_long or _TRACE.search(_OFFICIAL.sub(" ", text)) or sounds_of_harm(text):
        return True
    left = _left(text)
    return bool(_TELLS.search(left) or _OTHERS.search(left))


def _left(text: str) -> str:
    """The text without what is harmless around documents."""
    return _HARMLESS.sub(" , ", plain(text))
