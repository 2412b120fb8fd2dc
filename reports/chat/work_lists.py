"""Work lists about the chat and about what hamlet heads pass on, for the home page."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from reports.chat.answers import astray
from reports.work.models import TipMessage
from reports.work.work_lists import first_of

LOOKED_BACK = timedelta(days=60)


def _astray(user: Any, now: datetime) -> Any:
    if not user.has_perm("reports.work_tipreport"):
        return None
    return TipMessage.objects.visible_to(user).filter(astray(), at__gte=now - LOOKED_BACK)


@work_list(asks=_astray)
def answers_astray(user: Any, now: datetime) -> WorkList | None:
    """Answers that did not reach the reporter, or of unknown outcome; never their text."""
    first, count = first_of(
        _astray(user, now)
        .select_related("tip")
        .only("state", "at", "is_result", "tip__code")
        .order_by("at", "pk")
    )
    if not first:
        return None
    items = [
        WorkItem(
            row.tip.code,
            reverse("admin:reports_tipreport_talk", args=[row.tip_id]),
            f"{'Kết quả chưa tới: ' if row.is_result else ''}{row.get_state_display()}.",
            row.is_result,
        )
        for row in first
    ]
    return WorkList("Lời chưa tới người báo tin", items, count, icon="sms_failed", order=9)


@work_list
def to_pass_on(user: Any, now: datetime) -> WorkList | None:
    """Link for hamlet heads to pass on a tip."""
    if not user.has_perm("reports.relay_tipreport"):
        return None
    page = reverse("admin:reports_tipreport_relay")
    return WorkList(
        "Tin của người dân",
        [],
        0,
        empty="Bà con kể chuyện cần báo Công an thì chuyển ngay tại đây, đừng kể trong nhóm.",
        icon="forward_to_inbox",
        order=30,
        actions=[WorkItem("Chuyển tin cho Công an xã", page)],
    )
