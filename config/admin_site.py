"""The admin site: the product for everyone with an account."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import UnfoldAdminSite


class ProjectAdminSite(UnfoldAdminSite):
    """Our site: Vietnamese titles, work lists as home page, a sidebar by role."""

    site_title = _("Bình Yên")
    site_header = _("Bình Yên")
    index_title = _("Hôm nay")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


def stylesheet(request: HttpRequest) -> str:
    return static("accounts/admin.css")


def script(request: HttpRequest) -> str:
    return static("accounts/admin.js")


def _item(request: HttpRequest, title: Any, icon: str, name: str) -> dict[str, Any] | None:
    """A sidebar line, or None when the account may not see the list behind it."""
    app, _sep, model = name.partition(".")
    if not request.user.has_perm(f"{app}.view_{model}"):
        return None
    return {"title": title, "icon": icon, "link": reverse(f"admin:{app}_{model}_changelist")}


SECTIONS: list[tuple[Any, list[tuple[Any, str, str]]]] = [
    (
        _("Bài đăng"),
        [
            (_("Bài đăng"), "campaign", "broadcasts.broadcast"),
            (_("Lượt gửi"), "outgoing_mail", "broadcasts.delivery"),
            (_("Chủ đề"), "label", "broadcasts.topic"),
        ],
    ),
    (
        _("Địa bàn"),
        [
            (_("Ấp, khu phố"), "holiday_village", "groups.hamlet"),
            (_("Tổ nhân dân"), "diversity_3", "groups.team"),
            (_("Nhóm Zalo"), "forum", "groups.zalogroup"),
            (_("Thành viên"), "group", "groups.member"),
            (_("Cán bộ"), "badge", "groups.officer"),
            (_("Quy chế"), "gavel", "groups.regulation"),
        ],
    ),
    (
        _("Hệ thống"),
        [
            (_("Tài khoản Zalo OA"), "cell_tower", "zalo.officialaccount"),
            (_("Cuộc gọi tới Zalo"), "sync_alt", "zalo.apicall"),
            (_("Tài khoản"), "manage_accounts", "accounts.user"),
            (_("Vai trò"), "key", "auth.group"),
            (_("Xã, phường"), "location_city", "accounts.commune"),
            (_("Nhật ký hệ thống"), "history", "accounts.auditevent"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of this account: only what it may open."""
    home = {"title": _("Hôm nay"), "icon": "home", "link": reverse("admin:index")}
    sections: list[dict[str, Any]] = [{"items": [home]}]
    for title, entries in SECTIONS:
        items = [item for entry in entries if (item := _item(request, *entry))]
        if items:
            sections.append({"title": title, "separator": True, "items": items})
    return sections
