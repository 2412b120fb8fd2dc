"""List of the records behind a number, for accounts that may read them.

The address names figure, days, line, column and places; the page repeats the number.
"""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.audit import services as audit
from accounts.models import User
from accounts.scoped_admin.pages import own_pages
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.period_query import asked_period
from oversight.figures.listing import Listing
from oversight.figures.month_ends.reading import NO_LIST
from oversight.figures.registry import LISTINGS, compute
from oversight.figures.scopes import Scope, asked_scope
from oversight.figures.table import ALL, Ask, Counted, Row, Table
from oversight.periods import Period, spoken_of

LINES = 100
LONGEST_PLACES = 2000
WHOLE = Row("Tất cả", ())
NO_PLACE = "Địa chỉ ghi ấp, khu phố không đọc được. Hãy mở lại danh sách từ trang số liệu."
PART = (
    "Danh sách chỉ nêu việc của cơ quan, ấp, khu phố mình. Việc của nơi khác có trong số, không có "
    "trong danh sách."
)
FROZEN = (
    "Số đã chốt cuối kỳ và không đổi nữa. Danh sách theo sổ hôm nay, gồm cả việc ghi muộn, ghi sửa."
)
NO_NUMBER = "Địa chỉ ghi dòng hoặc cột không có. Hãy mở lại danh sách từ trang số liệu."


@dataclass(frozen=True)
class Asked:
    """Number of the requested list; `value` is None for all columns together."""

    row: Row
    column: int | None
    value: int | None
    title: str


@dataclass(frozen=True)
class Cell:
    """A text and its heading, which a phone shows before it."""

    heading: str
    text: str


@dataclass(frozen=True)
class ListLine:
    cells: tuple[Cell, ...]
    url: str


def urls(site: Any) -> list[URLPattern]:
    """Address of the lists; each list checks its own permission."""
    return own_pages(site, "oversight", {"so-lieu/danh-sach/<slug:key>/": (page, "list")})


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any, key: str) -> HttpResponse:
    """Page of `LINES` records."""
    listing = LISTINGS.get(key)
    if listing is None:
        raise Http404
    reader, now = cast("User", request.user), timezone.now()  # signed in, by the guard
    if not reader.has_perm(listing.right):
        raise PermissionDenied
    period, problem = asked_period(request.GET, timezone.localdate(now))
    if problem:
        return _refused(request, problem)
    try:
        places = request.GET.get("ap", "")[:LONGEST_PLACES]
        scope = asked_scope(reader, places, is_of_commune=listing.is_of_commune)
    except ValueError:
        return _refused(request, NO_PLACE)
    if scope is None:
        raise PermissionDenied
    counted = compute(key, scope, period, as_of=now)
    if counted.figure.listing is None:
        return _refused(request, NO_LIST)
    asked = _asked(request, listing, counted)
    if asked is None:
        return _refused(request, NO_NUMBER)
    if not listing.shows(scope, asked.row.key):
        raise PermissionDenied
    found = visible(listing, scope, counted, asked.row.key, asked.column)
    lines = Paginator(found, LINES).get_page(request.GET.get("trang"))
    if listing.is_audited:
        # A chief whom a tip is about reads the audit trail, too: it has neither line nor count.
        which: dict[str, Any] = {"line": asked.row.label, "lines": lines.paginator.count}
        which = {} if counted.figure.is_sensitive else which
        audit.record(
            "figures.list_opened", by=reader, commune=scope.commune, figure=key,
            first=period.first.isoformat(), last=period.last.isoformat(),
            **which,
        )  # fmt: skip
    context = {
        "figure": counted.figure, "period": period, "asked": asked, "as_of": now,
        "spoken_of": spoken_of(period, now), "is_over": period.is_over(timezone.localdate(now)),
        "back": _way_back(scope, period),
        "places": "" if scope.is_whole else ", ".join(map(str, scope.hamlets)),
        "commune": scope.commune, "headings": listing.headings, "page": lines,
        "sum": _sum(listing, found, asked.column),
        "part": _why_different(listing, counted, scope) if asked.value != lines.paginator.count
        else "",
        "lines": [_line(listing, one, reader) for one in lines],
    }  # fmt: skip
    return TemplateResponse(request, "oversight/list.html", context)


def _why_different(listing: Listing, counted: Counted, scope: Scope) -> str:
    """Reason why the list may be shorter or longer than the number."""
    if counted.is_frozen:
        return FROZEN
    return PART if listing.is_partial(scope) else ""


def _line(listing: Listing, record: Any, reader: User) -> ListLine:
    pairs = zip(listing.headings, listing.cells(record), strict=True)
    return ListLine(tuple(Cell(*pair) for pair in pairs), listing.url(record, reader))


def visible(
    listing: Listing, scope: Scope, counted: Counted, line: str, column: int | None
) -> QuerySet:
    """Rows of the list that the reader may see elsewhere."""
    found = listing.rows(Ask(scope, counted.period, counted.as_of, line, column))
    if found.query.group_by is not None and found.query.values_select:
        return found  # households: the listing made them of people whom the reader sees
    seen = found.model.objects.visible_to(scope.reader)
    return found.filter(pk__in=seen.order_by().values("pk"))


def _asked(request: HttpRequest, listing: Listing, counted: Counted) -> Asked | None:
    """Line and column of the address; None if the figure has no such number."""
    table, line = counted.table, request.GET.get("dong", ALL)
    text = request.GET.get("cot", "")
    lines = [*table.rows, *([table.total] if table.total else [])]
    row = next((one for one in lines if one.key and one.key == line), None)
    if row is None and line == ALL and (table.rows or not table.note):
        row = Row(WHOLE.label, (0,) * len(table.columns), ALL)
    if row is None:
        return None
    if not text:
        return Asked(row, None, None, _name(row))
    column = int(text) - 1 if text.isascii() and text.isdecimal() and len(text) < 4 else -1
    if not 0 <= column < len(table.columns) or column in listing.unlisted:
        return None
    return _of_number(table, row, column)


def _of_number(table: Table, row: Row, column: int) -> Asked | None:
    value = row.values[column]
    if value is None:
        return None
    title = _name(row) if len(table.columns) == 1 else f"{_name(row)}: {table.columns[column]}"
    return Asked(row, column, value, title)


def _name(row: Row) -> str:
    return WHOLE.label if row.key == ALL else row.label


def _sum(listing: Listing, found: QuerySet, column: int | None) -> int | None:
    """Sum of the column, if it adds something up."""
    if column is None or column not in listing.sums:
        return None
    return found.order_by().aggregate(sum=Sum(listing.sums[column]))["sum"] or 0


def _way_back(scope: Scope, period: Period) -> str:
    """Address of the page of figures: of the one hamlet, of all figures, or the reader's first."""
    entries = dashboards_pages.open_to(scope.reader)
    if dashboards_pages.HAMLETS in entries and not scope.is_whole and len(scope.hamlets) == 1:
        there = reverse("admin:oversight_hamlet", args=[scope.hamlets[0].pk])
        return f"{there}?{urlencode(period.query)}"
    if dashboards_pages.ALL in entries:
        return dashboards_pages.ALL.address(period)
    return entries[0].address(period) if entries else reverse("admin:index")


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    context = {"sentence": sentence, "back": reverse("admin:index")}
    return TemplateResponse(request, "oversight/no_list.html", context, status=400)
