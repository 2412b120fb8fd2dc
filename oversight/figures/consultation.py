"""Figures of consultations: by form, and the step of each hamlet."""

from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from accounts.scoped_admin.asking import Asking
from groups.models import ConsultationMeeting, Regulation
from oversight.figures.listing import Grid, Listing, figure, ordered, page_at
from oversight.figures.place import (
    MEETING_HEADINGS,
    STAGES,
    furthest_of,
    held_in,
    meeting_cells,
    regulation_page,
    stage_cells,
)
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Ask, AtMonthEnd, Row, Table, asking, summed
from oversight.periods import Period

VIEW_MEETINGS, VIEW_REGULATIONS = "groups.view_consultationmeeting", "groups.view_regulation"
Matter = ConsultationMeeting.Matter
# As in `groups.consultation.thresholds`: two thirds of the households, or more than half.
PASSED = Q(households__gt=0, team=None) & (
    Q(matter=Matter.WEIGHTY, thirds__gte=F("households") * 2)
    | Q(~Q(matter=Matter.WEIGHTY), halves__gt=F("households"))
)
STEPS = {
    "agreed": "Đã thống nhất",
    "held": "Đã họp, chưa thống nhất",
    "planned": "Đã định ngày họp, chưa ghi kết quả",
    "none": "Chưa họp",
}


FORM_COLUMNS = {
    "askings": "Lần lấy ý kiến", "households": "Tổng số hộ",
    "represented": "Hộ có đại diện, gửi phiếu", "passed": "Đủ số hộ đồng ý",
}  # fmt: skip


def _of_hamlets(scope: Scope, period: Period) -> QuerySet[Any]:
    """Consultations of households; at the level of the commune bodies are asked."""
    found = held_in(scope, period).filter(hamlet__isnull=False)
    return found.annotate(thirds=F("agree") * 3, halves=F("agree") * 2)


@asking
def _by_form(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    forms = _of_hamlets(scope, period).order_by().values("form")
    counted = yield forms.annotate(
        askings=Count("pk"), all=Sum("households"), there=Sum("represented"),
        passed=Count("pk", filter=PASSED),
    )  # fmt: skip
    found = {
        row["form"]: (row["askings"], row["all"], row["there"], row["passed"]) for row in counted
    }
    rows = tuple(
        Row(str(form.label), found.get(form.value, (0, 0, 0, 0)), form.value)
        for form in ConsultationMeeting.Form
    )
    return summed(Table(tuple(FORM_COLUMNS.values()), rows))


def _meetings(ask: Ask) -> QuerySet[Any]:
    found = _of_hamlets(ask.scope, ask.period)
    if ask.line != ALL:
        found = found.filter(form=ask.line)
    if ask.column == 3:
        found = found.filter(PASSED)
    return found.select_related("hamlet", "team").order_by("held_on", "pk")


def hamlets_by_step(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    asked = ConsultationMeeting.objects.filter(hamlet=OuterRef("pk"))
    step = Case(
        When(stage__in=Regulation.IN_FORCE, then=Value("agreed")),
        When(Exists(asked.filter(represented__gt=0)), then=Value("held")),
        When(Exists(asked), then=Value("planned")),
        default=Value("none"),
    )
    return furthest_of(scope.ids).annotate(line=step, column=Value("hamlets"))


def _hamlets_by_stage(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    return furthest_of(scope.ids).annotate(
        line=Cast("pk", CharField()),
        column=Case(When(stage="", then=Value("none")), default=F("stage")),
    )


CONSULTED = Grid(lambda scope: STEPS, {"hamlets": "Ấp, khu phố"}, hamlets_by_step)
BY_HAMLET = Grid(
    lambda scope: {str(hamlet.pk): str(hamlet) for hamlet in scope.hamlets},
    {stage or "none": label for stage, label in STAGES.items()},
    _hamlets_by_stage,
)


def hamlets_of(grid: Grid) -> Listing:
    return Listing(
        VIEW_REGULATIONS, ("Ấp, khu phố", "Quy chế"), stage_cells, regulation_page,
        ordered(grid.rows, "code"),
    )  # fmt: skip


FIGURES = (
    figure(
        "meetings_by_form", _by_form,
        Listing(
            VIEW_MEETINGS, MEETING_HEADINGS, meeting_cells,
            page_at("groups_consultationmeeting_change"), _meetings,
            sums={1: "households", 2: "represented"},
        ),
        at_month_end=AtMonthEnd(FORM_COLUMNS, parts_of={3: 0}, is_flow=True),
    ),
    figure(
        "hamlets_consulted", CONSULTED.table, hamlets_of(CONSULTED), is_of_moment=True,
        at_month_end=CONSULTED.at_month_end,
    ),
    figure(
        "regulations_by_hamlet", BY_HAMLET.table, hamlets_of(BY_HAMLET), is_of_moment=True,
        at_month_end=BY_HAMLET.at_month_end,
    ),
)  # fmt: skip
