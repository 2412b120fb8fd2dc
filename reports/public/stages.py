"""How far a tip is, in the words of who told it."""

from dataclasses import dataclass

from reports.models import TipReport
from reports.services.residents import standing_of

Status, Disposition = TipReport.Status, TipReport.Disposition
STAGES = (
    ("Đã nhận", (Status.NEW,)),
    ("Đang xem xét", (Status.TRIAGED,)),
    ("Đang xác minh", (Status.IN_PROGRESS,)),
    ("Có kết quả", (Status.RESOLVED, Status.TOLD)),
    ("Đã đóng", (Status.CLOSED,)),
)
_SAID = {
    Status.NEW: "Công an đã nhận. Sắp tới sẽ có người xem và phân việc.",
    Status.TRIAGED: "Công an đã xem và đang phân người làm.",
    Status.IN_PROGRESS: "Công an đang xác minh.",
    Status.RESOLVED: "Đã có kết quả. Công an sẽ trả lời ở trang này.",
    Status.TOLD: "Công an đã trả lời ở bên dưới.",
    Status.CLOSED: "Chuyện này đã làm xong.",
}
_ENDED = {
    Disposition.HANDLED_HERE: "Công an đã giải quyết.",
    Disposition.INVESTIGATING_AGENCY: "Đã chuyển cơ quan điều tra để làm tiếp.",
    Disposition.OTHER_AUTHORITY: "Việc này thuộc nơi khác giải quyết. Công an đã chuyển tới đó.",
    Disposition.GUIDED: "Công an đã hướng dẫn ở bên dưới.",
    Disposition.UNFOUNDED: "Công an đã xác minh, chưa thấy có căn cứ. Báo tin là việc tốt, bà con "
    "không bị ghi nhận gì về việc này.",
    Disposition.DIVERTED: "Đây là đơn tố cáo hoặc khiếu nại, phải nộp theo cách luật định. Trang "
    "này không giữ nội dung. Bà con mang đơn tới nơi tiếp công dân của Ủy ban nhân dân.",
    Disposition.HANDED_OVER: "Công an đã nhận và đã chuyển nơi có thẩm quyền. Trang này không "
    "giữ nội dung.",
}  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """The strip of stages and the sentence under it. `at` is the place in the strip, from 0."""

    stages: tuple[tuple[str, str], ...]
    at: int
    said: str
    is_single_line: bool
    is_emptied: bool


def standing(tip: TipReport) -> Standing:
    """How far it is; of a duplicate, as far as the tip it was joined to."""
    counted = standing_of(tip)
    at = next(place for place, (_name, states) in enumerate(STAGES) if counted.status in states)
    said = _SAID[Status(counted.status)]
    if counted.status in {Status.TOLD, Status.CLOSED} and counted.disposition:
        said = _ENDED.get(Disposition(counted.disposition), said)
    is_single_line = tip.disposition in TipReport.EMPTY_ENDS
    return Standing(
        tuple((name, _mark(place, at)) for place, (name, _states) in enumerate(STAGES)),
        at,
        said,
        is_single_line,
        is_emptied=tip.emptied_at is not None and not is_single_line,
    )


def _mark(place: int, at: int) -> str:
    return "done" if place < at else "now" if place == at else "to_come"
