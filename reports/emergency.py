"""Words of a message that need somebody at once, and wordings that a person should look at.

Nothing is decided here: the chat names a number to call beside its ordinary answer, and whoever
sorts the tips sees a hint.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from groups.disclosure.reading import read
from reports.patterns import vietnamese

_NEEDS = [
    # Without its mark this is also “run” and “vegetarian”: then its neighbours must tell.
    ("114", re.compile(
        r"\bcháy(?! (?:hàng|nắng|túi|ví|máy bơm|hết mình|da|vé|bóng|áo|cầu chì))\b", re.IGNORECASE
    )),
    ("114", vietnamese(
        r"\b(?:cháy (?:nhà|rừng|rẫy|lớn|kho|xưởng|rồi (?:công an|cứu))|đám cháy|bốc cháy|hỏa hoạn|"
        r"(?:bốc|có) khói|khói (?:đen|mù mịt|nghi ngút)|bốc lửa|nổ (?:bình )?gas|"
        r"(?:nổ|rò|xì) (?:bình )?ga\b|nổ lớn|đuối nước|chết đuối|"
        r"(?:té|rơi) (?:xuống )?(?:sông|suối|giếng|ao|hồ)|mắc kẹt|sập (?:nhà|tường|giàn giáo)|"
        r"lũ cuốn|nước cuốn)\b"
    )),
    ("113", vietnamese(
        r"\b(?:đánh nhau|đánh lộn|hỗn chiến|ẩu đả|chém nhau|đâm nhau|bắn nhau|nổ súng|"
        r"(?:cầm|vác|rút|kề|dí|xách|lăm lăm) (?:dao|mã tấu|rựa|súng|búa|kiếm|gậy|hung khí)|"
        r"(?:đòi|dọa) (?:chém|giết|đâm|đốt)|bị (?:chém|đâm|cướp|bắt cóc)|bắt cóc|"
        r"đang (?:bị )?(?:cướp|trộm|đập (?:cửa|phá)|phá cửa|bạo hành|hành hung|đánh|đuổi đánh|"
        r"siết nợ)|"
        r"(?:trộm|cướp) (?:đang |còn )?(?:ở )?trong nhà|đột nhập|hiếp dâm|"
        r"cướp(?: rồi| ơi|!))(?!\w)"
    )),
    ("115", vietnamese(
        r"\b(?:bất tỉnh|ngất(?: xỉu)?|đột quỵ|co giật|ngưng thở|tắt thở|bị thương|chảy máu|"
        r"(?:uống|nuốt) thuốc (?:sâu|trừ sâu|diệt cỏ|chuột|độc)|tự tử|treo cổ|cắt tay|ngộ độc|"
        r"điện giật|rắn cắn|khó thở|sắp (?:sinh|đẻ)|chuyển dạ|(?:cần|gọi|kêu|đi) (?:xe )?cấp cứu|"
        r"cấp cứu (?:gấp|với|ngay))\b|^\W*cấp cứu\b"
    )),
    ("115 113", vietnamese(
        r"\b(?:tai nạn|(?:tông|đụng|va chạm)(?: xe)?(?: (?:nhau|vào|trúng|xe))|lật xe|xe lật)\b"
    )),
]  # fmt: skip
_SENTENCE = re.compile(r"[^.!?\n]+")
_CLAUSE = re.compile(r"[^,;:]+")
# What is over, comes again and again, or is asked about.
_NOT_NOW = vietnamese(
    r"\b(?:(?:hôm|bữa|đêm|tối|chiều|sáng|trưa) (?:qua|kia|kìa|trước|nọ|hôm|bữa)|hôm qua|"
    r"(?:tuần|tháng|năm|bữa) (?:trước|rồi|ngoái|vừa rồi|qua)|ngày trước|hồi (?:trước|xưa)|"
    r"đã (?:dập|hết|xong|tắt|đưa|giải quyết|về)|hết rồi|xong rồi|dạo này|thường xuyên|"
    r"(?:mỗi|hàng|hằng) (?:đêm|ngày|tối|tuần)|đêm nào cũng|suốt ngày|"
    r"phòng (?:cháy|chống|tránh|ngừa)|chữa cháy khi|tập huấn|thủ tục|bảo hiểm|cách (?:phòng|xử)|diễn tập|tuyên truyền|"
    r"giấy xác nhận|quy định|nếu|lỡ)\b"
)
_CRY = vietnamese(r"\bcứu (?:tôi|em|con|mạng|với)\b")
_NOW = vietnamese(r"\b(?:đang|bây giờ|hiện giờ|ngay lúc này|cứu|khẩn)\b")
_NOT_ALARMED = vietnamese(
    r"\b(?:phòng cháy|chữa cháy|pccc|bảo hiểm tai nạn|xe cấp cứu (?:của|bị|hư))\b"
)


@dataclass(frozen=True, slots=True)
class Hint:
    """A kind (`denunciation`, `complaint`, `state`) and what is said to whoever sorts the tips."""

    kind: str
    sentence: str


def numbers_to_call(text: str) -> tuple[str, ...]:
    """Which of 113, 114, 115 a message calls for, in the order of its words; mostly none.

    What is told as over, as coming again and again or as a question calls for none.
    """
    found: list[tuple[int, str]] = []
    plain = read(text).text
    for sentence in _SENTENCE.finditer(plain):
        is_now = _NOT_NOW.search(sentence[0]) is None
        for clause in _CLAUSE.finditer(plain, *sentence.span()):
            if not is_now and (not _NOW.search(clause[0]) or _NOT_NOW.search(clause[0])):
                continue
            told = _NOT_ALARMED.sub(lambda match: " " * len(match[0]), clause[0])
            for numbers, pattern in _NEEDS:
                if match := pattern.search(told):
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


def hints(text: str) -> list[Hint]:
    """What whoever sorts the tips should look at, each kind once; never decided by the machine."""
    plain = read(text).text
    found = []
    if _DENUNCIATION.search(plain):
        found.append(
            Hint(
                "denunciation",
                _(
                    "Có thể là đơn tố cáo cán bộ. Nếu đúng, hãy hướng dẫn người gửi đến nơi tiếp "
                    "công dân và không lưu nội dung ở đây."
                ),
            )
        )
    if _COMPLAINT.search(plain):
        found.append(
            Hint(
                "complaint",
                _(
                    "Có thể là đơn khiếu nại. Nếu đúng, hãy hướng dẫn người gửi đến nơi tiếp công "
                    "dân và không lưu nội dung ở đây."
                ),
            )
        )
    if _STATE.search(plain):
        found.append(
            Hint(
                "state",
                _(
                    "Có thể thuộc diện bàn giao theo đường riêng. Nếu đúng, chỉ ghi một dòng bàn "
                    "giao; không mô tả, không sao chép ở đây."
                ),
            )
        )
    return found
