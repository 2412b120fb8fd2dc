"""The library in and out as a workbook: the plan is shown before anything changes."""

import secrets
from typing import Any, Final

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone

from accounts import audit
from accounts.admin_pages import own_pages
from procedures import services
from procedures.models import Procedure
from procedures.services.steps import keeps_library
from procedures.workbooks import applying, reading, writing

WAIT_S: Final = 3600
SHOWN: Final = 200
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of editions."""
    pages = {"nhap/": (bring_in, "import", "procedures.import_edition")}
    return own_pages(site, "procedures_edition", pages, "procedures.change_edition")


def take_out(request: HttpRequest) -> HttpResponse:
    """The whole library as a file."""
    rows = Procedure.objects.visible_to(request.user).select_related("area")
    content = writing.write(rows)
    audit.record("procedure.exported", by=request.user, rows=len(rows))
    response = HttpResponse(content, content_type=XLSX)
    name = f"thu-vien-thu-tuc-{timezone.localdate():%Y-%m-%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _key(request: HttpRequest, token: str) -> str:
    return f"library-upload:{request.user.pk}:{token}"


def bring_in(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Upload, look at the plan, confirm; a file with a wrong cell is refused as a whole."""
    if not keeps_library(request.user):
        raise PermissionDenied
    context = {**site.each_context(request), "title": "Nhập thư viện thủ tục"}
    if request.method == "POST":
        token = request.POST.get("token", "")
        if token:
            return _carry_out(request, token)
        context |= _look_at(request)
    return TemplateResponse(request, "procedures/edition/import.html", context)


def _look_at(request: HttpRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is None:
        return {"refusal": "Hãy chọn một tệp .xlsx."}
    if (upload.size or 0) > reading.MOST_BYTES:
        return {"refusal": f"Tệp lớn hơn {reading.MOST_BYTES // 1024 // 1024} MB. Hãy tách nhỏ."}
    content = upload.read()
    try:
        found = reading.read(content)
    except reading.UnreadableWorkbook as refusal:
        return {"refusal": str(refusal)}
    if found.problems:
        return {"problems": found.problems[:SHOWN], "count": len(found.problems)}
    changes = applying.plan(found.rows)
    token = secrets.token_urlsafe(16)
    cache.set(_key(request, token), content, WAIT_S)
    return {"changes": changes[:SHOWN], "count": len(changes), "token": token, "is_planned": True}


def _carry_out(request: HttpRequest, token: str) -> HttpResponse:
    """Reads the file anew, so that what changed in between is seen."""
    key = _key(request, token)
    content = cache.get(key)
    if content is None:
        messages.error(request, "Tệp đã chờ quá một giờ. Hãy tải lên lại.")
        return redirect("admin:procedures_edition_import")
    try:
        count = applying.apply(applying.plan(reading.read(content).rows), by=request.user)
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:procedures_edition_import")
    cache.delete(key)
    messages.success(request, f"Đã nhập: {count} thủ tục thay đổi. Hãy rà soát các bản nháp.")
    return redirect("admin:procedures_edition_changelist")
