"""Open matters that wait for who reads the one page to decide, each with the way to it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking, side_by_side
from accounts.scoped_admin.questions import Number
from oversight.direction.models import Direction, Proposal
from oversight.direction.work_lists import SETTLES
from oversight.summaries.models import PeriodSummary


@dataclass(frozen=True)
class Matter:
    """A number of rows in words, the page that lists them, and what the reader does there."""

    words: str
    url: str
    verb: str


def matters(reader: User, today: date) -> Asking[list[Matter]]:
    """Matters of the rows that the reader sees, papers before directions before proposals."""
    parts = yield from side_by_side(
        [_papers(reader, today), _late(reader, today), _replied(reader), _proposals(reader)]
    )
    return [one for one in parts if one is not None]


def _papers(reader: User, today: date) -> Asking[Matter | None]:
    """Only who signs sees drafts of a paper."""
    rows = PeriodSummary.objects.visible_to(reader).drafts().filter(last__lt=today)
    number = yield Number(rows, most=None)
    if not number:
        return None
    url = _page("periodsummary", "?status__exact=draft")
    return Matter(f"{number} dự thảo báo cáo chờ ký", url, "Đọc và ký")


def _late(reader: User, today: date) -> Asking[Matter | None]:
    rows = Direction.objects.visible_to(reader).overdue(today)
    number, oldest = yield [Number(rows, most=None), _first(rows, "due_on")]
    if not number:
        return None
    days = (today - oldest[0]["due_on"]).days
    return Matter(
        f"{number} chỉ đạo quá hạn chưa có trả lời, lâu nhất {days} ngày",
        _page("direction", "?viec=cho"),
        "Xem, nhắc" if reader.has_perm(SETTLES) else "Xem",
    )


def _replied(reader: User) -> Asking[Matter | None]:
    """Replies to directions of the reader's own issuers."""
    if not reader.has_perm(SETTLES):
        return None
    own = Direction.objects.visible_to(reader).issued_by(reader)
    number = yield Number(own.filter(state=Direction.State.REPLIED), most=None)
    if not number:
        return None
    words = f"{number} trả lời chỉ đạo chờ ghi nhận"
    return Matter(words, _page("direction", "?viec=xem"), "Xem trả lời")


def _proposals(reader: User) -> Asking[Matter | None]:
    rows = Proposal.objects.visible_to(reader).waiting()
    number, oldest = yield [Number(rows, most=None), _first(rows, "sent_at")]
    if not number:
        return None
    since = timezone.localtime(oldest[0]["sent_at"])
    return Matter(
        f"{number} kiến nghị chờ trả lời, gửi sớm nhất {since:%d/%m/%Y}",
        _page("proposal", "?viec=cho"),
        "Trả lời" if reader.has_perm("oversight.answer_proposal") else "Xem",
    )


def _first(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    """The least value of a column, as at most one row."""
    return rows.order_by(name).values(name)[:1]


def _page(model: str, query: str) -> str:
    return reverse(f"admin:oversight_{model}_changelist") + query
