"""What must not be said in a group: checked when a post is submitted and again when it leaves.

A hit at level `block` stops the post; at level `warn` it is shown and the post may go on. The
rules look at the plain form of the text, so that invisible characters or unusual digits hide
nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from django.db.models import Count, Q
from django.utils import timezone

from broadcasts.models import Broadcast, Delivery
from broadcasts.services.errors import NotAllowed
from broadcasts.services.rendering import length, plain, text_parts

MAX_PARTS = 5
MAX_IMAGE_BYTES = 10 * 1024 * 1024
QUIET_FROM, QUIET_TO = time(21, 30), time(6, 30)
WEEKLY_CAP = 7


class Level(StrEnum):
    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True)
class Hit:
    """One finding: which rule, how grave, the words it is about, and what to do."""

    rule: str
    level: Level
    excerpt: str
    sentence: str


class GateBlocked(NotAllowed):
    """The content may not leave; `hits` says why, each in a sentence."""

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = hits
        super().__init__(" ".join(hit.sentence for hit in hits))


_MARK = re.compile(r"(?:TUYỆT\s*MẬT|TỐI\s*MẬT|M\s*Ậ\s*T)")
_MARK_LINE = re.compile(
    rf"^[\W_]*(?:ĐỘ\s+MẬT[\W_]*)?{_MARK.pattern}[\W_]*(?:SỐ\b.*)?$", re.MULTILINE | re.IGNORECASE
)
_MARK_BEFORE_NUMBER = re.compile(rf"^[\W_]*{_MARK.pattern}\s*[-–—:|/,.;]", re.MULTILINE)
_SECRECY_LEVEL = re.compile(r"\bđộ\s+mật\b", re.IGNORECASE)
_MARK_BARE = re.compile(r"^[\W_]*(?:TUYET\s*MAT|TOI\s*MAT|DO\s+MAT)\b[^\n]*$", re.MULTILINE)
_NATIONAL_ID = re.compile(r"(?<![\d+])0\d{2}(?:[ .\-]?\d){9}(?![\d])")
_CUED_ID = re.compile(
    r"(?:cccd|cmnd|căn\s*cước|chứng\s*minh|định\s*danh|can\s*cuoc|chung\s*minh)"
    r"[^\d\n]{0,30}((?:\d[ .\-]?){9,12})(?!\d)",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\[\s*@")


def _digits_as_ascii(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


def _secrecy(text: str) -> list[Hit]:
    found = [
        match.group().strip()
        for pattern in (_MARK_LINE, _MARK_BEFORE_NUMBER, _SECRECY_LEVEL, _MARK_BARE)
        for match in pattern.finditer(text)
    ]
    return (
        [
            Hit(
                "secrecy",
                Level.BLOCK,
                found[0][:80],
                f"Nội dung có dấu hiệu bí mật nhà nước (“{found[0][:40]}”). Không được đưa lên "
                "hệ thống này; hãy dùng kênh bảo mật theo quy định.",
            )
        ]
        if found
        else []
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
    """Every finding about a text (the body, a title, a file name), gravest first."""
    shown = plain(text)
    searched = _digits_as_ascii(shown)
    return [*_size(shown), *_secrecy(searched), *_identity_numbers(searched), *_mentions(shown)]


def _in_quiet_hours(moment: datetime) -> bool:
    local = timezone.localtime(moment).time()
    return local >= QUIET_FROM or local < QUIET_TO


def _timing(broadcast: Broadcast, now: datetime) -> list[Hit]:
    moment = max(broadcast.scheduled_for or now, now)
    hits = []
    if not broadcast.is_urgent and _in_quiet_hours(moment):
        hits.append(
            Hit(
                "quiet_hours",
                Level.WARN,
                f"{timezone.localtime(moment):%H:%M}",
                f"Giờ gửi {timezone.localtime(moment):%H:%M} là giờ nghỉ (21:30–06:30). "
                "Bài thường nên gửi ban ngày.",
            )
        )
    busiest = (
        Delivery.objects.filter(
            commune=broadcast.commune_id,
            broadcast__started_at__gt=moment - timedelta(days=7),
            status__in=[Delivery.Status.SENT, Delivery.Status.POSTED],
        )
        .values("zalo_group")
        .annotate(posts=Count("pk"))
        .filter(~Q(posts__lt=WEEKLY_CAP))
        .count()
    )
    if busiest and not broadcast.is_urgent:
        hits.append(
            Hit(
                "weekly_cap",
                Level.WARN,
                f"{busiest} nhóm",
                f"{busiest} nhóm đã nhận từ {WEEKLY_CAP} bài trong 7 ngày. Gửi nhiều quá người dân "
                "dễ tắt thông báo.",
            )
        )
    return hits


def _picture(broadcast: Broadcast) -> list[Hit]:
    if not broadcast.image:
        return []
    hits = [
        hit
        for hit in check_text((broadcast.image.name or "").rpartition("/")[2])
        if hit.rule in {"secrecy", "national_id"}
    ]
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
        *_timing(broadcast, now or timezone.now()),
    ]


def require_clean(broadcast: Broadcast) -> list[Hit]:
    """The warnings of a post that may go on. Raises GateBlocked when something must not leave."""
    hits = check(broadcast)
    if blocking := [hit for hit in hits if hit.level == Level.BLOCK]:
        raise GateBlocked(blocking)
    return hits
