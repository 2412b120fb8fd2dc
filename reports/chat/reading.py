"""What a private message is: a greeting, a wish for a receipt, a question about papers, or a tip.

In doubt it is a tip: a greeting too many in the queue costs a look, a tip answered with a greeting
is lost. So a greeting is made of nothing but words of greeting, and a question is one only where
nothing in it sounds like harm.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from groups.disclosure import carries_mark
from groups.disclosure.reading import read as read_text
from groups.disclosure.secrecy import marks
from groups.vietnamese import fold
from zalo.events import Attachment, InboundMessage

LONGEST: Final = 10_000
LONGEST_GREETING: Final = 10  # words
FILES: Final = frozenset({"image", "gif", "audio", "video", "file"})


class Meaning(StrEnum):
    """What to do with a message."""

    NOTHING = "nothing"
    GREETING = "greeting"
    RECEIPT = "receipt"
    EMPTY_MATTER = "empty_matter"
    QUESTION = "question"
    TIP = "tip"


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it is kept: its words, where it points to, and whether it begins a new matter.

    `words` are never empty where something is to be kept: of a picture alone they say so.
    `is_harm`: something in them sounds like harm, so they are no mere question.
    """

    meaning: Meaning
    words: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    is_new_matter: bool = False
    is_harm: bool = False


# “ban” is friend (bạn) and shot (bắn): what was typed with marks is compared with its marks.
_GREETS: Final = frozenset(
    [
        "chào",
        "hi",
        "hello",
        "hey",
        "alo",
        "alô",
        "dạ",
        "vâng",
        "ok",
        "oke",
        "okay",
        "cảm",
        "cám",
        "ơn",
        "bye",
        "tạm",
        "biệt",
        "hihi",
        "haha",
        "start",
    ]
)
_BESIDE: Final = frozenset(
    [
        "xin",
        "a",
        "ạ",
        "à",
        "ơi",
        "ôi",
        "em",
        "anh",
        "chị",
        "bác",
        "chú",
        "cô",
        "ông",
        "bà",
        "con",
        "cháu",
        "tôi",
        "mình",
        "bạn",
        "các",
        "quý",
        "cán",
        "bộ",
        "đồng",
        "chí",
        "công",
        "an",
        "xã",
        "phường",
        "ấp",
        "oa",
        "admin",
        "ad",
        "shop",
        "sếp",
        "nhé",
        "nha",
        "nhá",
        "buổi",
        "sáng",
        "trưa",
        "chiều",
        "tối",
        "ngày",
        "mới",
        "tốt",
        "lành",
        "lô",
        "lo",
        "rất",
        "nhiều",
        "ban",
        "ủy",
        "kính",
        "thưa",
        "và",
        "mọi",
        "người",
        "test",
        "thử",
        "bắt",
        "đầu",
    ]
)
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

_PAPERS: Final = re.compile(
    r"\b(?:can cuoc|cccd|cmnd|chung minh|tam tru|thuong tru|ho khau|cu tru|luu tru|tam vang|vneid|"
    r"dinh danh|dang ky xe|bien so|sang ten|cavet|ca vet|giay phep lai|bang lai|ly lich tu phap|"
    r"xac nhan|ho chieu|passport|thu tuc|giay to|ho so|nhap khau|tach khau|khai sinh|le phi|"
    r"con dau|lam the|doi the|cap lai|cap doi)\b"
)
_ASKS: Final = re.compile(
    r"\?|\b(?:lam sao|the nao|nhu nao|ra sao|sao a|can gi|nhung gi|giay to gi|can giay|o dau|"
    r"cho nao|bao nhieu|may gio|may ngay|bao lau|khi nao|luc nao|ngay nao|duoc khong|duoc ko|"
    r"phai khong|co can|cho hoi|xin hoi|hoi ve|muon hoi|huong dan|het bao|gap ai)\b"
)
_HARM: Final = re.compile(
    r"\b(?:lua|gia danh|gia mao|mao danh|gia cong an|trom|cuop|danh|danh bac|co bac|da ga|ma tuy|"
    r"hut chich|de doa|doa|chem|dam|bat|giet|chay|no|tai nan|chuyen tien|chuyen khoan|mat tien|otp|"
    r"nghi|nguoi la|quay|gay|chua|hang xom|nha ben|khong khai bao|khong dang ky|toi pham|can cau|"
    r"buon lau|cho vay|nang lai|ep|bao hanh|xam|treo|dot nhap|pha|san ban|gia mua|to cao|khieu nai|"
    r"goi dien|goi toi|goi bao|goi noi|nhan tin|xung la|tu xung|duong link|lien ket|mat trom|"
    r"mat xe|mat do|mat cap|bao ai|bao cong an|dem qua|toi qua)\b"
)


def read(event: InboundMessage) -> Said:
    """What a private message is, and what of it is kept."""
    typed = _clean(event.text)
    if event.kind == "sticker" or not (typed or event.attachments):
        return Said(Meaning.NOTHING)
    if not event.attachments and (meaning := _short(typed)) is not None:
        return Said(meaning, typed)
    matter = _NEW_MATTER.match(typed)
    if matter is not None:
        typed = typed[matter.end() :].strip()
        if not typed and not event.attachments:
            return Said(Meaning.EMPTY_MATTER)
    lines = [typed, *(line for hung in event.attachments if (line := _told_by(hung)))]
    words = "\n".join(filter(None, lines)) or _without_words(event)
    meaning = Meaning.QUESTION if not event.attachments and is_question(typed) else Meaning.TIP
    is_harm = bool(_HARM.search(fold(typed)))
    return Said(meaning, words[:LONGEST], _place(event), matter is not None, is_harm)


def _short(typed: str) -> Meaning | None:
    bare = " ".join(_WORD.findall(fold(typed)))
    if _RECEIPT.fullmatch(bare) and fold(typed).rstrip(" .!")[-1:] != "?":
        return Meaning.RECEIPT
    return Meaning.GREETING if is_greeting(typed) else None


def is_greeting(text: str) -> bool:
    """Nothing but words of greeting and thanks, or nothing but signs (“🙂”, “.”)."""
    said = _WORD.findall(unicodedata.normalize("NFC", text).lower())
    if not said:
        return True
    if len(said) > LONGEST_GREETING:
        return False
    greets = [_is_one_of(word, _GREETS, _BARE_GREETS) for word in said]
    joined = " ".join(said)
    is_call = joined in {"a lô", "a lo", "ơi", "bắt đầu", "bat dau", "test", "thử", "thu"}
    return (any(greets) or is_call) and all(_is_one_of(word, _ANY_WORD, _BARE_ANY) for word in said)


def _is_one_of(word: str, marked: frozenset[str], bare: frozenset[str]) -> bool:
    return word in marked or (word.isascii() and word in bare)


def is_question(text: str) -> bool:
    """Somebody asks how to get a paper done, and nothing in it sounds like harm."""
    bare = fold(text)
    return bool(_PAPERS.search(bare) and _ASKS.search(bare) and not _HARM.search(bare))


def carries_secret(event: InboundMessage) -> bool:
    """Whether the words, or the names of what hung on them, carry a mark of secrecy."""
    texts = [event.text, *(one.description for one in event.attachments)]
    names = [one.name for one in event.attachments if one.name]
    return any(carries_mark(text) for text in texts if text) or any(
        marks(read_text(name, "file_name")) for name in names
    )


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", "")).strip()


def _told_by(hung: Attachment) -> str:
    """The line that something hung on a message leaves in the words; files leave none."""
    if hung.latitude is not None and hung.longitude is not None:
        return f"[Vị trí] {hung.latitude:.6f}, {hung.longitude:.6f}"
    if hung.phone:
        return f"[Danh thiếp] {_clean(hung.phone)[:40]}"
    if hung.kind == "link" and (hung.url or hung.description):
        return f"[Liên kết] {_clean(f'{hung.url} {hung.description}')[:1000]}"
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
