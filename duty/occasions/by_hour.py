"""Matters of the list by the hour at which they want a person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from accounts.models import User
from duty.occasions.kinds import MANY, Level
from duty.occasions.models import Occasion

NOW, TODAY, WEEK, KNOW = "ngay", "hom-nay", "tuan-nay", "de-biet"
TITLES: Final = {
    NOW: "Ngay bây giờ",
    TODAY: "Hôm nay",
    WEEK: "Tuần này",
    KNOW: "Để biết",
}
UNDER: Final = {
    WEEK: "Hạn trong 7 ngày tới.",
    KNOW: "Việc đã có người nhận, việc đầu ca, việc còn xa hạn.",
}
PRESSING: Final = timedelta(hours=1)
A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One matter as a line of the list."""

    occasion: Occasion
    note: str
    is_taken: bool
    is_mine: bool


@dataclass(frozen=True)
class Group:
    """The matters of one hour, the soonest first."""

    key: str
    lines: list[Line] = field(default_factory=list)

    @property
    def title(self) -> str:
        return TITLES[self.key]

    @property
    def under(self) -> str:
        """A sentence under the title; blank where it says all."""
        return UNDER.get(self.key, "")

    @property
    def is_folded(self) -> bool:
        """Whether it stands closed until it is pressed."""
        return self.key == KNOW


def groups_of(found: Iterable[Occasion], user: User, now: datetime) -> list[Group]:
    """All groups in their order, also those without a matter."""
    groups = {key: Group(key) for key in TITLES}
    for one in found:
        is_taken = one.is_taken(now)
        is_mine = is_taken and one.taken_by_id == user.pk
        line = Line(one, note_of(one, user, now), is_taken, is_mine)
        groups[_hour_of(line, now)].lines.append(line)
    for group in groups.values():
        group.lines.sort(key=_rank)
    return list(groups.values())


def _hour_of(line: Line, now: datetime) -> str:
    """Overdue is today's work; what another has taken is there to know of."""
    if line.is_taken and not line.is_mine:
        return KNOW
    level, due_at = line.occasion.level, line.occasion.due_at
    if level == Level.NOW or (due_at is not None and now <= due_at <= now + PRESSING):
        return NOW
    if level == Level.SHIFT:
        return KNOW
    if due_at is None or due_at < _midnight(now):
        return TODAY
    return WEEK if due_at <= now + A_WEEK else KNOW


def _midnight(now: datetime) -> datetime:
    """The end of the day."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1)


def _rank(line: Line) -> tuple[Any, ...]:
    """A flood first, what is told at once before the rest, free before taken, the soonest first."""
    one = line.occasion
    due = one.due_at.timestamp() if one.due_at else float("inf")
    return one.kind != MANY, one.level != Level.NOW, line.is_taken, due, one.opened_at, one.pk


def note_of(occasion: Occasion, user: User, now: datetime) -> str:
    """Since when it is open, when it is due, and who has it."""
    words = f"Từ {_moment(occasion.opened_at)}"
    if occasion.due_at is not None:
        words += f", hạn {_moment(occasion.due_at)}"
    if occasion.all_must_know:
        taker = "mỗi người làm phần của mình"
    elif not occasion.is_taken(now):
        taker = "chưa ai nhận"
    elif occasion.taken_by_id == user.pk:
        taker = f"đồng chí nhận đến {_moment(occasion.taken_until)}"
    else:
        taker = f"{occasion.taken_by} đang xử lý"
    folded = ", báo gộp với việc khác" if occasion.folded_into_id else ""
    return f"{words}, {taker}{folded}."


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m}" if at else ""
