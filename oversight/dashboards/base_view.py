"""What all pages of figures have in common: who comes in, the days, the way to the other pages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from accounts.papers.downloads import handed_out
from accounts.scoped_admin.pages import View
from oversight import periods
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards.hamlet_cards import EXPLAINED, tiles
from oversight.dashboards.page_context import Answer, Desk
from oversight.dashboards.period_query import asked_period
from oversight.figures.registry import Counted
from oversight.figures.scopes import Scope
from oversight.figures.workbook import WORKBOOK, export_workbook
from oversight.periods import Period

NO_COMMUNE = "Hãy dùng tài khoản của một xã để xem số liệu của xã đó."
NOTHING_TOLD = "Trang này không có bảng số nào để tải."
# Stands behind the address of a page: its tables as a file.
FILE = "bang-so-lieu/"
# Gives the title, what stands below it, the place, and what is answered of it.
type Made = tuple[str, str, Scope, Callable[[Desk], Sequence[Answer]]]


def page(door: dashboards_pages.Door, make: Callable[..., Made], *, of_today: bool = False) -> View:
    """A page for those whom the door lets in: this month unless days are asked for."""

    @never_cache
    @require_GET
    def shown(request: HttpRequest, *, site: Any, **kwargs: Any) -> HttpResponse:
        reader, now, period, problem = _asked(request, request.GET, door, of_today=of_today)
        today = timezone.localdate(now)
        context: dict[str, Any] = {"period": period, "now": now, "door": door}
        if not problem:
            title, below, scope, answer = make(reader, **kwargs)
            desk = Desk(scope, period, now)
            answers = answer(desk)
            with_tiles = any(one.has_tiles for one in answers)
            context |= {
                "title": title, "below": below, "answers": answers, "scope": scope,
                "file": f"{request.path}{FILE}" if _told(answers) else "",
                "tiles": tiles(desk) if with_tiles else (), "tiles_explained": EXPLAINED,
            }  # fmt: skip
        context |= {
            "problem": problem,
            "of_today": of_today,
            "presets": periods.presets(today),
            "doors": [
                (one.name, one.address(None if of_today else period), one is door)
                for one in dashboards_pages.open_to(reader)
            ],
        }
        status = 400 if problem else 200
        return TemplateResponse(request, "oversight/dashboard.html", context, status=status)

    return shown


def workbook(
    door: dashboards_pages.Door, make: Callable[..., Made], *, of_today: bool = False
) -> View:
    """The tables that the page shows the same reader, as a file to calculate with."""

    @never_cache
    @require_POST
    def taken(request: HttpRequest, *, site: Any, **kwargs: Any) -> HttpResponse:
        reader, now, period, problem = _asked(request, request.POST, door, of_today=of_today)
        counted: list[Counted] = []
        if not problem:
            title, below, scope, answer = make(reader, **kwargs)
            counted = _told(answer(Desk(scope, period, now)))
            problem = "" if counted else NOTHING_TOLD
        if problem:
            context = {"sentence": problem, "back": request.path.removesuffix(FILE)}
            return TemplateResponse(request, "oversight/refused.html", context, status=400)
        content = export_workbook(counted, scope, period=period, place=f"{title}, {below}")
        return handed_out(content, kind=WORKBOOK, name=f"so-lieu-{period.code}.xlsx")

    return taken


def _asked(
    request: HttpRequest, asked: Any, door: dashboards_pages.Door, *, of_today: bool
) -> tuple[User, datetime, Period, str]:
    """Who asks, when, for which days, and what is wrong with that. Raises PermissionDenied."""
    reader, now = cast("User", request.user), timezone.now()  # signed in, by the guard
    if not door.may(reader):
        raise PermissionDenied
    today = timezone.localdate(now)
    usual = Period(today, today) if of_today else None
    period, problem = asked_period({} if of_today else asked, today, otherwise=usual)
    return reader, now, period, NO_COMMUNE if reader.commune is None else problem


def _told(answers: Sequence[Answer]) -> list[Counted]:
    """What stands in the tables of a page, each table once."""
    told = [shown.counted for answer in answers for shown in answer.told]
    return list({(one.figure.key, one.period): one for one in told}.values())
