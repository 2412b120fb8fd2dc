"""Classify a private message by its words alone: greeting, courtesy, a fixed wish, or a tip."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from content_rules.rulebook import carries_mark
from procedures.asking.services import picked
from reports.chat.topics import sounds_of_harm
from reports.redaction.patterns import any_of, vietnamese
from vietnamese.text import fold
from zalo.inbox.events import Attachment, InboundMessage

# Courtesy is known by its form: turns of thanks, wishes, excuses and small talk are cut out; if one
# was there and only forms of address and particles are left, the message holds no matter. One word
# more, and it is a tip: “cảm ơn anh nhưng nó vẫn hát” leaves “nhưng nó vẫn hát”.

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
    """Whether the text is courtesy, and beside it nothing that could tell of a matter."""
    typed = unicodedata.normalize("NFC", text).lower()
    plain = " ".join(part for part in re.split(r"[^\w/-]+", typed) if part)
    if not plain or len(plain.split()) > MOST_WORDS or sounds_of_harm(text):
        return False
    left, turns = _TURNS.subn(" ", plain)
    return turns > 0 and _LEFT.fullmatch(_SPACES.sub(" ", left).strip()) is not None


LONGEST: Final = 10_000
LONGEST_GREETING: Final = 10  # words
FILES: Final = frozenset({"image", "gif", "audio", "video", "file"})


class Meaning(StrEnum):
    NOTHING = "nothing"
    GREETING = "greeting"
    RECEIPT = "receipt"
    EMPTY_MATTER = "empty_matter"
    PICK = "pick"
    PERSON = "person"
    QUESTION = "question"
    TIP = "tip"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as it is stored: its words, its location, and whether it begins a new matter.

    `words` are never empty where something is to be stored: of a picture alone they say so. `typed`
    is the text where nothing is attached. `is_harm`: it sounds like harm. `number` was picked.
    """

    meaning: Meaning
    words: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    is_new_matter: bool = False
    is_harm: bool = False
    typed: str = field(default="", repr=False)
    number: int = 0


# “ban” is friend (bạn) and shot (bắn): what was typed with marks is compared with its marks.
_GREETS_WORDS: Final = """
chào hi hello hey alo alô dạ vâng ok oke okay cảm cám ơn bye tạm biệt hihi haha start oki thank
thanks tks ừ uh chúc hiểu thankyou thks thx mừng sticker ngủ
"""
_GREETS: Final = frozenset(_GREETS_WORDS.split())
_BESIDE_WORDS: Final = """
xin a ạ à ơi ôi em anh chị bác chú cô ông bà con cháu tôi mình bạn các quý cán bộ đồng chí công
an xã phường ấp oa admin ad shop sếp nhé nha nhá buổi sáng trưa chiều tối ngày mới tốt lành lô
lo rất nhiều ban ủy kính thưa và mọi người test thử bắt đầu mấy you rồi biết vui vẻ so much nhìu
nhieu cả nhà năm sức khỏe khoẻ tết lễ bình hạnh phúc cuối tuần ngon hẹn gặp lại rep mến luôn dc
được quá kkk hehe hii cười
"""
_BESIDE: Final = frozenset(_BESIDE_WORDS.split())
_CALLS: Final = frozenset(
    f"{who}{call}".strip()
    for who in ("", "ad ", "admin ", "công an ", "cong an ", "anh ", "chị ", "chi ", "em ")
    for call in ("ơi", "oi")
) | {"a lô", "a lo", "bắt đầu", "bat dau", "test", "thử", "thu"}
_ANY_WORD = _GREETS | _BESIDE
_BARE_GREETS: Final = frozenset(map(fold, _GREETS))
_BARE_ANY: Final = frozenset(map(fold, _ANY_WORD))
_WORD = re.compile(r"[^\W_]+")

_RECEIPT: Final = re.compile(
    r"(?:(?:cho|gui|xin|lay|cap|can)\s+)*(?:toi|em|con|chau|minh)?\s*(?:(?:xin|lay|lai)\s+)?"
    r"ma(?:\s+(?:bien nhan|tra cuu|phan anh|so|moi))*(?:\s+(?:voi|a|nhe|nha|di))?"
    r"|bien nhan|xin bien nhan"
)
_NEW_MATTER: Final = re.compile(
    r"\s*(?:báo\s+|bao\s+)?(?:việc|viec|tin|chuyện|chuyen)\s+(?:khác|khac|mới|moi)\b[\s:,.;–-]*",
    re.IGNORECASE,
)

# After an answer of the machine that was not what somebody wanted.
_PERSON: Final = re.compile(
    r"(?:(?:da|thua|khong|ko|cho|toi|em|con|chau|muon|xin|can|duoc|nho|hoi|hay)\s+)*"
    r"(?:gap|noi chuyen voi|hoi) (?:(?:mot|1|cac|anh|chi|dong chi)\s+)*"
    r"(?:can bo|cong an|nguoi that|nguoi truc|truc ban)(?: (?:voi|a|nhe|nha|di|truc|duoc khong))*"
    r"|(?:da |van )?(?:chua|khong|ko|k) (?:dung|phai|trung)"
    r"(?: (?:dieu|cai|y|cau|viec|thu tuc|nay))*(?: (?:toi|em|can|hoi|muon))*(?: a)?"
)


def read(event: InboundMessage) -> ChatMessage:
    """Classify a private message and return what of it is stored."""
    typed = _limited(event.text)
    if event.kind == "sticker" or not (typed or event.attachments):
        return ChatMessage(Meaning.NOTHING)
    if not event.attachments and (meaning := short(typed)) is not None:
        return ChatMessage(meaning, typed, typed=typed, number=picked(typed))
    matter = _NEW_MATTER.match(typed)
    if matter is not None:
        typed = typed[matter.end() :].strip()
        if not typed and not event.attachments:
            return ChatMessage(Meaning.EMPTY_MATTER)
    lines = [typed, *(line for hung in event.attachments if (line := _line_of(hung)))]
    words = "\n".join(filter(None, lines)) or _without_words(event)
    return ChatMessage(
        Meaning.TIP,
        words[:LONGEST],
        _place(event),
        is_new_matter=matter is not None,
        is_harm=sounds_of_harm(typed),
        typed="" if event.attachments else typed,
    )


def short(typed: str) -> Meaning | None:
    """Classify a message of few fixed words; None for every other."""
    if picked(typed):
        return Meaning.PICK
    bare = " ".join(_WORD.findall(fold(typed)))
    if _RECEIPT.fullmatch(bare) and fold(typed).rstrip(" .!")[-1:] != "?":
        return Meaning.RECEIPT
    if _PERSON.fullmatch(bare):
        return Meaning.PERSON
    return Meaning.GREETING if is_greeting(typed) or is_courtesy(typed) else None


def is_greeting(text: str) -> bool:
    """Whether the text is only words of greeting and thanks, or only signs (“🙂”, “.”)."""
    words = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    if not words:
        return True
    if len(words) > LONGEST_GREETING:
        return False
    greets = any(_is_one_of(word, _GREETS, _BARE_GREETS) for word in words)
    is_plain = all(_is_one_of(word, _ANY_WORD, _BARE_ANY) for word in words)
    return is_plain and (greets or " ".join(words) in _CALLS)


def _is_one_of(word: str, marked: frozenset[str], bare: frozenset[str]) -> bool:
    return word in marked or (word.isascii() and word in bare)


def carries_secret(event: InboundMessage) -> bool:
    """Whether the words, or the names of what hung on them, carry a mark of secrecy."""
    texts = [
        _limited(text) for text in (event.text, *(one.description for one in event.attachments))
    ]
    names = [one.name for one in event.attachments if one.name]
    return any(carries_mark(text) for text in texts if text) or any(
        carries_mark(name, "file_name") for name in names
    )


def _limited(text: str) -> str:
    """Return the part of a text that is read and stored: Zalo passes on a quarter of a megabyte."""
    return clean(text)[:LONGEST]


def clean(text: str) -> str:
    """Return a text as it is stored."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).strip()


def _line_of(hung: Attachment) -> str:
    """Return the line that an attachment leaves in the words; files leave none."""
    if hung.latitude is not None and hung.longitude is not None:
        return f"[Vị trí] {hung.latitude:.6f}, {hung.longitude:.6f}"
    if hung.phone:
        return f"[Danh thiếp] {clean(hung.phone)[:40]}"
    if hung.kind == "link" and (hung.url or hung.description):
        return f"[Liên kết] {clean(f'{hung.url} {hung.description}')[:1000]}"
    return ""


def _without_words(event: InboundMessage) -> str:
    kinds = {hung.kind for hung in event.attachments}
    named = {"image": "ảnh", "gif": "ảnh", "audio": "ghi âm", "video": "video", "file": "tệp"}
    sent = sorted({named[kind] for kind in kinds if kind in named}) or ["nội dung không đọc được"]
    return f"[Chỉ gửi {', '.join(sent)}, không kèm lời]"


def _place(event: InboundMessage) -> str:
    for hung in event.attachments:
        if hung.latitude is not None and hung.longitude is not None:
            return f"{hung.latitude:.6f}, {hung.longitude:.6f} (vị trí người báo tin gửi)"
    return ""
