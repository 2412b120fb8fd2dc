"""A yearly review as a document of the police, printed and as a Word file.

It holds figures of the police (docs/decisions/0086).
"""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.papers.services import Issuer, letterhead, numbered, signature
from accounts.services import NotAllowed
from documents.content import BLANK, Block, Heading, Paper, Table, Text, paragraphs
from oversight.commendations import services as commendations
from oversight.commendations.models import Commendation
from oversight.document_pages import DocumentPages
from oversight.figures.report import NOTHING, number_text
from oversight.figures.table import Counted
from oversight.review import writers
from oversight.review.models import YearlyReview
from oversight.summaries.models import PeriodSummary
from oversight.summaries.services import figures_of
from vietnamese.text import fold

# Main figures of the year; all others are in the signed report of the same days.
IN_SHORT = (
    "coverage", "hamlets_with_group", "groups", "regulations", "meetings", "posts_by_topic",
    "groups_reached", "hand_posting", "tips", "tips_by_kind", "tips_by_outcome", "questions",
    "directions", "plan_steps", "commendations", "checklists",
)  # fmt: skip
COLUMNS = (("Nội dung", "Kết quả", "Đơn vị"), (58, 82, 25))
NOMINATIONS = (("Số", "Tập thể, cá nhân", "Thành tích", "Hình thức"), (12, 48, 70, 35))
DECLINED = Commendation.Status.DECLINED.label
NOT_FROZEN = "Hãy chốt số liệu trước, rồi lấy văn bản tổng kết theo số đã chốt."
DOTS = BLANK * 24
SUBJECT = "Tổng kết mô hình “Zalo kết nối bình yên”"


def paper_of_review(review: YearlyReview, *, mark: str = "") -> Paper:
    """Current review; once signed, under the letterhead of that day.

    Raises NotAllowed before the figures are frozen, and Unreadable.
    """
    if review.summary is None:
        raise NotAllowed(NOT_FROZEN)
    on = timezone.localdate(review.signed_at) if review.signed_at else timezone.localdate()
    document = Paper(
        letterhead=letterhead(review.commune, Issuer.POLICE, on=on),
        title="Báo cáo",
        summary=f"{SUBJECT} {review.period.words}",
        blocks=tuple(_blocks(review, review.summary)),
        signatures=(signature(review.commune, Issuer.POLICE, on=on),),
        on=on,
        code="BC",
        recipients=("Lưu: VT",),
        mark=mark,
    )
    return numbered(document, commune=review.commune, about=f"oversight.review.{review.pk}")


def _blocks(review: YearlyReview, summary: PeriodSummary) -> Iterator[Block]:
    moment = timezone.localtime(summary.as_of)
    yield Heading("Số liệu chính")
    yield Text(
        f"Số liệu {review.period.words}, tính đến hết ngày {review.period.last:%d/%m/%Y}, đếm lúc "
        f"{moment:%H:%M ngày %d/%m/%Y}. Số đầy đủ ở báo cáo số liệu đã ký của cùng kỳ."
    )
    headings, widths = COLUMNS
    yield Table(headings, tuple(_in_short(summary)), widths)
    for name, title in writers.HEADINGS.items():
        words = paragraphs(getattr(review, name))
        if words or not review.is_signed:
            yield Heading(title)
            yield from words or (Text(DOTS),)
    yield Heading("Đề nghị khen thưởng")
    rows = ((str(number), *line) for number, line in enumerate(_nominations(review), 1))
    names, shares = NOMINATIONS
    yield Table(names, tuple(rows), shares, empty="Trong kỳ chưa có đề nghị.")


def _in_short(summary: PeriodSummary) -> Iterator[tuple[str, ...]]:
    counted = {one.figure.key: one for one in figures_of(summary)}
    for key in IN_SHORT:
        if key in counted:
            one = counted[key]
            yield (one.figure.name, _result(one), one.figure.unit)


def _result(counted: Counted) -> str:
    """Total of each column; for a single column its lines, too."""
    table = counted.table
    if not table.rows:
        return table.note or NOTHING
    if len(table.columns) > 1 and table.total is not None:
        return _listed(table.columns, table.total.values)
    lines = (*table.rows, *([table.total] if table.total and len(table.rows) > 1 else []))
    if len(table.columns) > 1:
        return ". ".join(f"{one.label}: {_listed(table.columns, one.values)}" for one in lines)
    return _listed([one.label for one in lines], [one.values[0] for one in lines])


def _listed(names: Any, numbers: Any) -> str:
    pairs = zip(names, map(number_text, numbers), strict=True)
    return "; ".join(f"{name}: {number}" for name, number in pairs)


def _nominations(review: YearlyReview) -> list[tuple[str, str, str]]:
    """Nominations sorted by words: an order by time would reveal days of informants."""
    rows = review.commendations.select_related("achievement", "form")
    lines = review.nominations if review.is_signed else commendations.lines_of(rows)
    found = [(one["subject"], one["what"], one["form"]) for one in lines if not _is_declined(one)]
    return sorted(found, key=lambda line: [fold(words) for words in line])


def _is_declined(line: dict[str, Any]) -> bool:
    """Whether a line is declined; older signed lines have only the label."""
    return bool(line.get("is_declined", line["status"] == DECLINED))


def _visible(request: HttpRequest) -> Any:
    return YearlyReview.objects.visible_to(request.user).select_related("commune", "summary")


DOCUMENT = DocumentPages(
    "oversight_yearlyreview", "tong-ket", "oversight.view_yearlyreview", _visible,
    paper_of_review, "paper.review_printed", "paper.review_exported",
    lambda review: f"tong-ket-{review.period.code}",
)  # fmt: skip
