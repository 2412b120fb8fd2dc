"""The figures of a commune on one page, for a screen, a phone and paper alike.

It answers five questions, in this order; each number leads to its list or says why it may not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.own_pages import own_pages
from oversight import periods
from oversight.figures import Counted, NotListed, behind, compute
from oversight.figures.table import Row, Table
from oversight.periods import Period
from oversight.scopes import VIEW_FIGURES, Scope, whole_commune

VIEW = VIEW_FIGURES
QUESTIONS = (
    (
        "Mô hình đã tới bao nhiêu hộ?",
        ("coverage", "hamlets_with_group", "groups", "groups_moved", "members_moved"),
    ),
    (
        "Các ấp, khu phố đã bàn bạc, thống nhất đến đâu?",
        (
            "meetings", "meetings_by_form", "hamlets_consulted", "regulations",
            "regulations_by_hamlet",
        ),
    ),
    (
        "Bài tuyên truyền tới bao nhiêu nhóm, có kịp không?",
        (
            "posts_by_topic", "groups_reached", "posts_speed", "hand_posting",
            "hand_posting_by_hamlet",
        ),
    ),
    (
        "Người dân phản ánh bao nhiêu, việc xử lý và báo lại ra sao?",
        (
            "tips", "tips_by_kind", "tips_by_category", "tips_by_channel", "tips_by_outcome",
            "tips_in_time", "tips_told", "tips_handed_over", "tip_clocks", "tip_days", "transfers",
        ),
    ),
    ("Người dân hỏi thủ tục, đã được trả lời chưa?", ("questions", "questions_by_area")),
)  # fmt: skip
LONGEST_DAYS = 5 * 366
# Of a bar, in the units of its picture.
BAR = 100


@dataclass(frozen=True)
class Line:
    """A row as the page shows it: `bar` is its part of the whole, where that says something."""

    label: str
    values: tuple[int | None, ...]
    bar: int | None = None


@dataclass(frozen=True)
class Shown:
    """A figure with its rows, and the address of its list or the reason why there is none."""

    counted: Counted
    lines: tuple[Line, ...]
    url: str
    reason: str


@dataclass(frozen=True)
class Answer:
    """What the page says to a question; `silent` names the figures that are not told, by reason."""

    question: str
    figures: tuple[Shown, ...]
    silent: dict[str, str]


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin site, which no table owns."""
    return own_pages(site, "oversight", {"so-lieu/": (page, "figures")}, VIEW)


@never_cache
@require_GET
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All figures of a span: this month unless the address says otherwise."""
    now, reader = timezone.now(), cast("User", request.user)  # signed in, by the guard
    period, problem = asked_period(request.GET, timezone.localdate(now))
    answers: list[Answer] = []
    if reader.commune is None:
        problem = "Hãy dùng tài khoản của một xã để xem số liệu của xã đó."
    elif not problem:
        answers = list(_answers(whole_commune(reader.commune, reader=reader), period, now))
    context = {
        "period": period,
        "problem": problem,
        "presets": periods.presets(timezone.localdate(now)),
        "commune": reader.commune,
        "as_of": now,
        "answers": answers,
    }
    status = 400 if problem else 200
    return TemplateResponse(request, "oversight/figures.html", context, status=status)


def _answers(scope: Scope, period: Period, now: datetime) -> Iterator[Answer]:
    for question, keys in QUESTIONS:
        counted = [compute(key, scope, period, as_of=now) for key in keys]
        told = [one for one in counted if one.table.rows or not one.table.note]
        silent: dict[str, list[str]] = {}
        for one in counted:
            if one not in told:
                silent.setdefault(one.table.note, []).append(one.figure.name)
        names = {reason: "; ".join(figures) for reason, figures in silent.items()}
        yield Answer(question, tuple(_shown(one, scope) for one in told), names)


def _shown(counted: Counted, scope: Scope) -> Shown:
    url, reason = "", ""
    try:
        url = behind(counted.figure.key, scope, counted.period)
    except NotListed as why:
        reason = str(why)
    table = counted.table
    lines = tuple(Line(row.label, row.values, _bar(counted, row, table)) for row in table.rows)
    return Shown(counted, lines, url, reason)


def _bar(counted: Counted, row: Row, table: Table) -> int | None:
    """How long the bar of a row is: of a hamlet the households reached, else its part of all."""
    if counted.figure.key == "coverage":
        households, joined = row.values[0], row.values[1]
        return min(BAR * (joined or 0) // households, BAR) if households else None
    if table.total is None or len(row.values) != 1 or row.values[0] is None:
        return None
    total = table.total.values[0]
    return BAR * row.values[0] // total if total else None


def asked_period(asked: Any, today: date) -> tuple[Period, str]:
    """The days asked for, this month by default, and what is wrong with them."""
    month = periods.month(today.year, today.month)
    texts = [asked.get("tu", ""), asked.get("den", "")]
    if not any(texts):
        return month, ""
    first, last = (_day(text) for text in texts)
    if first is None or last is None:
        return month, "Ngày không đọc được. Hãy chọn lại từ ngày và đến ngày."
    if last < first:
        return month, "Ngày cuối đứng trước ngày đầu. Hãy chọn lại."
    if (last - first).days > LONGEST_DAYS:
        return month, "Mỗi lần xem được nhiều nhất năm năm. Hãy chọn khoảng ngắn hơn."
    return Period(first, last), ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
