"""Cards of the hamlets, in the order of their codes and never ranked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from groups.consultation.thresholds import said_percentage
from groups.models import Hamlet, ZaloGroup
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
NOTHING = "–"
NOT_THERE = "chưa có ấp, khu phố này ở kỳ đó"
ACTIVE = list(ZaloGroup.Status).index(ZaloGroup.Status.ACTIVE)
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
    """Card of a hamlet; `width` is the bar of the households reached.

    Without `stage`: it was not there then, and came from no hamlet on record.
    """

    name: str
    url: str
    share: str
    reach: str
    width: str = ""
    sign: str = ""
    stage: str = ""
    asked: str = ""
    groups: str = ""
    hand: str = ""


def tiles(context: PageContext) -> Sequence[Tile]:
    """Cards from the figures by hamlet."""
    return [_tile(context, hamlet) for hamlet in context.scope.hamlets]


def _tile(context: PageContext, hamlet: Hamlet) -> Tile:
    reached = context.lines("coverage", hamlet.pk)
    name, url = str(hamlet), reverse("admin:oversight_hamlet", args=[hamlet.pk])
    if not reached:
        return Tile(name, url, NOTHING, NOT_THERE)
    households, joined = _number(reached, 0), _number(reached, 1)
    running = _number(context.lines("groups_by_hamlet", hamlet.pk), ACTIVE)
    by_hand = context.lines("hand_posting_by_hamlet", hamlet.pk)
    done, missed = _number(by_hand, 0), _number(by_hand, 1)
    stage = stage_of(context, hamlet.pk)
    reach = (
        f"{grouped(joined)} trên {grouped(households)} hộ" if households
        else f"{grouped(joined)} hộ, chưa ghi số hộ"
    )  # fmt: skip
    return Tile(
        name,
        url,
        share=said_percentage(joined, households) if households else NOTHING,
        reach=f"{reach}{_of_others(reached, hamlet)}",
        width=_width(joined, households),
        sign=SIGNS[stage],
        stage=STAGES[stage],
        asked=asked_of(context, hamlet.pk),
        groups=f"{grouped(running)} nhóm hoạt động",
        hand=f"đăng tay {grouped(done)}, bỏ lỡ {grouped(missed)}" if done or missed
        else "không có lượt đăng tay",
    )  # fmt: skip


def stage_of(context: PageContext, hamlet: int) -> str:
    """Step of the regulation of a hamlet, a key of `STAGES`."""
    return _marked(tuple(STAGES), context.lines("regulations_by_hamlet", hamlet))


def asked_of(context: PageContext, hamlet: int) -> str:
    """State of the consultation of a hamlet, in words."""
    return ASKED[_marked(tuple(STEPS), context.lines("consulted_by_hamlet", hamlet))]


def _of_others(lines: Sequence[Row], hamlet: Hamlet) -> str:
    """Says whose numbers they are, where they are those of the hamlets it came from."""
    if any(line.key == str(hamlet.pk) for line in lines):
        return ""
    return f" (số của {', '.join(line.label for line in lines)})"


def _number(lines: Sequence[Row], place: int) -> int:
    return sum(line.values[place] or 0 for line in lines)


def _marked(steps: Sequence[str], lines: Sequence[Row]) -> str:
    """The least step that one of the lines has reached: its first column with a number."""
    reached = [
        next((place for place, number in enumerate(line.values) if number), len(steps) - 1)
        for line in lines
    ]
    return steps[max(reached, default=len(steps) - 1)]


def _width(joined: int, households: int) -> str:
    return f"{min(100 * joined / households, 100):.2f}%" if households and joined else ""
