"""The four switches of a group, its name and description, and the place that it stands on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.admin_pages import number_of
from accounts.services import NotAllowed
from groups.admin.oa_groups.making import said_place
from groups.admin.oa_groups.page import back, do, page
from groups.admin.oa_groups.show import switch_lines
from groups.models import GroupAtZalo, ZaloGroup
from groups.services import at_zalo, oa_running
from groups.services.oa_running import LONGEST_NAME


@require_http_methods(["GET", "POST"])
def switches(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """As Zalo has them now; saving sends only what differs from that."""
    if not group.zalo_group_id:
        return back("make", group)
    if request.method == "POST":
        _change(request, group)
        return back("switches", group)
    refusal = ""
    try:
        row: GroupAtZalo | None = oa_running.look(group, by=request.user)
    except NotAllowed as refused:
        row, refusal = getattr(group, "at_zalo", None), str(refused)
    return page(
        request, site, group, "switches", "Cài đặt nhóm", switches=switch_lines(row), row=row,
        refusal=refusal, longest=LONGEST_NAME,
    )  # fmt: skip


def _change(request: HttpRequest, group: ZaloGroup) -> None:
    row = at_zalo.row_of(group)
    wanted = {name: request.POST.get(name) == "on" for name in GroupAtZalo.SWITCHES}
    changed = {name: value for name, value in wanted.items() if value != getattr(row, name)}
    name = " ".join(request.POST.get("name", "").split())
    description = request.POST.get("description", "").strip()
    if not changed and name in ("", row.name) and description == row.description:
        messages.info(request, "Không có gì thay đổi.")
        return
    do(
        request,
        lambda: oa_running.change(
            group,
            by=request.user,
            switches=changed,
            name=name if name not in ("", row.name) else None,
            description=description if description != row.description else None,
        ),
        "Zalo đã đổi cài đặt.",
    )


@require_POST
def safe(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """Once more, what could not be set when the group was made."""
    done = "Zalo đã khóa gửi tin và bật duyệt người vào."
    do(request, lambda: oa_running.make_safe(group, by=request.user), done)
    return back("at_zalo", group)


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, *, site: Any, group: ZaloGroup) -> HttpResponse:
    """The place of the group, and the free ones that it could be put on; none is bought here."""
    if not group.zalo_group_id:
        return back("make", group)
    if request.method == "POST":
        return _switch(request, group)
    places = oa_running.free_places(group)
    row = getattr(group, "at_zalo", None)
    return page(
        request, site, group, "place", "Gói của nhóm", row=row,
        asset=row.asset if row is not None else None,
        places=[(one.pk, said_place(one)) for one in places],
    )  # fmt: skip


def _switch(request: HttpRequest, group: ZaloGroup) -> HttpResponse:
    if request.POST.get("deed") == "places":
        do(request, lambda: oa_running.refresh_places(group, by=request.user), "Đã xem lại gói.")
        return back("place", group)
    chosen = number_of(request.POST.get("place"))
    asset = next((one for one in oa_running.free_places(group) if one.pk == chosen), None)
    if asset is None:
        messages.error(request, "Hãy chọn một gói còn trống.")
        return back("place", group)
    said = "Đã gắn gói mới cho nhóm."
    done = do(request, lambda: oa_running.switch_place(group, asset, by=request.user), said)
    return back("at_zalo" if done else "place", group)
