"""Figures of coverage, groups, meetings and regulations."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.asking import Asking
from groups.coverage import households
from groups.models import Hamlet, Member, Regulation, ZaloGroup
from oversight.figures.listing import Grid, Listing, Rows, figure, ordered, page_at
from oversight.figures.models import Subject
from oversight.figures.rollups.reading import of_places
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Ask, AtMonthEnd, Row, Table, admin_list, asking, summed
from oversight.periods import Period

LEVELS = {"commune": "Họp cấp xã", "hamlet": "Họp ấp, khu phố", "team": "Họp tổ"}
STAGES = {
    "issued": "Quy chế đã ban hành",
    "agreed": "Đã thống nhất, chưa ban hành",
    "consulting": "Đang lấy ý kiến",
    "draft": "Mới có dự thảo",
    "": "Chưa có quy chế",
}
COVERAGE_COLUMNS = (
    "Số hộ", "Hộ có người trong nhóm", "Hộ nhận tin qua người khác", "Thành viên đang có",
    "Người đang ở trong nhóm",
)  # fmt: skip


def past_day(period: Period, as_of: datetime) -> date | None:
    """The last day of a period that is over; None for one that goes on, which is counted now."""
    return period.last if period.is_over(timezone.localdate(as_of)) else None


def _coverage(scope: Scope, period: Period, as_of: datetime) -> Table:
    day = past_day(period, as_of)
    known, moment = scope.read.covered, (day, as_of)
    if moment not in known:
        known[moment] = covered(scope.hamlets, day)
    places: list[households.Coverage] = known[moment]
    total = households.total_of(places)
    return Table(
        COVERAGE_COLUMNS,
        tuple(Row(place.label, _covered(place), str(place.hamlet_id)) for place in places),
        Row("Cộng", _covered(total), ALL),
        f"Tính đến hết ngày {day:%d/%m/%Y}." if day else "",
    )


def _coverage_with_members(scope: Scope, period: Period, as_of: datetime) -> Table:
    """Coverage of a month on the day after it: the register knows its people of that midnight."""
    now = households.by_hamlet(scope.hamlets)
    places = [
        replace(place, members=now[place.hamlet_id].members)
        for place in covered(scope.hamlets, period.last)
    ]
    rows = tuple(Row(place.label, _covered(place), str(place.hamlet_id)) for place in places)
    return Table(COVERAGE_COLUMNS, rows, Row("Cộng", _covered(households.total_of(places)), ALL))


COVERED_AT_MONTH_END = AtMonthEnd(
    dict(
        zip(
            ("households", "joined", "through", "members", "people_joined"), COVERAGE_COLUMNS,
            strict=True,
        )
    ),
    parts_of={1: 0, 2: 0, 4: 3}, is_dated=True, count=_coverage_with_members,
)  # fmt: skip


def covered(hamlets: Sequence[Hamlet], on: date | None = None) -> list[households.Coverage]:
    """Coverage of hamlets in their order: at the end of a past day, or now.

    Now it is read from stored counts where these are valid.
    """
    if on is not None:
        past = households.by_hamlet(hamlets, on)
        return [past[hamlet.pk] for hamlet in hamlets]
    stored = of_places(Subject.COVERAGE, [hamlet.pk for hamlet in hamlets])
    counted = households.by_hamlet(hamlet for hamlet in hamlets if stored[hamlet.pk] is None)
    return [
        counted[hamlet.pk] if (counts := stored[hamlet.pk]) is None
        else households.of_counts(hamlet, counts)
        for hamlet in hamlets
    ]  # fmt: skip


def households_joined(hamlets: Sequence[Hamlet], on: date | None = None) -> dict[int, int]:
    """Households with a group member by hamlet, for hundreds of hamlets: of a past day, or now."""
    if on is not None:
        past = households.joined_on(hamlets, on)
        return {hamlet.pk: past.get(hamlet.pk, 0) for hamlet in hamlets}
    stored = of_places(Subject.COVERAGE, [hamlet.pk for hamlet in hamlets])
    counted = households.by_hamlet(hamlet for hamlet in hamlets if stored[hamlet.pk] is None)
    return {
        hamlet.pk: counted[hamlet.pk].joined if counts is None else counts.get("joined", 0)
        for hamlet in hamlets
        for counts in [stored[hamlet.pk]]
    }


def _covered(place: households.Coverage) -> tuple[int | None, ...]:
    return (place.households, place.joined, place.through, place.members, place.people_joined)


def _groups_told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[ZaloGroup]:
    return scope.groups().annotate(line=F("kind"), column=F("status"))


GROUPS = Grid(
    lambda scope: {kind.value: str(kind.label) for kind in ZaloGroup.Kind},
    {state.value: str(state.label) for state in ZaloGroup.Status},
    _groups_told_apart,
)


MEETING_COLUMNS = {
    "meetings": "Cuộc họp", "represented": "Hộ, đơn vị có mặt", "agree": "Đồng ý",
}  # fmt: skip


def held_in(scope: Scope, period: Period) -> QuerySet[Any]:
    """Meetings of the period with a recorded attendance; `line` is the level."""
    level = Case(
        When(hamlet=None, then=Value("commune")),
        When(team=None, then=Value("hamlet")),
        default=Value("team"),
        output_field=CharField(),
    )
    held = scope.meetings().filter(
        represented__gt=0, held_on__gte=period.first, held_on__lte=period.last
    )
    return held.annotate(line=level)


@asking
def _meetings(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    lines = held_in(scope, period).order_by().values("line")
    counted = yield lines.annotate(
        meetings=Count("pk"), there=Sum("represented"), agreed=Sum("agree")
    )
    found = {row["line"]: (row["meetings"], row["there"], row["agreed"]) for row in counted}
    rows = tuple(Row(label, found.get(key, (0, 0, 0)), key) for key, label in LEVELS.items())
    return summed(Table(tuple(MEETING_COLUMNS.values()), rows))


def furthest_of(hamlets: Sequence[int]) -> QuerySet[Any]:
    """Hamlets with `stage` and `regulation`, their furthest valid regulation."""
    order = Case(
        *(When(status=stage, then=Value(place)) for place, stage in enumerate(STAGES) if stage)
    )
    standing = Regulation.objects.filter(hamlet=OuterRef("pk")).exclude(
        status=Regulation.Status.SUPERSEDED
    )
    furthest = standing.order_by(order, "-version")
    return Hamlet.objects.filter(pk__in=hamlets).annotate(
        stage=Coalesce(
            Subquery(furthest.values("status")[:1]), Value(""), output_field=CharField()
        ),
        regulation=Subquery(furthest.values("pk")[:1]),
    )


def _stages_told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Hamlet]:
    return furthest_of(scope.ids).annotate(
        line=Case(When(stage="", then=Value("none")), default=F("stage")), column=Value("hamlets")
    )


REGULATIONS = Grid(
    lambda scope: {stage or "none": label for stage, label in STAGES.items()},
    {"hamlets": "Ấp, khu phố"},
    _stages_told_apart,
)


VIEW_GROUPS, VIEW_PEOPLE = "groups.view_zalogroup", "groups.view_member"
MEETING_HEADINGS = ("Cuộc họp", "Hình thức", "Tổng số", "Có mặt", "Đồng ý")
NOT_RECORDS = "Số hộ do ấp, khu phố khai ở trang ấp, khu phố, không phải một danh sách."


def group_cells(group: ZaloGroup) -> tuple[str, ...]:
    place = str(group.hamlet) if group.hamlet else "Toàn xã"
    return (group.name, place, group.get_kind_display(), group.get_status_display())


def groups_of(rows: Rows) -> Listing:
    """List of groups."""
    return Listing(
        VIEW_GROUPS, ("Nhóm", "Ấp, khu phố", "Loại", "Trạng thái"), group_cells,
        page_at("groups_zalogroup_change"),
        ordered(rows, "hamlet__code", "search_text", "pk", related=["hamlet"]),
    )  # fmt: skip


def _people(scope: Scope, line: str, on: date | None) -> QuerySet[Any]:
    """Residents visible to the reader: households are not filtered afterwards."""
    ids = scope.ids if line == ALL else [pk for pk in scope.ids if str(pk) == line]
    visible = Member.objects.visible_to(scope.reader).filter(hamlet__in=ids)
    people = visible.active() if on is None else visible.active_on(on)
    return people.annotate(
        is_in=households.joined_membership(on=on), is_told=households.is_told(on)
    )


def _households(people: QuerySet[Any], reach: int) -> QuerySet:
    """A line for each household, by code or representative, as the coverage counts."""
    homes = (
        people.annotate(home=households.HOUSEHOLD)
        .filter(home__isnull=False)
        .values("hamlet__kind", "hamlet__name", "hamlet", "home")
        .annotate(
            first=Min("pk"), people=Count("pk"),
            inside=Count("pk", filter=Q(is_in=True)), told=Count("pk", filter=Q(is_told=True)),
        )
        .order_by("hamlet", "home")
    )  # fmt: skip
    return homes.filter(inside__gt=0) if reach == 1 else homes.filter(inside=0, told__gt=0)


def _covered_rows(ask: Ask) -> QuerySet:
    people = _people(ask.scope, ask.line, past_day(ask.period, ask.as_of))
    if ask.column in (1, 2):
        return _households(people, ask.column)
    if ask.column == 4:
        people = people.filter(is_in=True)
    return people.select_related("hamlet").order_by("hamlet__code", "sort_key", "pk")


def _home_or_person(record: Any) -> tuple[str, ...]:
    if not isinstance(record, dict):
        inside = "Đang ở trong nhóm" if record.is_in else "Chưa ở trong nhóm"
        return (record.full_name, str(record.hamlet), inside)
    hamlet = str(Hamlet(kind=record["hamlet__kind"], name=record["hamlet__name"]))
    home = record["home"]
    name = "Hộ chưa có mã" if home.startswith("#") else f"Hộ {home}"
    return (name, hamlet, f"{record['people']} người, {record['inside']} người trong nhóm")


def _home_page(record: Any, reader: User) -> str:
    pk = record.pk if isinstance(record, Member) else record["first"]
    return reverse("admin:groups_member_change", args=[pk])


def meeting_cells(meeting: Any) -> tuple[str, ...]:
    counts = (meeting.households, meeting.represented, meeting.agree)
    return (str(meeting), meeting.get_form_display(), *map(str, counts))


def _meeting_rows(ask: Ask) -> QuerySet:
    levels = list(LEVELS) if ask.line == ALL else [ask.line]
    found = held_in(ask.scope, ask.period).filter(line__in=levels)
    return found.select_related("hamlet", "team").order_by("held_on", "pk")


def stage_cells(hamlet: Any) -> tuple[str, ...]:
    return (str(hamlet), STAGES[hamlet.stage])


def regulation_page(hamlet: Any, reader: User) -> str:
    """Page of the regulation of the hamlet, else the list of regulations."""
    if hamlet.regulation is None:
        return reverse("admin:groups_regulation_changelist")
    return reverse("admin:groups_regulation_page", args=[hamlet.regulation])


COVERED_LIST = Listing(
    VIEW_PEOPLE, ("Hộ, người", "Ấp, khu phố", "Trong nhóm"), _home_or_person, _home_page,
    _covered_rows, unlisted={0: NOT_RECORDS}, is_audited=True,
)  # fmt: skip
COVERAGE = figure(
    "coverage", _coverage, COVERED_LIST,
    behind=admin_list("groups_hamlet_coverage", "groups.view_team"),
    definition=households.DEFINITION, at_month_end=COVERED_AT_MONTH_END,
)  # fmt: skip
FIGURES = (
    COVERAGE,
    figure(
        "groups", GROUPS.table, groups_of(GROUPS.rows), is_of_moment=True,
        at_month_end=GROUPS.at_month_end,
    ),
    figure(
        "meetings", _meetings,
        Listing(
            "groups.view_consultationmeeting", MEETING_HEADINGS, meeting_cells,
            page_at("groups_consultationmeeting_change"), _meeting_rows,
            sums={1: "represented", 2: "agree"},
        ),
        at_month_end=AtMonthEnd(MEETING_COLUMNS, is_flow=True),
    ),
    figure(
        "regulations", REGULATIONS.table,
        Listing(
            "groups.view_regulation", ("Ấp, khu phố", "Quy chế"), stage_cells, regulation_page,
            ordered(REGULATIONS.rows, "code"),
        ),
        is_of_moment=True, at_month_end=REGULATIONS.at_month_end,
    ),
)  # fmt: skip
