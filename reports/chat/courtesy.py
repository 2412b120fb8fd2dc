"""Courtesy known by its form: turns of thanks, wishes, excuses and small talk, and nothing else.

Each turn is taken out as a whole; if at least one was there and only forms of address and particles
are left, the message holds no matter. One word more, and it is a tip. So no list of harmless words
has to grow: “cảm ơn anh nhưng nó vẫn hát” leaves “nhưng nó vẫn hát”.
"""

import re
import unicodedata
from typing import Final

from reports.chat.harm import sounds_of_harm
from reports.patterns import any_of, vietnamese

MOST_WORDS: Final = 30
_ME = r"(?:em|e|tôi|tui|con|cháu|mình|bác)"
_YOU = r"(?:anh|a|chị|c|chú|cô|bác|bạn|cán bộ|công an|đồng chí)"
_NOT = r"(?:không|ko|k|kg|khg|hông|hong|hok|hem)"
_DONE = (
    "(?:giúp(?: đỡ)?|hỗ trợ|hướng dẫn|trả lời|phản hồi|tư vấn|quan tâm|lắng nghe)"
    rf"(?: (?:tận tình|kịp thời|nhiệt tình|{_ME}|bà con|người dân|gia đình(?: {_ME})?))*"
)
_WISHES = (
    rf"(?: (?:{_YOU}|các|mấy|quý|một|ngày|mới|tốt lành|năm|luôn|nhiều|dồi dào|sức (?:khỏe|khoẻ)"
    "|khỏe|khoẻ|mạnh|công tác|tốt|an khang|thịnh vượng|vạn sự|như ý|bình an|may mắn|thành công"
    "|hạnh phúc|vui|vẻ|ngủ ngon|sinh nhật|giáng sinh|tết|lễ|truyền thống|nhân dân|việt nam|buổi"
    "|sáng|trưa|chiều|tối|cuối tuần|và|[0-9]{1,2}[/-][0-9]{1,2}))*"
)
_HOW = "(?:nhiệt tình|tận tình|tận tâm|chu đáo|dễ thương|vui tính|tuyệt vời|vất vả)"
_VERY = "(?:quá|lắm|ghê|chừng|thiệt|thật|luôn)"
_OFFICE = "(?:xã|phường|công an|trụ sở|cơ quan)"
_OURS = "(?:công an|xã|phường|mình|ta|chính thức)"
_BIT = "(?:thăm|xíu|chút|tí|tí xíu|một chút|1 chút|xíu xíu|với|cái|chuyện)"
_TURNS: Final = any_of(rf"""
(?:cảm|cám) ơn
thank(?:s| you|s you)?|tks|thks|thx
(?:xin )?chân thành
(?:vì )?(?:đã|có) {_DONE}
(?:vì )?sự (?:giúp đỡ|hỗ trợ|quan tâm|hướng dẫn|nhiệt tình|tận tình)(?: của)?
gia đình {_ME}
chúc(?: mừng)?{_WISHES}
(?:nhớ )?giữ (?:gìn )?(?:sức khỏe|sức khoẻ)
(?:{_ME} )?(?:đã )?(?:hiểu|biết|rõ|nhận|nhận được|đọc|xem)(?: (?:tin|tin nhắn|thông báo))? rồi
đã (?:hiểu|rõ|đọc|nhận(?: được)?)(?: (?:tin|tin nhắn|thông tin|thông báo))?
{_ME} (?:làm|hỏi|tìm|đăng ký)(?: (?:được|xong))+ rồi
(?:để|đợi) {_ME} (?:về )?(?:coi|xem|hỏi|tính) lại(?: (?:vợ|chồng|nhà|gia đình)(?: {_ME})?)?
(?:rồi )?(?:{_ME} )?nhắn (?:{_YOU} )?(?:sau|tiếp|lại)
(?:để )?(?:(?:sáng|chiều|trưa) )?(?:mai|mốt) {_ME} (?:lên|ra|ghé|qua)(?: {_OFFICE})+(?: làm)?
mai {_ME} nhắn (?:tiếp|lại)
(?:xin lỗi|xl|sorry)
(?:vì )?(?:đã )?làm phiền
phiền {_YOU}
(?:{_ME} )?(?:lỡ )?(?:nhắn|gửi|bấm|gọi) (?:nhầm|lộn|lầm)(?: (?:số|người|tin|máy))?
(?:bỏ qua|thông cảm)(?: (?:giúp|cho))?(?: {_ME})?
(?:con|cháu|bé|nhỏ)(?: (?:cháu|nó|em|tôi|nhỏ|bé))* nghịch (?:máy|điện thoại)
có ai(?: (?:ở đó|ở đây|đó|đây|trực|online|rep|trả lời))* {_NOT}(?: (?:vậy|ạ))?
cho {_ME} hỏi(?: {_BIT})*(?: (?:được )?{_NOT})?
(?:rất |quá |thật |thiệt )?{_HOW}(?: {_VERY})*
(?:hay|giỏi|tốt|tuyệt) (?:quá|lắm|ghê|thiệt|thật)
trả lời nhanh(?: (?:quá|lắm|ghê))?
ủng hộ(?: (?:{_YOU}|các|mấy))*
{_NOT} (?:có gì|có chi|sao)(?: đâu)?
(?:đúng|phải) (?:rồi|ạ)
{_ME} (?:đợi|chờ)(?: {_YOU})?(?: (?:trả lời|phản hồi|nhắn|rep))?
thôi khỏi
{_ME} xin phép(?: (?:nghỉ|đi ngủ))?
(?:ngủ ngon|bye|tạm biệt)
hẹn gặp lại(?: ngày mai)?
kết bạn(?: zalo)?(?: với {_ME})?
(?:{_ME} )?(?:mới |vừa |đã )?(?:theo dõi|quan tâm|follow) (?:trang|oa|zalo|kênh)(?: này)?
(?:đây|(?:trang|zalo|số) này)(?: có)? phải(?: (?:là|của|zalo|trang))*(?: {_OURS})* (?:{_NOT}|hả)
{_ME} là (?:người )?dân(?: (?:trong|ở|của))?(?: (?:ấp|xã|thôn|phường))?
(?:nhắn|test|gửi)(?: (?:thử|tin nhắn|tin|xem|coi))+(?: được)?(?: {_NOT})?
(?:a ?lô|alo)(?: (?:a ?lô|alo))*(?: 1 2 3(?: 4)?)?
good (?:morning|evening|night|afternoon)
chào(?: (?:buổi )?(?:sáng|trưa|chiều|tối))?
""")
_LEFT_WORDS: Final = """
xin a ạ à ơi ôi em e anh chị c bác chú cô ông bà con cháu tôi tui mình bạn các quý cán bộ đồng chí
công an xã phường ấp oa admin ad nhé nha nhá nghe nghen hen hén dạ vâng uh ừ ok oke okay thì vậy
thôi quá lắm nhiều rất luôn với và mấy lại hihi haha hì kkk ngày kính thưa ui
"""
_LEFT: Final = vietnamese(rf"(?:(?:{'|'.join(_LEFT_WORDS.split())})(?!\w)\W*)*")
_SPACES = re.compile(r"[\W_]+")


def is_courtesy(text: str) -> bool:
    """Turns of courtesy, one at least, and beside them nothing that could tell of a matter."""
    typed = unicodedata.normalize("NFC", text).lower()
    said = " ".join(part for part in re.split(r"[^\w/-]+", typed) if part)
    if not said or len(said.split()) > MOST_WORDS or sounds_of_harm(text):
        return False
    left, turns = _TURNS.subn(" ", said)
    return turns > 0 and _LEFT.fullmatch(_SPACES.sub(" ", left).strip()) is not None
