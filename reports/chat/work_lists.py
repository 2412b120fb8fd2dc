"""Work lists about the chat and about what hamlet heads pass on, for the home page."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.work_lists import WorkItem, WorkList, short_list, work_list
from reports.chat.answers import astray
from reports.work.models import TipMessage

LOOKED_BACK = timedelta(days=60)


def _astray(user: Any, now: datetime) -> Any:
    return TipMessage.objects.visible_to(user).filter(astray(), at__gte=now - LOOKED_BACK)


@work_list(asks=_astray, permission="reports.work_tipreport")
def answers_astray(user: Any, now: datetime) -> WorkList | None:
    """Answers that did not reach the reporter, or of unknown outcome; never their text."""
    rows = _astray(user, now).select_related("tip").order_by("at", "pk")
    return short_list(
        "Lời chưa tới người báo tin",
        rows.only("state", "at", "is_result", "tip__code"),
        lambda row: WorkItem(
            row.tip.code,
            reverse("admin:reports_tipreport_talk", args=[row.tip_id]),
            f"{'Kết quả chưa tới: ' if row.is_result else ''}{row.get_state_display()}.",
            row.is_result,
        ),
        icon="sms_failed",
        order=9,
    )


@work_list(permission="reports.relay_tipreport")
def to_pass_on(user: Any, now: datetime) -> WorkList | None:
    """Link for hamlet heads to pass on a tip."""
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
