"""“Lịch trực”: days with three seats, edited in place, and the printed month."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Commune, User
from accounts.scoped_admin.pages import attempt, number_of, reason_in
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import Seat, Shift, ShiftPattern
from duty.roster.services import change_on, days_of, hours_of
from duty.shifts import editing, patterns
from duty.shifts.calendar_view import days_with_seats, people_of

DAY = timedelta(days=1)
YEARS = timedelta(days=3 * 366)


def commune_of(request: HttpRequest) -> Commune:
    """The commune of the account; a roster belongs to one."""
    commune = getattr(request.user, "commune", None)
    if commune is None:
        raise PermissionDenied
    return cast("Commune", commune)


def user_of(request: HttpRequest) -> User:
    """The account, which is signed in on every page of the admin."""
    return cast("User", request.user)


def day_of(text: str | None, instead: date) -> date:
    """The day in an address; another where there is none or it lies years away."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    return found if found and abs(found - instead) <= YEARS else instead


def person_of(request: HttpRequest, name: str = "nguoi") -> User:
    """The chosen account of the own commune. Raises NotAllowed."""
    chosen = User.objects.of_commune(commune_of(request)).filter(
        pk=number_of(request.POST.get(name))
    )
    if (person := chosen.first()) is None:
        raise NotAllowed("Hãy chọn một người.")
    return cast("User", person)


def moment_of(request: HttpRequest, name: str) -> datetime:
    """The local moment in a field for day and hour. Raises NotAllowed."""
    try:
        return timezone.make_aware(datetime.fromisoformat(request.POST.get(name, "")))
    except ValueError:
        raise NotAllowed("Hãy chọn đủ ngày và giờ.") from None


@require_GET
def show(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The week from a day on, and the month around it."""
    commune, now = commune_of(request), timezone.now()
    first = day_of(request.GET.get("ngay"), timezone.localdate(now))
    month = days_of(first.replace(day=1), first.replace(day=monthrange(first.year, first.month)[1]))
    may_edit = request.user.has_perm(editing.EDIT)
    context = {
        **site.each_context(request),
        "title": "Lịch trực",
        "first": first,
        "earlier": first - 7 * DAY,
        "later": first + 7 * DAY,
        "month_before": month[0] - DAY,
        "month_after": month[-1] + DAY,
        "week": days_with_seats(commune, days_of(first, first + 6 * DAY), now),
        "month": days_with_seats(commune, month, now),
        "seats": Seat.choices,
        "hours": hours_of(commune),
        "may_edit": may_edit,
        "people": list(people_of(commune)) if may_edit else [],
    }
    return TemplateResponse(request, "duty/roster.html", context)


@require_GET
def printed(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The month on A4, for the wall."""
    commune, now = commune_of(request), timezone.now()
    first = day_of(request.GET.get("ngay"), timezone.localdate(now)).replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    context = {
        "commune": commune,
        "first": first,
        "month": days_with_seats(commune, days_of(first, last), now),
        "seats": Seat.choices,
        "hours": hours_of(commune),
        "now": now,
        "by": request.user,
    }
    return TemplateResponse(request, "duty/roster_print.html", context)


def _back(request: HttpRequest) -> HttpResponse:
    day = day_of(request.POST.get("ve"), timezone.localdate())
    return redirect(f"{reverse('admin:duty_roster_show')}?ngay={day:%Y-%m-%d}")


def _edit(request: HttpRequest, act: Callable[[], object], done: str) -> HttpResponse:
    attempt(request, act, done)
    return _back(request)


@require_POST
def add(request: HttpRequest, *, site: Any) -> HttpResponse:
    """A person for a seat: a whole day's shift, or from and to as typed."""
    commune = commune_of(request)

    def act() -> Shift:
        seat = request.POST.get("vi-tri", "")
        if seat not in Seat.values:
            raise NotAllowed("Hãy chọn vị trí trực.")
        if request.POST.get("tu") or request.POST.get("den"):
            start, end = moment_of(request, "tu"), moment_of(request, "den")
        else:
            day, hours = _chosen_day(request), hours_of(commune)
            start, end = change_on(day, hours), change_on(day + DAY, hours)
        start = max(start, timezone.now()) if end > timezone.now() else start
        return editing.add_shift(
            commune, seat=seat, person=person_of(request), starts_at=start, ends_at=end,
            by=user_of(request),
        )  # fmt: skip

    return _edit(request, act, "Đã xếp ca.")


def _chosen_day(request: HttpRequest) -> date:
    try:
        day = parse_date(request.POST.get("ngay", ""))
    except ValueError:
        day = None
    if day is None:
        raise NotAllowed("Hãy chọn ngày.")
    return day


@require_POST
def change(request: HttpRequest, *, site: Any, shift: Shift) -> HttpResponse:
    return _edit(
        request,
        lambda: editing.change_person(shift, person=person_of(request), by=user_of(request)),
        "Đã đổi người trực.",
    )


@require_POST
def remove(request: HttpRequest, *, site: Any, shift: Shift) -> HttpResponse:
    return _edit(
        request,
        lambda: editing.remove_shift(shift, by=user_of(request), reason=reason_in(request)),
        "Đã bỏ ca.",
    )


@require_GET
def pattern(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Patterns in force, and the form of a new one."""
    commune, today = commune_of(request), timezone.localdate()
    rows = [
        one for one in ShiftPattern.objects.of_commune(commune).order_by("seat", "starts_on")
        if one.ends_on is None or one.ends_on >= today
    ]  # fmt: skip
    known = User.objects.in_bulk([pk for one in rows for pk in one.people])
    context = {
        **site.each_context(request),
        "title": "Nếp trực",
        "patterns": [(one, [known[pk] for pk in one.people if pk in known]) for one in rows],
        "seats": Seat.choices,
        "people": list(people_of(commune)),
        "places": range(1, patterns.MOST_PEOPLE + 1),
        "first_places": 4,
        "today": today,
        "hours": hours_of(commune),
    }
    return TemplateResponse(request, "duty/roster_pattern.html", context)


@require_POST
def set_pattern(request: HttpRequest, *, site: Any) -> HttpResponse:
    commune = commune_of(request)

    def act() -> ShiftPattern:
        seat = request.POST.get("vi-tri", "")
        if seat not in Seat.values:
            raise NotAllowed("Hãy chọn vị trí trực.")
        wanted = [number_of(request.POST.get(f"nguoi-{place}"))
                  for place in range(1, patterns.MOST_PEOPLE + 1)]  # fmt: skip
        found = User.objects.of_commune(commune).in_bulk([pk for pk in wanted if pk])
        chosen = [found[pk] for pk in wanted if pk in found]
        try:
            last = parse_date(request.POST.get("den-ngay", ""))
        except ValueError:
            raise NotAllowed("Ngày cuối không đúng.") from None
        return patterns.set_pattern(
            commune, seat=seat, people=chosen, starts_on=_chosen_day(request), ends_on=last,
            days=number_of(request.POST.get("so-ngay")) or 1, by=user_of(request),
        )  # fmt: skip

    attempt(request, act, "Đã đặt nếp trực và lập lịch cho 8 tuần tới.")
    return redirect("admin:duty_roster_pattern")


@require_POST
def end_pattern(request: HttpRequest, *, site: Any, pattern: ShiftPattern) -> HttpResponse:
    attempt(
        request,
        lambda: patterns.end_pattern(pattern, by=user_of(request), reason=reason_in(request)),
        "Đã thôi nếp này từ ngày mai. Ca sửa tay vẫn giữ nguyên.",
    )  # fmt: skip
    return redirect("admin:duty_roster_pattern")


@require_POST
def set_hours(request: HttpRequest, *, site: Any) -> HttpResponse:
    def act() -> object:
        try:
            moment: time | None = parse_time(request.POST.get("gio", ""))
        except ValueError:
            moment = None
        if moment is None:
            raise NotAllowed("Hãy chọn giờ đổi ca.")
        return patterns.set_change_time(
            commune_of(request), changes_at=moment.replace(second=0, microsecond=0),
            by=user_of(request),
        )  # fmt: skip

    attempt(request, act, "Đã đổi giờ đổi ca; các ca theo nếp từ nay đi theo giờ mới.")
    return redirect("admin:duty_roster_pattern")
