"""A plan with its steps: what, where, until when, by whom."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Commune
from accounts.papers.content import Heading, Paper, Table, Text
from accounts.papers.drafts import numbered
from accounts.papers.letterheads import Issuer, letterhead, signature

HEADINGS = ("Số", "Nội dung", "Ấp, khu phố", "Hạn", "Chủ trì")
WIDTHS = (12, 68, 32, 25, 28)


@dataclass(frozen=True)
class Step:
    """One thing to be done; an empty place is the whole commune."""

    what: str
    due: date | None
    who: str
    place: str = ""


@dataclass(frozen=True)
class PlanContent:
    """What a plan says."""

    subject: str
    on: date
    purposes: tuple[str, ...]
    steps: tuple[Step, ...]
    duties: tuple[str, ...]


def plan_paper(
    content: PlanContent, *, commune: Commune, issuer: Issuer, about: str, mark: str = ""
) -> Paper:
    """The plan as a draft of the body that issues it."""
    steps = tuple(_row(*one) for one in enumerate(content.steps, 1))
    paper = Paper(
        letterhead=letterhead(commune, issuer, on=content.on),
        title="Kế hoạch",
        summary=content.subject,
        blocks=(
            Heading("Mục đích, yêu cầu"),
            *map(Text, content.purposes),
            Heading("Nội dung, thời gian thực hiện"),
            Table(HEADINGS, steps, WIDTHS),
            Heading("Tổ chức thực hiện"),
            *map(Text, content.duties),
        ),
        signatures=(signature(commune, issuer, on=content.on),),
        on=content.on,
        code="KH",
        recipients=("Các ấp, khu phố, ban, ngành, đoàn thể", "Lưu: VT"),
        mark=mark,
    )
    return numbered(paper, commune=commune, about=about)


def _row(number: int, step: Step) -> tuple[str, ...]:
    due = f"{step.due:%d/%m/%Y}" if step.due else "Thường xuyên"
    return (str(number), step.what, step.place or "Toàn xã", due, step.who)
