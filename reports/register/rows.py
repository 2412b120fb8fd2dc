"""Lines of the register of receipt, for screen, print and file, and its A4 document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Prefetch, TextChoices
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.papers.services import Issuer, letterhead, numbered
from accounts.vault.calls import require_room
from accounts.vault.errors import VaultRefused
from documents.content import Paper, Table, Text
from groups.export_workbooks import watermark
from reports.register import numbering
from reports.register.days import COMMUNE_YEAR, HAMLET_YEAR, safety_year, safety_year_of
from reports.tips.models import TipReport
from reports.tips.querysets import TipReportQuerySet
from reports.triage.models import Referral

SEALED, UNWRITTEN = "Niêm phong", "Chưa có tóm tắt."
# Of a tip that bars an account: a hole in the numbers would tell that account of it.
UNNUMBERED = "riêng"
# Columns of a line: a year of tips carries nothing else along.
_COLUMNS = (
    "uuid", "code", "kind", "category", "channel", "status", "disposition", "summary", "place",
    "occurred_words", "occurred_at", "received_at", "told_at", "emptied_at", "hamlet__kind",
    "hamlet__name", "duplicate_of__code", "recorded_by__username", "recorded_by__first_name",
    "recorded_by__last_name", "owner__username", "owner__first_name", "owner__last_name",
    "register_entry__number", "register_entry__year",
)  # fmt: skip
MOST = 2000
LONGEST_SPAN = timedelta(days=366)


@dataclass(frozen=True)
class Period:
    """Days of receipt, both included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        if self.first == self.last:
            return f"ngày {self.first:%d/%m/%Y}"
        return f"từ {self.first:%d/%m/%Y} đến {self.last:%d/%m/%Y}"


@dataclass(frozen=True)
class Line:
    """One tip as it stands in the register; `number` is its running number of the year."""

    number: str
    code: str
    received_at: datetime
    received_by: str
    channel: str
    reporter: str
    where_and_when: str
    summary: str
    kind: str
    handling: str
    told_on: date | None


class Refused(ValueError):
    """The register is refused; the message is for a person."""


class TooMany(Refused):
    """More lines than a page or a file should hold."""


def presets(today: date) -> list[tuple[str, Period]]:
    """Periods that are asked for most; of months and years the running one, then the last one.

    Papers are due in the days after a span has ended, so the finished one must stay at hand.
    """
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return [
        ("Hôm nay", Period(today, today)),
        ("7 ngày qua", Period(today - timedelta(days=6), today)),
        ("Tháng này", Period(month, today)),
        ("Tháng trước", Period(last_month, month - timedelta(days=1))),
        ("Năm nay", Period(year, today)),
        ("Năm trước", Period(year.replace(year=year.year - 1), year - timedelta(days=1))),
        *_safety_years("ấp, khu phố", HAMLET_YEAR, today),
        *_safety_years("xã", COMMUNE_YEAR, today),
    ]


def _safety_years(place: str, begins: tuple[int, int], today: date) -> Iterator[tuple[str, Period]]:
    running = safety_year_of(today, begins)
    for year in (running, running - 1):
        first, last = safety_year(year, begins)
        yield f"Năm xét {place} an toàn {year}", Period(first, min(last, today))


def lines(period: Period, *, by: User) -> list[Line]:
    """Return the lines of a period that this account sees, by receipt. Raises TooMany."""
    found = list(_rows(period, by)[: MOST + 1])
    if len(found) > MOST:
        raise TooMany(f"Khoảng này có hơn {MOST} phản ánh. Hãy chọn khoảng ngắn hơn.")
    try:
        require_room([tip.pk for tip in found])
    except VaultRefused as refusal:
        raise TooMany(str(refusal)) from None
    is_of_one_year = period.first.year == period.last.year
    return [replace(_line(tip), number=_number(tip, is_of_one_year)) for tip in found]


def _number(tip: TipReport, is_of_one_year: bool) -> str:
    entry = getattr(tip, "register_entry", None)
    if entry is None:
        return UNNUMBERED
    return str(entry.number) if is_of_one_year else str(entry)


def _rows(period: Period, by: User) -> TipReportQuerySet:
    start = timezone.make_aware(datetime.combine(period.first, time.min))
    end = timezone.make_aware(datetime.combine(period.last + timedelta(days=1), time.min))
    referrals = Referral.objects.only("tip", "to_whom", "slip_number", "slip_on").order_by("pk")
    return (
        TipReport.objects.visible_to(by)
        .filter(received_at__gte=start, received_at__lt=end)
        .select_related("hamlet", "recorded_by", "owner", "duplicate_of", "register_entry")
        .only(*_COLUMNS)
        .prefetch_related(Prefetch("referrals", referrals))
        .order_by("received_at", "pk")
    )


def _line(tip: TipReport) -> Line:
    is_single = tip.disposition in TipReport.EMPTY_ENDS
    return Line(
        number=UNNUMBERED,
        code=tip.code,
        received_at=timezone.localtime(tip.received_at),
        received_by="–" if is_single else str(tip.recorded_by or "Tự gửi"),
        channel=_label(TipReport.Channel, tip.channel),
        reporter="–" if is_single else SEALED,
        where_and_when="" if is_single else _where_and_when(tip),
        summary=_label(TipReport.Disposition, tip.disposition) if is_single else _summary(tip),
        kind="" if is_single else _kind(tip),
        handling=_handling(tip),
        told_on=timezone.localdate(tip.told_at) if tip.told_at else None,
    )


def _where_and_when(tip: TipReport) -> str:
    """Return place and time; before there is a summary these are the reporter's own words (“sát nhà
    tôi”) or the position of their phone, which belong on no document."""
    words = (tip.place, tip.occurred_words) if tip.summary else ("", "")
    place = ", ".join(part for part in (words[0], str(tip.hamlet or "")) if part)
    when = words[1]
    if tip.occurred_at:
        when = f"{timezone.localtime(tip.occurred_at):%H:%M %d/%m/%Y}"
    return ". ".join(part for part in (place, when) if part)


def _summary(tip: TipReport) -> str:
    if tip.emptied_at is not None:
        return "Nội dung đã xóa theo hạn lưu."
    if tip.summary:
        return tip.summary
    if tip.disposition == TipReport.Disposition.DUPLICATE:
        return f"Như phản ánh {tip.duplicate_of}."
    # One that was closed before a summary was asked for has the ending alone.
    return f"{_label(TipReport.Disposition, tip.disposition)}." if tip.disposition else UNWRITTEN


def _kind(tip: TipReport) -> str:
    parts = _label(TipReport.Kind, tip.kind), _label(TipReport.Category, tip.category)
    return ". ".join(part for part in parts if part)


def _label(choices: type[TextChoices], value: str) -> str:
    """Return the label; `get_…_display` would read the whole list of choices anew for each row."""
    return str(choices(value).label)


def _handling(tip: TipReport) -> str:
    parts = [f"{tip.owner} phụ trách" if tip.owner else ""]
    parts += [
        f"Chuyển {row.to_whom}, phiếu số {row.slip_number} ngày {row.slip_on:%d/%m/%Y}"
        for row in tip.referrals.all()
        if row.slip_on
    ]
    if tip.disposition == TipReport.Disposition.DUPLICATE:
        parts.append(f"Trùng với {tip.duplicate_of}")
    elif tip.disposition:
        parts.append(_label(TipReport.Disposition, tip.disposition))
    else:
        parts.append(_label(TipReport.Status, tip.status))
    return ". ".join(part for part in parts if part)


HEADINGS = (
    ("TT", 14), ("Mã", 25), ("Nhận lúc", 26), ("Cán bộ nhận", 24), ("Nhận qua", 23),
    ("Người báo tin", 20), ("Nơi và lúc xảy ra", 30), ("Tóm tắt", 42), ("Loại tin, lĩnh vực", 28),
    ("Xử lý", 31), ("Đã báo ngày", 25),
)  # fmt: skip
NOTICE = "Trang này giúp việc, không thay thế sổ tiếp nhận theo luật."


def register_paper(lines: Sequence[Line], period: Period, *, commune: Commune, by: User) -> Paper:
    """Make the document (A4 across): the lines under the letterhead of the last day, marked with
    the account and the hour.

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
    document = Paper(
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
    return numbered(document, commune=commune, about=about)


def print_register(period: Period, *, by: User) -> Paper:
    """Make the register for a page; the audit trail names the reader. Raises Refused."""
    return _audited("tip.register_printed", period, by)


def export_register(period: Period, *, by: User, **details: Any) -> Paper:
    """Make the register for a file that leaves the portal. Raises Refused."""
    return _audited("tip.register_exported", period, by, **details)


def _audited(action: str, period: Period, by: User, **details: Any) -> Paper:
    if by.commune is None:
        raise Refused("Hãy dùng tài khoản của một xã.")
    numbering.enter(by.commune, range(period.first.year, period.last.year + 1))
    found = lines(period, by=by)
    span: dict[str, Any] = {"first": period.first.isoformat(), "last": period.last.isoformat()}
    # The trail counts no tips that bar somebody, who may read it.
    count = _rows(period, by).barring_nobody().count()
    audit.record(action, by=by, commune=by.commune, rows=count, **span, **details)
    return register_paper(found, period, commune=by.commune, by=by)


def cells_of(line: Line) -> tuple[str, ...]:
    """The texts of a line, in the order of HEADINGS."""
    return (
        line.number, line.code, f"{line.received_at:%H:%M %d/%m/%Y}", line.received_by,
        line.channel, line.reporter, line.where_and_when, line.summary, line.kind, line.handling,
        f"{line.told_on:%d/%m/%Y}" if line.told_on else "",
    )  # fmt: skip
