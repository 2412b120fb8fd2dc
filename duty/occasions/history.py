"""The history of an occasion in words of a page: who, when, and no word of content."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import User
from duty.occasions.models import Occasion, OccasionEvent

WORDS: Final = {
    "opened": "Bắt đầu báo",
    "told": "Đã báo",
    "nobody": "Chưa báo được ai",
    "nobody_reached": "Cổng không báo được cho ai, chuyển bước sau",
    "new_part": "Thêm phần phải làm",
    "folded": "Gộp vào việc chung",
    "reminded": "Nhắc người nhận",
    "taken": "Nhận việc",
    "at_work": "Đang làm",
    "handed_over": "Giao cho người khác",
    "released": "Thôi nhận, báo lại từ đầu",
    "drill_begun": "Bắt đầu thử",
    "drill_ended": "Bấm kết thúc thử",
    "new_shift": "Báo cho ca mới",
    "closed": "Kết thúc",
}
LINES: Final = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One line: when, what, by whom; `text` adds a number or a name."""

    at: datetime
    words: str
    by: str
    text: str


def lines_of(occasion: Occasion) -> list[Line]:
    """The last things that happened, the newest first."""
    events = OccasionEvent.objects.filter(occasion=occasion).select_related("by")
    return [
        Line(event.at, WORDS.get(event.kind, event.kind), str(event.by or ""), event.note)
        for event in events.order_by("-at", "-pk")[:LINES]
    ]


def at_work(occasion: Occasion) -> list[User]:
    """Accounts that said that they do their own part of what all must know."""
    events = OccasionEvent.objects.filter(occasion=occasion, kind="at_work")
    return list(User.objects.filter(pk__in=events.values("by")).order_by("pk"))
