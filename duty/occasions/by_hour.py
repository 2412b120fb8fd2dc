"""Matters of the list by the hour at which they want a person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin import work_lists
from accounts.scoped_admin.hours import KNOW, TITLES, WEEK, hour_of
from duty.occasions import steps
from duty.occasions.kinds import MANY, Level
from duty.occasions.models import Occasion

LEVELS: Final = {
    Level.NOW: work_lists.Level.NOW,
    Level.HOURS: work_lists.Level.HOURS,
    Level.SHIFT: work_lists.Level.SHIFT,
}
UNDER: Final = {
    WEEK: "Hạn trong 7 ngày tới.",
    KNOW: "Việc đã có người nhận, việc đầu ca, việc còn xa hạn.",
}


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
    one = line.occasion
    others = line.is_taken and not line.is_mine
    return hour_of(LEVELS[Level(one.level)], one.due_at, now, is_others=others)


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
    taker = taker_of(occasion, user, now)
    folded = ", báo gộp với việc khác" if occasion.folded_into_id else ""
    return f"{words}, {taker}{folded}.{next_words(occasion, now)}"


def next_words(occasion: Occasion, now: datetime) -> str:
    """A sentence about who is told next of what is urgent; blank where nobody is."""
    step = steps.step_ahead(occasion, now) if occasion.level == Level.NOW else None
    if step is None:
        return ""
    return f" {_moment(occasion.next_step_at)} báo tiếp {steps.called(step)}."


def taker_of(occasion: Occasion, user: User, now: datetime) -> str:
    """The taker, in words inside a sentence."""
    if occasion.all_must_know:
        return "mỗi người làm phần của mình"
    if not occasion.is_taken(now):
        return "chưa ai nhận"
    if occasion.taken_by_id == user.pk:
        return f"đồng chí nhận đến {_moment(occasion.taken_until)}"
    return f"{occasion.taken_by} đang xử lý"


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m}" if at else ""
