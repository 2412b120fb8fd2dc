"""Lines for an account without a device, and for a commune without common ways of telling."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Number
from accounts.scoped_admin.work_lists import WorkItem, WorkList, state_line, work_list
from duty.roster.models import DutySettings
from duty.ways import devices, office
from duty.ways.models import Device
from duty.ways.push import keys


@work_list(permission=devices.RECEIVE)
def no_device(user: Any, now: datetime) -> Asking[WorkList | None]:
    if not keys.is_on():
        return None
    if (yield Number(Device.objects.reached_from(keys.made_for()).filter(user=user))):
        return None
    item = WorkItem(
        "Bật báo việc trên điện thoại của đồng chí",
        reverse("admin:duty_device_show"),
        "Chưa có máy nào: việc khẩn chỉ thấy được khi đang mở cổng.",
        is_urgent=True,
    )
    return WorkList("Nhận báo việc", [item], 1, verb="Bật báo việc")


@state_line(permission=office.RIGHT)
def no_common_way(user: Any, now: datetime) -> Asking[WorkItem | None]:
    """Neither the mailbox of the office nor a duty group is set: said to accounts that set them."""
    if user.commune_id is None:
        return None
    rows = yield DutySettings.objects.filter(commune=user.commune_id)
    if any(row.office_mail or row.duty_group for row in rows):
        return None
    return WorkItem(
        "Đường báo chung: chưa đặt",
        reverse("admin:duty_office_show"),
        "Chưa có nhóm Zalo trực ban, chưa có hộp thư cơ quan: máy chỉ báo cho từng người.",
        is_urgent=True,
    )
