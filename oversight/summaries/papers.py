"""The report of a summary: built while it is a draft, read back once it is signed."""

from django.utils import timezone

from accounts.papers.content import Paper
from accounts.papers.letterheads import Issuer
from oversight.models import PeriodSummary
from oversight.papers.report import report_content, sheet
from oversight.summaries.content import figures_from, paper_from

DIGITS = 16  # of the digest, at the foot of each page


def paper_of(summary: PeriodSummary) -> Paper:
    """The report; a draft stands under the letterhead of today. Raises Unreadable."""
    return paper_from(summary.paper) if summary.is_signed else drawn_up(summary)


def drawn_up(summary: PeriodSummary, *, mark: str = "") -> Paper:
    """The report of the frozen figures, made now."""
    counted = {one.figure.key: one for one in figures_from(summary.content)}
    return sheet(
        report_content(counted, summary.period, as_of=summary.as_of),
        summary.commune,
        issuer=Issuer(summary.issuer),
        on=timezone.localdate(),
        draft=summary.revision,
        mark=mark or f"Số liệu chưa chốt, tính đến {timezone.localtime(summary.as_of):%d/%m/%Y}",
    )


def signed_mark(summary: PeriodSummary) -> str:
    """What stands at the foot of every page, so that a sheet is found back to its figures."""
    moment = timezone.localtime(summary.signed_at)
    return (
        f"Số liệu chốt lúc {moment:%H:%M ngày %d/%m/%Y}, {summary.signed_name}. "
        f"sha256 {summary.digest[:DIGITS]}"
    )
