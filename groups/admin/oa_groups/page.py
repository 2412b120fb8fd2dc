"""What the pages of one group at Zalo share: their frame, their tabs, how a deed is told."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.services import NotAllowed
from groups.models import GroupAtZalo, ZaloGroup
from groups.services.oa_access import instead_of_groups

TABS = (
    ("at_zalo", "Trên Zalo"),
    ("pending", "Chờ duyệt"),
    ("roster", "Người trong nhóm"),
    ("invite", "Mời"),
    ("deputies", "Phó nhóm"),
    ("switches", "Cài đặt"),
    ("place", "Gói nhóm"),
)


def address(name: str, group: ZaloGroup) -> str:
    return reverse(f"admin:groups_zalogroup_{name}", args=[group.pk])


def page(
    request: HttpRequest, site: Any, group: ZaloGroup, tab: str, title: str, **context: Any
) -> HttpResponse:
    """A page of the group with its tabs; who may only look gets the first one."""
    runs = request.user.has_perm("groups.run_oa_group")
    is_there = bool(group.zalo_group_id)
    tabs = [
        {"url": address(name, group), "label": label, "is_here": name == tab}
        for name, label in TABS
        if name == "at_zalo" or (runs and is_there)
    ]
    return TemplateResponse(
        request,
        f"groups/oa/{tab}.html",
        {
            **site.each_context(request),
            "title": f"{title}: {group}",
            "heading": title,
            "group": group,
            "row": getattr(group, "at_zalo", None) or GroupAtZalo(group=group),
            "tabs": tabs,
            "runs": runs,
            "instead": instead_of_groups(group),
            **context,
        },
    )


def do(request: HttpRequest, deed: Callable[[], Any], done: str | Callable[[Any], str]) -> bool:
    """Do it and tell how it went; returns whether it was done."""
    try:
        made = deed()
    except NotAllowed as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, done(made) if callable(done) else done)
    return True


def back(name: str, group: ZaloGroup) -> HttpResponse:
    return redirect(address(name, group))
