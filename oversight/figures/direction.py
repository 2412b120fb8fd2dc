"""Figures of direction: replies, spreading, steps of plans, answers to proposals."""

from datetime import datetime

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from oversight.direction.querysets import OVERSEE
from oversight.figures.table import Figure, Row, Table, admin_list, no_list, summed
from oversight.models import Body, Direction, Milestone, PartyOrganisation, Proposal, Spreading
from oversight.periods import Period
from oversight.scopes import Scope

POLICE_SIDE = (Body.Kind.POLICE, Body.Kind.COMMITTEE)
OF_COMMUNE = "Chỉ có số của cả xã."
REPLY_COLUMNS = (
    "Trả lời đúng hạn", "Trả lời sau hạn", "Chờ trả lời, còn hạn", "Chờ trả lời, quá hạn",
    "Khép lại không trả lời",
)  # fmt: skip
STEP_COLUMNS = ("Xong đúng hạn", "Xong sau hạn", "Chưa xong, còn hạn", "Chưa xong, quá hạn")


def _directions(scope: Scope, period: Period, as_of: datetime) -> Table:
    today = timezone.localdate(as_of)
    given = Direction.objects.of_commune(scope.commune).filter(
        given_on__gte=period.first, given_on__lte=period.last
    )
    if not scope.is_whole:
        given = given.filter(hamlet__in=scope.ids)
    waiting = Q(state__in=("open", "returned"))
    counts = (
        Count("pk", filter=Q(answered_on__lte=F("due_on"))),
        Count("pk", filter=Q(answered_on__gt=F("due_on"))),
        Count("pk", filter=waiting & Q(due_on__gte=today)),
        Count("pk", filter=waiting & Q(due_on__lt=today)),
        Count("pk", filter=Q(state="closed", answered_on=None)),
    )
    sides = {
        "Công an, Ủy ban nhân dân": Q(body__kind__in=POLICE_SIDE),
        "Mặt trận, đoàn thể, cơ quan khác": Q(body__isnull=False) & ~Q(body__kind__in=POLICE_SIDE),
        "Ấp, khu phố": Q(hamlet__isnull=False),
        "Tổ chức đảng": Q(organisation__isnull=False),
    }
    rows = []
    for label, side in sides.items():
        named = {f"c{place}": one for place, one in enumerate(counts)}
        found = given.filter(side).aggregate(**named)
        rows.append(Row(label, tuple(found[name] for name in named)))
    return summed(Table(REPLY_COLUMNS, tuple(rows)))


def _spreading(scope: Scope, period: Period, as_of: datetime) -> Table:
    columns = ("Đã quán triệt", "Tổng số tổ chức đảng", "Lượt quán triệt", "Lượt người dự")
    if not scope.is_whole:
        return Table(columns, note=OF_COMMUNE)
    held = Spreading.objects.of_commune(scope.commune).filter(
        held_on__gte=period.first, held_on__lte=period.last
    )
    found = {
        row["organisation__kind"]: (row["organisations"], row["times"], row["people"])
        for row in held.order_by()
        .values("organisation__kind")
        .annotate(
            organisations=Count("organisation", distinct=True), times=Count("pk"),
            people=Sum("attendees"),
        )
    }  # fmt: skip
    there = PartyOrganisation.objects.of_commune(scope.commune).valid_on(timezone.localdate(as_of))
    all_of = dict(there.order_by().values_list("kind").annotate(Count("pk")))
    rows = []
    for kind in PartyOrganisation.Kind:
        done, times, people = found.get(kind.value, (0, 0, 0))
        rows.append(Row(str(kind.label), (done, all_of.get(kind.value, 0), times, people)))
    return summed(Table(columns, tuple(rows)))


def _steps(scope: Scope, period: Period, as_of: datetime) -> Table:
    today = timezone.localdate(as_of)
    due = Milestone.objects.of_commune(scope.commune).filter(
        plan__state__in=("issued", "closed"), due_on__gte=period.first, due_on__lte=period.last
    )
    if not scope.is_whole:
        due = due.filter(hamlet__in=scope.ids)
    is_open = Q(state__in=("pending", "doing"))
    found = {
        row["plan__body__kind"]: tuple(row[name] for name in ("c0", "c1", "c2", "c3"))
        for row in due.order_by()
        .values("plan__body__kind")
        .annotate(
            c0=Count("pk", filter=Q(state="done", done_on__lte=F("due_on"))),
            c1=Count("pk", filter=Q(state="done", done_on__gt=F("due_on"))),
            c2=Count("pk", filter=is_open & Q(due_on__gte=today)),
            c3=Count("pk", filter=is_open & Q(due_on__lt=today)),
        )
    }
    rows = tuple(Row(str(kind.label), found.get(kind.value, (0, 0, 0, 0))) for kind in Body.Kind)
    return summed(Table(STEP_COLUMNS, rows))


def _proposals(scope: Scope, period: Period, as_of: datetime) -> Table:
    sent = Proposal.objects.of_commune(scope.commune).filter(
        sent_at__date__gte=period.first, sent_at__date__lte=period.last
    )
    if not scope.is_whole:
        sent = sent.filter(hamlet__in=scope.ids)
    found = dict(sent.order_by().values_list("state").annotate(Count("pk")))
    rows = tuple(Row(str(one.label), (found.get(one.value, 0),)) for one in Proposal.State)
    return summed(Table(("Kiến nghị",), rows))


FIGURES = (
    Figure(
        "directions", "Chỉ đạo và trả lời", "chỉ đạo",
        "Chỉ đạo có ngày giao trong kỳ, mỗi nơi nhận đếm một. Đúng hạn: trả lời sau cùng không "
        "muộn hơn hạn đang có. Chờ trả lời: theo ngày xem.",
        "Sổ chỉ đạo của Đảng ủy.",
        _directions,
        admin_list(
            "oversight_direction_changelist", OVERSEE,
            "?given_on__gte={first}&given_on__lte={last}",
        ),
    ),
    Figure(
        "spreading", "Quán triệt, triển khai", "tổ chức đảng, lượt",
        "Lượt quán triệt có ngày họp trong kỳ. Một tổ chức đảng quán triệt nhiều văn bản đếm một "
        "lần ở cột đầu; tổng số là các tổ chức đang có lúc xem. Chỉ có con số người dự.",
        "Sổ quán triệt của Văn phòng Đảng ủy.",
        _spreading,
        admin_list(
            "oversight_spreading_changelist", "oversight.view_spreading",
            "?held_on__gte={first}&held_on__lte={last}",
        ),
    ),
    Figure(
        "plan_steps", "Việc trong kế hoạch", "việc",
        "Việc có hạn trong kỳ, của kế hoạch đã ban hành, theo cơ quan ban hành. Việc đã ghi không "
        "làm và việc thường xuyên không đếm.",
        "Sổ kế hoạch của các cơ quan.",
        _steps,
        no_list("Số này gom việc của nhiều kế hoạch; mở từng kế hoạch để xem việc."),
    ),
    Figure(
        "proposals", "Kiến nghị gửi Đảng ủy", "kiến nghị",
        "Kiến nghị gửi trong kỳ, theo tình trạng lúc xem.",
        "Sổ kiến nghị.",
        _proposals,
        admin_list(
            "oversight_proposal_changelist", OVERSEE,
            "?sent_at__gte={first}&sent_at__lte={last}",
        ),
    ),
)  # fmt: skip
