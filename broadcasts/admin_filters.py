"""Lists of work inside the lists of posts and deliveries."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from broadcasts.models import Broadcast

Status = Broadcast.Status


class PostWorkFilter(admin.SimpleListFilter):
    """The tabs above the list of posts; the home page leads to the same lists."""

    title = _("việc")
    parameter_name = "viec"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        tabs = [
            ("cua-toi", _("Của tôi, cần làm tiếp")),
            ("hen-gio", _("Sắp gửi")),
            ("dang-gui", _("Đang gửi")),
            ("xong", _("Đã xong")),
        ]
        if request.user.has_perm("broadcasts.approve_broadcast"):
            tabs.insert(0, ("duyet", _("Chờ tôi duyệt")))
        return tabs

    def queryset(self, request: Any, queryset: Any) -> Any:
        match self.value():
            case "duyet":
                return queryset.approvable_by(request.user)
            case "cua-toi":
                own = queryset.filter(created_by=request.user).without_planned()
                return own.filter(status__in=[Status.DRAFT, Status.RETURNED])
            case "hen-gio":
                return queryset.leaving_soon(timezone.now())
            case "dang-gui":
                return queryset.under_way()
            case "xong":
                return queryset.filter(status=Status.COMPLETED)
        return queryset.without_planned().filter(is_pattern=False)


class DeliveryWorkFilter(admin.SimpleListFilter):
    """What of the deliveries waits for a person."""

    title = _("việc cần làm")
    parameter_name = "viec"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("uncertain", _("Chưa rõ, cần xem nhóm")),
            ("failed", _("Không gửi được")),
            ("to_post", _("Chờ đăng tay")),
        ]

    def queryset(self, request: Any, queryset: Any) -> Any:
        match self.value():
            case "uncertain":
                return queryset.uncertain()
            case "failed":
                return queryset.failed_lately(timezone.now())
            case "to_post":
                return queryset.to_post()
        return queryset
