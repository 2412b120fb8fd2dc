"""Figures of what residents ask about procedures."""

from datetime import datetime

from django.db.models import Count

from oversight.figures.table import Figure, Row, Table, admin_list, summed
from oversight.periods import Period
from oversight.scopes import Scope
from procedures.models import Question


def _questions(scope: Scope, period: Period, as_of: datetime) -> Table:
    columns = tuple(str(channel.label) for channel in Question.Channel)
    if not scope.is_whole:
        return Table(columns, note="Câu hỏi không ghi ấp, khu phố, nên chỉ có số của cả xã.")
    asked = Question.objects.of_commune(scope.commune).filter(
        asked_on__gte=period.first, asked_on__lte=period.last
    )
    found = {
        (row["outcome"], row["channel"]): row["questions"]
        for row in asked.order_by().values("outcome", "channel").annotate(questions=Count("pk"))
    }
    rows = tuple(
        Row(
            str(outcome.label),
            tuple(found.get((outcome.value, channel.value), 0) for channel in Question.Channel),
        )
        for outcome in Question.Outcome
    )
    return summed(Table(columns, rows))


FIGURES = (
    Figure(
        "questions", "Hỏi thủ tục hành chính", "câu hỏi",
        "Câu hỏi có ngày hỏi trong kỳ, theo kết quả lúc xem và nơi hỏi. Câu hỏi xóa sau 12 tháng, "
        "nên kỳ cũ hơn không còn đủ số.",
        "Sổ câu hỏi của bà con.",
        _questions,
        admin_list(
            "procedures_question_changelist", "procedures.view_question",
            "?asked_on__gte={first}&asked_on__lte={last}",
        ),
    ),
)  # fmt: skip
