"""Figures of groups at work: hamlets with a group, changes of groups, members joined and left."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from accounts.models import AuditEvent
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Number
from groups.models import Hamlet, HamletChange, HamletChangeSource, Member, Membership, ZaloGroup
from oversight.figures.deliveries import groups_reached
from oversight.figures.listing import Grid, Listing, figure, ordered, page_at
from oversight.figures.place import VIEW_PEOPLE, groups_of
from oversight.figures.posts import arrived_in, parts_in
from oversight.figures.scopes import Scope
from oversight.figures.table import (
    ALL,
    Ask,
    AtMonthEnd,
    Row,
    Table,
    asking,
    counting,
    summed,
)
from oversight.periods import Period

# Keys of the lines beside those of the hamlets.
COMMUNE_WIDE, PAST = "toan-xa", "truoc-day"
MOVES = {
    "begun": "Cho hoạt động",
    "rearranged": "Ở ấp, khu phố nhập, chia",
    "closed": "Đóng",
}
# Audit actions by move.
TOLD_BY = {
    "begun": ("group.activated",),
    "closed": ("group.closed", "group.dissolved_at_zalo"),
}


def place_lines(scope: Scope) -> dict[str, str]:
    """A line for each hamlet; for a whole commune also for rows of no present hamlet."""
    lines = {str(hamlet.pk): str(hamlet) for hamlet in scope.hamlets}
    if scope.is_whole:
        lines |= {COMMUNE_WIDE: "Nhóm toàn xã", PAST: "Ấp, khu phố trước đây"}
    return lines


def place_of(hamlet: str, scope: Scope) -> Case:
    """Key of the line of a row, by the path to its hamlet."""
    return Case(
        When(**{f"{hamlet}__in": scope.ids}, then=Cast(hamlet, CharField())),
        When(**{f"{hamlet}__isnull": True}, then=Value(COMMUNE_WIDE)),
        default=Value(PAST),
        output_field=CharField(),
    )


def lines_of_groups(scope: Scope, groups: Iterable[int]) -> QuerySet[Any, Any]:
    """Each group and its present line."""
    told_apart = ZaloGroup.objects.filter(pk__in=groups).order_by()
    return told_apart.annotate(line=place_of("hamlet", scope)).values_list("pk", "line")


def _hamlets_told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    active = ZaloGroup.objects.active().filter(hamlet=OuterRef("pk"))
    return Hamlet.objects.filter(pk__in=scope.ids).annotate(
        line=Case(When(Exists(active), then=Value("with")), default=Value("without")),
        column=Value("hamlets"),
    )


HAMLETS = Grid(
    lambda scope: {"with": "Có nhóm đang hoạt động", "without": "Chưa có nhóm đang hoạt động"},
    {"hamlets": "Ấp, khu phố"},
    _hamlets_told_apart,
)


def _moved(scope: Scope, period: Period, line: str) -> QuerySet[ZaloGroup]:
    """Groups with such a move in the period, each once."""
    if line == "rearranged":
        changes = HamletChangeSource.objects.filter(
            change__commune=scope.commune, change__state=HamletChange.State.DONE,
            change__kind__in=[HamletChange.Kind.MERGE, HamletChange.Kind.SPLIT],
            change__effective_on__gte=period.first, change__effective_on__lte=period.last,
        )  # fmt: skip
        return scope.groups().filter(pk__in=changes.values("groups_then"))
    events = AuditEvent.objects.filter(
        target_type="groups.zalogroup", target_id=Cast(OuterRef("pk"), CharField()),
        action__in=TOLD_BY[line], at__gte=period.begins_at, at__lt=period.ends_at,
    )  # fmt: skip
    return scope.groups().filter(Exists(events))


@asking
def _moves(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    counts = yield [Number(_moved(scope, period, key), most=None) for key in MOVES]
    lines = zip(MOVES.items(), counts, strict=True)
    return Table(("Nhóm",), tuple(Row(label, (count,), key) for (key, label), count in lines))


def _groups_moved(ask: Ask) -> QuerySet[Any]:
    if ask.line != ALL:
        return _moved(ask.scope, ask.period, ask.line)
    ids = [_moved(ask.scope, ask.period, key).values("pk") for key in MOVES]
    return ask.scope.groups().filter(Q(pk__in=ids[0]) | Q(pk__in=ids[1]) | Q(pk__in=ids[2]))


def _reached(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    came = arrived_in(scope, period).filter(zalo_group=OuterRef("pk"))
    return (
        scope.groups()
        .filter(status=ZaloGroup.Status.ACTIVE)
        .annotate(
            line=place_of("hamlet", scope),
            column=Case(When(Exists(came), then=Value("some")), default=Value("none")),
        )
    )


@asking
def _reached_table(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    if not scope.is_whole:
        return (yield from counting(REACHED.table, scope, period, as_of))
    parts = parts_in("reached", scope, period, as_of)
    came = {group for groups_of_month in parts.counts for group in groups_of_month}
    active = scope.groups().filter(status=ZaloGroup.Status.ACTIVE).order_by()
    asked: list[Any] = [
        active.annotate(line=place_of("hamlet", scope)).values_list("pk", "line"),
    ]
    if parts.rest:
        asked.append(groups_reached(arrived_in(scope, *parts.rest)))
    lines, *lately = yield asked
    came.update(*(groups for rows in lately for _commune, groups in rows))
    found = Counter((line, pk in came) for pk, line in lines)
    rows = tuple(
        Row(label, (found[line, True], found[line, False]), line)
        for line, label in place_lines(scope).items()
    )
    return summed(Table(tuple(REACHED.columns.values()), rows))


REACHED = Grid(place_lines, {"some": "Có bài tới", "none": "Không có bài nào"}, _reached)


MOVED = {"joined": "Vào nhóm", "left": "Rời nhóm"}


def _came_and_went(scope: Scope, period: Period, column: int | None) -> QuerySet[Any]:
    """Memberships that began or ended in the period, of people still on record."""
    joined = Q(joined_on__gte=period.first, joined_on__lte=period.last)
    left = Q(state=Membership.State.LEFT, left_on__gte=period.first, left_on__lte=period.last)
    wanted = (joined, left, joined | left)[2 if column is None else column]
    people = Membership.objects.exclude(member__status__in=Member.HIDDEN)
    return (
        people.filter(wanted, member__hamlet__in=scope.ids, group__in=scope.groups().values("pk"))
        .annotate(line=Cast("member__hamlet", CharField()))
        .order_by("member__hamlet__code", "member__sort_key", "pk")
    )


@asking
def _joined_and_left(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    moved = [_came_and_went(scope, period, column).order_by() for column in (0, 1)]
    found = yield [rows.values_list("line").annotate(Count("pk")) for rows in moved]
    counts = [dict(rows) for rows in found]
    rows = tuple(
        Row(str(one), (counts[0].get(str(one.pk), 0), counts[1].get(str(one.pk), 0)), str(one.pk))
        for one in scope.hamlets
    )
    return summed(Table(tuple(MOVED.values()), rows))


def _people_moved(ask: Ask) -> QuerySet[Any]:
    found = _came_and_went(ask.scope, ask.period, ask.column)
    found = found if ask.line == ALL else found.filter(line=ask.line)
    return found.select_related("member__hamlet", "group")


def _person_cells(place: Membership) -> tuple[str, ...]:
    days = (f"{day:%d/%m/%Y}" if day else "" for day in (place.joined_on, place.left_on))
    return (place.member.full_name, str(place.member.hamlet), place.group.name, *days)


def _declared(scope: Scope) -> QuerySet[Any]:
    """Groups with a head count by their owner, by line."""
    open_groups = scope.groups().exclude(status=ZaloGroup.Status.CLOSED)
    return open_groups.filter(head_count__isnull=False).annotate(line=place_of("hamlet", scope))


@asking
def _heads(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    """Declared heads beside named people, never mixed: the first are counted in the group."""
    by_owner, by_name = yield [
        _declared(scope).order_by().values_list("line").annotate(Sum("head_count"), Count("pk")),
        Membership.objects.joined()
        .filter(member__status=Member.Status.ACTIVE, group__in=_declared(scope).values("pk"))
        .order_by()
        .annotate(line=place_of("group__hamlet", scope))
        .values_list("line")
        .annotate(Count("pk")),
    ]
    declared = {line: (heads, groups) for line, heads, groups in by_owner}
    named = dict(by_name)
    rows = tuple(
        Row(label, (*declared.get(line, (0, 0)), named.get(line, 0)), line)
        for line, label in place_lines(scope).items()
    )
    return summed(Table(tuple(HEADS.values()), rows))


def _counted_groups(ask: Ask) -> QuerySet[Any]:
    found = _declared(ask.scope)
    return found if ask.line == ALL else found.filter(line=ask.line)


HEADS = {
    "declared": "Người theo trưởng nhóm", "groups": "Nhóm đã đếm", "named": "Người đã có tên",
}  # fmt: skip
FIGURES = (
    figure(
        "heads", _heads,
        replace(
            groups_of(_counted_groups), sums={0: "head_count"},
            unlisted={2: "Người đã có tên nằm trong danh sách của độ phủ."},
        ),
        is_of_moment=True, at_month_end=AtMonthEnd(HEADS, parts_of={2: 0}),
    ),
    figure(
        "hamlets_with_group", HAMLETS.table,
        Listing(
            "groups.view_hamlet", ("Ấp, khu phố", "Số hộ"),
            lambda hamlet: (str(hamlet), str(hamlet.households)), page_at("groups_hamlet_change"),
            ordered(HAMLETS.rows, "code"),
        ),
        is_of_moment=True, at_month_end=HAMLETS.at_month_end,
    ),
    figure("groups_moved", _moves, groups_of(_groups_moved)),
    figure(
        "groups_reached", _reached_table, groups_of(REACHED.rows), at_month_end=REACHED.flow
    ),
    figure(
        "members_moved", _joined_and_left,
        Listing(
            VIEW_PEOPLE, ("Họ và tên", "Ấp, khu phố", "Nhóm", "Vào ngày", "Rời ngày"),
            _person_cells, page_at("groups_member_change", "member_id"), _people_moved,
            is_audited=True,
        ),
        at_month_end=AtMonthEnd(MOVED, is_flow=True),
    ),
)  # fmt: skip
