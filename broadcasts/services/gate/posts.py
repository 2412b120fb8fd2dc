"""The gate over a whole post: its words, title, picture, file and moment."""

from datetime import datetime

from django.utils import timezone

from broadcasts.documents import removed
from broadcasts.models import Broadcast
from broadcasts.services.gate.answers import unanswered
from broadcasts.services.gate.findings import GateBlocked
from broadcasts.services.gate.library import library
from broadcasts.services.gate.official import official_phones
from broadcasts.services.gate.timing import timing
from broadcasts.services.rendering import length, plain, text_parts
from groups.disclosure.findings import Hit, Level, key_of
from groups.disclosure.words import find

MAX_PARTS = 5
MAX_IMAGE_BYTES = 10 * 1024 * 1024
FEWEST_LETTERS = 20


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


def _about_file(broadcast: Broadcast, rule: str, level: Level, excerpt: str, said: str) -> Hit:
    key = key_of(rule, "file", broadcast.file_sha256)
    return Hit(rule, level, excerpt, said, "file", key=key)


def _file(broadcast: Broadcast, official: frozenset[str]) -> list[Hit]:
    """Findings about name, words and hidden facts of the file that goes with a post."""
    if not broadcast.file_sha256:
        return []
    facts, text = broadcast.file_facts, broadcast.file_text
    hidden = " \n".join((facts.get("meta") or {}).values())
    hits = find(broadcast.file_name, where="file_name", official=official)
    hits += find(text, where="file", official=official)
    hits += [hit for hit in find(hidden, where="file_meta") if hit.rule == "secrecy"]
    if sum(letter.isalpha() for letter in text) < FEWEST_LETTERS:
        said = (
            "Tệp là ảnh chụp hoặc bản quét nên máy không đọc được chữ. Người duyệt phải mở tệp, "
            "đọc hết rồi xác nhận."
        )
        hits.append(_about_file(broadcast, "file_unread", Level.SECOND_PERSON, "bản quét", said))
    elif facts.get("is_cut"):
        said = "Tệp dài, máy chỉ đọc phần đầu. Người duyệt phải đọc phần còn lại rồi xác nhận."
        hits.append(_about_file(broadcast, "file_unread", Level.SECOND_PERSON, "tệp dài", said))
    elif pictures := facts.get("pictures"):
        said = f"Tệp có {pictures} hình. Máy không đọc chữ trong hình; hãy xem lại từng hình."
        hits.append(_about_file(broadcast, "file_pictures", Level.WARN, f"{pictures} hình", said))
    if lines := removed(facts):
        said = f"Đã xóa khỏi tệp trước khi gửi: {'; '.join(lines)}."
        hits.append(_about_file(broadcast, "file_cleaned", Level.WARN, "thông tin ẩn", said))
    return hits


def check(broadcast: Broadcast, *, now: datetime | None = None) -> list[Hit]:
    """Every finding about a post: its words, title, picture, file and time."""
    now = now or timezone.now()
    return [*check_content(broadcast, now=now), *timing(broadcast, now)]


def check_content(broadcast: Broadcast, *, now: datetime) -> list[Hit]:
    """Every finding about what a post says, on that day; of its time, which only warns, none."""
    official = official_phones(broadcast.commune_id, timezone.localdate(now))
    leaves = max(broadcast.scheduled_for or now, now)
    return [
        *check_text(broadcast.text, official=official),
        *find(broadcast.title, where="title", official=official),
        *_picture(broadcast, official),
        *_file(broadcast, official),
        *library(broadcast, timezone.localdate(leaves)),
    ]


def stopping(broadcast: Broadcast, now: datetime) -> list[Hit]:
    """What must not leave, or waits for a reason or a second person; none where it may leave."""
    return unanswered(check_content(broadcast, now=now), broadcast.gate_answers)


def require_clean(broadcast: Broadcast, now: datetime) -> None:
    """Before a post leaves. Raises GateBlocked with what stops it."""
    if hits := stopping(broadcast, now):
        raise GateBlocked(hits)
