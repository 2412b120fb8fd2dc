"""Figures of the place: households reached, groups, meetings, regulations."""

from collections import Counter
from datetime import datetime

from django.db.models import Case, CharField, Count, Sum, Value, When

from groups import coverage
from groups.models import Regulation, ZaloGroup
from oversight.figures.table import Figure, Row, Table, admin_list, summed
from oversight.periods import Period
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
    found = coverage.by_hamlet(scope.hamlets)
    places = [found[hamlet.pk] for hamlet in scope.hamlets]
    total = coverage.total_of(places)
    return Table(
        COVERAGE_COLUMNS,
        tuple(Row(place.label, _covered(place)) for place in places),
        Row("Cộng", _covered(total)),
    )


def _covered(place: coverage.Coverage) -> tuple[int | None, ...]:
    return (place.households, place.joined, place.through, place.members, place.people_joined)


def _groups(scope: Scope, period: Period, as_of: datetime) -> Table:
    counts = {
        (row["kind"], row["status"]): row["groups"]
        for row in scope.groups().order_by().values("kind", "status").annotate(groups=Count("pk"))
    }
    states = ZaloGroup.Status
    rows = tuple(
        Row(str(kind.label), tuple(counts.get((kind.value, state.value), 0) for state in states))
        for kind in ZaloGroup.Kind
    )
    return summed(Table(tuple(str(state.label) for state in states), rows))


def _meetings(scope: Scope, period: Period, as_of: datetime) -> Table:
    level = Case(
        When(hamlet=None, then=Value("commune")),
        When(team=None, then=Value("hamlet")),
        default=Value("team"),
        output_field=CharField(),
    )
    held = scope.meetings().filter(
        represented__gt=0, held_on__gte=period.first, held_on__lte=period.last
    )
    found = {
        row["level"]: (row["meetings"], row["there"], row["agreed"])
        for row in held.order_by()
        .annotate(level=level)
        .values("level")
        .annotate(meetings=Count("pk"), there=Sum("represented"), agreed=Sum("agree"))
    }
    rows = tuple(Row(label, found.get(key, (0, 0, 0))) for key, label in LEVELS.items())
    columns = ("Cuộc họp", "Hộ, đơn vị có mặt", "Đồng ý")
    return summed(Table(columns, rows))


def _regulations(scope: Scope, period: Period, as_of: datetime) -> Table:
    order = {stage: place for place, stage in enumerate(STAGES)}
    furthest: dict[int, str] = {}
    standing = scope.regulations().exclude(status=Regulation.Status.SUPERSEDED)
    for hamlet, stage in standing.filter(hamlet__in=scope.ids).values_list("hamlet", "status"):
        if order[stage] < order[furthest.get(hamlet, "")]:
            furthest[hamlet] = stage
    counts = Counter(furthest.get(pk, "") for pk in scope.ids)
    rows = tuple(Row(label, (counts[stage],)) for stage, label in STAGES.items())
    return summed(Table(("Ấp, khu phố",), rows))


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
        _groups, admin_list("groups_zalogroup_changelist", "groups.view_zalogroup"),
        is_of_moment=True,
    ),
    Figure(
        "meetings", "Họp lấy ý kiến", "cuộc họp, hộ",
        "Cuộc họp có ngày họp trong kỳ và đã ghi số có mặt. Họp cấp xã đếm đơn vị dự, họp ấp và "
        "họp tổ đếm hộ có đại diện hoặc gửi phiếu.",
        "Sổ họp lấy ý kiến.",
        _meetings,
        admin_list(
            "groups_consultationmeeting_changelist", "groups.view_consultationmeeting",
            "?held_on__gte={first}&held_on__lte={last}",
        ),
    ),
    Figure(
        "regulations", "Quy chế hoạt động", "ấp, khu phố",
        "Mỗi ấp, khu phố đếm một lần, theo bản quy chế đi xa nhất đang còn giá trị lúc xem.",
        "Sổ quy chế hoạt động.",
        _regulations, admin_list("groups_regulation_changelist", "groups.view_regulation"),
        is_of_moment=True,
    ),
)  # fmt: skip
