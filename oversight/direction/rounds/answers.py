"""Replies of a round side by side, and the sums of the asked numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone

from oversight.direction.models import Direction, DirectionReply
from oversight.direction.rounds.models import AskedNumber, DirectionRound

State = Direction.State
# What the page is narrowed to, by the word in its address.
FILTERS: Final[Mapping[str, str]] = {
    "": "Mọi nơi",
    "cho": "Chưa trả lời",
    "qua": "Quá hạn",
    "xem": "Chờ ghi nhận",
    "them": "Cần bổ sung",
    "xong": "Đã ghi nhận, khép lại",
}


@dataclass(frozen=True)
class Answer:
    """A part with its last reply; `numbers` in the order of the questions."""

    part: Direction
    reply: DirectionReply | None
    numbers: tuple[int | None, ...]

    @property
    def is_counted(self) -> bool:
        """Whether its numbers stand: there is a reply, and it was not returned."""
        return self.part.answered_on is not None

    @property
    def is_waiting(self) -> bool:
        return self.part.state in {State.OPEN, State.RETURNED}

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.part.due_on < timezone.localdate()

    def is_in(self, name: str) -> bool:
        """Whether a filter of the page leaves it."""
        state = self.part.state
        return {
            "cho": self.is_waiting,
            "qua": self.is_overdue,
            "xem": state == State.REPLIED,
            "them": state == State.RETURNED,
            "xong": state in {State.ACCEPTED, State.CLOSED},
        }.get(name, True)


@dataclass(frozen=True)
class Sum:
    """Sum of an asked number over the counted answers."""

    asked: AskedNumber
    total: int
    places: int


@dataclass(frozen=True)
class Answers:
    """All of a round."""

    asked: tuple[AskedNumber, ...]
    lines: tuple[Answer, ...]

    @property
    def progress(self) -> str:
        """`12/19 đã trả lời`."""
        answered = sum(line.is_counted for line in self.lines)
        return f"{answered}/{len(self.lines)} đã trả lời"

    @property
    def troubles(self) -> str:
        """`3 quá hạn · 4 cần bổ sung`, without what there is none of."""
        late, returned = self.count("qua"), self.count("them")
        return " · ".join(
            words
            for count, words in ((late, f"{late} quá hạn"), (returned, f"{returned} cần bổ sung"))
            if count
        )

    @property
    def is_answered(self) -> bool:
        return not self.count("cho")

    @property
    def missing(self) -> list[Answer]:
        return [line for line in self.lines if line.is_waiting]

    @property
    def sums(self) -> list[Sum]:
        counted = [line for line in self.lines if line.is_counted]
        found = []
        for place, asked in enumerate(self.asked):
            values = [value for line in counted if (value := line.numbers[place]) is not None]
            found.append(Sum(asked, sum(values), len(values)))
        return found

    def count(self, name: str) -> int:
        return len(self.only(name))

    def only(self, name: str) -> list[Answer]:
        return [line for line in self.lines if line.is_in(name)]


def answers_of(given: DirectionRound, parts: Any = None) -> Answers:
    """The answers of the parts, all of them unless some are given, in the order of the form."""
    asked = tuple(given.asked.all())
    replies = DirectionReply.objects.select_related("by").prefetch_related("numbers")
    rows = (given.parts.all() if parts is None else parts).order_by("pk")
    rows = rows.select_related("body", "hamlet", "organisation")
    rows = rows.prefetch_related(Prefetch("replies", replies))
    return Answers(asked, tuple(_answer(row, asked) for row in rows))


def _answer(part: Direction, asked: Sequence[AskedNumber]) -> Answer:
    replies = list(part.replies.all())
    last = replies[-1] if replies else None
    values = {one.asked_id: one.value for one in last.numbers.all()} if last else {}
    return Answer(part, last, tuple(values.get(one.pk) for one in asked))
