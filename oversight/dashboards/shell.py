"""What all pages of figures have in common: who comes in, the days, the way to the other pages."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.own_pages import View
from oversight import periods
from oversight.dashboards import doors
from oversight.dashboards.asking import asked_period
from oversight.dashboards.desk import Answer, Desk
from oversight.dashboards.tiles import EXPLAINED, tiles
from oversight.scopes import Scope

NO_COMMUNE = "Hãy dùng tài khoản của một xã để xem số liệu của xã đó."
# Gives the title, what stands below it, the place, and what is answered of it.
type Made = tuple[str, str, Scope, Callable[[Desk], Sequence[Answer]]]


def page(door: doors.Door, make: Callable[..., Made], *, of_today: bool = False) -> View:
    """A page for those whom the door lets in: this month unless days are asked for."""

    @never_cache
    @require_GET
    def shown(request: HttpRequest, *, site: Any, **kwargs: Any) -> HttpResponse:
        reader = cast("User", request.user)  # signed in, by the guard
        if not door.may(reader):
            raise PermissionDenied
        now = timezone.now()
        today = timezone.localdate(now)
        usual = periods.Period(today, today) if of_today else None
        asked = {} if of_today else request.GET
        period, problem = asked_period(asked, today, otherwise=usual)
        context: dict[str, Any] = {"period": period, "now": now, "door": door}
        if reader.commune is None:
            problem = NO_COMMUNE
        elif not problem:
            title, below, scope, answer = make(reader, **kwargs)
            desk = Desk(scope, period, now)
            answers = answer(desk)
            with_tiles = any(one.has_tiles for one in answers)
            context |= {
                "title": title, "below": below, "answers": answers, "scope": scope,
                "tiles": tiles(desk) if with_tiles else (), "tiles_explained": EXPLAINED,
            }  # fmt: skip
        context |= {
            "problem": problem,
            "of_today": of_today,
            "presets": periods.presets(today),
            "doors": [
                (one.name, one.address(None if of_today else period), one is door)
                for one in doors.open_to(reader)
            ],
        }
        status = 400 if problem else 200
        return TemplateResponse(request, "oversight/dashboard.html", context, status=status)

    return shown
