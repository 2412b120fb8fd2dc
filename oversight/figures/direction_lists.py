"""What stands behind the figures of direction: each row leads to its sheet."""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from oversight.direction.querysets import OVERSEE
from oversight.figures.direction import (
    DIRECTIONS,
    OWN_DIRECTIONS,
    OWN_PROPOSALS,
    OWN_STEPS,
    PLAN_STEPS,
    PROPOSALS,
    VIEW_DIRECTIONS,
    VIEW_PROPOSALS,
    VIEW_STEPS,
    held_in,
    organisations_at,
)
from oversight.figures.listing import Grid, Listing, Page, Rows
from oversight.figures.table import ALL
from oversight.models import Direction, Milestone, PartyOrganisation, Proposal
from oversight.periods import Period
from oversight.scopes import Scope

TO = ("body", "hamlet", "organisation")
DONE, THERE = range(2)  # the columns of spreading that count organisations


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _direction(row: Direction) -> tuple[str, ...]:
    state = str(row.get_state_display())
    return row.title, row.addressee, _day(row.due_on), _day(row.answered_on), state


def _step(row: Milestone) -> tuple[str, ...]:
    state = str(row.get_state_display())
    return row.what, row.place, str(row.plan), _day(row.due_on), _day(row.done_on), state


def _proposal(row: Proposal) -> tuple[str, ...]:
    sent = timezone.localdate(row.sent_at)
    return row.title, row.addressee, _day(sent), str(row.get_state_display())


def _spreading(row: Any) -> tuple[str, ...]:
    """Of one time, or of an organisation that was counted once."""
    if isinstance(row, PartyOrganisation):
        return str(row), "", "", ""
    about = str(row.document or row.direction)
    return str(row.organisation), about, _day(row.held_on), str(row.attendees)


def _sheet(name: str) -> Page:
    def page(row: Any, reader: User) -> str:
        return reverse(f"admin:oversight_{name}_show", args=[row.pk])

    return page


def _register(row: Any, reader: User) -> str:
    return reverse(f"admin:oversight_{row._meta.model_name}_change", args=[row.pk])


def _rows(grid: Grid, order: str, *with_them: str) -> Rows:
    def rows(
        scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
    ) -> QuerySet[Any]:
        found = grid.rows(scope, period, as_of, line, column)
        return found.select_related(*with_them).order_by(order, "pk")

    return rows


def _spread(
    scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
) -> QuerySet[Any]:
    held, there = held_in(scope, period), organisations_at(scope, as_of)
    if line != ALL:
        held, there = held.filter(organisation__kind=line), there.filter(kind=line)
    if column == THERE:
        return there.order_by("name", "pk")
    if column == DONE:
        told = held.order_by().values("organisation")
        return PartyOrganisation.objects.filter(pk__in=told).order_by("name", "pk")
    return held.select_related("organisation", "document", "direction").order_by("held_on", "pk")


LISTINGS = {
    "directions": Listing(
        VIEW_DIRECTIONS, ("Việc cần làm", "Nơi nhận", "Hạn", "Ngày trả lời", "Tình trạng"),
        _direction, _sheet("direction"), _rows(DIRECTIONS, "due_on", *TO), own=OWN_DIRECTIONS,
    ),
    "spreading": Listing(
        OVERSEE, ("Tổ chức đảng", "Về", "Ngày quán triệt", "Số người dự"), _spreading, _register,
        _spread, sums={3: "attendees"},
    ),
    "plan_steps": Listing(
        VIEW_STEPS, ("Việc", "Nơi làm", "Kế hoạch", "Hạn", "Xong ngày", "Tình trạng"), _step,
        _sheet("milestone"), _rows(PLAN_STEPS, "due_on", "hamlet", "plan"), own=OWN_STEPS,
    ),
    "proposals": Listing(
        VIEW_PROPOSALS, ("Kiến nghị", "Nơi gửi", "Ngày gửi", "Tình trạng"), _proposal,
        _sheet("proposal"), _rows(PROPOSALS, "sent_at", *TO), own=OWN_PROPOSALS,
    ),
}  # fmt: skip
