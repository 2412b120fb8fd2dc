"""Views shared by the pages of figures: permission, period, links to the other pages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.live.pages import SOON_MS, live_page
from accounts.models import User
from accounts.papers.downloads import handed_out
from accounts.scoped_admin.pages import View
from accounts.scoped_admin.request_cache import reading_once
from documents.new_workbook import XLSX
from oversight import periods
from oversight.admin_pages import refused
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.hamlet_cards import EXPLAINED, tiles
from oversight.dashboards.page_context import Answer, PageContext
from oversight.dashboards.period_query import asked_period
from oversight.figures.month_ends.late import recorded_late
from oversight.figures.place import COVERAGE
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Counted
from oversight.figures.workbook import export_workbook
from oversight.periods import Period

NO_COMMUNE = "Hãy dùng tài khoản của một xã để xem số liệu của xã đó."
NOTHING_TOLD = "Trang này không có bảng số nào để tải."
# Suffix of the address of a page: its tables as a file.
FILE = "bang-so-lieu/"
# Title, line below it, place, and the function that answers.
type Answers = Callable[[PageContext], Sequence[Answer]]
type Made = tuple[str, str, Scope, Answers]


def page(
    entry: dashboards_pages.FigurePage, make: Callable[..., Made], *, of_today: bool = False,
    live_topics: Sequence[str] = (),
) -> View:  # fmt: skip
    """A page for accounts with the right of `entry`; by default of this month.

    With topics it keeps itself true while it stands open.
    """

    @never_cache
    @require_GET
    def view(request: HttpRequest, *, site: Any, **kwargs: Any) -> HttpResponse:
        reader, now, period, problem = _asked(request, request.GET, entry, of_today=of_today)
        live = live_page(request, *live_topics, every_ms=SOON_MS) if live_topics else None
        today = timezone.localdate(now)
        context: dict[str, Any] = {"period": period, "now": now, "entry": entry, "live": live}
        if not problem:
            with reading_once():
                title, below, scope, answer = make(reader, **kwargs)
                page_context = PageContext(scope, period, now)
                answers = answer(page_context)
            with_tiles = any(one.has_tiles for one in answers)
            has_coverage = any(
                view.counted.figure.key == COVERAGE.key
                for one in answers for view in one.figures
            )  # fmt: skip
            context |= {
                "title": title, "below": below, "answers": answers, "scope": scope,
                "file": f"{request.path}{FILE}" if _counted_figures(answers) else "",
                "tiles": tiles(page_context) if with_tiles else (), "tiles_explained": EXPLAINED,
                "late": recorded_late(scope, period) if has_coverage else "",
            }  # fmt: skip
        context |= {
            "problem": problem,
            "spoken_of": periods.spoken_of(period, now),
            "is_over": period.is_over(today),
            "of_today": of_today,
            "presets": periods.presets(today),
            "entries": [
                (one.name, one.address(None if of_today else period), one is entry)
                for one in dashboards_pages.open_to(reader)
            ],
        }
        status = 400 if problem else 200
        return TemplateResponse(request, "oversight/dashboard.html", context, status=status)

    return view


def workbook(
    entry: dashboards_pages.FigurePage, make: Callable[..., Made], *, of_today: bool = False
) -> View:
    """The tables that the page shows the same reader, as a workbook."""

    @never_cache
    @require_POST
    def download(request: HttpRequest, *, site: Any, **kwargs: Any) -> HttpResponse:
        reader, now, period, problem = _asked(request, request.POST, entry, of_today=of_today)
        counted: list[Counted] = []
        if not problem:
            title, below, scope, answer = make(reader, **kwargs)
            counted = _counted_figures(answer(PageContext(scope, period, now)))
            problem = "" if counted else NOTHING_TOLD
        if problem:
            return refused(request, problem, request.path.removesuffix(FILE))
        content = export_workbook(counted, scope, period=period, place=f"{title}, {below}")
        return handed_out(content, kind=XLSX, name=f"so-lieu-{period.code}.xlsx")

    return download


def of_commune(
    title: str, answers: Callable[[PageContext], Sequence[Answer]]
) -> Callable[[User], Made]:
    """Maker of a page about the whole commune of the reader."""

    def make(reader: User) -> Made:
        scope = whole_commune(reader.commune, reader=reader)  # type: ignore[arg-type]  # asked by the page
        return title, str(scope.commune), scope, answers

    return make


def _asked(
    request: HttpRequest, asked: Any, entry: dashboards_pages.FigurePage, *, of_today: bool
) -> tuple[User, datetime, Period, str]:
    """Reader, moment, period and problem of a request. Raises PermissionDenied."""
    reader, now = cast("User", request.user), timezone.now()  # signed in, by the guard
    if not entry.may(reader):
        raise PermissionDenied
    today = timezone.localdate(now)
    usual = Period(today, today) if of_today else None
    period, problem = asked_period({} if of_today else asked, today, otherwise=usual)
    return reader, now, period, NO_COMMUNE if reader.commune is None else problem


def _counted_figures(answers: Sequence[Answer]) -> list[Counted]:
    """Figures with numbers, each once."""
    counted = [view.counted for answer in answers for view in answer.with_numbers]
    return list({(one.figure.key, one.period): one for one in counted}.values())
