"""The home page of who looks after the connection: what must be done about it."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.today import WorkItem, WorkList, work_list
from zalo.alarms import alarms
from zalo.models import OfficialAccount

SHOWN = 5


def health_url(account: OfficialAccount) -> str:
    """The health page of an account."""
    return reverse("admin:zalo_officialaccount_health", args=[account.pk])


@work_list
def account_health(user: Any, now: datetime) -> WorkList | None:
    """The Official Account must be given consent again, or soon must; one press leads there."""
    if not user.has_perm("zalo.view_officialaccount"):
        return None
    found = alarms(OfficialAccount.objects.visible_to(user).filter(is_active=True), now)
    if not found:
        return None
    items = [
        WorkItem(str(alarm.account), health_url(alarm.account), alarm.sentence, alarm.stops_sending)
        for alarm in found[:SHOWN]
    ]
    actions = []
    if user.has_perm("zalo.connect_officialaccount"):
        address = reverse("admin:zalo_officialaccount_connect")
        actions = [
            WorkItem("Cấp quyền Zalo lại", f"{address}?xa={alarm.account.commune_id}")
            for alarm in found[:1]
        ]
    return WorkList(
        "Tài khoản Zalo OA", items, len(found), icon="key_off", order=5, actions=actions
    )
