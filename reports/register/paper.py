"""The register as a paper: A4 across, the same for the page and the Word file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from accounts import audit
from accounts.models import Commune, User
from accounts.papers.content import Paper, Table, Text
from accounts.papers.drafts import numbered
from accounts.papers.letterheads import Issuer, letterhead
from groups.sheets import watermark
from reports.register.rows import Line, Period, Refused, count_in_trail, lines

HEADINGS = (
    ("Số", 25), ("Nhận lúc", 26), ("Cán bộ nhận", 25), ("Nhận qua", 24), ("Người báo tin", 20),
    ("Nơi và lúc xảy ra", 32), ("Tóm tắt", 46), ("Loại tin, lĩnh vực", 30), ("Xử lý", 34),
    ("Đã báo ngày", 26),
)  # fmt: skip
NOTICE = "Trang này giúp việc, không thay thế sổ tiếp nhận theo luật."


def register_paper(lines: Sequence[Line], period: Period, *, commune: Commune, by: User) -> Paper:
    """The lines under the letterhead of the last day; its mark says who took it and when.

    Each account sees lines of its own, so each has drafts of its own.
    """
    head = letterhead(commune, Issuer.POLICE, on=period.last)
    table = Table(
        headings=tuple(heading for heading, _width in HEADINGS),
        widths=tuple(width for _heading, width in HEADINGS),
        rows=tuple(cells_of(line) for line in lines),
        empty="Không có phản ánh nào trong khoảng này.",
        size=10,
    )
    paper = Paper(
        letterhead=replace(head, place="", symbol=""),
        title="Sổ tiếp nhận phản ánh",
        summary=f"Nhận {period.words}",
        blocks=(Text(NOTICE), table),
        signatures=(),
        on=period.last,
        mark=watermark(commune, by),
        is_across=True,
    )
    about = f"reports.register.{period.first:%Y%m%d}.{period.last:%Y%m%d}.{by.pk}"
    return numbered(paper, commune=commune, about=about)


def print_register(period: Period, *, by: User) -> Paper:
    """The register for a page; the trail has who opened it. Raises Refused."""
    return _taken("tip.register_printed", period, by)


def export_register(period: Period, *, by: User, **details: Any) -> Paper:
    """The register for a file that leaves the portal. Raises Refused."""
    return _taken("tip.register_exported", period, by, **details)


def _taken(action: str, period: Period, by: User, **details: Any) -> Paper:
    if by.commune is None:
        raise Refused("Hãy dùng tài khoản của một xã.")
    found = lines(period, by=by)
    span: dict[str, Any] = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    told = count_in_trail(period, by=by)
    audit.record(action, by=by, commune=by.commune, rows=told, **span, **details)
    return register_paper(found, period, commune=by.commune, by=by)


def cells_of(line: Line) -> tuple[str, ...]:
    """The texts of a line, in the order of HEADINGS."""
    return (
        line.code, f"{line.received_at:%H:%M %d/%m/%Y}", line.received_by, line.channel,
        line.reporter, line.where_and_when, line.summary, line.kind, line.handling,
        f"{line.told_on:%d/%m/%Y}" if line.told_on else "",
    )  # fmt: skip
