"""Figures told hamlet by hamlet, in the order of their codes: its groups, and how it was asked.
They name a step, never a rank."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet
from django.db.models.functions import Cast

from groups.models import ZaloGroup
from oversight.figures.consultation import STEPS, VIEW_REGULATIONS, hamlets_by_step, hamlets_of
from oversight.figures.listing import Grid, own_list
from oversight.figures.place_lists import VIEW_GROUPS, groups_of
from oversight.figures.reach import place_lines, place_of
from oversight.figures.table import Figure
from oversight.periods import Period
from oversight.scopes import Scope


def _groups(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    return scope.groups().annotate(line=place_of("hamlet", scope), column=F("status"))


def _asked(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    told_apart = hamlets_by_step(scope, period, as_of).annotate(step=F("line"))
    return told_apart.annotate(column=F("step"), line=Cast("pk", CharField()))


GROUPS = Grid(place_lines, {state.value: str(state.label) for state in ZaloGroup.Status}, _groups)
ASKED = Grid(lambda scope: {str(hamlet.pk): str(hamlet) for hamlet in scope.hamlets}, STEPS, _asked)
FIGURES = (
    Figure(
        "groups_by_hamlet", "Nhóm Zalo của từng ấp, khu phố", "nhóm",
        "Nhóm Zalo theo ấp, khu phố và trạng thái lúc xem. Xếp theo mã ấp, không xếp hạng.",
        "Danh sách nhóm Zalo.",
        GROUPS.table, own_list("groups_by_hamlet", VIEW_GROUPS), is_of_moment=True,
    ),
    Figure(
        "consulted_by_hamlet", "Từng ấp, khu phố đã lấy ý kiến tới đâu", "ấp, khu phố",
        "Mỗi ấp, khu phố ghi 1 ở cột của bước đi xa nhất lúc xem, 0 ở cột khác. Xếp theo mã ấp, "
        "không xếp hạng.",
        "Sổ quy chế hoạt động và sổ họp lấy ý kiến.",
        ASKED.table, own_list("consulted_by_hamlet", VIEW_REGULATIONS), is_of_moment=True,
    ),
)  # fmt: skip
LISTINGS = {
    "groups_by_hamlet": groups_of(GROUPS.rows),
    "consulted_by_hamlet": hamlets_of(ASKED),
}
