"""The gate over a whole post: its words, title, picture, file and moment."""

from datetime import datetime

from django.utils import timezone

from broadcasts.models import Broadcast
from broadcasts.services.gate.findings import GateBlocked, Hit, Level
from broadcasts.services.gate.official import official_phones
from broadcasts.services.gate.timing import timing
from broadcasts.services.gate.words import find
from broadcasts.services.rendering import length, plain, text_parts

MAX_PARTS = 5
MAX_IMAGE_BYTES = 10 * 1024 * 1024


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


def check_text(text: str, *, official: frozenset[str] = frozenset()) -> list[Hit]:
    """Every finding about the body of a post; `official` are phones in E.164."""
    return [*_size(plain(text)), *find(text, official=official)]


def check_name(name: str, *, official: frozenset[str] = frozenset()) -> list[Hit]:
    """Findings about the name of a file, in which signs stand for spaces."""
    return find(name, where="file_name", official=official)


def _picture(broadcast: Broadcast, official: frozenset[str]) -> list[Hit]:
    if not broadcast.image:
        return []
    name = (broadcast.image.name or "").rpartition("/")[2]
    hits = find(name, where="image_name", official=official)
    try:
        size = broadcast.image.size
    except OSError:
        sentence = "Không đọc được ảnh của bài. Hãy chọn lại ảnh rồi trình lại."
        return [*hits, Hit("image_missing", Level.BLOCK, "", sentence, "image")]
    if size > MAX_IMAGE_BYTES:
        hits.append(
            Hit(
                "image_size",
                Level.BLOCK,
                f"{size >> 20} MB",
                f"Ảnh nặng {size >> 20} MB. Hãy chọn ảnh dưới 10 MB.",
                "image",
            )
        )
    return hits


def check(broadcast: Broadcast, *, now: datetime | None = None) -> list[Hit]:
    """Every finding about a post: its words, title, picture and time."""
    now = now or timezone.now()
    official = official_phones(broadcast.commune_id, timezone.localdate(now))
    return [
        *check_text(broadcast.text, official=official),
        *find(broadcast.title, where="title", official=official),
        *_picture(broadcast, official),
        *timing(broadcast, now),
    ]


def require_clean(broadcast: Broadcast) -> list[Hit]:
    """The warnings of a post that may go on. Raises GateBlocked when something must not leave."""
    hits = check(broadcast)
    if blocking := [hit for hit in hits if hit.level == Level.BLOCK]:
        raise GateBlocked(blocking)
    return hits
