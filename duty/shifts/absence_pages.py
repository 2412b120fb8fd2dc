"""“Nghỉ, ủy quyền”: the chief writes down absences, stand-ins and the right to approve."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from accounts.scoped_admin.pages import attempt, reason_in, try_out
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import Absence
from duty.shifts import standing_in
from duty.shifts.calendar_view import people_of
from duty.shifts.roster_pages import commune_of, person_of, user_of

LISTED = 60


def absence_rows(request: HttpRequest) -> Any:
    """Absences of the own commune."""
    return Absence.objects.visible_to(request.user).select_related(
        "person", "stand_in", "written_by"
    )


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Absences now and ahead, those of before, and the form of a new one."""
    now, refusal = timezone.now(), ""
    if request.method == "POST":
        written, refusal = try_out(lambda: _write(request))
        if written is not None:
            return redirect("admin:duty_absence_show")
    rows = absence_rows(request)
    over = Q(ended_at__isnull=False) | Q(ends_at__lte=now)
    context = {
        **site.each_context(request),
        "title": "Nghỉ, ủy quyền",
        "current": rows.exclude(over).order_by("starts_at")[:LISTED],
        "over": rows.filter(over)[:LISTED],
        "people": list(people_of(commune_of(request))),
        "refusal": refusal,
        "sent": request.POST,
        "now": now,
        "longest_days": standing_in.LONGEST.days,
    }
    return TemplateResponse(request, "duty/roster_absences.html", context)


def _write(request: HttpRequest) -> Absence:
    return standing_in.write_absence(
        commune_of(request),
        person=person_of(request, "nguoi"),
        stand_in=person_of(request, "thay"),
        starts_at=_midnight(request, "tu-ngay"),
        ends_at=_midnight(request, "den-ngay") + timedelta(days=1),
        may_approve=request.POST.get("duyet") == "1",
        by=user_of(request),
    )


def _midnight(request: HttpRequest, name: str) -> datetime:
    try:
        day = parse_date(request.POST.get(name, ""))
    except ValueError:
        day = None
    if day is None:
        raise NotAllowed("Hãy chọn đủ ngày đầu và ngày cuối.")
    return timezone.make_aware(datetime.combine(day, time()))


@require_POST
def end(request: HttpRequest, *, site: Any, absence: Absence) -> HttpResponse:
    attempt(
        request, lambda: standing_in.end_absence(
            absence, by=user_of(request), reason=reason_in(request)
        ),
        "Đã kết thúc. Quyền duyệt thay (nếu có) hết ngay từ lúc này.",
    )  # fmt: skip
    return redirect("admin:duty_absence_show")
