"""Page of the city: its communes side by side, or one of them with its hamlets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.papers.downloads import handed_out
from documents.new_workbook import XLSX
from groups.consultation.thresholds import nearest, said_percentage
from groups.export_workbooks import watermark
from oversight import periods
from oversight.admin_pages import refused
from oversight.dashboards import charts
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.charts import Chart
from oversight.dashboards.period_query import asked_period, last_month
from oversight.dashboards.rows import Cell, FigureView, figure_view
from oversight.dashboards.sentences import NONE_YET
from oversight.figures.city import TOLD_ALONE, City, city_of, figures_of
from oversight.figures.registry import compute
from oversight.figures.report import SUBJECT
from oversight.figures.scopes import whole_commune
from oversight.figures.table import Counted, Row, Table
from oversight.figures.workbook import workbook_of
from oversight.periods import Period
from vietnamese.text import grouped

CITY = "Toàn thành phố"
ONLY_MONTHS = (
    "Số liệu toàn thành phố chỉ nêu theo tháng, quý, 6 tháng, năm tròn. Hãy chọn một trong các kỳ "
    "này, hoặc từ ngày 1 của một tháng đến ngày cuối của một tháng."
)
NO_SUCH_PLACE = "Không có xã, phường nào mang mã này. Hãy quay lại trang toàn thành phố rồi chọn."
OUT_OF = 100


@dataclass(frozen=True)
class Headed(Cell):
    """A number and its heading, which a phone shows beside it."""

    heading: str = ""


@dataclass(frozen=True)
class Line:
    """A commune, the address of its page, and its numbers."""

    name: str
    url: str
    cells: tuple[Headed, ...]


@dataclass(frozen=True)
class Asked:
    """Period, communes and problem of an address."""

    period: Period
    communes: tuple[Commune, ...]
    commune: Commune | None = None
    problem: str = ""

    @property
    def place(self) -> str:
        return str(self.commune) if self.commune else CITY

    def address(self, period: Period, code: str = "") -> str:
        place = {"xa": code} if code else {}
        return f"{reverse('admin:oversight_city')}?{urlencode(period.query | place)}"


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All communes; by default of the last month that is over."""
    reader, now = _reader(request), timezone.now()
    today = timezone.localdate(now)
    asked = _asked(reader, request.GET, today)
    code = asked.commune.code if asked.commune else ""
    context: dict[str, Any] = {
        "asked": asked, "period": asked.period, "problem": asked.problem, "now": now, "xa": code,
        "spoken_of": periods.spoken_of(asked.period, now), "is_over": asked.period.is_over(today),
        "choices": [
            (one.words, asked.address(one, code), one == asked.period)
            for one in periods.presets(today) if periods.is_of_months(one)
        ],
        "everything": asked.address(asked.period) if code or asked.problem else "",
    }  # fmt: skip
    if not asked.problem:
        city = city_of(asked.communes, asked.period, now)
        counted = figures_of(city)
        lines = _lines(asked, city, counted)
        context |= {
            "sentences": _sentences(asked, city, counted),
            "lines": lines,
            "total": _total(counted),
            "headings": [cell.heading for cell in _cells(counted, 0)] if lines else [],
            "picture": _picture(counted) if lines else None,
            "counted": counted,
            "hamlets": _hamlets(asked, reader, now) if asked.commune else None,
        }
    status = 400 if asked.problem else 200
    return TemplateResponse(request, "oversight/city.html", context, status=status)


@never_cache
@require_POST
def download(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Download the numbers of the page as a workbook, recorded in the audit trail."""
    reader, now = _reader(request), timezone.now()
    asked = _asked(reader, request.POST, timezone.localdate(now))
    if asked.problem:
        return refused(request, asked.problem, reverse("admin:oversight_city"))
    counted = list(figures_of(city_of(asked.communes, asked.period, now)))
    if (shown_hamlets := _hamlets(asked, reader, now) if asked.commune else None) is not None:
        counted.append(shown_hamlets.counted)
    mark = watermark(asked.commune, reader)
    content = workbook_of(counted, title=SUBJECT, commune=asked.place, mark=mark)
    period = asked.period
    audit.record(
        "paper.figures_exported", by=reader, commune=asked.commune, figures=len(counted),
        first=period.first.isoformat(), last=period.last.isoformat(),
    )  # fmt: skip
    name = f"so-lieu-thanh-pho-{period.code}.xlsx"
    return handed_out(content, kind=XLSX, name=name)


def _reader(request: HttpRequest) -> User:
    if not dashboards_pages.CITY.may(request.user):
        raise PermissionDenied
    return cast("User", request.user)  # signed in, by the guard


def _asked(reader: User, asked: Any, today: date) -> Asked:
    period, problem = asked_period(asked, today, otherwise=last_month(today))
    communes = tuple(Commune.objects.visible_to(reader).order_by("code", "name", "pk"))
    if not problem and not periods.is_of_months(period):
        problem = ONLY_MONTHS
    code = asked.get("xa", "")
    if not code:
        return Asked(period, communes, problem=problem)
    commune = next((one for one in communes if one.code == code), None)
    if commune is None:
        return Asked(period, (), problem=problem or NO_SUCH_PLACE)
    return Asked(period, (commune,), commune, problem)


def _hamlets(asked: Asked, reader: User, now: Any) -> FigureView:
    """Households reached by hamlet of the one commune."""
    assert asked.commune is not None  # noqa: S101 -- said by the caller
    scope = whole_commune(asked.commune, reader=reader)
    return figure_view(compute("coverage", scope, asked.period, as_of=now), scope)


def _lines(asked: Asked, city: City, counted: Sequence[Counted]) -> list[Line]:
    return [
        Line(
            str(commune),
            asked.address(asked.period, commune.code)
            if commune.code and asked.commune is None else "",
            _cells(counted, place),
        )
        for place, commune in enumerate(city.communes)
    ]  # fmt: skip


def _cells(counted: Sequence[Counted], place: int) -> tuple[Headed, ...]:
    return _across((one.table, one.table.rows[place]) for one in counted)


def _total(counted: Sequence[Counted]) -> tuple[Headed, ...]:
    return _across((one.table, one.table.total) for one in counted if one.table.total)


def _across(rows: Any) -> tuple[Headed, ...]:
    return tuple(
        Headed(value, heading=heading)
        for table, row in rows
        for heading, value in zip(table.columns, row.values, strict=True)
    )


def _picture(counted: Sequence[Counted]) -> Chart:
    """Share of households reached by commune, in the order of the table."""
    rows = []
    for row in counted[0].table.rows:
        _hamlets, households, joined = row.values
        share = nearest(joined or 0, households, out_of=OUT_OF) if households else None
        rows.append(Row(row.label, (share,)))
    title = "Cứ 100 hộ thì bao nhiêu hộ có người trong nhóm"
    return charts.bars(Table(("Hộ",), tuple(rows)), key="do-phu-xa", title=title, out_of=OUT_OF)


def _sentences(asked: Asked, city: City, counted: Sequence[Counted]) -> list[str]:
    """Sentences on the totals, households first."""
    found = [cell.value or 0 for cell in _total(counted)]
    hamlets, households, joined, groups, agreed, posts, api, hand, missed, questions, tips = found
    has_tips = _total(counted)[-1].value is not None
    reached = f"{grouped(joined)} trên {grouped(households)} hộ có người trong nhóm Zalo"
    share = f", đạt {said_percentage(joined, households)}" if households else ""
    hand_posting = f"đăng tay {grouped(hand)} lượt, bỏ lỡ {grouped(missed)} lượt đăng tay"
    lines = [
        f"{reached}{share}; {grouped(groups)} nhóm đang hoạt động.",
        f"{grouped(agreed)} trên {grouped(hamlets)} ấp, khu phố đã thống nhất quy chế.",
        f"{grouped(posts)} bài tới nhóm: máy gửi {grouped(api)} lượt, {hand_posting}."
        if posts or missed
        else NONE_YET,
        f"{grouped(questions)} câu hỏi thủ tục.",
    ]
    if has_tips:
        whose = f"{TOLD_ALONE}: " if asked.commune is None else ""
        lines.append(f"{whose}{grouped(tips)} phản ánh.")
    if asked.commune is None:
        lines[0] = f"{len(city.communes)} xã, phường: {lines[0]}"
    return lines
