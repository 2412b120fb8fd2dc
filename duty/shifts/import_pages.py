"""A roster from a workbook: upload, look through, all or nothing."""

from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST

from accounts.scoped_admin.pages import attempt, try_out
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import Seat
from duty.shifts import workbook
from duty.shifts.roster_pages import commune_of, user_of

SALT: Final = "duty.roster.import"
# So long a preview may be confirmed.
MINUTES: Final = 60
STALE: Final = "Bản xem trước đã quá một giờ. Hãy chọn tệp lại."


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The form, and the preview of a chosen file; nothing is stored."""
    plan, refusal = None, ""
    if request.method == "POST":
        plan, refusal = try_out(lambda: _read(request))
    context = {
        **site.each_context(request),
        "title": "Nhập lịch trực từ tệp",
        "refusal": refusal,
        "plan": plan,
        "lines": [
            (parse_date(line.day), Seat(line.seat).label, line.name, line.cell)
            for line in (plan.lines if plan else ())
        ],
        "signed": _signed(request, plan) if plan and not plan.faults else "",
    }
    return TemplateResponse(request, "duty/roster_import.html", context)


def _read(request: HttpRequest) -> workbook.Plan:
    file = request.FILES.get("tep")
    if file is None:
        raise NotAllowed("Hãy chọn tệp .xlsx.")
    if (file.size or 0) > workbook.MOST_BYTES:
        raise NotAllowed("Tệp nặng quá 2 MB. Hãy chép riêng bảng lịch trực sang tệp mới.")
    return workbook.read(file.read(), commune_of(request), timezone.now())


def _signed(request: HttpRequest, plan: workbook.Plan) -> str:
    """The plan as the browser brings it back, bound to the account."""
    return signing.dumps(
        {"user": user_of(request).pk, "lines": plan.stored()}, salt=SALT, compress=True
    )


@require_POST
def commit(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Make all shifts of the preview, or none."""
    made = attempt(request, lambda: _commit(request))
    if made is None:
        return redirect("admin:duty_roster_import")
    messages.success(request, f"Đã nhập {made} ca trực.")
    return redirect("admin:duty_roster_show")


def _commit(request: HttpRequest) -> int:
    try:
        found = signing.loads(request.POST.get("ban", ""), salt=SALT, max_age=MINUTES * 60)
    except signing.SignatureExpired:
        raise NotAllowed(STALE) from None
    except signing.BadSignature:
        raise NotAllowed("Bản xem trước không đúng. Hãy chọn tệp lại.") from None
    if found["user"] != user_of(request).pk:
        raise NotAllowed("Bản xem trước là của tài khoản khác. Hãy chọn tệp lại.")
    lines = [workbook.Line(**line) for line in found["lines"]]
    return workbook.commit(commune_of(request), lines, by=user_of(request))
