"""Numbers asked of many: at most five, each with its unit, and none about tips."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.services import NotAllowed
from content_rules.rulebook import blocked
from oversight.direction.rounds.models import LARGEST, MOST_NUMBERS, AskedNumber, DirectionRound
from oversight.input_checks import require_clean
from vietnamese.text import clean, fold, grouped

ABOUT_TIPS: Final = (
    "Không hỏi số tin, phản ánh, tố giác hay người báo: cộng những số nhỏ theo ấp có thể lộ ai đã "
    "báo tin. Số liệu phản ánh có ở trang Số liệu, đã gộp cho an toàn."
)
# Read with marks where the label has any: “người bảo vệ” is not “người báo”.
_WORDS: Final = (
    r"phản\s+ánh", r"tố\s+giác", r"tố\s+cáo", r"người\s+(?:đã\s+)?(?:báo|tố|mách)(?!\s+cáo)",
    r"tin\s+báo", r"báo\s+tin", r"nguồn\s+tin", r"tin\s+tố",
    # A tip by itself, not news, messages, beliefs or boards.
    (r"(?<!thông\s)(?<!bảng\s)(?<!bản\s)(?<!đưa\s)(?<!niềm\s)(?<!lòng\s)(?<!tự\s)(?<!nhắn\s)"
     r"(?<!truyền\s)(?<!uy\s)tin(?!\s+(?:nhắn|tưởng|cậy|học|tức|yêu|bài|lành|dụng|đồ|chỉ|nhiệm))"),
)  # fmt: skip
_MARKED: Final = re.compile("|".join(rf"\b{word}\b" for word in _WORDS))
# Without marks “tin nhận” and “tin nhắn” are the same: refused.
_UNMARKED: Final = re.compile(
    "|".join(rf"\b{fold(word).replace('nhan|', '')}\b" for word in _WORDS)
)


@dataclass(frozen=True)
class Ask:
    """A number to be asked for."""

    label: str
    unit: str


def is_about_tips(words: str) -> bool:
    text = clean(words).lower()
    return bool((_UNMARKED if text == fold(text) else _MARKED).search(text))


def refusals(asks: Sequence[Ask]) -> list[str]:
    """Why these numbers may not be asked for; empty if they may."""
    found = []
    if len(asks) > MOST_NUMBERS:
        found.append(f"Hỏi nhiều nhất {MOST_NUMBERS} số.")
    if any(not one.label or not one.unit for one in asks):
        found.append("Mỗi số cần báo phải có tên và đơn vị, ví dụ “Hộ đã tham gia”, “hộ”.")
    if len({fold(one.label) for one in asks}) < len(asks):
        found.append("Có hai số trùng tên. Hãy bỏ một số.")
    for one in asks:
        # Each by itself: one may be typed without marks.
        is_refused = is_about_tips(one.label) or is_about_tips(one.unit)
        found += [ABOUT_TIPS] if is_refused else blocked(f"{one.label} {one.unit}")
    return list(dict.fromkeys(found))


def ask(given: DirectionRound, asks: Sequence[Ask]) -> list[AskedNumber]:
    """Add the asked numbers to a round that is being given. Raises NotAllowed."""
    if sentences := refusals(asks):
        raise NotAllowed(" ".join(sentences))
    require_clean(*(one.label for one in asks))
    rows = [
        AskedNumber(round=given, place=place, label=one.label, unit=one.unit)
        for place, one in enumerate(asks, 1)
    ]
    return AskedNumber.objects.bulk_create(rows)


def require_all(asked: Sequence[AskedNumber], numbers: Mapping[int, int]) -> None:
    """Raise NotAllowed unless there is a number for each question and no other."""
    missing = [one.label for one in asked if numbers.get(one.pk) is None]
    if missing:
        raise NotAllowed(f"Hãy ghi đủ số: {', '.join(missing)}.")
    if numbers.keys() - {one.pk for one in asked}:
        raise NotAllowed("Có số không thuộc chỉ đạo này. Hãy tải lại trang.")
    if any(not 0 <= value <= LARGEST for value in numbers.values()):
        raise NotAllowed(f"Mỗi số từ 0 đến {grouped(LARGEST)}. Tiền thì ghi theo triệu đồng.")
