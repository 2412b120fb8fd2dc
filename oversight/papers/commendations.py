"""The list of who is put forward for a commendation."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Commune
from accounts.papers.content import Paper, Table, Text
from accounts.papers.drafts import numbered
from accounts.papers.letterheads import Issuer, letterhead, signature

HEADINGS = ("Số", "Tập thể, cá nhân", "Nơi công tác, cư trú", "Thành tích", "Hình thức")
WIDTHS = (12, 38, 36, 52, 27)
NOT_PUBLIC = "Không công khai"


@dataclass(frozen=True)
class Nominee:
    """One line. Who told the police something stands by a token, never by name or place."""

    name: str
    place: str
    achievement: str
    form: str
    is_public: bool = True


@dataclass(frozen=True)
class CommendationContent:
    """A list for one occasion: “tổng kết mô hình năm 2026”."""

    occasion: str
    on: date
    nominees: tuple[Nominee, ...]


def commendation_paper(
    content: CommendationContent, *, commune: Commune, issuer: Issuer, about: str, mark: str = ""
) -> Paper:
    """The list as a draft of the body that puts forward."""
    table = Table(HEADINGS, tuple(_row(*one) for one in enumerate(content.nominees, 1)), WIDTHS)
    count = len(content.nominees)
    paper = Paper(
        letterhead=letterhead(commune, issuer, on=content.on),
        title="Danh sách",
        summary=f"Đề nghị khen thưởng {content.occasion}",
        blocks=(table, Text(f"Danh sách có {count} tập thể, cá nhân.")),
        signatures=(signature(commune, issuer, on=content.on),),
        on=content.on,
        code="DS",
        recipients=("Hội đồng Thi đua - Khen thưởng", "Lưu: VT"),
        mark=mark,
    )
    return numbered(paper, commune=commune, about=about)


def _row(number: int, nominee: Nominee) -> tuple[str, ...]:
    place = nominee.place if nominee.is_public else NOT_PUBLIC
    return (str(number), nominee.name, place, nominee.achievement, nominee.form)
