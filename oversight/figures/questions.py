"""Figures of what residents ask about procedures."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models import Count as Counting
from django.db.models.functions import Cast, Coalesce

from accounts.scoped_admin.asking import Asking
from oversight.figures.listing import Grid, Listing, figure, ordered, page_at
from oversight.figures.models import Subject
from oversight.figures.rollups.reading import Parts, parts_of
from oversight.figures.scopes import Scope
from oversight.figures.table import Count, Figure, Row, Table, asking, counting, summed
from oversight.periods import Period
from procedures.models import ProcedureArea, Question

VIEW_QUESTIONS = "procedures.view_question"
NO_PLACE = "Câu hỏi không ghi ấp, khu phố, nên chỉ có số của cả xã."
AREA_FOR_POLICE = (
    "Số theo lĩnh vực chỉ Công an xã xem, vì có câu hỏi về tố cáo; số chung ở mục Hỏi thủ tục hành "
    "chính."
)
NO_AREA = "chua-ro"
CHANNELS = {channel.value: str(channel.label) for channel in Question.Channel}
OUTCOMES = {outcome.value: str(outcome.label) for outcome in Question.Outcome}
# Ended by officers; merged for outsiders, as what was no question is mostly a tip.
BY_OFFICERS = (Question.Outcome.SETTLED, Question.Outcome.SET_ASIDE)
LOOKED_AT = "Cán bộ đã xem, đã trả lời"


def parts_in(scope: Scope, period: Period, as_of: datetime) -> Parts:
    """Stored months: questions belong to a commune and no hamlet."""
    place = scope.commune.pk
    return parts_of(Subject.QUESTIONS, "asked", place, period, as_of, scope.read)


def asked_in(scope: Scope, *spans: Period) -> QuerySet[Question]:
    """Questions of the spans; `shown_by` is the newest equal one, which has the page."""
    alike = Question.objects.filter(
        commune=OuterRef("commune"), same_as=OuterRef("same_as"), outcome=OuterRef("outcome")
    )
    newest = alike.order_by("-asked_on", "-pk").values("pk")[:1]
    days = Q(pk__in=[])
    for span in spans:
        days |= Q(asked_on__gte=span.first, asked_on__lte=span.last)
    asked = Question.objects.of_commune(scope.commune).filter(days)
    return asked.annotate(shown_by=Subquery(newest))


def _by_outcome(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Question]:
    return asked_in(scope, period).annotate(line=F("outcome"), column=F("channel"))


def _by_area(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Question]:
    area = Coalesce(Cast("edition__procedure__area", CharField()), Value(NO_AREA))
    return asked_in(scope, period).annotate(line=area, column=F("outcome"))


def _areas(scope: Scope) -> dict[str, str]:
    rows = ProcedureArea.objects.order_by("order", "name").values_list("pk", "name")
    return {**{str(pk): name for pk, name in rows}, NO_AREA: "Chưa gắn với thủ tục nào"}


@asking
def _outcomes(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    parts = parts_in(scope, period, as_of)
    found: dict[str, int] = {}
    if parts.rest:
        rows = asked_in(scope, *parts.rest).order_by().values_list("outcome", "channel")
        counted = yield rows.annotate(Counting("pk"))
        found = {f"{one} {by}": number for one, by, number in counted}
    parts.add_to(found)
    lines = [
        Row(label, tuple(found.get(f"{outcome} {channel}", 0) for channel in CHANNELS), outcome)
        for outcome, label in OUTCOMES.items()
    ]
    return summed(Table(tuple(CHANNELS.values()), tuple(lines)))


def _seen_outcomes(scope: Scope, table: Table) -> Table:
    if scope.is_police or not table.rows:
        return table
    others = [row for row in table.rows if row.key not in BY_OFFICERS]
    return replace(table, rows=(*others, _looked_at(table.rows)))


def _looked_at(lines: Sequence[Row]) -> Row:
    ended = [row.values for row in lines if row.key in BY_OFFICERS]
    return Row(
        LOOKED_AT,
        tuple(sum(one or 0 for one in column) for column in zip(*ended, strict=True)),
    )


QUESTIONS = Grid(lambda scope: OUTCOMES, CHANNELS, _by_outcome)
BY_AREA = Grid(_areas, OUTCOMES, _by_area)


def _of_commune(grid: Grid, table: Count) -> Count:
    @asking
    def count(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
        if not scope.is_whole:
            return Table(tuple(grid.columns.values()), note=NO_PLACE)
        return (yield from counting(table, scope, period, as_of))

    made: Count = count
    return made


def _seen_areas(scope: Scope, table: Table) -> Table:
    """For the police only: a single question on denunciation could identify somebody."""
    if scope.is_police:
        return table
    return Table(tuple(BY_AREA.columns.values()), note=AREA_FOR_POLICE)


type _Seen = Callable[[Scope, Table], Table]


def _asked_figure(key: str, grid: Grid, table: Count, seen: _Seen) -> Figure:
    """Counted and frozen whole, cut for its reader afterwards."""
    whole = _of_commune(grid, table)

    @asking
    def count(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
        return seen(scope, (yield from counting(whole, scope, period, as_of)))

    how = replace(grid.flow, count=whole, seen=seen)
    return figure(key, count, _listing(grid), at_month_end=how)


def _cells(question: Question) -> tuple[str, ...]:
    procedure = question.edition.procedure.name if question.edition else ""
    return (
        f"{question.asked_on:%d/%m/%Y}", CHANNELS[question.channel], OUTCOMES[question.outcome],
        procedure,
    )  # fmt: skip


def _listing(grid: Grid) -> Listing:
    rows = ordered(grid.rows, "-asked_on", "-pk", related=["edition__procedure"])
    headings = ("Ngày hỏi", "Hỏi qua", "Kết quả", "Thủ tục")
    page = page_at("procedures_question_show", "shown_by")  # annotated by `asked_in`
    return Listing(VIEW_QUESTIONS, headings, _cells, page, rows, is_of_commune=True)


LISTED = _listing(QUESTIONS)
QUESTIONS_ASKED = _asked_figure("questions", QUESTIONS, _outcomes, _seen_outcomes)
FIGURES = (
    QUESTIONS_ASKED,
    _asked_figure("questions_by_area", BY_AREA, BY_AREA.table, _seen_areas),
)
