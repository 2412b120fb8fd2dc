"""Figures of the place: households reached, groups, meetings, regulations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from groups import coverage
from groups.models import Hamlet, Regulation, ZaloGroup
from oversight.figures.listing import Grid, own_list
from oversight.figures.table import ALL, Figure, Row, Table, admin_list, summed
from oversight.models import Subject
from oversight.periods import Period
from oversight.rollups.reading import of_places
from oversight.scopes import Scope

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


def _coverage(scope: Scope, period: Period, as_of: datetime) -> Table:
    places = covered(scope.hamlets)
    total = coverage.total_of(places)
    return Table(
        COVERAGE_COLUMNS,
        tuple(Row(place.label, _covered(place), str(place.hamlet_id)) for place in places),
        Row("Cộng", _covered(total), ALL),
    )


def covered(hamlets: Sequence[Hamlet]) -> list[coverage.Coverage]:
    """The coverage of hamlets in their order: what was counted, where nothing changed since."""
    kept = of_places(Subject.COVERAGE, [hamlet.pk for hamlet in hamlets])
    counted = coverage.by_hamlet(hamlet for hamlet in hamlets if kept[hamlet.pk] is None)
    return [
        counted[hamlet.pk] if (counts := kept[hamlet.pk]) is None
        else coverage.of_counts(hamlet, counts)
        for hamlet in hamlets
    ]  # fmt: skip


def households_joined(hamlets: Sequence[Hamlet]) -> dict[int, int]:
    """How many households of each hamlet have somebody in a group, of hundreds of hamlets."""
    kept = of_places(Subject.COVERAGE, [hamlet.pk for hamlet in hamlets])
    counted = coverage.by_hamlet(hamlet for hamlet in hamlets if kept[hamlet.pk] is None)
    return {
        hamlet.pk: counted[hamlet.pk].joined if counts is None else counts.get("joined", 0)
        for hamlet in hamlets
        for counts in [kept[hamlet.pk]]
    }


def _covered(place: coverage.Coverage) -> tuple[int | None, ...]:
    return (place.households, place.joined, place.through, place.members, place.people_joined)


def _groups_told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[ZaloGroup]:
    return scope.groups().annotate(line=F("kind"), column=F("status"))


GROUPS = Grid(
    lambda scope: {kind.value: str(kind.label) for kind in ZaloGroup.Kind},
    {state.value: str(state.label) for state in ZaloGroup.Status},
    _groups_told_apart,
)


def held_in(scope: Scope, period: Period) -> QuerySet[Any]:
    """Meetings of the span of which somebody wrote down how many were there, by level."""
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


def _meetings(scope: Scope, period: Period, as_of: datetime) -> Table:
    found = {
        row["line"]: (row["meetings"], row["there"], row["agreed"])
        for row in held_in(scope, period)
        .order_by()
        .values("line")
        .annotate(meetings=Count("pk"), there=Sum("represented"), agreed=Sum("agree"))
    }
    rows = tuple(Row(label, found.get(key, (0, 0, 0)), key) for key, label in LEVELS.items())
    columns = ("Cuộc họp", "Hộ, đơn vị có mặt", "Đồng ý")
    return summed(Table(columns, rows))


def furthest_regulations(scope: Scope) -> QuerySet[Any]:
    """The hamlets, each with its furthest regulation that still counts: `stage`, `regulation`."""
    return furthest_of(scope.ids)


def furthest_of(hamlets: Sequence[int]) -> QuerySet[Any]:
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
    return furthest_regulations(scope).annotate(
        line=Case(When(stage="", then=Value("none")), default=F("stage")), column=Value("hamlets")
    )


REGULATIONS = Grid(
    lambda scope: {stage or "none": label for stage, label in STAGES.items()},
    {"hamlets": "Ấp, khu phố"},
    _stages_told_apart,
)


FIGURES = (
    Figure(
        "coverage", "Độ phủ hộ dân", "hộ, người", coverage.DEFINITION,
        "Danh sách thành viên và tình trạng tham gia nhóm; số hộ do ấp, khu phố khai.",
        _coverage, admin_list("groups_hamlet_coverage", "groups.view_team"), is_of_moment=True,
    ),
    Figure(
        "groups", "Nhóm Zalo", "nhóm",
        "Nhóm Zalo của ấp, khu phố (và nhóm toàn xã, khi xem cả xã), theo cách đăng bài và trạng "
        "thái lúc xem.",
        "Danh sách nhóm Zalo.",
        GROUPS.table, own_list("groups", "groups.view_zalogroup"),
        is_of_moment=True,
    ),
    Figure(
        "meetings", "Họp lấy ý kiến", "cuộc họp, hộ",
        "Cuộc họp có ngày họp trong kỳ và đã ghi số có mặt. Họp cấp xã đếm đơn vị dự, họp ấp và "
        "họp tổ đếm hộ có đại diện hoặc gửi phiếu.",
        "Sổ họp lấy ý kiến.",
        _meetings, own_list("meetings", "groups.view_consultationmeeting"),
    ),
    Figure(
        "regulations", "Quy chế hoạt động", "ấp, khu phố",
        "Mỗi ấp, khu phố đếm một lần, theo bản quy chế đi xa nhất đang còn giá trị lúc xem.",
        "Sổ quy chế hoạt động.",
        REGULATIONS.table, own_list("regulations", "groups.view_regulation"),
        is_of_moment=True,
    ),
)  # fmt: skip
