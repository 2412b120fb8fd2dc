"""How a group stands at Zalo, its link and its code, and the sheet for the wall."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.public_pages import code_of
from groups import health
from groups.admin.oa_groups.page import back, do, page
from groups.models import GroupAtZalo, ReconciliationLine, ZaloGroup
from groups.poster import poster_of
from groups.reconciling.deciding import choices
from groups.services import oa_running

RECENT = 10


@require_GET
def at_zalo(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The hub of a group: link and code for everybody who sees it, the rest for who runs it."""
    row = getattr(group, "at_zalo", None)
    today = timezone.localdate()
    asset = row.asset if row is not None else None
    lines = ReconciliationLine.objects.visible_to(request.user).filter(group=group)
    lines = lines.select_related("reconciliation", "decided_by").order_by("-pk")[:RECENT]
    is_refused = row is not None and row.status in (
        GroupAtZalo.Status.DISABLED,
        GroupAtZalo.Status.GONE,
    )
    return page(
        request,
        site,
        group,
        "at_zalo",
        "Nhóm trên Zalo",
        qr=code_of(group.link) if group.may_invite else "",
        refusal=health.refusal(row, today) if row is not None and is_refused else "",
        ending=(
            health.ending(group.asset_expires_on, asset.is_auto_renewed if asset else None, today)
            if group.asset_expires_on and not is_refused
            else ""
        ),
        days_left=(group.asset_expires_on - today).days if group.asset_expires_on else None,
        asset=asset,
        switches=switch_lines(row),
        lines=[{"line": line, "choices": choices(line)} for line in lines],
        attempt=group.creations.first(),
    )


MEANINGS = {
    "is_send_locked": (
        "Khóa gửi tin: chỉ cán bộ đăng bài",
        "Bật: chỉ OA và trưởng, phó nhóm đăng; bà con đọc, nhắn riêng cho OA. Tắt: ai cũng đăng.",
    ),
    "needs_approval": (
        "Duyệt người vào",
        "Bật: ai bấm liên kết cũng phải chờ cán bộ duyệt. Tắt: bấm liên kết là vào.",
    ),
    "shows_history": (
        "Người mới xem được tin cũ",
        "Bật: người mới vào đọc được các bài trước đó. Tắt: chỉ thấy bài từ lúc vào.",
    ),
    "is_link_open": (
        "Vào bằng liên kết, mã QR",
        "Bật: liên kết và tờ QR dùng được. Tắt: chỉ vào khi được mời; tờ QR đã in không dùng được.",
    ),
}


def switch_lines(row: GroupAtZalo | None) -> list[dict[str, Any]]:
    """The four switches in words; a value that nobody has asked for yet is None."""
    return [
        {"name": name, "label": label, "meaning": meaning, "is_on": getattr(row, name, None)}
        for name, (label, meaning) in MEANINGS.items()
    ]


@require_POST
def look(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Ask Zalo now how the group stands."""
    do(request, lambda: oa_running.look(group, by=request.user), "Đã hỏi Zalo và ghi lại.")
    return back("at_zalo", group)


@require_POST
def publish(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Show the link on the public page of genuine groups, or no longer."""
    is_public = request.POST.get("cong-khai") == "co"
    if is_public and not group.may_invite:
        messages.error(request, "Nhóm chưa có liên kết dùng được nên chưa công khai được.")
        return back("at_zalo", group)
    with transaction.atomic():
        ZaloGroup.objects.filter(pk=group.pk).update(is_link_public=is_public)
        verb = "group.link_published" if is_public else "group.link_withheld"
        audit.record(verb, by=request.user, target=group, commune=group.home_commune)
    said = "Đã công khai liên kết" if is_public else "Đã thôi công khai liên kết"
    messages.success(request, f"{said}. Trang “Nhóm chính thức” đổi theo sau một phút.")
    return back("at_zalo", group)


@require_GET
def poster(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """A sheet of A4 for a wall: which group this is, its code, how to tell it from a fake."""
    if not group.may_invite:
        messages.error(request, f"{group}: chưa có liên kết dùng được nên chưa in được tờ QR.")
        return back("at_zalo", group)
    return TemplateResponse(
        request, "groups/print/poster.html", poster_of(group, group.home_commune)
    )
