"""Words of a message that need somebody at once, and wordings that a person should look at.

Nothing is decided here: the chat names a number to call beside its ordinary answer, and whoever
sorts the tips sees a hint.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from content_rules.engine.reading import read
from reports.redaction.patterns import phrases, vietnamese

# Without its mark `cháy` is also “run” and “vegetarian”: then its neighbours must tell.
_FIRE = re.compile(
    r"\bcháy(?! (?:hàng|nắng|túi|ví|máy bơm|hết mình|da|vé|bóng|áo|cầu chì))\b", re.IGNORECASE
)
_NEEDS = [
    ("114", _FIRE),
    ("114", phrases("fire_and_water")),
    ("113", phrases("violence")),
    ("113", re.compile(r"\bcướp!", re.IGNORECASE)),
    ("115", phrases("illness")),
    ("115", vietnamese(r"^\W*cấp cứu\b")),
    ("115 113", phrases("accident")),
]
_SENTENCE = re.compile(r"[^.!?\n]+")
_CLAUSE = re.compile(r"[^,;:]+")
# Words of what is over, comes again and again, is asked about or only reported.
_NOT_NOW = phrases("not_now")
_CRY = vietnamese(r"\bcứu (?:tôi|em|con|mạng|với)\b")
_NOW = vietnamese(r"\b(?:đang|bây giờ|hiện giờ|ngay lúc này|cứu|khẩn)\b")
_NOT_ALARMED = vietnamese(
    r"\b(?:phòng cháy|chữa cháy|pccc|bảo hiểm tai nạn|xe cấp cứu (?:của|bị|hư)|"
    r"(?:máy|bóng|cầu chì|cầu dao|quạt|mô tơ|ti ?vi|nồi|bếp)(?: \w+)? (?:bị )?cháy|cháy máy|"
    r"dập tắt đám cháy)\b"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """A kind (`denunciation`, `complaint`, `state`) and the sentence shown at triage."""

    kind: str
    sentence: str


def numbers_to_call(text: str) -> tuple[str, ...]:
    """Return which of 113, 114, 115 a message calls for, in the order of its words; mostly none.

    What is over, comes again and again, or is asked about calls for none.
    """
    found: list[tuple[int, str]] = []
    plain = read(text).text
    for sentence in _SENTENCE.finditer(plain):
        is_now = _NOT_NOW.search(sentence[0]) is None
        for clause in _CLAUSE.finditer(plain, *sentence.span()):
            if not is_now and (not _NOW.search(clause[0]) or _NOT_NOW.search(clause[0])):
                continue
            alarming = _NOT_ALARMED.sub(lambda match: " " * len(match[0]), clause[0])
            for numbers, pattern in _NEEDS:
                if match := pattern.search(alarming):
                    at = clause.start() + match.start()
                    found += [(at, number) for number in numbers.split()]
    found.sort(key=lambda one: one[0])
    if not found and _CRY.search(plain):
        return ("113",)
    return tuple(dict.fromkeys(number for _at, number in found))


_OFFICIALS = (
    r"(?:cán bộ|chủ tịch|bí thư|lãnh đạo|công an|trưởng (?:ấp|thôn|khu phố|công an)|địa chính|"
    r"hiệu trưởng|giám đốc|công chức|viên chức|đảng viên|phó (?:chủ tịch|bí thư)|thuế)"
)
_DENUNCIATION = vietnamese(rf"\b(?:đơn tố cáo|tố cáo [^.!?\n]{{0,40}}?{_OFFICIALS}\b)")
_COMPLAINT = vietnamese(
    r"\b(?:đơn khiếu nại|khiếu nại (?:về )?(?:quyết định|việc|hành vi|kết luận|lần)|"
    r"không đồng ý (?:với )?[^.!?\n]{0,30}?quyết định (?:xử|thu hồi|cưỡng chế|đền bù|hành chính))\b"
)
_STATE = vietnamese(
    r"\b(?:(?:rải|phát|dán|tán phát|in) truyền đơn|cờ (?:vàng )?ba sọc|tổ chức phản động|"
    r"bọn phản động|chống (?:phá )?(?:nhà nước|chính quyền|đảng)|lật đổ|bạo loạn|gián điệp|"
    r"fulro|ly khai|"
    r"(?:kêu gọi|rủ rê|rủ|tổ chức|kích động) [^.!?\n]{0,20}?biểu tình|(?:đánh|đặt|gài) bom|"
    r"(?:chuẩn bị|âm mưu|tổ chức|nhóm|phần tử) (?:\w+ )?khủng bố)\b"
)


_HINTS = (
    (
        "denunciation", _DENUNCIATION,
        _("Có thể là đơn tố cáo cán bộ. Nếu đúng, hãy hướng dẫn người gửi đến nơi tiếp công dân và "
          "không lưu nội dung ở đây."),
    ),
    (
        "complaint", _COMPLAINT,
        _("Có thể là đơn khiếu nại. Nếu đúng, hãy hướng dẫn người gửi đến nơi tiếp công dân và "
          "không lưu nội dung ở đây."),
    ),
    (
        "state", _STATE,
        _("Có thể thuộc diện bàn giao theo đường riêng. Nếu đúng, chỉ ghi một dòng bàn giao; không "
          "mô tả, không sao chép ở đây."),
    ),
)  # fmt: skip


def hints(text: str) -> list[Hint]:
    """Hints for triage, one of a kind; never decided by the machine."""
    plain = read(text).text
    return [
        Hint(kind, str(sentence)) for kind, pattern, sentence in _HINTS if pattern.search(plain)
    ]
