"""The line on the home page for an account that is told of things and has no device for it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Number
from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from duty.ways import devices
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
