"""Report on a period: the figures with their definitions, as a document."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune
from accounts.papers.services import Issuer, letterhead, numbered, signature
from documents.content import Block, Heading, Paper, Table, Text
from groups.export_workbooks import watermark
from oversight import data_files
from oversight.figures.registry import compute_all
from oversight.figures.scopes import READ_TIPS, Scope
from oversight.figures.table import Counted
from oversight.periods import Period
from vietnamese.text import grouped

SUBJECT = "Kết quả mô hình “Zalo kết nối bình yên”"
NOT_TOLD = "–"
NOTHING = "Trong kỳ chưa có."
WIDEST = 9  # columns of a table in portrait; more need landscape
# Chapters of a report, each with the keys of its figures.
CHAPTERS = [(one["title"], one["figures"]) for one in data_files.read("chapters")["chapters"]]
# Every figure, in the order of the chapters.
KEYS = tuple(key for _chapter, keys in CHAPTERS for key in keys)


@dataclass(frozen=True)
class ReportContent:
    """Content of a report; `recipients` without the filing line."""

    period: Period
    blocks: tuple[Block, ...]
    subject: str = SUBJECT
    recipients: tuple[str, ...] = ()


def report_paper(
    content: ReportContent, scope: Scope, *, issuer: Issuer, signed_on: datetime, mark: str = ""
) -> Paper:
    """Report as a draft of its issuer, under the letterhead of today.

    Figures differ by reader, so drafts are numbered by account.
    """
    period, on = content.period, timezone.localdate(signed_on)
    document = build_report(content, scope.commune, issuer=issuer, on=on, mark=mark)
    days = f"{period.first:%Y%m%d}.{period.last:%Y%m%d}"
    about = f"oversight.report.{issuer}.{days}.{scope.reader.pk}"
    return numbered(document, commune=scope.commune, about=about)


def build_report(
    content: ReportContent, commune: Commune, *, issuer: Issuer, on: date, draft: int = 1,
    mark: str = "",
) -> Paper:  # fmt: skip
    """Report under the letterhead of a day."""
    profile = commune.profile_on(on)
    filed = "Lưu: Văn phòng Đảng ủy" if issuer is Issuer.PARTY else "Lưu: VT"
    return Paper(
        letterhead=letterhead(commune, issuer, on=on, profile=profile),
        title="Báo cáo",
        summary=f"{content.subject} {content.period.words}",
        blocks=content.blocks,
        signatures=(signature(commune, issuer, on=on, profile=profile),),
        on=on,
        code="BC",
        recipients=(*content.recipients, filed),
        draft=draft,
        mark=mark,
        is_across=any(_is_wide(block) for block in content.blocks),
    )


def _is_wide(block: Block) -> bool:
    return isinstance(block, Table) and len(block.headings) > WIDEST


def report_document(
    action: str, scope: Scope, period: Period, issuer: Issuer, as_of: datetime, **details: Any
) -> Paper:
    """Report, recorded in the audit trail as printed or exported (`action`)."""
    content = report_of_figures(scope, period, as_of=as_of)
    mark = watermark(scope.commune, scope.reader)
    document = report_paper(content, scope, issuer=issuer, signed_on=as_of, mark=mark)
    span: dict[str, Any] = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    audit.record(
        action, by=scope.reader, commune=scope.commune, issuer=str(issuer),
        draft=document.draft, **span, **details,
    )  # fmt: skip
    return document


def report_of_figures(scope: Scope, period: Period, *, as_of: datetime) -> ReportContent:
    """All figures of this reader, as tables with definitions."""
    counted = dict(zip(KEYS, compute_all(KEYS, scope, period, as_of=as_of), strict=True))
    return report_content(counted, period, as_of=as_of)


def report_content(
    counted: Mapping[str, Counted], period: Period, *, as_of: datetime
) -> ReportContent:
    """Counted figures, by key, in the chapters of a report."""
    return ReportContent(period, tuple(_blocks(counted, period, as_of)))


def _blocks(counted: Mapping[str, Counted], period: Period, as_of: datetime) -> Iterator[Block]:
    yield Text(_opening(counted, period, as_of))
    for chapter, keys in CHAPTERS:
        yield Heading(chapter)
        chosen = [counted[key] for key in keys if key in counted]
        for one in chosen:
            if one.table.rows or not one.table.note:
                yield from figure_blocks(one)
        yield from _silent(chosen)
    yield Heading("Đánh giá, kiến nghị")
    yield Text("…" * 24)


def _opening(counted: Mapping[str, Counted], period: Period, as_of: datetime) -> str:
    """The day of which the report speaks, and that of figures which nobody frozen at its end."""
    day = timezone.localdate(as_of)
    if not period.is_over(day):
        return f"Số liệu {period.words}, tính đến ngày {day:%d/%m/%Y}."
    text = f"Số liệu {period.words}, tính đến hết ngày {period.last:%d/%m/%Y}."
    if any(one.figure.is_of_moment for one in counted.values()):
        text += f" Số ghi “lúc xem” đếm ngày {day:%d/%m/%Y}."
    return text


def _silent(counted: list[Counted]) -> Iterator[Text]:
    """Names of figures without numbers, once for each reason."""
    names: dict[str, list[str]] = {}
    for one in counted:
        if one.table.note and not one.table.rows:
            names.setdefault(one.table.note, []).append(one.figure.name)
    for reason, silent in names.items():
        yield Text(f"{'; '.join(silent)}: {reason}")


def figure_blocks(counted: Counted) -> Iterator[Block]:
    """A figure in a document: name, definition, numbers, note."""
    figure, table = counted.figure, counted.table
    yield Heading(figure.name, 2)
    yield Text(f"{figure.definition} Đơn vị: {figure.unit}. Nguồn: {figure.source}")
    lines = [*table.rows, *([table.total] if table.total else [])] if table.rows else []
    if lines:
        rows = tuple((line.label, *map(number_text, line.values)) for line in lines)
        size = 12 if len(table.columns) <= 6 else 10
        yield Table(("Nội dung", *table.columns), rows, _widths(len(table.columns)), size=size)
    if table.note or not lines:
        yield Text(table.note or NOTHING)


def number_text(number: int | None) -> str:
    return NOT_TOLD if number is None else grouped(number)


def _widths(columns: int) -> tuple[int, ...]:
    """Widths: the names get a third of the page, or more with few numbers."""
    return (max(3, 9 - columns), *([2] * columns))


# Permissions to print the report of a body and to download it.

OF_POLICE = (READ_TIPS, "reports.print_register")
PRINT, EXPORT = "accounts.print_party_report", "accounts.take_party_report"
MAY_PRINT = {Issuer.POLICE: OF_POLICE, Issuer.PARTY: (PRINT,), Issuer.COMMITTEE: (EXPORT,)}
MAY_DOWNLOAD = {Issuer.POLICE: OF_POLICE, Issuer.PARTY: (EXPORT,), Issuer.COMMITTEE: (EXPORT,)}


def may_print(user: Any, issuer: Issuer) -> bool:
    return bool(user.has_perms(MAY_PRINT[issuer])) and reads_for(user, issuer)


def may_download(user: Any, issuer: Issuer) -> bool:
    return bool(user.has_perms(MAY_DOWNLOAD[issuer])) and reads_for(user, issuer)


def reads_for(user: Any, issuer: Issuer) -> bool:
    """Whether the account sees the numbers of tips that the issuer may publish.

    The police see all of them; a document of another body must not (docs/decisions/0080).
    """
    return bool(user.has_perm(READ_TIPS)) is (issuer is Issuer.POLICE)
