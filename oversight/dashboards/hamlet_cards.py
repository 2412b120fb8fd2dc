"""Cards of the hamlets, in the order of their codes and never ranked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from groups.consultation.thresholds import said_percentage
from groups.models import ZaloGroup
from oversight.dashboards.page_context import PageContext
from oversight.figures.consultation import STEPS
from oversight.figures.place import STAGES
from oversight.figures.table import Row
from vietnamese.text import grouped

EXPLAINED = (
    "Các ấp, khu phố xếp theo mã, không xếp hạng. Ô ghi việc đã làm tới bước nào; tham gia nhóm là "
    "tự nguyện, mỗi nơi đi theo điều kiện của mình."
)
# Moon phases for the steps of a regulation; the word beside says the same.
SIGNS = dict(zip(STAGES, "●◕◑◔○", strict=True))
# State of the consultation, in words.
ASKED = dict(
    zip(
        STEPS,
        ("dân đã thống nhất", "đã họp, chưa thống nhất", "đã hẹn ngày họp", "chưa họp lấy ý kiến"),
        strict=True,
    )
)
# Next action at each step.
NEXT = {
    "issued": "Quy chế đã ban hành: giữ nền nếp nhóm, ghi thay đổi khi có.",
    "agreed": "Bước tiếp theo: ban hành quy chế đã thống nhất.",
    "consulting": "Bước tiếp theo: ghi kết quả lấy ý kiến, thống nhất quy chế.",
    "draft": "Bước tiếp theo: họp lấy ý kiến về dự thảo quy chế.",
    "": "Bước tiếp theo: soạn dự thảo quy chế, mời họp lấy ý kiến.",
}


@dataclass(frozen=True)
class Tile:
    """Card of a hamlet; `width` is the bar of the households reached."""

    name: str
    url: str
    share: str
    reach: str
    width: str
    sign: str
    stage: str
    asked: str
    groups: str
    hand: str


def tiles(context: PageContext) -> Sequence[Tile]:
    """Cards from the figures by hamlet."""
    reached = _rows(context, "coverage")
    groups, hand = _rows(context, "groups_by_hamlet"), _rows(context, "hand_posting_by_hamlet")
    active = list(ZaloGroup.Status).index(ZaloGroup.Status.ACTIVE)
    made = []
    for hamlet in context.scope.hamlets:
        key = str(hamlet.pk)
        households, joined = reached[key].values[0], reached[key].values[1] or 0
        running = groups[key].values[active] or 0
        done, missed = (number or 0 for number in hand[key].values[:2])
        stage = stage_of(context, key)
        made.append(
            Tile(
                name=str(hamlet),
                url=reverse("admin:oversight_hamlet", args=[hamlet.pk]),
                share=said_percentage(joined, households) if households else "–",
                reach=f"{grouped(joined)} trên {grouped(households)} hộ" if households
                else f"{grouped(joined)} hộ, chưa ghi số hộ",
                width=_width(joined, households or 0),
                sign=SIGNS[stage],
                stage=STAGES[stage],
                asked=asked_of(context, key),
                groups=f"{grouped(running)} nhóm hoạt động",
                hand=f"đăng tay {grouped(done)}, bỏ lỡ {grouped(missed)}" if done or missed
                else "không có lượt đăng tay",
            )
        )  # fmt: skip
    return made


def stage_of(context: PageContext, key: str) -> str:
    """Step of the regulation of a hamlet, a key of `STAGES`."""
    return _marked(tuple(STAGES), _rows(context, "regulations_by_hamlet")[key])


def asked_of(context: PageContext, key: str) -> str:
    """State of the consultation of a hamlet, in words."""
    return ASKED[_marked(tuple(STEPS), _rows(context, "consulted_by_hamlet")[key])]


def _marked(steps: Sequence[str], row: Row) -> str:
    """Step of the first column with a number, else the last step."""
    return next((step for step, number in zip(steps, row.values, strict=True) if number), steps[-1])


def _rows(context: PageContext, figure: str) -> dict[str, Row]:
    return {row.key: row for row in context.table(figure).rows}


def _width(joined: int, households: int) -> str:
    return f"{min(100 * joined / households, 100):.2f}%" if households and joined else ""
