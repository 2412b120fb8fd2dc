"""What must not be said in a group: checked when a post is submitted and again when it leaves.

A hit at level `block` stops the post; at level `warn` it is shown and the post may go on. The
rules look at the plain form of the text, so that invisible characters or unusual digits hide
nothing.
"""

import re
import unicodedata
from datetime import datetime

from django.utils import timezone

from broadcasts.models import Broadcast
from broadcasts.services.gate.findings import GateBlocked, Hit, Level
from broadcasts.services.gate.timing import timing
from broadcasts.services.rendering import length, plain, text_parts

MAX_PARTS = 5
MAX_IMAGE_BYTES = 10 * 1024 * 1024


# Letters of other scripts that look like those of the marks.
_LOOK_ALIKES = str.maketrans("МАТТАМУЕОСХІΜΑΤΥΕΟΙ", "MATTAMYEOCXIMATYEOI")
_MARKS = frozenset({"MẬT", "TỐIMẬT", "TUYỆTMẬT", "TOIMAT", "TUYETMAT"})
_MARK_WORDS = r"(?:TUYỆT\W{0,3}MẬT|TỐI\W{0,3}MẬT|MẬT)"
_MARK_BEFORE = re.compile(
    rf"^\W*{_MARK_WORDS}(?:\s*[-:|/,.;]|\s+(?:[Ss]ố|[Cc]ông an|CÔNG AN|UBND|Ủy ban|Đảng))"
)
_SECRECY_LEVEL = re.compile(r"\bđộ\W{1,3}mật\b|^\W*DO\s+MAT\b", re.IGNORECASE)
_MARK_IN_NAME = re.compile(
    r"\b(?:tuyệt mật|tối mật|tuyet mat|toi mat|do mat|độ mật)\b|\bMẬT\b", re.IGNORECASE
)
_GAP = r"[ \t.\-_/|·]{0,3}"
# Province code, century and sex, then eight digits more.
_NATIONAL_ID = re.compile(
    rf"(?<![\d+])0{_GAP}(?:0{_GAP}[1-9]|[1-8]{_GAP}\d|9{_GAP}[0-6]){_GAP}[0-3](?:{_GAP}\d){{8}}"
    rf"(?!{_GAP}\d)"
)
_CUED_ID = re.compile(
    r"(?:cccd|cmnd|cmt|căn\s*cước|chứng\s*minh|định\s*danh|can\s*cuoc|chung\s*minh|dinh\s*danh)"
    rf"[^\d]{{0,30}}((?:\d{_GAP}){{8,11}}\d)(?!{_GAP}\d)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\[\s*@")


def _searchable(text: str) -> str:
    """The text as a reader takes it in: plain letters, digits, spaces and hyphens.

    Full-width, circled and mathematical forms become plain ones, letters of other scripts the
    ones that they look like, every dash a hyphen and every space a blank.
    """
    folded = unicodedata.normalize("NFKC", plain(text)).translate(_LOOK_ALIKES)
    letters = []
    for letter in folded:
        if letter.isdecimal():
            letter = str(unicodedata.decimal(letter))
        elif letter != "\n" and letter.isspace():
            letter = " "
        elif unicodedata.category(letter) == "Pd":
            letter = "-"
        letters.append(letter)
    return unicodedata.normalize("NFC", "".join(letters))


def _marks(text: str) -> list[str]:
    found = []
    for line in text.splitlines():
        letters = "".join(letter for letter in line if letter.isalpha()).upper()
        is_mark = letters.removeprefix("ĐỘMẬT") in _MARKS or letters in _MARKS
        if is_mark or _MARK_BEFORE.search(line) or _SECRECY_LEVEL.search(line):
            found.append(line.strip())
    return found


def _secrecy(text: str) -> list[Hit]:
    found = _marks(text)
    return [_secret(found[0])] if found else []


def _secret(words: str) -> Hit:
    return Hit(
        "secrecy",
        Level.BLOCK,
        words[:80],
        f"Nội dung có dấu hiệu bí mật nhà nước (“{words[:40]}”). Không được đưa lên hệ thống này; "
        "hãy dùng kênh bảo mật theo quy định.",
    )


def _identity_numbers(text: str) -> list[Hit]:
    found = [match.group() for match in _NATIONAL_ID.finditer(text)]
    found += [match.group(1).strip() for match in _CUED_ID.finditer(text)]
    return [
        Hit(
            "national_id",
            Level.BLOCK,
            f"{number[:3]}…{number[-3:]}",
            f"Có số giống số căn cước ({number[:3]}…{number[-3:]}). Hãy bỏ số đó khỏi bài; "
            "không đưa số giấy tờ của người dân lên nhóm.",
        )
        for number in dict.fromkeys(found)
    ]


def _size(text: str) -> list[Hit]:
    if not text:
        return [Hit("empty", Level.BLOCK, "", "Bài chưa có nội dung. Hãy viết nội dung rồi trình.")]
    parts = text_parts(text)
    if len(parts) > MAX_PARTS:
        return [
            Hit(
                "length",
                Level.BLOCK,
                f"{length(text)} ký tự",
                f"Bài dài {length(text)} ký tự, phải chia thành {len(parts)} tin. Hãy rút gọn còn "
                f"nhiều nhất {MAX_PARTS} tin.",
            )
        ]
    if len(parts) > 1:
        return [
            Hit(
                "parts",
                Level.WARN,
                f"{length(text)} ký tự",
                f"Bài dài {length(text)} ký tự nên mỗi nhóm nhận {len(parts)} tin liền nhau.",
            )
        ]
    return []


def _mentions(text: str) -> list[Hit]:
    if not _MENTION.search(text):
        return []
    return [
        Hit(
            "mention",
            Level.WARN,
            "[@",
            "Ký hiệu “[@” sẽ được tách ra để không gọi tên cả nhóm.",
        )
    ]


def check_text(text: str) -> list[Hit]:
    """Every finding about a text (the body or a title)."""
    shown, searched = plain(text), _searchable(text)
    return [*_size(shown), *_secrecy(searched), *_identity_numbers(searched), *_mentions(shown)]


def check_name(name: str) -> list[Hit]:
    """Findings about the name of a file, in which signs stand for spaces."""
    searched = _searchable(re.sub(r"[_\-.+]+", " ", name))
    marks = [_secret(match.group()) for match in _MARK_IN_NAME.finditer(searched)]
    return [*marks[:1], *_identity_numbers(searched)]


def _picture(broadcast: Broadcast) -> list[Hit]:
    if not broadcast.image:
        return []
    hits = check_name((broadcast.image.name or "").rpartition("/")[2])
    try:
        size = broadcast.image.size
    except OSError:
        sentence = "Không đọc được ảnh của bài. Hãy chọn lại ảnh rồi trình lại."
        return [*hits, Hit("image_missing", Level.BLOCK, "", sentence)]
    if size > MAX_IMAGE_BYTES:
        hits.append(
            Hit(
                "image_size",
                Level.BLOCK,
                f"{size >> 20} MB",
                f"Ảnh nặng {size >> 20} MB. Hãy chọn ảnh dưới 10 MB.",
            )
        )
    return hits


def check(broadcast: Broadcast, *, now: datetime | None = None) -> list[Hit]:
    """Every finding about a post: its words, title, picture and time."""
    title = [hit for hit in check_text(broadcast.title) if hit.rule in {"secrecy", "national_id"}]
    return [
        *check_text(broadcast.text),
        *title,
        *_picture(broadcast),
        *timing(broadcast, now or timezone.now()),
    ]


def require_clean(broadcast: Broadcast) -> list[Hit]:
    """The warnings of a post that may go on. Raises GateBlocked when something must not leave."""
    hits = check(broadcast)
    if blocking := [hit for hit in hits if hit.level == Level.BLOCK]:
        raise GateBlocked(blocking)
    return hits
