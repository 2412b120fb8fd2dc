"""What stands behind the figures of questions: the days and what came of them, never the words."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from oversight.figures.listing import Grid, Listing, Rows
from oversight.figures.questions import BY_AREA, CHANNELS, OUTCOMES, QUESTIONS, VIEW_QUESTIONS
from oversight.periods import Period
from oversight.scopes import Scope
from procedures.models import Question


def _cells(question: Question) -> tuple[str, ...]:
    procedure = question.edition.procedure.name if question.edition else ""
    return (
        f"{question.asked_on:%d/%m/%Y}", CHANNELS[question.channel], OUTCOMES[question.outcome],
        procedure,
    )  # fmt: skip


def _page(question: Question, reader: User) -> str:
    shown_by: int = question.shown_by  # type: ignore[attr-defined]  # annotated by `asked_in`
    return reverse("admin:procedures_question_show", args=[shown_by])


def _rows(grid: Grid) -> Rows:
    def rows(
        scope: Scope, period: Period, as_of: datetime, line: str, column: int | None
    ) -> QuerySet:
        found = grid.rows(scope, period, as_of, line, column)
        return found.select_related("edition__procedure").order_by("-asked_on", "-pk")

    return rows


LISTINGS = {
    key: Listing(
        VIEW_QUESTIONS, ("Ngày hỏi", "Hỏi qua", "Kết quả", "Thủ tục"), _cells, _page, _rows(grid),
        is_of_commune=True,
    )
    for key, grid in {"questions": QUESTIONS, "questions_by_area": BY_AREA}.items()
}  # fmt: skip
