"""Figures of directions, spreading, steps of plans and proposals."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from oversight.direction.models import Direction, Proposal, Spreading
from oversight.direction.querysets import OVERSEE
from oversight.direction.registers.models import Body, PartyOrganisation
from oversight.direction.rounds.models import DirectionRound
from oversight.figures.listing import Grid, Listing, Own, figure, ordered, page_at
from oversight.figures.scopes import HAMLET, Scope
from oversight.figures.table import ALL, Ask, AtMonthEnd, Row, Table, asking, summed
from oversight.periods import Period
from oversight.plans.models import Milestone
from oversight.plans.querysets import OPEN_STEPS

VIEW_DIRECTIONS = "oversight.view_direction"
VIEW_STEPS = "oversight.view_milestone"
VIEW_PROPOSALS = "oversight.view_proposal"
POLICE_SIDE = (Body.Kind.POLICE, Body.Kind.COMMITTEE)
OF_COMMUNE = "Chỉ có số của cả xã."
SIDES = {
    "police": "Công an, Ủy ban nhân dân",
    "bodies": "Mặt trận, đoàn thể, cơ quan khác",
    "hamlets": "Ấp, khu phố",
    "organisations": "Tổ chức đảng",
}
REPLIES = {
    "in_time": "Trả lời đúng hạn",
    "late": "Trả lời sau hạn",
    "waiting": "Chờ trả lời, còn hạn",
    "overdue": "Chờ trả lời, quá hạn",
    "unanswered": "Khép lại không trả lời",
}
STEPS = {
    "in_time": "Xong đúng hạn",
    "late": "Xong sau hạn",
    "waiting": "Chưa xong, còn hạn",
    "overdue": "Chưa xong, quá hạn",
}
KINDS = {kind.value: str(kind.label) for kind in Body.Kind}
STATES = {state.value: str(state.label) for state in Proposal.State}
SPREAD_COLUMNS = {
    "done": "Đã quán triệt", "organisations": "Tổng số tổ chức đảng", "times": "Lượt quán triệt",
    "people": "Lượt người dự",
}  # fmt: skip
SPREAD = tuple(SPREAD_COLUMNS.values())


def _which(*cases: tuple[Q, str]) -> Case:
    return Case(*(When(condition, then=Value(name)) for condition, name in cases), default=None)


def _directions(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Direction]:
    """Directions of the Party given in the period; a returned one waits until its new day."""
    today = timezone.localdate(as_of)
    given = Direction.objects.of_commune(scope.commune).filter(
        round__issuer=DirectionRound.Issuer.PARTY,
        given_on__gte=period.first, given_on__lte=period.last,
    )  # fmt: skip
    if not scope.is_whole:
        given = given.filter(hamlet__in=scope.ids)
    waiting = Q(state__in=("open", "returned"))
    return given.annotate(
        line=_which(
            (Q(body__kind__in=POLICE_SIDE), "police"), (Q(body__isnull=False), "bodies"),
            (Q(hamlet__isnull=False), "hamlets"), (Q(organisation__isnull=False), "organisations"),
        ),
        column=_which(
            (Q(answered_on__lte=F("due_on")), "in_time"), (Q(answered_on__gt=F("due_on")), "late"),
            (waiting & Q(due_on__gte=today), "waiting"), (waiting, "overdue"),
            (Q(state="closed"), "unanswered"),
        ),
    )  # fmt: skip


def _steps(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Milestone]:
    """Steps due in the period, of issued plans; dropped steps are in no column.

    Nor are open steps of closed plans: nobody works on them, or the replacing plan does.
    """
    today = timezone.localdate(as_of)
    due = Milestone.objects.of_commune(scope.commune).filter(
        plan__state__in=("issued", "closed"), due_on__gte=period.first, due_on__lte=period.last
    )
    if not scope.is_whole:
        due = due.filter(hamlet__in=scope.ids)
    return due.annotate(
        line=F("plan__body__kind"),
        column=_which(
            (Q(done_on__lte=F("due_on")), "in_time"), (Q(done_on__gt=F("due_on")), "late"),
            (OPEN_STEPS & Q(due_on__gte=today), "waiting"), (OPEN_STEPS, "overdue"),
        ),
    )  # fmt: skip


def _proposals(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Proposal]:
    sent = Proposal.objects.of_commune(scope.commune).filter(
        sent_at__date__gte=period.first, sent_at__date__lte=period.last
    )
    if not scope.is_whole:
        sent = sent.filter(hamlet__in=scope.ids)
    return sent.annotate(line=F("state"), column=Value("proposals"))


def _own(lines: Callable[[frozenset[str]], Iterable[str]]) -> Own:
    """Lines with rows of the own bodies or hamlets, for readers who do not oversee the commune."""

    def found(scope: Scope) -> Collection[str] | None:
        if scope.reader.has_perm(OVERSEE):
            return None
        return {*lines(scope.speaks_for), ALL} if scope.speaks_for else ()

    return found


def _side(kind: str) -> str:
    if kind == HAMLET:
        return "hamlets"
    return "police" if kind in POLICE_SIDE else "bodies"


OWN_DIRECTIONS = _own(lambda spoken: map(_side, spoken))
# Any body may have a step in the hamlet.
OWN_STEPS = _own(lambda spoken: KINDS if HAMLET in spoken else spoken)
OWN_PROPOSALS = _own(lambda spoken: STATES)
DIRECTIONS = Grid(lambda scope: SIDES, REPLIES, _directions)
PLAN_STEPS = Grid(lambda scope: KINDS, STEPS, _steps)
PROPOSALS = Grid(lambda scope: STATES, {"proposals": "Kiến nghị"}, _proposals)


def held_in(scope: Scope, period: Period) -> QuerySet[Spreading]:
    return Spreading.objects.of_commune(scope.commune).filter(
        held_on__gte=period.first, held_on__lte=period.last
    )


def organisations_at(scope: Scope, as_of: datetime) -> QuerySet[PartyOrganisation]:
    there = PartyOrganisation.objects.of_commune(scope.commune)
    return there.valid_on(timezone.localdate(as_of))


@asking
def _spreading(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    """An organisation counts once in a period."""
    if not scope.is_whole:
        return Table(SPREAD, note=OF_COMMUNE)
    kinds = held_in(scope, period).order_by().values("organisation__kind")
    held, there = yield [
        kinds.annotate(
            organisations=Count("organisation", distinct=True), times=Count("pk"),
            people=Sum("attendees"),
        ),
        organisations_at(scope, as_of).order_by().values_list("kind").annotate(Count("pk")),
    ]  # fmt: skip
    found = {
        row["organisation__kind"]: (row["organisations"], row["times"], row["people"])
        for row in held
    }
    all_of = dict(there)
    rows = []
    for kind in PartyOrganisation.Kind:
        done, times, people = found.get(kind.value, (0, 0, 0))
        values = (done, all_of.get(kind.value, 0), times, people)
        rows.append(Row(str(kind.label), values, kind.value))
    return summed(Table(SPREAD, tuple(rows)))


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


def _spreading_cells(row: Any) -> tuple[str, ...]:
    """Cells of a spreading, or of an organisation counted once."""
    if isinstance(row, PartyOrganisation):
        return str(row), "", "", ""
    about = str(row.document or row.direction)
    return str(row.organisation), about, _day(row.held_on), str(row.attendees)


def _register(row: Any, reader: User) -> str:
    return reverse(f"admin:oversight_{row._meta.model_name}_change", args=[row.pk])


def _spread(ask: Ask) -> QuerySet[Any]:
    held, there = held_in(ask.scope, ask.period), organisations_at(ask.scope, ask.as_of)
    if ask.line != ALL:
        held, there = held.filter(organisation__kind=ask.line), there.filter(kind=ask.line)
    if ask.column == THERE:
        return there.order_by("name", "pk")
    if ask.column == DONE:
        organisations = held.order_by().values("organisation")
        return PartyOrganisation.objects.filter(pk__in=organisations).order_by("name", "pk")
    return held.select_related("organisation", "document", "direction").order_by("held_on", "pk")


FIGURES = (
    figure(
        "directions", DIRECTIONS.table,
        Listing(
            VIEW_DIRECTIONS, ("Việc cần làm", "Nơi nhận", "Hạn", "Ngày trả lời", "Tình trạng"),
            _direction, page_at("oversight_direction_show"),
            ordered(DIRECTIONS.rows, "due_on", "pk", related=TO), own=OWN_DIRECTIONS,
        ),
        at_month_end=DIRECTIONS.flow,
    ),
    figure(
        "spreading", _spreading,
        Listing(
            OVERSEE, ("Tổ chức đảng", "Về", "Ngày quán triệt", "Số người dự"), _spreading_cells,
            _register, _spread, sums={3: "attendees"},
        ),
        at_month_end=AtMonthEnd(SPREAD_COLUMNS, parts_of={0: 1}, is_flow=True),
    ),
    figure(
        "plan_steps", PLAN_STEPS.table,
        Listing(
            VIEW_STEPS, ("Việc", "Nơi làm", "Kế hoạch", "Hạn", "Xong ngày", "Tình trạng"), _step,
            page_at("oversight_milestone_show"),
            ordered(PLAN_STEPS.rows, "due_on", "pk", related=["hamlet", "plan"]), own=OWN_STEPS,
        ),
        at_month_end=PLAN_STEPS.flow,
    ),
    figure(
        "proposals", PROPOSALS.table,
        Listing(
            VIEW_PROPOSALS, ("Kiến nghị", "Nơi gửi", "Ngày gửi", "Tình trạng"), _proposal,
            page_at("oversight_proposal_show"),
            ordered(PROPOSALS.rows, "sent_at", "pk", related=TO), own=OWN_PROPOSALS,
        ),
        at_month_end=PROPOSALS.flow,
    ),
)  # fmt: skip
