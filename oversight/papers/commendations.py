"""The lists of who is put forward for a commendation, and of whom a decision thanks."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Commune
from accounts.papers.content import Paper, Table, Text
from accounts.papers.drafts import numbered
from accounts.papers.letterheads import Issuer, letterhead, signature

HEADINGS = ("Số", "Tập thể, cá nhân", "Nơi công tác, cư trú", "Thành tích", "Hình thức")
WIDTHS = (12, 38, 36, 52, 27)
DECIDED_HEADINGS = (
    "Số", "Tập thể, cá nhân", "Thành tích", "Hình thức", "Cấp khen", "Quyết định", "Trao",
)  # fmt: skip
DECIDED_WIDTHS = (10, 34, 38, 18, 22, 23, 20)
NOT_PUBLIC = "Không công khai"
NOT_HANDED_OVER = "Chưa trao"


@dataclass(frozen=True)
class Nominee:
    """One line. Who told the police something stands by a token, never by name or place."""

    name: str
    place: str
    achievement: str
    form: str
    is_public: bool = True


@dataclass(frozen=True)
class Rewarded(Nominee):
    """One line with the decision behind it, by which the paper is written and handed over."""

    given_by: str = ""
    number: str = ""
    decided_on: date | None = None
    handed_over_on: date | None = None


@dataclass(frozen=True)
class CommendationContent:
    """A list for one occasion: “tổng kết mô hình năm 2026”."""

    occasion: str
    on: date
    nominees: tuple[Nominee, ...]


@dataclass(frozen=True)
class RewardedContent:
    """Who has a decision, for one occasion."""

    occasion: str
    on: date
    rewarded: tuple[Rewarded, ...]


def commendation_paper(
    content: CommendationContent, *, commune: Commune, issuer: Issuer, about: str, mark: str = ""
) -> Paper:
    """The list as a draft of the body that puts forward."""
    table = Table(HEADINGS, tuple(_row(*one) for one in enumerate(content.nominees, 1)), WIDTHS)
    count = f"Danh sách có {len(content.nominees)} tập thể, cá nhân."
    summary = f"Đề nghị khen thưởng {content.occasion}"
    paper = _listed(summary, (table, Text(count)), commune, issuer, on=content.on, mark=mark)
    return numbered(paper, commune=commune, about=about)


def rewarded_paper(
    content: RewardedContent, *, commune: Commune, issuer: Issuer, about: str, mark: str = ""
) -> Paper:
    """The list by which certificates are written and handed over."""
    lines = tuple(_rewarded_row(*one) for one in enumerate(content.rewarded, 1))
    table = Table(DECIDED_HEADINGS, lines, DECIDED_WIDTHS)
    left = sum(one.handed_over_on is None for one in content.rewarded)
    count = f"Danh sách có {len(lines)} lượt khen, {left} lượt chưa trao."
    summary = f"Khen thưởng đã có quyết định {content.occasion}"
    paper = _listed(summary, (table, Text(count)), commune, issuer, on=content.on, mark=mark)
    return numbered(paper, commune=commune, about=about)


def _listed(
    summary: str, blocks: tuple[Table, Text], commune: Commune, issuer: Issuer, *,
    on: date, mark: str,
) -> Paper:  # fmt: skip
    return Paper(
        letterhead=letterhead(commune, issuer, on=on),
        title="Danh sách",
        summary=summary,
        blocks=blocks,
        signatures=(signature(commune, issuer, on=on),),
        on=on,
        code="DS",
        recipients=("Hội đồng Thi đua - Khen thưởng", "Lưu: VT"),
        mark=mark,
    )


def _row(number: int, nominee: Nominee) -> tuple[str, ...]:
    place = nominee.place if nominee.is_public else NOT_PUBLIC
    return (str(number), nominee.name, place, nominee.achievement, nominee.form)


def _rewarded_row(number: int, one: Rewarded) -> tuple[str, ...]:
    place = one.place if one.is_public else NOT_PUBLIC
    decided = f"{one.number} ngày {one.decided_on:%d/%m/%Y}" if one.decided_on else one.number
    handed_over = f"{one.handed_over_on:%d/%m/%Y}" if one.handed_over_on else NOT_HANDED_OVER
    return (
        str(number), ", ".join(filter(None, (one.name, place))), one.achievement, one.form,
        one.given_by, decided, handed_over,
    )  # fmt: skip
